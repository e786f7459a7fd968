/**
 * UTF-8, because phones have no TextEncoder and TextDecoder. Malformed bytes and lone surrogates
 * become U+FFFD exactly as the WHATWG's codec has it; a byte order mark is kept, as Buffer does.
 */

/** The bytes of a text. ASCII takes one pass. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < bytes.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x80) return encodeBeyondAscii(text)
    bytes[at] = unit
  }
  return bytes
}

function encodeBeyondAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  let written = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) {
      bytes[written++] = unit
      continue
    }
    const point = pointAt(text, at, unit)
    if (point < 0x800) {
      bytes[written++] = 0xc0 | (point >> 6)
    } else {
      if (point < 0x10000) {
        bytes[written++] = 0xe0 | (point >> 12)
      } else {
        at++ // two units that are four bytes
        bytes[written++] = 0xf0 | (point >> 18)
        bytes[written++] = 0x80 | ((point >> 12) & 0x3f)
      }
      bytes[written++] = 0x80 | ((point >> 6) & 0x3f)
    }
    bytes[written++] = 0x80 | (point & 0x3f)
  }
  return bytes
}

/** The text of some bytes. */
export function decodeUtf8(bytes: Uint8Array): string {
  const end = bytes.length
  const units = new Uint16Array(Math.min(end, CHUNK))
  const last = units.length - 1
  let text = ''
  let used = 0
  let at = 0
  while (at < end) {
    let point = bytes[at++]!
    if (point >= 0x80) {
      let missing = 0
      let low = 0x80
      let high = 0xbf
      if (point >= 0xc2 && point <= 0xdf) {
        missing = 1
        point &= 0x1f
      } else if (point >= 0xe0 && point <= 0xef) {
        missing = 2
        if (point === 0xe0) low = 0xa0 // shorter ways to write it exist
        if (point === 0xed) high = 0x9f // surrogates
        point &= 0x0f
      } else if (point >= 0xf0 && point <= 0xf4) {
        missing = 3
        if (point === 0xf0) low = 0x90
        if (point === 0xf4) high = 0x8f // above U+10FFFF
        point &= 0x07
      } else {
        point = REPLACEMENT
      }
      while (missing > 0 && at < end && bytes[at]! >= low && bytes[at]! <= high) {
        point = (point << 6) | (bytes[at++]! & 0x3f)
        low = 0x80
        high = 0xbf
        missing--
      }
      if (missing > 0) point = REPLACEMENT
    }
    if (used >= last && used > 0) {
      text += toText(units, used) // room for two is needed below
      used = 0
    }
    if (point > 0xffff) {
      units[used++] = 0xd7c0 + (point >> 10)
      point = 0xdc00 | (point & 0x3ff)
    }
    units[used++] = point
  }
  return text + toText(units, used)
}

function toText(units: Uint16Array, used: number): string {
  return String.fromCharCode.apply(null, units.subarray(0, used) as unknown as number[])
}

function utf8Length(text: string): number {
  let size = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    const point = pointAt(text, at, unit)
    if (point > 0xffff) at++
    size += point < 0x800 ? 1 : 2
  }
  return size
}

/** The code point that begins at a code unit. */
function pointAt(text: string, at: number, unit: number): number {
  if (unit < 0xd800 || unit > 0xdfff) return unit
  const next = unit < 0xdc00 ? text.charCodeAt(at + 1) : 0 // NaN at the end fails the test below
  return next >= 0xdc00 && next <= 0xdfff ? ((unit - 0xd7c0) << 10) | (next & 0x3ff) : REPLACEMENT
}

const REPLACEMENT = 0xfffd

/** Code units at a time: engines limit how many arguments a call may have. */
const CHUNK = 4096
