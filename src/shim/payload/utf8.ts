/**
 * UTF-8, because phones have no TextEncoder and TextDecoder. Malformed bytes and lone surrogates become
 * U+FFFD exactly as WHATWG's codec has it; a byte order mark is kept, as Buffer does.
 *
 * ASCII is handled first: without a compiler, which iPhones do not give a mini-program, each pass over
 * the characters costs what the rest of a message does.
 */

/** The bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  const { length } = text
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x80) return encodeBeyondAscii(text, bytes.subarray(0, at))
    bytes[at] = unit
  }
  return bytes
}

/** Continues where the text is no longer ASCII. */
function encodeBeyondAscii(text: string, ascii: Uint8Array): Uint8Array {
  const { length } = text
  let at = ascii.length
  let written = at
  const bytes = new Uint8Array(at + (length - at) * 3) // no code unit takes more than three bytes
  bytes.set(ascii)
  for (; at < length; at++) {
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
        at++ // a surrogate pair: four bytes
        bytes[written++] = 0xf0 | (point >> 18)
        bytes[written++] = 0x80 | ((point >> 12) & 0x3f)
      }
      bytes[written++] = 0x80 | ((point >> 6) & 0x3f)
    }
    bytes[written++] = 0x80 | (point & 0x3f)
  }
  return bytes.subarray(0, written)
}

/** The text of some bytes. */
export function decodeUtf8(bytes: Uint8Array): string {
  const end = bytes.length
  return isAscii(bytes, end) ? asciiText(bytes, end) : decodeBeyondAscii(bytes, end)
}

function decodeBeyondAscii(bytes: Uint8Array, end: number): string {
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
        if (point === 0xe0) low = 0xa0 // not the shortest form
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
      text += unitsText(units.subarray(0, used)) // room for two is needed below
      used = 0
    }
    if (point > 0xffff) {
      units[used++] = 0xd7c0 + (point >> 10)
      point = 0xdc00 | (point & 0x3ff)
    }
    units[used++] = point
  }
  return text + unitsText(units.subarray(0, used))
}

/** Four bytes at a time where they are aligned, which those of a message that has a buffer of its own are. */
function isAscii(bytes: Uint8Array, end: number): boolean {
  const { buffer, byteOffset } = bytes
  let at = 0
  if (end > 64 && (byteOffset & 3) === 0) {
    const words = new Uint32Array(buffer, byteOffset, end >> 2)
    const { length } = words
    at = length << 2
    let bits = 0
    for (let word = 0; word < length; word++) {
      bits |= words[word]!
      if ((word & 63) === 63 && (bits & 0x80808080) !== 0) return false
    }
    if ((bits & 0x80808080) !== 0) return false
  }
  let bits = 0
  for (; at < end; at++) bits |= bytes[at]!
  return bits < 0x80
}

function asciiText(bytes: Uint8Array, end: number): string {
  if (end <= CHUNK) return unitsText(bytes)
  let text = ''
  for (let at = 0; at < end; at += CHUNK) text += unitsText(bytes.subarray(at, at + CHUNK))
  return text
}

function unitsText(units: Uint8Array | Uint16Array): string {
  return String.fromCharCode.apply(null, units as unknown as number[])
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
