/**
 * Measures one library in the engine that this runs in: what a message costs, from the socket to the
 * application and back, in microseconds, and how long it takes to be connected. The socket and the
 * broker do as little as they can, and the same for each library.
 */
/* global engine */
import { setImmediate } from '../tests/engines/scenario/natives.js'
import { packet, string, u16 } from '../tests/engines/scenario/codec.js'
import { connect as connectNull } from './null-client.js'
import { Socket } from './socket.js'

const TOPIC = 'sensors/room-1/temperature'
const BATCH = 200

const SIZES = { '16 B': 16, '256 B': 256, '16 KiB': 16_384 }

/** Each begins a batch, and calls `done` once for each message that is through. */
const MEASURES = {}
for (const [direction, measureOf] of Object.entries({ in: receive, out: publish })) {
  for (const qos of [0, 1, 2]) {
    for (const [size, bytes] of Object.entries(SIZES))
      MEASURES[`${direction}, QoS ${qos}, ${size}`] = measureOf(qos, bytes)
  }
}

/** QoS 1 is through when the broker has the PUBACK, QoS 2 when it has the PUBCOMP. */
function receive(qos, size) {
  const messages = []
  for (let id = 1; id <= BATCH; id++) {
    const own = qos ? u16(id) : []
    messages.push(packet(0x30 | (qos << 1), string(TOPIC), own, new Uint8Array(size)).buffer)
  }
  return ({ client, socket }, done) => {
    socket.onAcknowledged = qos ? done : ignore
    client.removeAllListeners('message')
    client.on('message', (topic, payload) => {
      if (payload.length !== size) throw new Error(`a payload of ${payload.length} bytes`)
      if (!qos) done()
    })
    for (const message of messages) socket.deliver(message)
  }
}

/** QoS 0 is through when the broker has it: MQTT.js calls back long before. */
function publish(qos, size) {
  const payload = '0123456789abcdef'.repeat(size / 16) // MQTT.js sends no Uint8Array on a phone
  return ({ client, socket }, done) => {
    socket.onPublish = qos ? ignore : done
    const answered = qos ? error => (error ? fail(error) : done()) : undefined
    for (let sent = 0; sent < BATCH; sent++) client.publish(TOPIC, payload, { qos }, answered)
  }
}

function ignore() {}

function fail(error) {
  throw error
}

async function measure(bed, begin) {
  let through = 0
  let started = 0
  let batches = 0
  // the first time is to warm up
  for (const limit of [engine.milliseconds / 2, engine.milliseconds]) {
    started = engine.now()
    batches = 0
    while (engine.now() - started < limit) {
      through = 0
      begin(bed, () => through++)
      for (let turns = 0; through < BATCH; turns++) {
        if (turns > 10_000) throw new Error(`${through} of ${BATCH} messages are through`)
        await turn()
      }
      batches++
    }
  }
  return ((engine.now() - started) * 1000) / (batches * BATCH)
}

function turn() {
  return new Promise(resolve => setImmediate(resolve))
}

/** The globals of a phone. Nothing that is measured waits for a time, so only timers of 0 ms ring. */
function become() {
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
}

async function connected() {
  const socket = new Socket()
  globalThis.wx = socket.wx
  if (engine.useWasm) {
    globalThis.WXWebAssembly = {
      instantiate: (path, imports) => {
        const module = new engine.WebAssembly.Module(engine.wasm())
        return Promise.resolve(new engine.WebAssembly.Instance(module, imports))
      },
    }
  }
  const started = engine.now()
  const mqtt = engine.isNull ? { connect: connectNull } : required(engine.library)
  const client = (mqtt.default || mqtt).connect('wxs://host', {
    clientId: 'bench',
    keepalive: 0,
    wasmFallback: () => required(engine.fallback),
  })
  let failure
  client.on('error', error => (failure = error))
  while (!client.connected) {
    if (failure) throw failure
    await turn()
  }
  return { client, socket, start: engine.now() - started }
}

function required(file) {
  const module = { exports: {} }
  file.call(undefined, undefined, module, module.exports)
  return module.exports
}

async function run() {
  become()
  const bed = await connected()
  const results = { 'start, ms': bed.start }
  for (const name of Object.keys(MEASURES)) {
    results[name] = await measure(bed, MEASURES[name]).catch(error => {
      throw new Error(`${name}: ${error.message}`)
    })
  }
  return results
}

run().then(
  results => engine.print(JSON.stringify({ results })),
  error => engine.print(JSON.stringify({ failure: String((error && error.message) || error) })),
)
