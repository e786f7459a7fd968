/** Adds readUInt16BE and its like to `Payload`: numbers in the bytes of a message, named as in Node's Buffer. */
import { Payload } from './payload'

export { Payload }

/** As in the methods of DataView */
type Getter = 'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64'

const NUMBERS: Array<[name: string, getter: Getter]> = [
  ['UInt8', 'Uint8'],
  ['Int8', 'Int8'],
  ['UInt16', 'Uint16'],
  ['Int16', 'Int16'],
  ['UInt32', 'Uint32'],
  ['Int32', 'Int32'],
  ['Float', 'Float32'],
  ['Double', 'Float64'],
]

// a number of one byte has no order, all others have two; not enumerable, as methods of a class are
for (const [name, getter] of NUMBERS) {
  for (const order of /8$/.test(name) ? [''] : ['BE', 'LE']) {
    Object.defineProperty(Payload.prototype, `read${name}${order}`, {
      value(this: Payload, offset = 0): number {
        const view = new DataView(this.buffer, this.byteOffset, this.byteLength)
        return view[`get${getter}`](offset, order === 'LE')
      },
    })
  }
}
