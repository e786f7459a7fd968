/**
 * The logic layer's time, in the place of the worker's: Date, setTimeout and setInterval by a clock
 * that can be put forward, and that stands still while WeChat suspends the app. Only the playground
 * uses it; elsewhere the logic layer has the browser's own time.
 */

const platform = {
  Date: self.Date,
  setTimeout: self.setTimeout.bind(self),
  clearTimeout: self.clearTimeout.bind(self),
  setInterval: self.setInterval.bind(self),
}

/** Longer timers are set again when they ring. */
const LONGEST_TIMER = 0x7fffffff

export class Clock {
  /** Milliseconds before real time */
  #ahead = 0
  #suspended = false
  #timers = new Map()
  #lastId = 0
  #alarm

  get ahead() {
    return this.#ahead
  }

  now() {
    return platform.Date.now() + this.#ahead
  }

  /** Lets time pass at once. What falls due on the way runs in order; `settle` is awaited after each. */
  async advance(ms, settle) {
    const end = this.now() + ms
    for (let next = this.#next(); next && next.at <= end; next = this.#next()) {
      this.#ahead += Math.max(0, next.at - this.now())
      this.#ring(next)
      await settle()
    }
    this.#ahead += Math.max(0, end - this.now())
    this.#setAlarm()
  }

  /** No timer runs until `resume`. */
  suspend() {
    this.#suspended = true
    this.#setAlarm()
  }

  /** What has fallen due in these milliseconds runs now, as when a phone wakes up. */
  resume(ms) {
    this.#ahead += ms
    this.#suspended = false
    this.#setAlarm()
  }

  /** Puts this clock in the place of the global object's. */
  install(globalObject) {
    const now = () => this.now()
    const clear = id => {
      this.#timers.delete(id)
      this.#setAlarm()
    }
    Object.assign(globalObject, {
      setTimeout: (run, delay, ...args) => this.#add({ run: () => run(...args) }, delay),
      setInterval: (run, delay, ...args) =>
        this.#add({ run: () => run(...args), every: Math.max(1, delay || 0) }, delay),
      clearTimeout: clear,
      clearInterval: clear,
    })
    globalObject.Date = new Proxy(platform.Date, {
      apply: () => new platform.Date(now()).toString(),
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
      get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
    })
  }

  #add(timer, delay) {
    const id = ++this.#lastId
    this.#timers.set(id, { ...timer, id, at: this.now() + Math.max(0, Number(delay) || 0) })
    this.#setAlarm()
    return id
  }

  #next() {
    let next
    for (const timer of this.#timers.values()) if (!next || timer.at < next.at) next = timer
    return next
  }

  #ring(timer) {
    if (timer.every) timer.at = this.now() + timer.every
    else this.#timers.delete(timer.id)
    try {
      timer.run()
    } catch (error) {
      console.error(error)
    }
  }

  #setAlarm() {
    platform.clearTimeout(this.#alarm)
    const next = this.#next()
    if (!next || this.#suspended) return
    const delay = Math.min(Math.max(0, next.at - this.now()), LONGEST_TIMER)
    this.#alarm = platform.setTimeout(() => this.#ringAll(), delay)
  }

  /** Timers that were set meanwhile wait for the next round. */
  #ringAll() {
    const due = [...this.#timers.values()].filter(({ at }) => at <= this.now())
    for (const timer of due.sort((a, b) => a.at - b.at || a.id - b.id)) {
      if (this.#timers.has(timer.id)) this.#ring(timer)
    }
    this.#setAlarm()
  }
}

/** Real time, whatever the clock says. */
export function pause(ms) {
  return new Promise(done => platform.setTimeout(done, ms))
}

/** In real time, too. */
export function every(ms, run) {
  platform.setInterval(run, ms)
}

export function realNow() {
  return platform.Date.now()
}
