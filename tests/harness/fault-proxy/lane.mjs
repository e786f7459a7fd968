/**
 * One direction of a proxied connection: messages go in, and come out as frames, late, slow, in other
 * pieces, changed, or up to a cut. Nothing is written once it is cut: what stands last on the wire
 * is the truncated frame.
 */
import { OPCODE, encodeFrame } from './frames.mjs'

export class Lane {
  /** What has been written: frames and MQTT bytes */
  frames = 0
  bytes = 0
  /** What has come in: messages, and those of no bytes */
  messages = 0
  empty = 0
  #stopped = false
  #queue = Promise.resolve()
  #joined = []

  /**
   * `write` gets frames as bytes; `mask` gives the mask of the next frame, if it needs one; `cut` is
   * called when the plan's cut is reached; `random` is in [0, 1).
   */
  constructor(faults, { write, cut, mask = () => undefined, random, sleep }) {
    checkCut(faults.cut)
    Object.assign(this, { faults, write, cut, mask, random, sleep })
  }

  /** A message that came from the one side, for the other. */
  take({ opcode, payload }) {
    this.messages++
    if (payload.length === 0 && opcode <= OPCODE.binary) this.empty++
    const { hold, coalesce } = this.faults
    if (hold || this.#stopped) return
    if (opcode >= OPCODE.close) return this.#send(opcode, payload)
    if (coalesce === undefined) return this.#data(opcode, payload)
    if (this.#joined.push(payload) > 1) return
    this.sleep(coalesce).then(() => this.#data(opcode, Buffer.concat(this.#joined.splice(0))))
  }

  /** Nothing goes out any more. */
  stop() {
    this.#stopped = true
  }

  #data(opcode, given) {
    const { tamper, duplicate, text, rechunk, empty, ping } = this.faults
    const payload = tamper ? tamper(Buffer.from(given), this) : given
    const copies = duplicate && this.messages % duplicate === 0 ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (ping) this.#send(OPCODE.ping, Buffer.from('ping'))
      if (empty) this.#send(OPCODE.binary, Buffer.alloc(0))
      for (const piece of this.#pieces(payload, rechunk))
        this.#send(text ? OPCODE.text : opcode, piece)
    }
  }

  *#pieces(payload, rechunk) {
    if (!rechunk) return yield payload
    for (let at = 0; at < payload.length;) {
      const length = rechunk === 'random' ? 1 + Math.floor(this.random() * 8) : rechunk
      yield payload.subarray(at, at + length)
      at += length
    }
  }

  /** In order, after the delay and as fast as the rate allows. */
  #send(opcode, payload) {
    const { delay, rate } = this.faults
    if (!delay && !rate) return this.#out(opcode, payload)
    this.#queue = this.#queue.then(async () => {
      if (delay) await this.sleep(delay)
      if (rate) await this.sleep((1000 * payload.length) / rate)
      this.#out(opcode, payload)
    })
  }

  #out(opcode, payload) {
    if (this.#stopped) return
    const frame = encodeFrame(opcode, payload, this.mask())
    const { cut } = this.faults
    const isData = opcode <= OPCODE.binary
    if (!cut || !isData || this.bytes + payload.length <= cut.after) {
      this.write(frame)
      this.frames++
      if (isData) this.bytes += payload.length
      return
    }
    const left = cut.after - this.bytes
    this.stop()
    this.write(this.#part(cut, { opcode, payload, frame, left }))
    this.bytes += left
    this.cut(cut.how)
  }

  /** What still goes out of the message in which the cut is. */
  #part({ where = 'frame' }, { opcode, payload, frame, left }) {
    switch (where) {
      case 'frame': // the header says more than there is
        return frame.subarray(0, frame.length - payload.length + left)
      case 'header':
        return frame.subarray(0, 1)
      default: // a whole frame with a part of the MQTT packet
        return left ? encodeFrame(opcode, payload.subarray(0, left), this.mask()) : Buffer.alloc(0)
    }
  }
}

function checkCut({ where = 'frame', how = 'rst' } = {}) {
  if (!['frame', 'header', 'packet'].includes(where))
    throw new Error(`a cut is in a frame, a header or a packet, not in "${where}"`)
  if (typeof how === 'number' && where !== 'packet')
    throw new Error('no close frame can follow a truncated one')
}
