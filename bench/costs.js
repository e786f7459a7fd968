/**
 * What a library costs in the engine that this runs in: to start, in milliseconds; a message among many and
 * a message alone, from the socket to the application and back, in microseconds; and in socket messages.
 * The socket and the broker do as little as they can, and the same for each library.
 */
/* global engine */
import { packet, string, u16, utf8 } from '../tests/engines/scenario/codec.js'
import { become, compiled, connecting, load, moduleTime, turn, until } from './phone.js'

const TOPIC = 'sensors/room-1/temperature'

const SIZES = { '16 B': 16, '256 B': 256, '16 KiB': 16_384 }

/** Each is given a bed and begins a batch, and calls `done` once for each message that is through. */
function measures(read) {
  const all = {}
  for (const qos of [0, 1, 2])
    for (const [size, bytes] of Object.entries(SIZES))
      all[`in, QoS ${qos}, ${size}`] = receive(qos, new Uint8Array(bytes))
  for (const qos of [0, 1, 2])
    for (const [size, bytes] of Object.entries(SIZES))
      all[`out, QoS ${qos}, ${size}`] = publish(qos, ascii(bytes))
  for (const size of ['256 B', '16 KiB']) {
    const bytes = SIZES[size]
    all[`in, text, ${size}`] = receive(0, utf8(ascii(bytes)), { read })
    all[`in, Chinese text, ${size}`] = receive(0, utf8(chinese(bytes)), { read })
    all[`out, Chinese text, ${size}`] = publish(0, chinese(bytes))
    all[`out, bytes, ${size}`] = publish(0, new Uint8Array(bytes))
  }
  return all
}

/** QoS 1 is through when the broker has the PUBACK, QoS 2 when it has the PUBCOMP. */
function receive(qos, content, { read } = {}) {
  const batch = batchOf(content)
  const messages = Array.from({ length: batch }, (_, at) => message(qos, content, at + 1))
  const characters = read && decodeURIComponent(escape(String.fromCharCode(...content))).length
  const begin = ({ client, socket }, done) => {
    socket.onAcknowledged = qos ? done : ignore
    client.removeAllListeners('message')
    client.on('message', (topic, payload, packet) => {
      if (payload.length !== content.length) throw new Error(`a payload of ${payload.length} bytes`)
      if (read && read(payload, packet).length !== characters) throw new Error('the text is wrong')
      if (!qos) done()
    })
    for (const one of messages) socket.deliver(one)
  }
  return { batch, begin }
}

/** QoS 0 is through when the broker has it: MQTT.js calls back long before. */
function publish(qos, payload) {
  const batch = batchOf(payload)
  const begin = ({ client, socket }, done) => {
    socket.onPublish = qos ? ignore : done
    const answered = qos ? error => (error ? fail(error) : done()) : undefined
    for (let sent = 0; sent < batch; sent++) client.publish(TOPIC, payload, { qos }, answered)
  }
  return { batch, begin }
}

/** Microseconds a message; with `engine.profile`, those within the module. */
async function cost(bed, { batch, begin }) {
  let started = 0
  let batches = 0
  let inModule = 0
  // the first time is to warm up
  for (const limit of [engine.milliseconds / 2, engine.milliseconds]) {
    started = engine.now()
    batches = 0
    if (moduleTime) inModule = moduleTime.spent
    while (engine.now() - started < limit) {
      let through = 0
      begin(bed, () => through++)
      for (let turns = 0; through < batch; turns++) {
        if (turns > 10_000) throw new Error(`${through} of ${batch} messages are through`)
        await turn()
      }
      batches++
    }
  }
  const spent = moduleTime ? moduleTime.spent - inModule : engine.now() - started
  return (spent * 1000) / (batches * batch)
}

/** Messages one at a time: from `publish()` until the socket has the packet, and from bytes to event. */
async function latencies({ client, socket }) {
  const content = new Uint8Array(SIZES['256 B'])
  const text = ascii(content.length)
  const bytes = message(0, content)
  let ended = 0
  socket.onPublish = () => (ended = engine.now())
  client.removeAllListeners('message')
  client.on('message', () => (ended = engine.now()))
  const of = async begin => {
    const all = []
    for (let n = 0; n < ALONE; n++) {
      ended = 0
      const started = engine.now()
      begin()
      await until(() => ended, 'a message is missing')
      all.push((ended - started) * 1000)
    }
    const counted = all.slice(ALONE / 4).sort((a, b) => a - b) // those before are to warm up
    return part => counted[Math.floor(counted.length * part)]
  }
  const out = await of(() => client.publish(TOPIC, text, { qos: 0 }))
  const received = await of(() => socket.deliver(bytes))
  return {
    'publish to socket, p50': out(0.5),
    'publish to socket, p95': out(0.95),
    'bytes to event, p50': received(0.5),
    'bytes to event, p95': received(0.95),
  }
}

/** Socket messages that a packet takes, of QoS 0 */
async function socketMessages({ client, socket }) {
  const of = async (payload, count) => {
    const before = socket.sent
    let through = 0
    socket.onPublish = () => through++
    for (let n = 0; n < count; n++) client.publish(TOPIC, payload, { qos: 0 })
    await until(() => through === count, 'a message is missing')
    return (socket.sent - before) / count
  }
  return {
    'socket messages, 256 B alone': await of(ascii(256), 1),
    'socket messages, 16 KiB alone': await of(ascii(16_384), 1),
    'socket messages, 200 of 256 B in a turn': await of(ascii(256), 200),
  }
}

/** A client, and what it took from running the script, in milliseconds. */
async function started() {
  const begin = engine.now()
  const library = load()
  const loaded = engine.now()
  const bed = connecting(library)
  let sent
  bed.socket.onConnect = () => (sent = engine.now())
  await until(() => {
    if (bed.failure) throw bed.failure
    return bed.client.connected
  })
  const results = {
    'start: script, ms': loaded - begin,
    'start to CONNECT, ms': sent - begin,
    'start, ms': engine.now() - begin,
  }
  if (compiled.ms) results['start: module, ms'] = compiled.ms
  return { library, bed, results }
}

async function run() {
  become()
  const { library, bed, results } = await started()
  Object.assign(results, await socketMessages(bed), await latencies(bed))
  for (const [name, measure] of Object.entries(measures(library.read))) {
    if (engine.cannot.some(start => name.startsWith(start))) continue
    results[name] = await cost(bed, measure).catch(error => {
      throw new Error(`${name}: ${error.message}`)
    })
  }
  return { results }
}

function message(qos, content, id) {
  return packet(0x30 | (qos << 1), string(TOPIC), qos ? u16(id) : [], content).buffer
}

function ascii(bytes) {
  return '0123456789abcdef'.repeat(bytes / 16)
}

/** Of as many bytes, but for one of ASCII at most */
function chinese(bytes) {
  return '温度湿度'.repeat(Math.ceil(bytes / 12)).slice(0, Math.floor(bytes / 3)) + '!'
}

/** Large messages are slow enough that a batch of few is measured well. */
function batchOf({ length }) {
  return length > 4_096 ? 20 : 200
}

function ignore() {}

function fail(error) {
  throw error
}

/** Messages that are sent alone */
const ALONE = 400

run().then(
  result => engine.print(JSON.stringify(result)),
  error => engine.print(JSON.stringify({ failure: String((error && error.message) || error) })),
)
