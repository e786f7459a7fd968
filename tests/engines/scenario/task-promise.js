/**
 * The Promise of iOS 15 and before, as WeChat gives it to the logic layer: made of setTimeout, so
 * that what comes after it is a task, not a microtask. No more of it than ES2015 has.
 */
export class TaskPromise {
  #state = 'pending'
  #value
  #waiting = []

  constructor(executor) {
    let settled = false
    const once = settle => value => {
      if (settled) return
      settled = true
      settle(value)
    }
    const reject = once(reason => this.#settle('rejected', reason))
    const resolve = once(value => this.#resolve(value))
    try {
      executor(resolve, reject)
    } catch (error) {
      reject(error)
    }
  }

  static resolve(value) {
    return value instanceof TaskPromise ? value : new TaskPromise(resolve => resolve(value))
  }

  static reject(reason) {
    return new TaskPromise((_, reject) => reject(reason))
  }

  static all(values) {
    return new TaskPromise((resolve, reject) => {
      const results = []
      let missing = values.length
      if (!missing) resolve(results)
      values.forEach((value, at) =>
        TaskPromise.resolve(value).then(result => {
          results[at] = result
          if (--missing === 0) resolve(results)
        }, reject),
      )
    })
  }

  then(fulfilled, rejected) {
    return new TaskPromise((resolve, reject) => {
      this.#waiting.push(() => {
        const handler = this.#state === 'fulfilled' ? fulfilled : rejected
        if (typeof handler !== 'function')
          return this.#state === 'fulfilled' ? resolve(this.#value) : reject(this.#value)
        try {
          resolve(handler(this.#value))
        } catch (error) {
          reject(error)
        }
      })
      if (this.#state !== 'pending') this.#tell()
    })
  }

  catch(rejected) {
    return this.then(undefined, rejected)
  }

  #resolve(value) {
    const then = value === Object(value) && value.then
    if (typeof then !== 'function') return this.#settle('fulfilled', value)
    new TaskPromise((resolve, reject) => then.call(value, resolve, reject)).#forward(this)
  }

  #forward(to) {
    this.then(
      value => to.#settle('fulfilled', value),
      reason => to.#settle('rejected', reason),
    )
  }

  #settle(state, value) {
    this.#state = state
    this.#value = value
    this.#tell()
  }

  #tell() {
    for (const step of this.#waiting) globalThis.setTimeout(step, 0)
    this.#waiting = []
  }
}
