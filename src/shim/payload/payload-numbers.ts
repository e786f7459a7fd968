/**
 * Adds readUInt16BE and its like to payloads: numbers in the bytes of a message, named as in Node's Buffer.
 * What else Buffer has is there to be refused with what to do instead.
 */
import type { Payload } from './payload'
import { unsupported } from './payload-search'

/** Once; it is a third of what running the script would take when the app starts. */
export function addNumberMethods(prototype: Payload): void {
  if ('readInt8' in prototype) return
  // a number of one byte has no order, all others have two
  for (const name of Object.keys(GETTERS) as (keyof typeof GETTERS)[]) {
    for (const order of name.indexOf('8') < 0 ? ORDERS : ['']) {
      define(prototype, `read${name}${order}`, function (offset = 0) {
        const view = new DataView(this.buffer, this.byteOffset, this.byteLength)
        return view[`get${GETTERS[name]}`](offset, order === 'LE')
      })
      refuse(prototype, `write${name}${order}`)
    }
  }
  for (const order of ORDERS) {
    for (const name of ['UInt', 'Int']) {
      define(prototype, `read${name}${order}`, function (offset, length) {
        const value = readUnsigned(this, offset, length, order === 'LE')
        const limit = Math.pow(256, length)
        return name === 'Int' && value >= limit / 2 ? value - limit : value
      })
      refuse(prototype, `write${name}${order}`)
      refuse(prototype, `readBig${name}64${order}`)
      refuse(prototype, `writeBig${name}64${order}`)
    }
  }
  for (const name of ['write', 'compare', 'swap16', 'swap32', 'swap64']) refuse(prototype, name)
}

/** The numbers of a DataView by their names in a Buffer */
const GETTERS = {
  UInt8: 'Uint8',
  Int8: 'Int8',
  UInt16: 'Uint16',
  Int16: 'Int16',
  UInt32: 'Uint32',
  Int32: 'Int32',
  Float: 'Float32',
  Double: 'Float64',
} as const

const ORDERS = ['BE', 'LE']

function readUnsigned(
  bytes: Uint8Array,
  offset: number,
  length: number,
  isLittle: boolean,
): number {
  if (!(offset >= 0 && length >= 1 && length <= 6 && offset + length <= bytes.length)) {
    throw new RangeError('offset or byteLength is out of range')
  }
  let value = 0
  for (let at = 0; at < length; at++) {
    value = value * 256 + bytes[offset + (isLittle ? length - 1 - at : at)]!
  }
  return value
}

function refuse(prototype: Payload, name: string): void {
  define(prototype, name, () => unsupported(`${name}()`))
}

/** Not enumerable, as methods of a class are; also by the other name that Node has: readUint8 for readUInt8. */
function define(
  prototype: Payload,
  name: string,
  value: (this: Payload, offset: number, length: number) => number,
): void {
  const property = { value, configurable: true }
  Object.defineProperty(prototype, name, property)
  if (name.indexOf('UI') > 0) {
    Object.defineProperty(prototype, name.replace('UI', 'Ui'), property)
  }
}
