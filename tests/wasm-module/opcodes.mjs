/** The opcodes of WebAssembly 1.0, and what belongs to each. */

export const [UNREACHABLE, NOP] = [0x00, 0x01]
export const [BLOCK, LOOP, IF, ELSE, END] = [0x02, 0x03, 0x04, 0x05, 0x0b]
export const [BR, BR_IF, BR_TABLE, RETURN] = [0x0c, 0x0d, 0x0e, 0x0f]
export const [GLOBAL_GET, GLOBAL_SET, I32_CONST, I32_ADD] = [0x23, 0x24, 0x41, 0x6a]
export const I32 = 0x7f

/** Reads past what belongs to an opcode of 1.0; otherwise says what the opcode is. */
export function skipImmediates(opcode, body) {
  if (opcode >= 0x45 && opcode <= 0xbf) return undefined // comparison, arithmetic, conversion
  if (opcode >= 0x28 && opcode <= 0x3e) return skipAddress(body)
  switch (opcode) {
    case UNREACHABLE:
    case NOP:
    case ELSE:
    case END:
    case RETURN:
    case 0x1a: // drop
    case 0x1b: // select
      return undefined
    case BLOCK:
    case LOOP:
    case IF: {
      const type = body.byte()
      const isPlain = type === 0x40 || isValueType(type)
      return isPlain ? undefined : `a block of type ${hex(type)} (multivalue or reference types)`
    }
    case BR_TABLE:
      body.each(() => body.u32())
      body.u32()
      return undefined
    case BR:
    case BR_IF:
    case 0x10: // call
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
      body.u32()
      return undefined
    case 0x11: // call_indirect
      body.u32()
      return body.byte() === 0 ? undefined : 'call_indirect that names a table (reference types)'
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      return body.byte() === 0 ? undefined : `opcode ${hex(opcode)} that names a memory`
    case 0x41: // i32.const
      body.signed(32)
      return undefined
    case 0x42: // i64.const
      body.signed(64)
      return undefined
    case 0x43: // f32.const
      body.slice(4)
      return undefined
    case 0x44: // f64.const
      body.slice(8)
      return undefined
    default:
      return `opcode ${hex(opcode)} (${laterFeature(opcode)})`
  }
}

function skipAddress(body) {
  const alignment = body.u32()
  body.u32()
  return alignment <= 3 ? undefined : `an alignment of ${alignment} (several memories)`
}

function laterFeature(opcode) {
  if (opcode >= 0xc0 && opcode <= 0xc4) return 'sign extension'
  if (opcode >= 0xd0 && opcode <= 0xd6) return 'reference types'
  if (opcode === 0x25 || opcode === 0x26) return 'reference types'
  if (opcode === 0x1c) return 'a select with types, of reference types'
  if (opcode === 0x12 || opcode === 0x13) return 'tail calls'
  if (opcode === 0xfc) return 'bulk memory or saturating conversion'
  if (opcode === 0xfd) return 'vectors'
  if (opcode === 0xfe) return 'threads'
  return 'not in WebAssembly 1.0'
}

export function isValueType(type) {
  return type >= 0x7c && type <= 0x7f
}

export function hex(number) {
  return `0x${number.toString(16)}`
}
