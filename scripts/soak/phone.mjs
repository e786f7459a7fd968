/**
 * A phone for long runs: in its virtual time, what takes no time needs no turn of Node's event loop. It
 * has figures of what is there: heap, wasm memory, listeners, timers, sockets.
 */
import { performance } from 'node:perf_hooks'
import { fakeWxWebAssembly } from '../../tests/harness/fake-wx.mjs'
import { wasm } from '../../tests/harness/package.mjs'
import { Phone } from '../../tests/harness/phone.mjs'
import { seeded } from '../../tests/harness/random.mjs'

export const MB = 1 << 20

export class SoakPhone {
  /** What callbacks of the client threw */
  thrown = []
  #memory

  constructor({ storage } = {}) {
    this.clock = new QuickClock(error => this.thrown.push(error))
    const wasmApi = {
      instantiate: async (path, imports) => {
        const result = await MODULES.instantiate(path, imports)
        this.#memory = result.instance.exports.memory
        return result
      },
    }
    this.phone = new Phone({ clock: this.clock, wasmApi, storage })
    this.phone.run('Math').random = seeded(1)
    this.fake = this.phone.fake
    this.mqtt = this.phone.mqtt
  }

  /** Everything that takes no time is done. */
  drain() {
    this.clock.drain()
  }

  pass(ms) {
    return this.clock.pass(ms)
  }

  /** Bytes of the module's memory, of the instance that was made last. */
  get wasmBytes() {
    return this.#memory ? this.#memory.buffer.byteLength : 0
  }

  /** What is there now; the heap after a collection of garbage, in bytes. */
  get figures() {
    this.forgetSockets()
    const { fake, clock, wasmBytes } = this
    return {
      heap: collectedHeap(),
      wasm: wasmBytes,
      listeners: fake.listeners,
      timers: clock.pending,
      sockets: fake.openSockets.length,
    }
  }

  /** That those that are closed are still known is the doing of the test. */
  forgetSockets() {
    const { fake } = this
    fake.sockets = fake.sockets.filter(({ state }) => state === 'open' || state === 'connecting')
  }

  /** What a phone would not have stood. */
  get faults() {
    const { uncaught, violations } = this.phone
    return [...uncaught, ...this.thrown]
      .map(error => `${error?.message ?? error}`)
      .concat(violations)
  }
}

/** setTimeout, clearTimeout and Date.now of a phone; timers of no time are a queue of their own. */
export class QuickClock {
  now = 1_700_000_000_000
  /** Called with the milliseconds that each timer's callback took */
  onRun
  #soon = []
  #later = new Map()
  #ids = new Map()
  #last = 0

  constructor(thrown) {
    this.thrown = thrown
  }

  setTimeout = (run, delay = 0) => {
    const id = ++this.#last
    const timer = { id, run, at: this.now + delay }
    this.#ids.set(id, timer)
    if (delay > 0) this.#later.set(id, timer)
    else this.#soon.push(timer)
    return id
  }

  clearTimeout = id => {
    const timer = this.#ids.get(id)
    if (!timer) return
    timer.run = undefined
    this.#forget(id)
  }

  /** Timers that are set. */
  get pending() {
    return this.#ids.size
  }

  drain() {
    while (this.#soon.length) {
      const timers = this.#soon
      this.#soon = []
      for (const timer of timers) this.#ring(timer)
    }
  }

  /** Promises are settled in between. */
  async pass(ms) {
    const end = this.now + ms
    await this.#settle()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.now = Math.max(this.now, next.at)
      this.#ring(next)
      await this.#settle()
    }
    this.now = end
  }

  /** Time jumps to the next timer, but not over so much; false if there is none. */
  async jump(most) {
    const next = this.#next(this.now + most)
    await this.pass(next ? Math.max(0, next.at - this.now) : most)
    return next !== undefined
  }

  async #settle() {
    do {
      this.drain()
      await new Promise(setImmediate) // all that promises have to do
    } while (this.#soon.length)
  }

  #ring(timer) {
    const { run, id } = timer
    this.#forget(id)
    if (!run) return
    const begin = this.onRun && performance.now()
    try {
      run()
    } catch (error) {
      this.thrown(error)
    }
    this.onRun?.(performance.now() - begin)
  }

  #forget(id) {
    this.#ids.delete(id)
    this.#later.delete(id)
  }

  #next(end) {
    let first
    for (const timer of this.#later.values())
      if (timer.at <= end && (!first || timer.at < first.at)) first = timer
    return first
  }
}

/** Bytes that are left after a collection, with what array buffers hold. */
export function collectedHeap() {
  for (let times = 0; times < 3; times++) globalThis.gc()
  return usedHeap()
}

export function usedHeap() {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Compiled once for all phones. */
const MODULES = fakeWxWebAssembly({ '/utils/mqtt.wasm.br': wasm })
