/**
 * What WeChat's automator puts in the place of functions of wx: each answers with a fixed result, and
 * the real one is not called. See tests/page/automation.mjs.
 */
export class Mocks {
  #results = new Map()

  /** wx, with what is mocked in the place of its own. */
  over(wx) {
    return new Proxy(wx, {
      get: (real, name) => (this.#results.has(name) ? this.#mockOf(name) : real[name]),
    })
  }

  /** @param {{result?: unknown}} mock without a result, wx has its own function again */
  set(method, mock) {
    if (mock.result === undefined) this.#results.delete(method)
    else this.#results.set(method, mock.result)
  }

  /** What ends in Sync returns its result; the rest calls back, by `fail` where errMsg says so. */
  #mockOf(name) {
    const result = this.#results.get(name)
    if (name.endsWith('Sync')) return () => result
    return ({ success, fail, complete } = {}) => {
      const failed = result?.errMsg?.startsWith(`${name}:fail`)
      const told = failed ? fail : success
      told?.(result)
      complete?.(result)
      if (told || complete) return undefined
      return failed ? Promise.reject(result) : Promise.resolve(result)
    }
  }
}
