/** WebSocket frames (RFC 6455, section 5.2) as bytes: encoding, and decoding of a stream of them. */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

/** A whole frame with FIN; `mask` is the four bytes that a client's frame needs. */
export function encodeFrame(opcode, payload, mask) {
  const header = frameHeader(opcode, payload.length, mask)
  return Buffer.concat([header, mask ? masked(payload, mask) : payload])
}

export function encodeClose(code) {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return payload
}

/** Decodes messages from whatever pieces the stream comes in; fragments are put together. */
export class FrameDecoder {
  #bytes = Buffer.alloc(0)
  #fragments = []
  #opcode = 0;

  /** The messages, `{opcode, payload}`, that these bytes complete. */
  *decode(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    for (let frame = this.#next(); frame; frame = this.#next()) {
      const { opcode, fin, payload } = frame
      if (opcode >= OPCODE.close) {
        yield { opcode, payload }
        continue
      }
      if (opcode !== OPCODE.continuation) this.#opcode = opcode
      this.#fragments.push(payload)
      if (!fin) continue
      yield { opcode: this.#opcode, payload: Buffer.concat(this.#fragments) }
      this.#fragments = []
    }
  }

  #next() {
    const bytes = this.#bytes
    if (bytes.length < 2) return undefined
    let length = bytes[1] & 127
    let at = 2
    if (length === 126) {
      if (bytes.length < 4) return undefined
      length = bytes.readUInt16BE(2)
      at = 4
    } else if (length === 127) {
      if (bytes.length < 10) return undefined
      length = Number(bytes.readBigUInt64BE(2))
      at = 10
    }
    const mask = bytes[1] & 128 ? bytes.subarray(at, (at += 4)) : undefined
    if (bytes.length < at + length) return undefined
    const payload = bytes.subarray(at, at + length)
    this.#bytes = bytes.subarray(at + length)
    return {
      opcode: bytes[0] & 15,
      fin: bytes[0] > 127,
      payload: mask ? masked(payload, mask) : payload,
    }
  }
}

function frameHeader(opcode, length, mask) {
  const bit = mask ? 128 : 0
  let header
  if (length < 126) {
    header = Buffer.of(128 | opcode, bit | length)
  } else if (length < 65536) {
    header = Buffer.of(128 | opcode, bit | 126, length >> 8, length & 255)
  } else {
    header = Buffer.alloc(10)
    header[0] = 128 | opcode
    header[1] = bit | 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  return mask ? Buffer.concat([header, mask]) : header
}

function masked(payload, mask) {
  return Buffer.from(payload.map((byte, at) => byte ^ mask[at & 3]))
}
