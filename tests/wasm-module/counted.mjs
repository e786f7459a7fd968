/**
 * Adds a counter to a module of WebAssembly 1.0: its export `instructions` is a global that has the number
 * of instructions that were run, modulo 2^32. What only gives structure (block, loop, else, end, nop) is not
 * counted. Unlike a time the number is the same on every machine and at every run.
 */
import * as op from './opcodes.mjs'
import { Reader } from './reader.mjs'

export function counted(bytes) {
  const reader = new Reader(bytes)
  const parts = [bytes.subarray(0, reader.slice(8).end)]
  let counter
  while (!reader.atEnd) {
    const id = reader.byte()
    const section = reader.slice(reader.u32())
    let content = section.bytes.subarray(section.offset, section.end)
    if (id === GLOBALS) {
      counter = count(section)
      content = appended(section, [op.I32, MUTABLE, op.I32_CONST, 0, op.END])
    }
    if (id === EXPORTS)
      content = appended(section, [...sized(Buffer.from('instructions')), GLOBAL, ...u32(counter)])
    if (id === CODE) content = code(section, counter)
    parts.push(Buffer.from([id]), sized(content))
  }
  return Buffer.concat(parts)
}

/** How many items a section has; it is not read further. */
function count({ bytes, offset, end }) {
  return new Reader(bytes, offset, end).u32()
}

/** A section of one item more. */
function appended(section, item) {
  const items = count(section)
  section.u32()
  const old = section.bytes.subarray(section.offset, section.end)
  return Buffer.concat([u32(items + 1), old, Buffer.from(item)])
}

function code(section, counter) {
  const bodies = []
  const items = section.each(() => bodies.push(sized(body(section.slice(section.u32()), counter))))
  return Buffer.concat([u32(items), ...bodies])
}

/** Adds the length of each run of instructions in front of it: one is entered at its beginning only. */
function body(reader, counter) {
  const { bytes } = reader
  const parts = []
  let begin = reader.offset
  reader.each(() => {
    reader.u32()
    reader.byte()
  })
  parts.push(bytes.subarray(begin, reader.offset))
  while (!reader.atEnd) {
    begin = reader.offset
    let length = 0
    let opcode
    do {
      opcode = reader.byte()
      const unknown = op.skipImmediates(opcode, reader)
      if (unknown) throw new Error(unknown)
      if (!STRUCTURE.includes(opcode)) length++
    } while (!LAST.includes(opcode))
    if (length) parts.push(add(counter, length))
    parts.push(bytes.subarray(begin, reader.offset))
  }
  return Buffer.concat(parts)
}

function add(counter, length) {
  const index = u32(counter)
  return Buffer.from([
    ...[op.GLOBAL_GET, ...index],
    ...[op.I32_CONST, ...s32(length)],
    ...[op.I32_ADD, op.GLOBAL_SET, ...index],
  ])
}

function sized(content) {
  return Buffer.concat([u32(content.length), content])
}

/** Unsigned LEB128. */
function u32(value) {
  const bytes = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return Buffer.from([...bytes, value])
}

/** LEB128 of a positive number that is read as signed. */
function s32(value) {
  const bytes = []
  for (; value > 0x3f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return [...bytes, value]
}

const [GLOBALS, EXPORTS, CODE] = [6, 7, 10]
const [GLOBAL, MUTABLE] = [3, 1]

const STRUCTURE = [op.BLOCK, op.LOOP, op.ELSE, op.END, op.NOP]

/** What control leaves from, or enters behind. */
const LAST = [
  ...[op.LOOP, op.IF, op.ELSE, op.END],
  ...[op.BR, op.BR_IF, op.BR_TABLE, op.RETURN, op.UNREACHABLE],
]
