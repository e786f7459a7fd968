/** As much of MQTT's format as a scripted broker needs, by itself: no code of the library's, or of Node's. */

export const NAMES = `? CONNECT CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK
  UNSUBSCRIBE UNSUBACK PINGREQ PINGRESP DISCONNECT AUTH`.split(/\s+/)

/** Reads one part after another. */
export class Reader {
  at = 0

  constructor(bytes) {
    this.bytes = bytes
  }

  get left() {
    return this.bytes.length - this.at
  }

  take(length) {
    if (length > this.left) throw new Error('the packet ends too early')
    return this.bytes.slice(this.at, (this.at += length))
  }

  u8() {
    return this.take(1)[0]
  }

  u16() {
    return this.u8() * 256 + this.u8()
  }

  variable() {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.u8()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }

  text() {
    return text(this.take(this.u16()))
  }
}

/** Whole packets of one socket message, `[first byte, reader of the rest]`: here no packet is cut. */
export function packetsOf(message) {
  const reader = new Reader(message)
  const packets = []
  while (reader.left) packets.push([reader.u8(), new Reader(reader.take(reader.variable()))])
  return packets
}

/** A packet of its first byte and of parts: numbers are bytes. */
export function packet(first, ...parts) {
  const rest = join(parts)
  return join([first, variable(rest.length), rest])
}

export function u16(value) {
  return [value >> 8, value & 255]
}

export function variable(value) {
  const bytes = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return bytes.concat(value)
}

export function string(value) {
  const bytes = utf8(value)
  return join([u16(bytes.length), bytes])
}

export function utf8(value) {
  const escaped = unescape(encodeURIComponent(value))
  return Uint8Array.from(escaped, letter => letter.charCodeAt(0))
}

export function text(bytes) {
  let escaped = ''
  for (const byte of bytes) escaped += `%${(256 + byte).toString(16).slice(1)}`
  return decodeURIComponent(escaped)
}

function join(parts) {
  const arrays = parts.map(part => (typeof part === 'number' ? [part] : part))
  const joined = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    joined.set(array, at)
    at += array.length
  }
  return joined
}
