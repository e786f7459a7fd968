/** docs/phone.md: every test that it names is there. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8')

test('every row of docs/phone.md names a test that is there', () => {
  const rows = read('../../docs/phone.md')
    .match(/^\|.*\|$/gm)
    .slice(2)
  assert.ok(rows.length >= 16)
  for (const row of rows) {
    const [, file, title] = /\| `(\S+) › ([^`]+)` \|$/.exec(row) ?? assert.fail(row)
    const source = read(`./${file}.test.mjs`).replaceAll('\\', '')
    assert.ok(source.includes(`test('${title}'`), `${file}: ${title}`)
  }
})
