/** The size budget finds what is too large; sizes of functions are told apart by where they come from. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overruns } from '../../scripts/size.mjs'
import { functionSizes, groupOf } from '../../scripts/size/functions.mjs'
import { module } from '../wasm-module/assemble.mjs'

test('a file over its budget is named, and one without a budget', () => {
  assert.deepEqual(
    overruns({ small: 10, exact: 20, large: 33, new: 1 }, { small: 20, exact: 20, large: 30 }),
    ['large: 33 bytes, 3 more than its budget', 'new has no budget'],
  )
})

test('functions are grouped by crate and module', () => {
  const groups = {
    _ZN16mqtt_miniprogram6client4send5flush17h0123456789abcdefE: 'mqtt_miniprogram::client::send',
    '_ZN16mqtt_miniprogram6client7receive50_$LT$impl$u20$mqtt_miniprogram..client..Client$GT$4read17h0123456789abcdefE':
      'mqtt_miniprogram::client::receive',
    '_ZN68_$LT$bytes..bytes_mut..BytesMut$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE':
      'bytes::bytes_mut',
    _RNvNtCs5zM4GgcuceN_17compiler_builtins3mem6memcpy: 'compiler_builtins',
    core_connect: 'exports and helpers',
  }
  for (const [name, group] of Object.entries(groups)) assert.equal(groupOf(name), group)
})

test('the size of a function is that of its body', () => {
  assert.deepEqual(functionSizes(module({ 10: [1, 4, 0, 0x01, 0x01, 0x0b] })), [
    ['without a name', 4],
  ])
})
