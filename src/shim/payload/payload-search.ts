/** Finds text and bytes in bytes, with the arguments and results of Node's Buffer. */
import { encodeUtf8 } from './utf8'
import { isNumber, isText } from './value-types'

/** What is looked for: text as UTF-8, bytes, or one byte. */
export type Needle = string | number | Uint8Array

/**
 * Where `needle` is at or after `from`, or with `isLast` at or before it; -1 if it is nowhere. A negative
 * `from` counts from the end.
 */
export function search(
  bytes: Uint8Array,
  needle: Needle,
  from: number | undefined,
  encoding: string | undefined,
  isLast: boolean,
): number {
  const wanted = bytesOf(needle, encoding)
  const start = from === undefined || from !== from ? (isLast ? bytes.length : 0) : Math.trunc(from)
  let at = firstPlace(bytes.length, start, wanted.length, isLast)
  if (!wanted.length) return at
  for (const step = isLast ? -1 : 1; at >= 0 && at < bytes.length; at += step) {
    if (isAt(bytes, wanted, at)) return at
  }
  return -1
}

/** Whether these are the same bytes. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && isAt(one, other, 0)
}

export function isAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (bytes[at + index] !== wanted[index]) return false
  }
  return true
}

/** Also for bytes that another JavaScript context has made, which `instanceof` would not know. */
export function isBytes(value: unknown): value is Uint8Array {
  return isOf(value, 'Uint8Array')
}

/** Whether this is of a class of JavaScript's, in whatever context it was made. */
export function isOf(value: unknown, name: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${name}]`
}

/** Throws the error for what Buffer can do and a payload cannot. */
export function unsupported(what: string): never {
  throw new TypeError(
    `payload.${what} is not supported: use mqtt.text(packet), mqtt.json(packet), Uint8Array or DataView`,
  )
}

/** The place to look at first: Buffer's rules for one that is out of range. */
function firstPlace(length: number, start: number, wanted: number, isLast: boolean): number {
  if (start < 0) {
    if (start + length >= 0) return start + length
    return isLast && wanted ? -1 : 0
  }
  if (start + wanted <= length) return start
  if (!wanted) return length
  return isLast ? length - 1 : -1
}

function bytesOf(needle: Needle, encoding = 'utf8'): Uint8Array {
  if (isNumber(needle)) return Uint8Array.of(needle)
  if (isBytes(needle)) return needle
  if (!isText(needle)) return unsupported(`indexOf(${String(needle)})`)
  return /^utf-?8$/i.test(encoding) ? encodeUtf8(needle) : unsupported(`indexOf(…, '${encoding}')`)
}
