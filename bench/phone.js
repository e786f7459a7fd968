/** The phone that a library is measured on: its globals, its `wx`, and a connected client of the library. */
/* global engine */
import { setImmediate } from '../tests/engines/scenario/natives.js'
import { addGlobals } from './globals.js'
import { connect as connectNull, read as readNull } from './libraries/null.js'
import { connect as connectPaho, read as readPaho } from './libraries/paho.js'
import { ModuleTime } from './module-time.js'
import { Socket } from './socket.js'

/** How each is loaded and used; `read` gives a message's payload as text. */
const LIBRARIES = {
  mqtt: () => {
    const mqtt = required(engine.library)
    return { connect: (mqtt.default || mqtt).connect, read: payload => payload.toString() }
  },
  paho: () => ({ connect: connectPaho(required(engine.library)), read: readPaho }),
  null: () => ({ connect: connectNull, read: readNull }),
}

/** The bytes of all WebAssembly memories of this phone */
export const linearMemory = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)

const memories = []

/** Milliseconds that the module took, the last time */
export const compiled = { ms: 0 }

/** If `engine.profile` is set */
export let moduleTime

/** Nothing that is measured waits for a time, so only timers of 0 ms ring. */
export function become() {
  const set = new Set()
  let last = 0
  Object.assign(globalThis, {
    setTimeout(run, delay) {
      const id = ++last
      if (delay) return id
      set.add(id)
      setImmediate(() => set.delete(id) && run())
      return id
    },
    clearTimeout: id => set.delete(id),
    setInterval: () => ++last,
    clearInterval() {},
  })
  globalThis.console = globalThis.console || { log() {}, warn() {}, error() {} }
  if (engine.useWasm) globalThis.WXWebAssembly = { instantiate }
  if (engine.profile) moduleTime = new ModuleTime()
  addGlobals(engine.globals)
}

export function load() {
  return LIBRARIES[engine.kind]()
}

/** A client that begins to connect, with a socket of its own. */
export function connecting({ connect }, clientId = 'bench', socket = new Socket()) {
  globalThis.wx = socket.wx
  const client = connect('wxs://host/mqtt', {
    clientId,
    keepalive: 0,
    maxInFlight: 65_535,
    forceNativeWebSocket: true, // MQTT.js 5 knows `wx` only with this
    wasmFallback: () => required(engine.fallback),
  })
  const bed = { client, socket }
  client.on('error', error => (bed.failure = error))
  return bed
}

export async function connected(library, clientId) {
  const bed = connecting(library, clientId)
  await until(() => {
    if (bed.failure) throw bed.failure
    return bed.client.connected
  })
  for (let turns = 0; turns < 50; turns++) await turn() // MQTT.js looks for what it had stored
  return bed
}

/** Gives turns until it is so. */
export async function until(isSo, what = 'the client is not connected') {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 200_000) throw new Error(typeof what === 'function' ? what() : what)
    await turn()
  }
}

export function turn() {
  return new Promise(resolve => setImmediate(resolve))
}

function instantiate(path, imports) {
  const bytes = engine.wasm()
  const began = engine.now()
  const module = new engine.WebAssembly.Module(bytes)
  const timed = moduleTime ? moduleTime.imports(imports) : imports
  const { exports } = new engine.WebAssembly.Instance(module, timed)
  compiled.ms = engine.now() - began
  memories.push(exports.memory)
  return Promise.resolve({ exports: moduleTime ? moduleTime.exports(exports) : exports })
}

function required(file) {
  const module = { exports: {} }
  file.call(undefined, undefined, module, module.exports)
  return module.exports
}
