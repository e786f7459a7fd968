/**
 * What each library makes of the pages in this folder, as a table: `node tests/field/table.mjs`, after a
 * build. With `--write` it goes into docs/pages.md and docs/pages.en.md.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { table as markdownTable } from '../../scripts/markdown.mjs'
import { KINDS, LIBRARIES, ONLY_DESCRIBED } from './pages.mjs'

/** The pages that hold the table, by the language of its first column */
const DOCS = { zh: 'pages.md', en: 'pages.en.md' }

const HEADINGS = { zh: '页面的写法', en: 'what the page does' }

/** Runs every page on every library: for each kind, how many of its pages work on each. */
export async function results() {
  process.env[ONLY_DESCRIBED] = 'yes'
  for (const file of readdirSync(new URL('.', import.meta.url)).sort()) {
    if (file.endsWith('.test.mjs') && isAboutPages(file)) await import(`./${file}`)
  }
  const rows = []
  for (const { zh, en, pages } of KINDS) {
    const counts = []
    for (const library of Object.keys(LIBRARIES)) {
      let works = 0
      for (const page of pages) works += await page.on(library).then(succeeded, failed)
      counts.push(`${works} / ${pages.length}`)
    }
    rows.push({ zh, en, counts })
  }
  return rows
}

/** The table in a language. */
export function table(rows, language) {
  const heading = [HEADINGS[language], ...Object.keys(LIBRARIES)]
  const lines = rows.map(row => [cell(row[language]), ...row.counts])
  return markdownTable(heading, lines)
}

/** What a page of the docs holds between the marks. */
export function tableOf(name) {
  const text = readFileSync(placeOf(name), 'utf8')
  return text.slice(text.indexOf(START) + START.length, text.indexOf(END)).trim()
}

function write(rows) {
  for (const [language, name] of Object.entries(DOCS)) {
    const text = readFileSync(placeOf(name), 'utf8')
    const [before, after] = [text.split(START)[0], text.split(END)[1]]
    writeFileSync(placeOf(name), `${before}${START}\n\n${table(rows, language)}\n\n${END}${after}`)
  }
}

const placeOf = name => new URL(`../../docs/${name}`, import.meta.url)

/** Other tests of this folder describe no pages. */
const isAboutPages = file =>
  readFileSync(new URL(file, import.meta.url), 'utf8').includes("from './pages.mjs'")

const cell = text => (/[()]/.test(text) && text.startsWith('client.') ? `\`${text}\`` : text)
const succeeded = () => 1
const failed = () => 0

const START = '<!-- node tests/field/table.mjs --write -->'
const END = '<!-- end of the table -->'

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // what a library prints, or throws in a turn of its own, is for the count alone
  process.on('unhandledRejection', () => {})
  const { log } = console
  console.warn = console.log = () => {}
  const rows = await results()
  log(table(rows, 'en'))
  if (process.argv.includes('--write')) write(rows)
}
