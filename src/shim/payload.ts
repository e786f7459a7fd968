/**
 * Payloads. Outgoing: text and all kinds of bytes become bytes. Incoming: bytes that print as text,
 * as Node's Buffer does in MQTT.js. Nothing here knows MQTT.
 */
import { decodeUtf8, encodeUtf8 } from './utf8'

/** The bytes of a message that came in. */
export class Payload extends Uint8Array {
  override toString(encoding = 'utf8', start = 0, end = this.length): string {
    const bytes = this.subarray(start, end)
    switch (encoding.toLowerCase()) {
      case 'utf8':
      case 'utf-8':
        return decodeUtf8(bytes)
      case 'hex':
        return toHex(bytes)
      case 'base64':
        return toBase64(bytes)
      default:
        throw new TypeError(`Unknown encoding: ${encoding}`)
    }
  }

  toJSON(): { type: 'Buffer'; data: number[] } {
    return { type: 'Buffer', data: Array.from(this) }
  }
}

/** The bytes of what the application wants to send; `undefined` if it is neither text nor bytes. */
export function toBytes(message: unknown): Uint8Array | undefined {
  if (typeof message === 'string') return encodeUtf8(message)
  if (message instanceof Uint8Array) return message
  if (message === undefined || message === null) return new Uint8Array(0)
  if (ArrayBuffer.isView(message)) {
    return new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
  }
  return isArrayBuffer(message) ? new Uint8Array(message) : undefined
}

/** `instanceof` would not know an ArrayBuffer that another JavaScript context has made. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]'
}

function toHex(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at++) text += (bytes[at]! + 0x100).toString(16).slice(1)
  return text
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.subarray(at, at + 3)
    const bits = (first << 16) | ((second || 0) << 8) | (third || 0)
    text += BASE64[bits >> 18]! + BASE64[(bits >> 12) & 63]!
    text += second === undefined ? '=' : BASE64[(bits >> 6) & 63]!
    text += third === undefined ? '=' : BASE64[bits & 63]!
  }
  return text
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
