/** docs/phone.md and its English twin: every test that they name is there, and both have the same rows. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The test that each row of a page names. */
function named(page) {
  const rows = read(`../../docs/${page}`).match(/^\|.*\|$/gm)
  return rows.slice(2).map(row => {
    const [, file, title] = /\| `(\S+) › ([^`]+)` \|$/.exec(row) ?? assert.fail(row)
    return { file, title }
  })
}

test('every row names a test that is there', () => {
  const tests = named('phone.md')
  assert.ok(tests.length >= 16)
  for (const { file, title } of tests) {
    const source = read(`./${file}.test.mjs`).replaceAll('\\', '')
    assert.ok(source.includes(`test('${title}'`), `${file}: ${title}`)
  }
})

test('the English page has the same rows', () => {
  assert.deepEqual(named('phone.en.md'), named('phone.md'))
})
