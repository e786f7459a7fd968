/**
 * TextDecoder and TextEncoder as far as wasm-bindgen's glue needs them: it makes do without
 * `encodeInto`. The bundler puts them in the place of the globals that phones lack.
 */
import { decodeUtf8, encodeUtf8 } from './utf8'

export class TextDecoder {
  decode(bytes?: Uint8Array): string {
    return bytes ? decodeUtf8(bytes) : ''
  }
}

export class TextEncoder {
  encode(text: string): Uint8Array {
    return encodeUtf8(text)
  }
}
