/** A phone in the engine that this runs in: the profile's globals, fake `wx`, a clock, and a broker. */
/* global engine */
import { Clock } from '../../harness/clock.mjs'
import { FakeWx, fakeWxWebAssembly } from '../../harness/fake-wx.mjs'
import { Traps } from '../../harness/traps.mjs'
import { Broker } from './broker.js'
import { seal } from './seal.js'
import { TaskPromise } from './task-promise.js'

const WASM_PATH = '/utils/mqtt.wasm.br'

/** Once: from here on the engine has what the profile's phone has. */
export function become(profile) {
  seal(profile.later || [])
  if (profile.taskPromises) globalThis.Promise = TaskPromise
}

/** A freshly started app; the one before it is gone. */
export class TestBed {
  clock = new Clock()
  fake = new FakeWx(this.clock)
  broker = new Broker(this.fake)
  warnings = []
  uncaught = []
  fallbackAsked = 0
  traps = new Traps()

  constructor(profile) {
    this.profile = profile
    Date.now = () => this.clock.now
    globalThis.setTimeout = (run, delay) =>
      this.clock.setTimeout(() => {
        try {
          run()
        } catch (error) {
          this.uncaught.push(String(error))
        }
      }, delay)
    globalThis.clearTimeout = id => this.clock.clearTimeout(id)
    if (profile.console !== false) globalThis.console = { warn: text => this.warnings.push(text) }
    if (profile.wx !== false) globalThis.wx = without(this.fake.wx, profile.wxLacks || [])
    if (!profile.wasmMissing) globalThis.WXWebAssembly = wasmApi(profile, this.traps)
    this.mqtt = loaded(engine.library)
  }

  /** The address and options of a connect of this profile. */
  connect(options) {
    const { wasmPath, shipsFallback } = this.profile
    const given = Object.assign({ clientId: 'device001@aitbj0' }, wasmPath && { wasmPath }, options)
    if (shipsFallback) {
      given.wasmFallback = () => {
        this.fallbackAsked++
        const make = loaded(engine.fallback)
        return imports => this.traps.over(make(imports))
      }
    }
    const client = this.mqtt.connect('wxs://host.cn1.mqtt.chat', given)
    const log = []
    for (const name of ['connect', 'reconnect', 'offline', 'close', 'end'])
      client.on(name, () => log.push(name))
    client.on('error', error => log.push(`error ${error.code || ''} ${error.message}`))
    client.on('message', (topic, payload) => log.push(`message ${topic} ${payload}`))
    return { client, log }
  }

  pass(ms) {
    return this.clock.pass(ms)
  }

  /** Enough for everything that takes no time but turns. */
  settle() {
    return this.pass(100)
  }

  /** Nothing was done that a phone refuses, and nothing was thrown into the void. */
  get complaints() {
    return this.fake.violations.concat(this.uncaught)
  }
}

/** A CommonJS file, with nothing to require. */
function loaded(file) {
  const module = { exports: {} }
  const require = name => {
    throw new Error(`require('${name}')`)
  }
  file.call(undefined, require, module, module.exports)
  return module.exports
}

function without(object, names) {
  const less = Object.assign({}, object)
  for (const name of names) delete less[name]
  return less
}

/** WXWebAssembly as the profile has it: nothing but `instantiate`, with a promise of the phone's kind. */
function wasmApi({ nested = true, wasmPath = WASM_PATH }, traps) {
  const fake = fakeWxWebAssembly({ [wasmPath]: engine.wasm() }, { nested })
  fake.exportsOf = exports => traps.over(asOniOS(exports))
  return {
    instantiate: (path, imports) =>
      new globalThis.Promise((resolve, reject) =>
        fake.instantiate(path, imports).then(resolve, reject),
      ),
  }
}

/** iOS takes no exported global, and loses names of a function beyond the third. */
function asOniOS(exports) {
  const names = new Map()
  for (const name of Object.keys(exports)) {
    const value = exports[name]
    if (typeof value !== 'function' && !value.grow) throw new Error(`exported global ${name}`)
    names.set(value, (names.get(value) || 0) + 1)
    if (names.get(value) > 3) throw new Error(`${name} is one name too many`)
  }
  return exports
}
