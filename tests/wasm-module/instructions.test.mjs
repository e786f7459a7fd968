/** What a message costs in instructions stays within its bound; and the counter counts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { module, text } from './assemble.mjs'
import { counted } from './counted.mjs'
import { bounds, deviations, instructions } from './instructions.mjs'
import { I32 } from './opcodes.mjs'

test('no message costs more instructions than its bound allows', async () => {
  const hint = 'node tests/wasm-module/instructions.mjs --write makes what is measured the bound'
  assert.deepEqual(deviations(await instructions(), bounds()), [], hint)
})

test('a cost that rose by 6 %, or that is missing, is found; so is a bound that is too high', () => {
  const bound = { risen: 1000, same: 1000, fallen: 1000, gone: 1 }
  assert.deepEqual(deviations({ risen: 1060, same: 1049, fallen: 900, added: 1 }, bound), [
    'risen: 1060 instructions, the bound is 1000 (+6.0 %)',
    'fallen: 900 instructions, the bound is 1000 (-10.0 %)',
    'added: measured or bounded, not both',
    'gone: measured or bounded, not both',
  ])
})

/** A function of the parameter n that goes n times round a loop, and then takes one of two ways. */
const LOOP = [
  ...[0x03, 0x40, 0x20, 0, 0x41, 0x7f, 0x6a, 0x22, 0, 0x0d, 0, 0x0b], // loop: n - 1, again unless 0
  ...[0x20, 0, 0x04, 0x40, 0x05, 0x01, 0x20, 0, 0x1a, 0x0b, 0x0b], // if n: else: nop, n, drop
]

test('instructions are counted as they are run, without those that give structure', () => {
  const bytes = module({
    1: [1, 0x60, 1, I32, 0],
    7: [1, ...text('run'), 0, 0],
    9: undefined,
    10: [1, LOOP.length + 1, 0, ...LOOP],
    11: undefined,
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(counted(bytes)))
  for (const turns of [1, 2, 1000]) {
    const before = exports.instructions.value
    exports.run(turns)
    assert.equal(exports.instructions.value - before, 5 * turns + 2 + 2)
  }
})

test('what is not WebAssembly 1.0 is not counted wrongly, but refused', () => {
  const bytes = module({ 10: [1, 4, 0, 0xfc, 0x08, 0x0b] })
  assert.throws(() => counted(bytes), /bulk memory/)
})
