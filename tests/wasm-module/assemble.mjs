/** Small modules made by hand, to be spoilt in one place each. */

import { I32 } from './opcodes.mjs'

/** A module with an instance of every kind of section and immediate; `changed` replaces sections. */
export function module(changed = {}) {
  return assemble({ ...GOOD, ...changed })
}

/** The smallest module around one function's body, which begins at offset 0x1d. */
export function withBody(instructions, locals = [0]) {
  const { 1: types, 3: functions, 4: tables } = GOOD
  const body = sized([...locals, ...instructions])
  return assemble({ 1: types, 3: functions, 4: tables, 10: [1, ...body] })
}

export function text(string) {
  return sized([...Buffer.from(string)])
}

function assemble(sections) {
  const present = Object.entries(sections).filter(([, bytes]) => bytes)
  const bytes = present.flatMap(([id, bytes]) => [Number(id), ...sized(bytes)])
  return Buffer.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes])
}

function sized(bytes) {
  if (bytes.length > 127) throw new Error('longer than one byte of LEB128 can say')
  return [bytes.length, ...bytes]
}

/** Each kind of immediate once. It is read, never run. */
const BODY = [
  ...[0x02, 0x40, 0x03, I32, 0x0c, 0, 0x0d, 1, 0x0e, 2, 0, 1, 0, 0x0b, 0x0b], // blocks, branches
  ...[0x04, 0x40, 0x05, 0x0b, 0x00, 0x01, 0x0f], // if, else, unreachable, nop, return
  ...[0x10, 0, 0x11, 0, 0, 0x1a, 0x1b], // call, call_indirect, drop, select
  ...[0x20, 0, 0x21, 0, 0x22, 0, 0x23, 0, 0x24, 0], // locals and globals
  ...[0x28, 2, 0x80, 0x01, 0x3e, 0, 0, 0x3f, 0, 0x40, 0], // memory
  ...[0x41, 0x7f, 0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], // integers
  ...[0x43, 1, 2, 3, 4, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x45, 0x6a, 0xbf, 0x0b], // floats, arithmetic
]

const GOOD = {
  1: [1, 0x60, 0, 0],
  3: [1, 0],
  4: [1, 0x70, 0, 1],
  5: [1, 1, 1, 16],
  6: [1, I32, 1, 0x41, 0x80, 0x80, 0x04, 0x0b],
  7: [3, ...['a', 'b', 'c'].flatMap(name => [...text(name), 0, 0])],
  9: [1, 0, 0x41, 0, 0x0b, 1, 0],
  10: [1, ...sized([1, 1, 0x7e, ...BODY])],
  11: [1, 0, 0x41, 0, 0x0b, ...text('text')],
}
