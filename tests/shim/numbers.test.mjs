/** The numbers that say what a call of the core is about: the shim has those of the core. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = path => readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8')

/** The members `Name = 1` of each enum, by its name. */
function enums(text, pattern) {
  const found = Array.from(text.matchAll(pattern), ([, name, body]) => [
    name,
    Array.from(body.matchAll(/^ +(\w+ = \d+),$/gm), ([, member]) => member),
  ])
  for (const [name, members] of found) assert.ok(members.length > 2, name)
  return Object.fromEntries(found)
}

test('each kind of call has the same numbers on both sides', () => {
  const shim = ['engine/calls.ts', 'options/table.ts'].map(path => read(`shim/${path}`))
  const ours = enums(shim.join(''), /^export const enum (\w+) \{(.*?)^\}/gms)
  const core = enums(
    ['calls', 'options'].map(name => read(`wasm/${name}.rs`)).join(''),
    /^(?: {4}|pub enum )(\w+) \{\n(.*?)^ *\}/gms,
  )
  assert.equal(Object.keys(core).length, 7)
  assert.deepEqual(ours, core)
})
