/** Bytes, read one after the other, in the encodings of WebAssembly. Throws a RangeError at the end. */
export class Reader {
  constructor(bytes, offset = 0, end = bytes.length) {
    this.bytes = bytes
    /** In the file, also for a slice */
    this.offset = offset
    this.end = end
  }

  get atEnd() {
    return this.offset === this.end
  }

  byte() {
    if (this.atEnd) throw new RangeError(`the bytes end too early, at offset ${this.offset}`)
    return this.bytes[this.offset++]
  }

  /** The next so many bytes, to be read apart. */
  slice(length) {
    const from = this.offset
    if (length > this.end - from) {
      throw new RangeError(
        `${length} bytes are announced at offset ${from}, ${this.end - from} are left`,
      )
    }
    this.offset += length
    return new Reader(this.bytes, from, this.offset)
  }

  u32le() {
    return this.byte() + this.byte() * 0x100 + this.byte() * 0x10000 + this.byte() * 0x1000000
  }

  /** An unsigned LEB128 of 32 bits. */
  u32() {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new RangeError(`a number of more than 32 bits ends at offset ${this.offset}`)
  }

  /** A signed LEB128, whose value nobody asks for. */
  signed(bits) {
    for (let shift = 0; shift < bits; shift += 7) {
      if (this.byte() < 0x80) return
    }
    throw new RangeError(`a number of more than ${bits} bits ends at offset ${this.offset}`)
  }

  text() {
    const { offset, end } = this.slice(this.u32())
    return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes.subarray(offset, end))
  }

  /** Calls back once for each item of a vector; how many there were. */
  each(read) {
    const count = this.u32()
    for (let index = 0; index < count; index++) read(index)
    return count
  }
}
