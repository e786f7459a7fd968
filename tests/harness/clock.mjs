/** Time that passes when a test says so: setTimeout, clearTimeout and Date.now of a fake phone. */
export class Clock {
  now = 1_700_000_000_000
  #timers = new Map()
  #last = 0

  setTimeout = (run, delay = 0) => {
    const id = ++this.#last
    this.#timers.set(id, { id, run, at: this.now + Math.max(1, delay) })
    return id
  }

  clearTimeout = id => {
    this.#timers.delete(id)
  }

  /** Timers that are set. */
  get pending() {
    return this.#timers.size
  }

  /** Lets time pass: timers ring when they are due, promises are settled in between. */
  async pass(ms) {
    const end = this.now + ms
    await turn()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next.id)
      this.now = Math.max(this.now, next.at)
      next.run()
      await turn()
    }
    this.now = end
  }

  /** Lets time pass as for an app in the background: no timer rings until it is over. */
  freeze(ms) {
    this.now += ms
  }

  /** Somebody sets the clock: timers ring when they would have rung. */
  set(ms) {
    this.now += ms
    for (const timer of this.#timers.values()) timer.at += ms
  }

  #next(end) {
    const due = [...this.#timers.values()].filter(timer => timer.at <= end)
    return due.sort((a, b) => a.at - b.at || a.id - b.id)[0]
  }
}

/** Everything that promises have to do is done when this is over. */
export function turn() {
  return new Promise(resolve => setImmediate(resolve))
}
