/** The numbers that cross the boundary: the shim has those of the core. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enumsOf } from '../harness/enums.mjs'

test('each kind of call has the same numbers on both sides', () => {
  const ours = enumsOf('shim/engine/calls.ts', 'shim/options/table.ts')
  const core = enumsOf('wasm/calls.rs', 'wasm/options.rs')
  for (const [name, members] of Object.entries(core)) assert.ok(members.length > 2, name)
  assert.equal(Object.keys(core).length, 7)
  assert.deepEqual(ours, core)
})
