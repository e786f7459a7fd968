/** The build takes formatting out of the module, but only if nothing but panics uses it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutFormatting } from '../../scripts/formatting.mjs'

/** A function as binaryen prints it. */
const func = (name, ...body) =>
  [` (func $${name} (param $0 i32) (result i32)`, ...body.map(line => `  ${line}`), ' )\n'].join(
    '\n',
  )

const WRITE = '"core[c5930c85a12de822]::fmt::write"'
const DIGITS = '"<u32 as core[c5930c85a12de822]::fmt::Display>::fmt"'
const call = name => [`(call $${name}`, ' (local.get $0)', ')']

test('writing formatted text succeeds, and what it would call traps', () => {
  const panic = func('panic_fmt', ...call(WRITE))
  const module = func(WRITE, '(local.get $0)') + panic + func(DIGITS, ...call('<u32>::_fmt'))
  const expected = func(WRITE, '(i32.const 0)') + panic + func(DIGITS, '(unreachable)')
  assert.equal(withoutFormatting(module), expected)
})

test('a module that formats text fails the build, and so does one without names', () => {
  const digits = func('<u32>::_fmt', '(local.get $0)')
  for (const name of [
    '<u32>::_fmt',
    DIGITS,
    '_RNvXsZ_NtNtCsgXGp_4core3fmt3numjNtB7_5Debug3fmt_1602',
  ]) {
    const module = digits + func(name, '(local.get $0)') + func('ours', ...call(name))
    assert.throws(() => withoutFormatting(module), /formats text: it calls/, name)
  }
  assert.throws(() => withoutFormatting(func('0', '(local.get $0)')), /by its name/)
})
