/** Links, anchors and images of a page, and its twin in the other language. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

const LARGEST_IMAGE = 60_000

/** Pages for those who work on the project are in English alone. */
const ENGLISH_ALONE = ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/architecture.md']

/**
 * @param {import('./page.mjs').Page} page
 * @param {Map<string, import('./page.mjs').Page>} pages all of them, by their path
 * @param root the repository
 */
export function checkLinks(page, pages, root) {
  const problems = []
  for (const { line, target } of [...page.links, ...page.images]) {
    if (/^(https?:|mailto:)/.test(target)) continue
    const [file, anchor] = target.split('#')
    const path = file ? posix.join(dirname(page.path), decodeURI(file)) : page.path
    if (!pages.has(path) && !existsSync(join(root, path)))
      problems.push({ line, text: `${target} is not there` })
    else if (anchor && !hasAnchor(pages.get(path), decodeURIComponent(anchor)))
      problems.push({ line, text: `${path} has no heading #${anchor}` })
  }
  for (const { line, target } of page.images) {
    const path = join(root, dirname(page.path), target)
    const size = existsSync(path) ? statSync(path).size : 0
    if (size >= LARGEST_IMAGE)
      problems.push({ line, text: `${target} has ${size} bytes, ${LARGEST_IMAGE} are too many` })
  }
  return problems
}

/** Each page is there in Chinese and in English, with the same sections and the same code blocks. */
export function checkTwin(page, pages) {
  if (ENGLISH_ALONE.includes(page.path) || page.path.startsWith('scripts/')) return []
  const isEnglish = page.path.endsWith('.en.md')
  const path = isEnglish ? page.path.replace('.en.md', '.md') : page.path.replace('.md', '.en.md')
  const twin = pages.get(path)
  if (!twin) return [{ line: 1, text: `${path} is missing` }]
  const outline = ({ headings, blocks }) =>
    [...headings, ...blocks]
      .sort((one, other) => one.line - other.line)
      .map(({ level, language }) => (level ? '#'.repeat(level) : `\`\`\`${language}`))
      .join(' ')
  if (outline(page) === outline(twin)) return []
  return [{ line: 1, text: `its sections and code blocks are not those of ${path}` }]
}

function hasAnchor(page, anchor) {
  return page?.headings.some(heading => heading.anchor === anchor) ?? false
}
