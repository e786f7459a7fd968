/** The pages of the site: the repository's Markdown, and the address that each of them has. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The sidebar: pages of docs/ by their names. What is missing here fails the build. */
const GROUPS = [
  {
    titles: ['开始', 'Start'],
    pages: ['quickstart', 'migration', 'troubleshooting', 'brokers', 'frameworks', 'typescript'],
  },
  { titles: ['参考', 'Reference'], pages: ['options', 'api', 'events', 'errors', 'payload'] },
  {
    titles: ['手机与服务器', 'Phones and brokers'],
    pages: [
      'phone',
      'lan',
      'reconnect',
      'leniencies',
      'interop',
      'performance',
      'reliability',
      'security',
      'engines',
    ],
  },
  {
    titles: ['深入', 'In depth'],
    pages: ['pages', 'compatibility', 'architecture'],
  },
]

/** From a file of the repository to the file that the site has in its place. */
export const REWRITES = Object.fromEntries(
  [
    ...['README.md', 'README.en.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
    ...readdirSync(join(ROOT, 'docs'))
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`),
  ].map(path => [path, rewritten(path)]),
)

/** The sidebar of a language: `zh` or `en`. */
export function sidebar(language) {
  const suffix = language === 'en' ? '.en' : ''
  const listed = GROUPS.flatMap(({ pages }) => pages)
  const names = Object.keys(REWRITES)
    .filter(path => path.startsWith('docs/') && !path.endsWith('.en.md'))
    .map(path => basename(path, '.md'))
  const forgotten = names.find(name => !listed.includes(name))
  if (forgotten) throw new Error(`docs/${forgotten}.md is not in the sidebar`)
  return GROUPS.map(({ titles, pages }) => ({
    text: titles[suffix ? 1 : 0],
    items: pages.map(name => {
      const path =
        `docs/${name}${suffix}.md` in REWRITES ? `docs/${name}${suffix}.md` : `docs/${name}.md`
      return { text: titleOf(path), link: addressOf(path) }
    }),
  }))
}

/** Links between files become links between pages; a link to any other file becomes plain text. */
export function linkPages(markdown) {
  markdown.core.ruler.push('pages', ({ tokens, env }) => {
    for (const { children } of tokens) {
      const open = []
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const address = addressFrom(env.realPath ?? env.path, token.attrGet('href'))
          if (address) token.attrSet('href', address)
          else Object.assign(token, { tag: 'span', attrs: [] })
          open.push(token.tag)
        } else if (token.type === 'link_close') token.tag = open.pop()
      }
    }
  })
}

function addressFrom(file, href) {
  if (/^([a-z]+:|#)/.test(href)) return href
  const [target, anchor] = decodeURI(href).split('#')
  const folder = dirname(relative(ROOT, file)).split(sep).join('/')
  const path = posix.join(folder, target)
  if (!existsSync(join(ROOT, path)))
    throw new Error(`${relative(ROOT, file)}: ${href} is not there`)
  return path in REWRITES ? addressOf(path) + (anchor ? `#${anchor}` : '') : undefined
}

function addressOf(path) {
  return `/${REWRITES[path].replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`
}

function rewritten(path) {
  const page = path.replace(/^README/, 'index')
  return page.endsWith('.en.md') ? `en/${page.replace('.en.md', '.md')}` : page
}

function titleOf(path) {
  return /^# (.*)$/m.exec(readFileSync(join(ROOT, path), 'utf8'))[1].replaceAll('`', '')
}
