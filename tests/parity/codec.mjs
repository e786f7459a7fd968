/** The core by itself, as the shim has it: bytes in, packets and bytes out. */
import { readFileSync } from 'node:fs'
import { glue, source } from '../harness/source.mjs'

const core = await glue()
const path = new URL('../../target/glue/mqtt_bg.wasm', import.meta.url)
const module = new WebAssembly.Module(readFileSync(path))
const { exports } = new WebAssembly.Instance(module, { [core.importsFrom]: core.imports })
core.__wbg_set_wasm(exports)
exports.__wbindgen_start?.()

/** The numbers that say what a call is about */
export const { Command, FilterUse, HostStep, Input, PropertyType } = await source('engine/calls')
export const { CoreOption } = await source('options/table')

export class Core {
  /** Calls of the host, oldest first: [name, ...arguments] */
  calls = []

  constructor({ version = 4, clientId = 'c', clean = true, keepalive = 60, ...options } = {}) {
    const note = (_, name) => this.#note.bind(this, name)
    const host = new Proxy({}, { get: note })
    this.core = new core.Core(host, version, clientId, clean, 1)
    this.core.setOption(CoreOption.Keepalive, keepalive)
    this.core.setOption(CoreOption.Strict, 1) // what packets are is compared, not what is tolerated
    this.version = version
    this.give(options.properties)
    this.refusal = this.core.command(Command.SetConnectProperties, 0, 0)
    const { username, password, will } = options
    const text = value => (value === undefined ? undefined : String(value))
    const bytes = value => (value === undefined ? undefined : Buffer.from(value))
    this.core.setCredentials(text(username), bytes(password))
    if (will) {
      this.give(will.properties)
      const payload = Buffer.from(will.payload ?? '')
      this.refusal ||= this.core.setWill(will.topic, payload, will.qos ?? 0, will.retain ?? false)
    }
    this.refusal ||= this.core.command(Command.Validate, 0, 0)
    this.core.input(Input.Connect, 0, 0)
    this.core.input(Input.TransportOpened, 0, 0)
    this.connect = this.sent()
  }

  /** A client that the server has accepted, and that tells of packets. */
  static connected(options = {}) {
    const core = new Core(options)
    const method = options.properties?.authenticationMethod
    const properties = method ? [21, 0, method.length, ...Buffer.from(method)] : []
    const connack = options.version === 5 ? [0, 0, properties.length, ...properties] : [0, 0]
    core.receive(Buffer.from([0x20, connack.length, ...connack]))
    core.core.setOption(CoreOption.ObservePackets, 1)
    core.calls.length = 0
    return core
  }

  give(properties = {}) {
    for (const [name, value] of Object.entries(properties)) {
      if (name === 'userProperties') this.#giveUserProperties(value)
      else for (const one of [value].flat()) this.#giveProperty(name, one)
    }
  }

  #giveProperty(name, value) {
    if (typeof value === 'string') this.core.property(PropertyType.Text, name, Buffer.from(value))
    else if (typeof value === 'object') this.core.property(PropertyType.Binary, name, value)
    else this.core.numberProperty(name, Number(value))
  }

  #giveUserProperties(properties) {
    for (const [name, value] of Object.entries(properties))
      for (const one of [value].flat())
        this.core.property(PropertyType.User, name, Buffer.from(one))
  }

  receive(bytes) {
    this.core.transportReceived(bytes, 0)
  }

  /** What was sent since the last look, in one piece. */
  sent() {
    const sends = this.calls.filter(([name]) => name === 'send')
    this.calls = this.calls.filter(([name]) => name !== 'send')
    return Buffer.concat(sends.map(([, bytes]) => bytes))
  }

  /** The packets that came in. */
  received() {
    return this.#packets(HostStep.PacketReceived)
  }

  /** What the server wants of the authentication. */
  challenges() {
    return this.#packets(HostStep.Authenticate)
  }

  #packets(step) {
    return this.calls.filter(([name, of]) => name === 'step' && of === step).map(call => call[2])
  }

  #note(name, ...given) {
    // an address and a size
    if (name === 'send') given = [new Uint8Array(exports.memory.buffer, ...given)]
    this.calls.push([name, ...given.map(one => (one instanceof Uint8Array ? one.slice() : one))])
  }
}
