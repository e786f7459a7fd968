/** The site, as far as it can be judged without VitePress: every page has its place and its links. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT, REWRITES, linkPages, sidebar } from '../../site/.vitepress/pages.mjs'

test('every page of docs/ is in the sidebar of its language', () => {
  const links = ['zh', 'en'].flatMap(language =>
    sidebar(language).flatMap(({ items }) => items.map(({ link }) => `${link.slice(1)}.md`)),
  )
  const pages = Object.values(REWRITES).filter(path => /(^|\/)docs\//.test(path))
  assert.deepEqual([...new Set(links)].sort(), pages.sort())
})

test('both READMEs link to every page of docs/', () => {
  for (const [suffix, readme] of [
    ['.md', 'README.md'],
    ['.en.md', 'README.en.md'],
  ]) {
    const text = readFileSync(join(ROOT, readme), 'utf8')
    const pages = Object.keys(REWRITES).filter(
      path => path.startsWith('docs/') && path.endsWith('.en.md') === (suffix === '.en.md'),
    )
    for (const page of pages) assert.ok(text.includes(`](${page}`), `${readme}: ${page}`)
  }
})

const LINKS = {
  'options.md#地址': '/docs/options#地址',
  'options.en.md': '/en/docs/options',
  '../README.md': '/',
  '../README.en.md': '/en/',
  '#here': '#here',
  'https://example.com/a.md': 'https://example.com/a.md',
  '../LICENSE': undefined,
}

for (const [href, address] of Object.entries(LINKS)) {
  test(`a link to ${href} leads to ${address ?? 'nothing'}`, () => {
    assert.equal(linked(href), address)
  })
}

test('a link to a file that is not there fails the build', () => {
  assert.throws(() => linked('gone.md'), /docs\/phone\.md: gone\.md is not there/)
})

/** Where a link of docs/phone.md leads on the site. */
function linked(href) {
  const open = token('link_open', 'a', [['href', href]])
  const tokens = [{ children: [open, token('text', ''), token('link_close', 'a')] }]
  const env = { path: join(ROOT, 'docs/phone.md') }
  linkPages({ core: { ruler: { push: (name, rule) => rule({ tokens, env }) } } })
  return open.attrGet('href')
}

/** A token of markdown-it. */
function token(type, tag, attrs = []) {
  return {
    type,
    tag,
    attrs,
    attrGet(name) {
      return this.attrs.find(([key]) => key === name)?.[1]
    },
    attrSet(name, value) {
      this.attrs = [[name, value]]
    },
  }
}
