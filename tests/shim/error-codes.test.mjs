/** The errors that cross the boundary: the shim repeats the numbers of the core, and has a text for each. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { enumsOf } from '../harness/enums.mjs'
import { source } from '../harness/source.mjs'

const read = path => readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8')

const rust = enumsOf('wasm/error_code.rs').ErrorCode

test('the codes of the shim are those of the core', () => {
  assert.ok(rust.length > 20, `${rust.length} members`)
  assert.deepEqual(enumsOf('shim/errors/error-code.ts').ErrorCode, rust)
})

test('every code has its text in one place, and a name of its own but for those of stores', async () => {
  const { coreError, useTexts } = await source('errors/core-errors')
  const inModule = new Map()
  const entries = read('wasm/error_text.rs').matchAll(/ErrorCode::(\w+),\s+"(\w+\\n.+)"/g)
  for (const [, name, text] of entries) inModule.set(new Map(rust).get(name), text.split('\\n'))
  const names = []
  useTexts(code => {
    assert.ok(inModule.has(code), `${code} has no text`)
    return inModule.get(code).join('\n')
  })
  for (const [name, code] of rust) {
    const { code: shown, message, hint } = coreError(code, 0, 'detail')
    assert.ok(message.length > 5, name)
    assert.match(hint, /\p{Script=Han}.*。 .*[a-z]/u, `${name}: in Chinese and in English`)
    names.push(name === 'ConnectionRefused' ? name : shown)
  }
  useTexts(code => assert.fail(`${code} is asked for`))
  for (const [name, code] of rust) {
    if (!inModule.has(code)) assert.ok(coreError(code), `${name} needs no module`)
  }
  const repeated = names.filter((name, at) => names.indexOf(name) !== at)
  assert.deepEqual(repeated, ['STORE', 'STORE'])
})
