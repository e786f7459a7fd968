/**
 * What something costs as more is there, in the engine that this runs in: microseconds a message, by how
 * many messages are in flight, filters are subscribed, messages are queued, or bytes a message has that
 * comes one byte at a time. For this library alone: the others have no handlers of filters.
 */
/* global engine */
import { packet, string } from '../tests/engines/scenario/codec.js'
import { become, connected, connecting, load, until } from './phone.js'

const TOPIC = 'sensors/room-1/temperature'
/** 100,000 of these are within what a client keeps. */
const SHORT_TOPIC = 'up'
const SHORT = '21.5'

const CURVES = {
  /** The oldest is acknowledged, and another is published. One packet identifier is left for SUBSCRIBE. */
  inFlight: {
    counts: [1, 16, 256, 4_096, 65_534],
    async measure(library, count) {
      const { client, socket } = await connected(library)
      const ids = []
      let answered = 0
      let next = 0
      socket.withholds = true
      socket.onPublish = id => ids.push(id)
      const publish = () => client.publish(TOPIC, SHORT, { qos: 1 }, () => answered++)
      for (let n = 0; n < count; n++) publish()
      await until(
        () => ids.length === count,
        () => `${ids.length} of ${count} are in flight`,
      )
      const inFlight = await averageOf(() => {
        socket.acknowledge(ids[next++])
        publish()
      })
      if (answered !== next || ids.length !== count + next) throw new Error('a message is missing')
      return { inFlight }
    },
  },

  /**
   * Among so many filters with handlers: a message whose topic came before, one whose topic never came, and
   * another subscription.
   */
  filters: {
    counts: [10, 100, 1_000, 10_000],
    async measure(library, count) {
      const bed = Object.assign(await connected(library), { heard: 0, subscribed: 0 })
      for (let n = 0; n < count; n++) subscribe(bed, n)
      await until(
        () => bed.subscribed === count,
        () => `${bed.subscribed} of ${count} subscribed`,
      )
      const filters = await receiving(bed, n => `plant/${n % 10}/state`)
      const newTopics = await receiving(bed, n => `plant/${n % count}/${n}`)
      let more = count
      const subscribing = await averageOf(() => subscribe(bed, more++), 200)
      return { filters, newTopics, subscribing }
    },
  },

  /** `publish()` without a connection */
  queued: {
    counts: [1, 10, 100, 1_000, 10_000, 100_000],
    async measure(library, count) {
      const bed = connecting(library)
      bed.socket.opens = false
      await until(() => bed.socket.isOpening, 'no socket is opened')
      let answered = 0
      let sent = 0
      const publish = () => {
        sent++
        bed.client.publish(SHORT_TOPIC, SHORT, { qos: 1 }, error =>
          error ? fail(error) : answered++,
        )
      }
      for (let n = 0; n < count; n++) publish()
      const queued = await averageOf(publish, 400)
      bed.socket.open()
      await until(
        () => answered === sent,
        () => `${answered} of ${sent} are acknowledged`,
      )
      return { queued }
    },
  },

  /** Microseconds a byte */
  bytes: {
    counts: [100, 1_000, 10_000, 100_000],
    async measure(library, count) {
      const { client, socket } = await connected(library)
      const bytes = packet(0x30, string(TOPIC), new Uint8Array(count))
      const pieces = Array.from(bytes, byte => Uint8Array.of(byte).buffer)
      let heard = 0
      client.on('message', (topic, payload) => (heard += payload.length))
      const times = Math.max(1, Math.ceil(2_000 / count))
      const started = engine.now()
      for (let n = 0; n < times; n++) for (const piece of pieces) socket.deliver(piece)
      await until(() => heard === times * count, 'a message is missing')
      return { bytes: ((engine.now() - started) * 1000) / (times * bytes.length) }
    },
  },
}

function subscribe(bed, n) {
  const onMessage = () => bed.heard++
  bed.client.subscribe(`plant/${n}/#`, { qos: 0, onMessage }, error => {
    if (error) throw error
    bed.subscribed++
  })
}

/** `topicOf` gives the topic of each message. */
async function receiving(bed, topicOf) {
  const messages = Array.from(
    { length: 1_000 },
    (_, n) => packet(0x30, string(topicOf(n)), new Uint8Array(16)).buffer,
  )
  let delivered = 0
  bed.heard = 0
  const cost = await averageOf(() => bed.socket.deliver(messages[delivered++]), messages.length)
  await until(
    () => bed.heard === delivered,
    () => `${bed.heard} of ${delivered} messages came`,
  )
  return cost
}

/** Microseconds a step: the median of chunks, of as many as there is time for. */
async function averageOf(step, most = 4_000) {
  const costs = []
  const begin = engine.now()
  for (let chunk = 0; chunk * CHUNK < most; chunk++) {
    if (chunk > WARM + 2 && engine.now() - begin > engine.milliseconds) break
    const started = engine.now()
    for (let n = 0; n < CHUNK; n++) step()
    if (chunk >= WARM) costs.push(((engine.now() - started) * 1000) / CHUNK)
  }
  return costs.sort((a, b) => a - b)[costs.length >> 1]
}

async function run() {
  become()
  const library = load()
  const results = {}
  // The first time is to warm up: a point must not depend on being the first.
  for (const warm of [true, false]) {
    for (const [group, { counts, measure }] of Object.entries(CURVES)) {
      for (const count of counts) {
        if (count > (warm ? 100 : engine.most[group] || Infinity)) continue
        const costs = await measure(library, count).catch(error => {
          throw new Error(`${group}, ${count}: ${(error && error.message) || error}`)
        })
        for (const curve of Object.keys(costs)) results[`${curve}, ${count}`] = costs[curve]
      }
    }
  }
  return { results }
}

function fail(error) {
  throw error
}

const CHUNK = 5
/** Chunks before any counts: every topic of `filters` came by then. */
const WARM = 4

run().then(
  result => engine.print(JSON.stringify(result)),
  error => engine.print(JSON.stringify({ failure: String((error && error.message) || error) })),
)
