/**
 * A phone: a sealed JavaScript context that has only what the logic layer of WeChat has, with a fake
 * `wx`, a clock of its own, and the built library in it as a page gets it.
 */
import vm from 'node:vm'
import { Clock } from './clock.mjs'
import { FakeWx, fakeWxWebAssembly } from './fake-wx.mjs'
import { JAVASCRIPT } from './javascript.mjs'
import { fallbackScript, script, wasm } from './package.mjs'

export class Phone {
  /** What was thrown in a turn of its own, for all to see */
  uncaught = []
  warnings = []

  /**
   * `files` is the package; `wasmApi: null` is a phone without WXWebAssembly. `storage` and `clock`
   * are those of an earlier run of the app, if there was one.
   */
  constructor({
    files = { '/utils/mqtt.wasm.br': wasm },
    nested,
    wasmApi,
    realTime = false,
    storage,
    clock = realTime ? { setTimeout, clearTimeout } : new Clock(),
  } = {}) {
    this.clock = clock
    this.fake = new FakeWx(this.clock, storage)
    this.wasmApi = wasmApi === undefined ? fakeWxWebAssembly(files, { nested }) : wasmApi
    const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } })
    const run = source => vm.runInContext(source, context)
    run(`for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (!${JSON.stringify(JAVASCRIPT)}.includes(name)) delete globalThis[name]
    }`)
    if (!realTime) run('Date').now = () => this.clock.now
    const { setTimeout: set, clearTimeout: clear } = this.clock
    Object.assign(context, {
      wx: this.fake.wx,
      setTimeout: (callback, delay) => set(() => this.#watch(callback), delay),
      clearTimeout: id => clear(id),
      console: { warn: text => this.warnings.push(text) },
    })
    if (this.wasmApi) context.WXWebAssembly = this.wasmApi
    this.run = run
    this.mqtt = this.#require(script)
  }

  /** What `require('./mqtt.fallback.js')` gives. */
  requireFallback(text = fallbackScript) {
    return this.#require(text)
  }

  get violations() {
    return this.fake.violations
  }

  pass(ms) {
    return this.clock.pass(ms)
  }

  /** Enough for everything that takes no time but turns. */
  settle() {
    return this.clock.pass(100)
  }

  #watch(callback) {
    if (this.fake.dead) return
    try {
      callback()
    } catch (error) {
      this.uncaught.push(error)
    }
  }

  #require(text) {
    const wrapper = this.run(`(function (require, module, exports) {${text}\n})`)
    const module = { exports: {} }
    const require = name => {
      throw new Error(`require('${name}') in the bundle`)
    }
    wrapper.call(undefined, require, module, module.exports)
    return module.exports
  }
}
