/**
 * Checks what people read: links, anchors, images, code blocks and commands of every page, and that
 * each page is there in both languages. Part of `./build.sh check`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkCode } from './docs/code.mjs'
import { checkSpans } from './docs/commands.mjs'
import { checkLinks, checkTwin } from './docs/links.mjs'
import { parsePage } from './docs/page.mjs'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The paths of all pages. */
export function pagePaths() {
  const inFolder = (folder, pattern) =>
    readdirSync(join(ROOT, folder)).filter(name => pattern.test(name))
  return [
    ...inFolder('.', /\.md$/),
    ...inFolder('docs', /\.md$/).map(name => `docs/${name}`),
    'scripts/pkg/README.md',
  ]
}

/**
 * The problems of pages, one a line, sorted by page and line.
 *
 * @param {Map<string, string>} texts Markdown by the path of its page
 */
export function problemsOf(texts) {
  const pages = new Map(Array.from(texts, ([path, text]) => [path, parsePage(path, text)]))
  const inCode = checkCode([...pages.values()], ROOT)
  return [...pages.values()].flatMap(page => {
    const problems = [
      ...checkLinks(page, pages, ROOT),
      ...checkTwin(page, pages),
      ...checkSpans(page.spans, ROOT),
      ...inCode.get(page.path),
    ]
    problems.sort((one, other) => one.line - other.line)
    return problems.map(({ line, text }) => `${page.path}:${line}: ${text}`)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const texts = new Map(pagePaths().map(path => [path, readFileSync(join(ROOT, path), 'utf8')]))
  const problems = problemsOf(texts)
  console.log(problems.join('\n'))
  console.log(problems.length ? `${problems.length} to mend` : `${texts.size} pages are sound.`)
  process.exitCode = problems.length ? 1 : 0
}
