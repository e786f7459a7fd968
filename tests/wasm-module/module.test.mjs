/** The module that is shipped keeps the rules; modules made to break one of them are found out. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { bind, buildBindgen, compile, wasmOpt } from '../../scripts/wasm.mjs'
import { module, text, withBody } from './assemble.mjs'
import { violations } from './module.mjs'
import { I32 } from './opcodes.mjs'

test('the shipped module is WebAssembly 1.0', () => {
  for (const path of ['pkg/mqtt.wasm.br', 'miniprogram/utils/mqtt.wasm.br']) {
    assert.deepEqual(violations(brotliDecompressSync(readFileSync(path))), [], path)
  }
})

test('the shipped module starts small', () => {
  const module = brotliDecompressSync(readFileSync('pkg/mqtt.wasm.br'))
  const compiled = new WebAssembly.Module(module)
  const [{ module: importsFrom }] = WebAssembly.Module.imports(compiled)
  const imports = { [importsFrom]: new Proxy({}, { get: () => () => 0 }) }
  const { exports } = new WebAssembly.Instance(compiled, imports)
  assert.ok(exports.memory.buffer.byteLength <= 4 * 65536, 'more than four pages of memory')
})

test('the same crate without the lowering is refused', t => {
  const folder = mkdtempSync(join(tmpdir(), 'not-lowered-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const stripped = join(folder, 'stripped.wasm')
  const target = resolve('target')
  wasmOpt([
    compile(target),
    '--strip-target-features',
    '--remove-exports=__externref*',
    '-o',
    stripped,
  ])
  bind(buildBindgen(), stripped, folder)
  const found = violations(readFileSync(join(folder, 'mqtt_bg.wasm'))).join('\n')
  assert.match(found, /the export "__instance_terminated" is a global/)
  assert.match(found, /opcode 0xc\d \(sign extension\)/)
  assert.match(found, /opcode 0xfc \(bulk memory or saturating conversion\)/)
})

test('a good module made by hand is taken', () => {
  assert.deepEqual(violations(module()), [])
})

const BAD = {
  'the file is not a WebAssembly module': Buffer.from('<!DOCTYPE html>'),
  'version 2 of the binary format': Buffer.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]),
  'section 12 (DataCount, of bulk memory)': module({ 12: [0] }),
  'section 13 (tags, of exception handling)': module({ 13: [0] }),
  'type 0 has 2 results (multivalue)': module({ 1: [1, 0x60, 0, 2, I32, I32] }),
  'a parameter of type 0 is of type 0x6f, not a number': module({ 1: [1, 0x60, 1, 0x6f, 0] }),
  'the import "now" from "env": only the glue of the build is there': module({
    2: [1, ...text('env'), ...text('now'), 0, 0],
    10: [0],
    3: [0],
  }),
  'the import "m" from "mqtt-0123abcd" is not a function': module({
    2: [1, ...text('mqtt-0123abcd'), ...text('m'), 2, 0, 1],
  }),
  '0 tables: there must be one': module({ 4: undefined }),
  '2 tables: there must be one': module({ 4: [2, 0x70, 0, 0, 0x70, 0, 0] }),
  'table 0 is of type 0x6f, not funcref': module({ 4: [1, 0x6f, 0, 0] }),
  'memory 0 has limits of kind 3 (shared or 64-bit)': module({ 5: [1, 3, 1, 1] }),
  'the export "g" is a global': module({ 7: [1, ...text('g'), 3, 0] }),
  'function 0 is exported under 4 names: a, b, c, d': module({
    7: [4, ...['a', 'b', 'c', 'd'].flatMap(name => [...text(name), 0, 0])],
  }),
  'element segment 0 is of kind 1 (bulk memory)': module({ 9: [1, 1, 0, 0] }),
  'data segment 0 is of kind 1 (bulk memory)': module({ 11: [1, 1, 0] }),
  'a local of function 0 is of type 0x7b, not a number': withBody([0x0b], [1, 1, 0x7b]),
  'function 0, offset 0x1f: opcode 0xc0 (sign extension)': withBody([0x41, 1, 0xc0, 0x1a, 0x0b]),
  'function 0, offset 0x1d: opcode 0xfc (bulk memory or saturating conversion)': withBody([
    0xfc, 0,
  ]),
  'function 0, offset 0x1d: opcode 0xd0 (reference types)': withBody([0xd0, 0x70, 0x1a, 0x0b]),
  'function 0, offset 0x1d: opcode 0xfd (vectors)': withBody([0xfd, 0x0c]),
  'function 0, offset 0x1d: opcode 0x12 (tail calls)': withBody([0x12, 0, 0x0b]),
  'function 0, offset 0x1d: opcode 0x1c (a select with types, of reference types)': withBody([
    0x1c,
  ]),
  'function 0, offset 0x1d: a block of type 0x0 (multivalue or reference types)': withBody([
    0x02, 0x00, 0x0b, 0x0b,
  ]),
  'function 0, offset 0x1d: call_indirect that names a table (reference types)': withBody([
    0x11, 0, 1, 0x0b,
  ]),
  'function 0, offset 0x1d: an alignment of 66 (several memories)': withBody([
    0x28, 66, 0, 0, 0x0b,
  ]),
  'function 0 goes on after its end': withBody([0x0b, 0x0b]),
  'the bytes end too early, at offset 31': withBody([0x41, 1]),
  '100 bytes are announced at offset 10, 0 are left': Buffer.from([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 100,
  ]),
}

for (const [violation, bytes] of Object.entries(BAD)) {
  test(`refused: ${violation}`, () => assert.ok(violations(bytes).includes(violation)))
}

test('refused: a table index written longer than it need be', () => {
  const found = violations(withBody([0x11, 0, 0x80, 0x00, 0x0b]))
  assert.match(found[0], /call_indirect that names a table/)
})
