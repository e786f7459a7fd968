/** One direction of a connection: bytes go through at once, late, or not for the time being. */

/** A slow line: milliseconds until a byte arrives, and bytes a second. */
const LATENCY = 800
const RATE = 2_000

export class Line {
  #waiting = []
  #freeAt = 0
  #timer
  #closed = false

  /**
   * @param {() => {silent: boolean, slow: boolean}} switches as they are at the moment
   * @param {(bytes: Buffer) => void} deliver
   * @param {(rows: object[], fate: 'passed' | 'lost') => void} onFate of the packets in what was sent
   */
  constructor(switches, deliver, onFate) {
    this.switches = switches
    this.deliver = deliver
    this.onFate = onFate
  }

  /** @param {Buffer} bytes @param {object[]} rows of the packets that end in these bytes */
  send(bytes, rows) {
    const now = Date.now()
    const { slow } = this.switches()
    this.#freeAt = slow
      ? Math.max(this.#freeAt, now + LATENCY) + (bytes.length * 1000) / RATE
      : Math.min(this.#freeAt, now)
    this.#waiting.push({ bytes, rows, at: this.#freeAt })
    this.pass()
    return this.#waiting.length > 0
  }

  /** Delivers what may pass; to be called when the switches have changed, too. */
  pass() {
    clearTimeout(this.#timer)
    while (this.#waiting.length > 0 && !this.#closed) {
      const { silent, slow } = this.switches()
      if (silent) return
      const wait = this.#waiting[0].at - Date.now()
      if (slow && wait > 0) {
        this.#timer = setTimeout(() => this.pass(), wait)
        return
      }
      const { bytes, rows } = this.#waiting.shift()
      this.onFate(rows, 'passed')
      this.deliver(bytes)
    }
  }

  /** What is still on the way is lost. */
  close() {
    this.#closed = true
    clearTimeout(this.#timer)
    const rows = this.#waiting.splice(0).flatMap(({ rows }) => rows)
    if (rows.length > 0) this.onFate(rows, 'lost')
  }
}
