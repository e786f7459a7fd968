/**
 * TextDecoder and TextEncoder as far as wasm-bindgen's glue needs them: it makes do without
 * `encodeInto`. The bundler puts them in the place of the globals, which phones lack.
 */
import { decodeUtf8, encodeUtf8 } from '../payload/utf8'

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
