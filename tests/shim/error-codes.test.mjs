/** The errors that cross the boundary: the shim repeats the numbers of the core, and has a text for each. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { source } from '../harness/source.mjs'

const read = path => readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8')

/** `Name = 1` of an enum, in either language. */
function members(text, pattern) {
  const [, body] = pattern.exec(text)
  const found = Array.from(body.matchAll(/^ +(\w+) = (\d+),$/gm), ([, name, value]) => [
    name,
    +value,
  ])
  assert.ok(found.length > 20, `${found.length} members`)
  return found
}

const rust = members(read('wasm/error_code.rs'), /pub enum ErrorCode \{(.*?)^\}/ms)

test('the codes of the shim are those of the core', () => {
  const shim = members(
    read('shim/errors/error-code.ts'),
    /export const enum ErrorCode \{(.*?)^\}/ms,
  )
  assert.deepEqual(shim, rust)
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
