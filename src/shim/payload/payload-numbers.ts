/**
 * Adds readUInt16BE and its like to `Payload`: numbers in the bytes of a message, named as in Node's Buffer.
 * What else Buffer has is there to be refused with what to do instead.
 */
import { Payload } from './payload'
import { unsupported } from './payload-search'

export { Payload }

/** As in the methods of DataView */
type Getter = 'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64'

const GETTERS = 'Uint8 Int8 Uint16 Int16 Uint32 Int32 Float32 Float64'.split(' ') as Getter[]

const ORDERS = ['BE', 'LE']

// a number of one byte has no order, all others have two; not enumerable, as methods of a class are
for (const getter of GETTERS) {
  const name = getter.replace('Ui', 'UI').replace('Float32', 'Float').replace('Float64', 'Double')
  for (const order of /8$/.test(name) ? [''] : ORDERS) {
    define(`read${name}${order}`, function (offset = 0) {
      const view = new DataView(this.buffer, this.byteOffset, this.byteLength)
      return view[`get${getter}`](offset, order === 'LE')
    })
    refuse(`write${name}${order}`)
  }
}

for (const order of ORDERS) {
  for (const name of ['UInt', 'Int']) {
    define(`read${name}${order}`, function (offset, length) {
      const value = readUnsigned(this, offset, length, order === 'LE')
      const limit = Math.pow(256, length)
      return name === 'Int' && value >= limit / 2 ? value - limit : value
    })
    refuse(`write${name}${order}`)
    refuse(`readBig${name}64${order}`)
    refuse(`writeBig${name}64${order}`)
  }
}

for (const name of ['write', 'compare', 'swap16', 'swap32', 'swap64']) refuse(name)

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

function refuse(name: string): void {
  define(name, () => unsupported(`${name}()`))
}

/** Also by the other name that Node has: readUint8 for readUInt8. */
function define(
  name: string,
  value: (this: Payload, offset: number, length: number) => number,
): void {
  for (const each of [name, name.replace('UI', 'Ui')]) {
    Object.defineProperty(Payload.prototype, each, { value, configurable: true })
  }
}
