/**
 * npm `mqtt`, its browser build unchanged, on a phone with the same fake `wx` and the same clock as
 * ours: what every scenario is held against. It gets what such a build takes for granted and a phone
 * lacks (see GLOBALS), and a SocketTask that is more patient than WeChat's (see `patient`).
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import vm from 'node:vm'
import { Clock } from '../harness/clock.mjs'
import { FakeWx } from '../harness/fake-wx.mjs'

/** A browser build of npm `mqtt`, installed in the `node_modules` that this place finds. */
export function browserBuild(place, path = 'mqtt/dist/mqtt') {
  const source = readFileSync(createRequire(place).resolve(path), 'utf8')
  return new vm.Script(
    `(function (module, exports) {${source}\nreturn module ? module.exports : mqtt})`,
  )
}

const latest = browserBuild(import.meta.url)

/** `product` sends the build down its branch for `wx`, with timers that need no Worker. */
const GLOBALS = {
  AbortController,
  AbortSignal,
  navigator: { language: 'zh-CN', product: 'ReactNative' },
  performance: { now: () => 0 },
  location: { protocol: 'https:', href: 'https://phone/' },
  window: { AbortController, AbortSignal },
}

export class ReferencePhone {
  clock = new Clock()
  /** What was thrown in a turn of its own */
  uncaught = []
  #setTimeout = (run, delay, ...args) =>
    this.clock.setTimeout(() => this.#watch(() => run(...args)), delay)
  fake = new FakeWx({ setTimeout: this.#setTimeout, clearTimeout: this.clock.clearTimeout })

  /** `build` is a `browserBuild`; `module` is there for one that is a CommonJS module. */
  constructor(build = latest, module = undefined) {
    const context = vm.createContext({ ...GLOBALS, ArrayBuffer, Uint8Array, console })
    vm.runInContext('Date', context).now = () => this.clock.now
    Object.assign(context, this.#timers(), { wx: { connectSocket: this.#connectSocket } })
    this.mqtt = build.runInContext(context)(module, module?.exports)
  }

  /** Not counted: a phone may be stricter than the browsers that it is written for. */
  get violations() {
    return []
  }

  pass(ms) {
    return this.clock.pass(ms)
  }

  /** Enough for everything that takes no time but turns. */
  settle() {
    return this.clock.pass(100)
  }

  #connectSocket = option => patient(this.fake.wx.connectSocket(option), this.fake.later)

  #timers() {
    const { clearTimeout } = this.clock
    /** By id of the first ring, the id of the next one */
    const intervals = new Map()
    const setInterval = (run, period) => {
      const again = () =>
        this.#setTimeout(() => {
          intervals.set(id, again())
          run()
        }, period)
      const id = again()
      intervals.set(id, id)
      return id
    }
    const clearInterval = id => {
      clearTimeout(intervals.get(id))
      intervals.delete(id)
    }
    return { setTimeout: this.#setTimeout, clearTimeout, setInterval, clearInterval }
  }

  #watch(run) {
    try {
      run()
    } catch (error) {
      this.uncaught.push(error)
    }
  }
}

/** Takes a `close` without a code, and answers it: npm `mqtt` waits for that, and gives no code. */
function patient(task, later) {
  let open = false
  task.onOpen(() => (open = true))
  task.onClose(() => (open = false))
  const close = ({ success, fail } = {}) => {
    if (!open) return later(() => fail?.({ errMsg: 'closeSocket:fail' }))
    open = false
    task.close({ code: 1000 })
    later(() => success?.({ errMsg: 'closeSocket:ok' }))
  }
  return { ...task, close }
}
