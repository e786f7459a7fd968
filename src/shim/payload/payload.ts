/**
 * Payloads. Outgoing: text and all kinds of bytes become bytes. Incoming: bytes that print as text,
 * as Node's Buffer does in MQTT.js. Nothing here knows MQTT.
 */
import { toBase64 } from './base64'
import { areEqual, isBytes, isOf, search, unsupported } from './payload-search'
import type { Needle } from './payload-search'
import { decodeUtf8, encodeUtf8 } from './utf8'
import { isNumber } from './value-types'

/**
 * The bytes of a received message. Encodings are those of Node's Buffer; `start` and `end` are in bytes.
 * Reading numbers is added by `payload-numbers.ts`.
 */
export class Payload extends Uint8Array {
  override toString(encoding = 'utf8', start = 0, end = this.length): string {
    const bytes = this.subarray(start, end)
    switch (encoding.toLowerCase()) {
      case 'utf8':
      case 'utf-8':
        return decodeUtf8(bytes)
      case 'hex':
        return toHex(bytes)
      case 'latin1':
      case 'binary':
        return toCharacters(bytes, 1, 0xff)
      case 'ascii':
        return toCharacters(bytes, 1, 0x7f)
      case 'ucs2':
      case 'ucs-2':
      case 'utf16le':
      case 'utf-16le':
        return toCharacters(bytes, 2, 0xff)
      case 'base64':
        return toBase64(bytes)
      case 'base64url':
        return toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
      default:
        throw new TypeError(`Unknown encoding: ${encoding}`)
    }
  }

  toJSON(): { type: 'Buffer'; data: number[] } {
    return { type: 'Buffer', data: Array.from(this) }
  }

  override toLocaleString(): string {
    return this.toString()
  }

  equals(other: Uint8Array): boolean {
    if (!isBytes(other)) unsupported(`equals(${String(other)})`)
    return areEqual(this, other)
  }

  override indexOf(value: Needle, from?: number, encoding?: string): number {
    return search(this, value, from, encoding, false)
  }

  override lastIndexOf(value: Needle, from?: number, encoding?: string): number {
    return search(this, value, from, encoding, true)
  }

  includes(value: Needle, from?: number, encoding?: string): boolean {
    return this.indexOf(value, from, encoding) >= 0
  }

  /** Copies bytes into `target` as far as there is room; returns how many. */
  copy(target: Uint8Array, targetStart = 0, start = 0, end = this.length): number {
    if (!isBytes(target)) unsupported(`copy(${String(target)})`)
    const room = Math.max(target.length - targetStart, 0)
    const copied = this.subarray(start, Math.min(end, start + room))
    target.set(copied, copied.length && targetStart)
    return copied.length
  }

  override fill(value: number, start?: number, end?: number): this {
    if (!isNumber(value)) unsupported('fill(text)')
    return super.fill(value, start, end)
  }
}

/**
 * The bytes of what the application wants to send; `undefined` if it is neither text nor bytes. Bytes
 * are not copied.
 */
export function toBytes(message: unknown): Uint8Array | undefined {
  if (typeof message === 'string') return encodeUtf8(message)
  if (message instanceof Uint8Array) return message
  if (message === undefined || message === null) return new Uint8Array(0)
  if (ArrayBuffer.isView(message)) {
    return new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
  }
  return isOf(message, 'ArrayBuffer') ? new Uint8Array(message as ArrayBuffer) : undefined
}

/** Characters of one byte, masked with `mask`, or of two in little-endian order. */
function toCharacters(bytes: Uint8Array, width: 1 | 2, mask: number): string {
  let text = ''
  for (let at = 0; at + width <= bytes.length; at += width) {
    const high = width === 2 ? bytes[at + 1]! << 8 : 0
    text += String.fromCharCode((bytes[at]! & mask) | high)
  }
  return text
}

function toHex(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at++) text += (bytes[at]! + 0x100).toString(16).slice(1)
  return text
}
