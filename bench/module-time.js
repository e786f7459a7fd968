/** The time within a WebAssembly module: of its exports, without that of what it imports. */
/* global engine */
export class ModuleTime {
  /** Milliseconds so far */
  spent = 0
  #clock = priceOfClock()

  imports(all) {
    const timed = {}
    for (const [name, imports] of Object.entries(all)) timed[name] = this.#each(imports, -1)
    return timed
  }

  exports(all) {
    return this.#each(all, 1)
  }

  #each(functions, sign) {
    const timed = {}
    for (const [name, value] of Object.entries(functions))
      timed[name] = typeof value === 'function' ? this.#timed(value, sign) : value
    return timed
  }

  #timed(run, sign) {
    const { now } = engine
    return (...args) => {
      const began = now()
      const result = run(...args)
      this.spent += sign * (now() - began - this.#clock)
      return result
    }
  }
}

/** Milliseconds that it takes to ask for the time: the median, for a pause of the engine is no price. */
function priceOfClock() {
  const prices = Array.from({ length: 101 }, () => {
    const began = engine.now()
    for (let n = 0; n < 100; n++) engine.now()
    return (engine.now() - began) / 101
  })
  return prices.sort((a, b) => a - b)[50]
}
