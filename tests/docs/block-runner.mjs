/**
 * Runs a code block of the docs on a sealed phone whose sockets end at a scripted broker: the module
 * is loaded, the app launched, the page opened, its methods called; a message comes in, the connection
 * is lost, and the broker refuses the client. What is only compiled or parsed: scripts/docs/code.mjs.
 */
import ts from 'typescript'
import { wasm } from '../harness/package.mjs'
import { Phone } from '../harness/phone.mjs'
import { withBroker } from '../harness/scripted-broker.mjs'

/**
 * What went wrong, one line each. `app` is the text of the block that calls `App` for the page, if it
 * is another one.
 */
export async function runBlock(text, app = '') {
  const reader = new Reader()
  try {
    if (app) await reader.follow(app)
    return await reader.try(text)
  } catch (error) {
    return [`throws ${error}`]
  }
}

/** Where the pages of the docs say that the module is: by hand, by npm, with uni-app. */
const MODULE_PATHS = [
  '/utils/mqtt.wasm.br',
  '/miniprogram_npm/mqtt-miniprogram/mqtt.wasm.br',
  '/static/mqtt.wasm.br',
]

/** Answers every question for a token, in Easemob's shape and in that of the docs' own backend. */
const TOKEN = {
  statusCode: 200,
  data: {
    ...{ token: 'token', expiresIn: 3600 },
    ...{ code: 200, body: { access_token: 'token', expires_in: 3600 } },
  },
}

/** Long enough for a reconnect with its delay. */
const RECONNECT = 10_000

/** A phone, and what the block is put into. */
class Reader {
  #printed = []
  #page = { data: {}, setData: data => Object.assign(this.#page.data, data) }

  constructor() {
    const files = Object.fromEntries(MODULE_PATHS.map(path => [path, wasm]))
    Object.assign(this, withBroker(new Phone({ files })))
    this.phone.fake.onRequest = () => TOKEN
    this.phone.fake.wx.showToast = ({ title }) => this.#printed.push(`toast: ${title}`)
    this.#surround()
  }

  /** Runs a block that comes before. */
  async follow(text) {
    this.#run(text)
    await this.phone.settle()
  }

  /** Runs the block, and has happen to it what happens to phones. */
  async try(text) {
    await this.phone.settle()
    const before = this.#traffic()
    this.#run(text)
    await this.phone.settle()
    this.#callMethods()
    await this.phone.settle()
    for (const topic of this.broker.subscriptions.keys())
      this.broker.send({ cmd: 'publish', topic, payload: 'hello', qos: 0 })
    await this.phone.settle()
    const after = this.#traffic()
    const silent = Object.keys(CALLS).filter(
      packet => CALLS[packet].test(text) && after[packet] === before[packet],
    )
    const problems = [
      ...silent.map(packet => `sends no ${packet}`),
      ...this.#printed,
      ...this.phone.warnings,
    ]
    await this.#breakConnection()
    this.#page.onUnload?.()
    await this.phone.settle()
    return [
      ...problems,
      ...this.phone.violations,
      ...this.phone.uncaught.map(error => `throws ${error}`),
    ]
  }

  /** The names of scripts/docs/ambient.d.ts. */
  #surround() {
    const { phone, mqtt } = this
    const world = phone.run('globalThis')
    const url = 'wxs://host/mqtt'
    let client
    Object.assign(world, {
      mqtt,
      ...{ url, clientId: 'device001@app01', username: 'user001', password: 'secret' },
      options: { clientId: 'device001' },
      ...{ restApiUrl: 'https://host/app/app01', appClientId: 'id', appClientSecret: 'secret' },
      fetchTokenFromMyBackend: () => Promise.resolve('token'),
      App: app => {
        this.app = app
        app.onLaunch?.()
      },
      Page: page => {
        Object.assign(this.#page, page)
        page.onLoad?.call(this.#page, {})
      },
      getApp: () => this.app ?? { session: 'session' },
      console: {
        log: () => {},
        warn: (...args) => this.#printed.push(`console.warn: ${args.join(' ')}`),
        error: (...args) => this.#printed.push(`console.error: ${args.join(' ')}`),
      },
    })
    // only a block that has no client of its own needs one
    Object.defineProperty(world, 'client', {
      get: () => (client ??= mqtt.connect(url, { clientId: 'device001' })),
    })
  }

  #run(text) {
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2020,
      esModuleInterop: true,
    }
    const { outputText } = ts.transpileModule(text, { compilerOptions })
    const wrapper = this.phone.run(`(function (require, exports) {${outputText}\n})`)
    wrapper.call(this.#page, name => this.#require(name), {})
  }

  #require(name) {
    if (/(^mqtt-miniprogram|\/mqtt\.min\.js)$/.test(name)) return this.mqtt
    if (/\/mqtt\.fallback\.js$/.test(name)) return this.phone.requireFallback()
    throw new Error(`require('${name}') finds nothing`)
  }

  /** The page's own methods, as taps on its buttons call them. */
  #callMethods() {
    for (const [name, method] of Object.entries(this.#page))
      if (typeof method === 'function' && name !== 'setData' && !name.startsWith('on'))
        method.call(this.#page, {})
  }

  /** The connection is lost, and the broker refuses the next one: for listeners of `close` and `error`. */
  async #breakConnection() {
    this.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
    for (const socket of this.phone.fake.openSockets) socket.close()
    await this.phone.pass(RECONNECT)
  }

  #traffic() {
    return Object.fromEntries(
      Object.keys(CALLS).map(packet => [packet, this.broker.got(packet).length]),
    )
  }
}

/** By packet: the calls that must make the client send one. */
const CALLS = {
  connect: /\bmqtt\s*\.connect\(/,
  subscribe: /\.subscribe\(/,
  publish: /\.publish\(/,
}
