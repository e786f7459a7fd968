/**
 * What a library holds in the engine that this runs in, in bytes beyond what was there before its script
 * ran: heap after a collection, and the WebAssembly memories of all its instances. `engine.part` says what
 * is measured.
 */
/* global engine */
import { packet, string, u16 } from '../tests/engines/scenario/codec.js'
import { become, connected, linearMemory, load, turn, until } from './phone.js'

const TOPIC = 'sensors/room-1/temperature'
const TEXT = '0123456789abcdef'.repeat(16)

const PARTS = {
  /** One client, and then ten */
  async clients(note) {
    const library = load()
    const beds = [await connected(library)]
    await note('idle')
    while (beds.length < 10) beds.push(await connected(library, `bench-${beds.length}`))
    await note('10 clients')
    return beds
  },

  async inFlight(note) {
    const bed = await connected(load())
    const ids = await flying(bed, IN_FLIGHT)
    await note('10,000 in flight')
    bed.socket.withholds = false
    for (const id of ids) bed.socket.acknowledge(id)
    await until(() => bed.answered === IN_FLIGHT, 'a callback is missing')
    await note('10,000 acknowledged')
    return bed
  },

  /** As many each way, half of them of QoS 0 and half of QoS 1 */
  async messages(note) {
    const bed = await connected(load())
    let sent = 0
    for (const count of engine.counts) {
      for (; sent < count; sent += 4 * BATCH) await exchange(bed)
      await note(`${count} messages`)
    }
    return bed
  },
}

/** Publishes so many of QoS 1 whose acknowledgements do not come; their packet identifiers. */
async function flying(bed, count) {
  const { client, socket } = bed
  const ids = []
  socket.withholds = true
  socket.onPublish = id => ids.push(id)
  bed.answered = 0
  for (let n = 0; n < count; n++) client.publish(TOPIC, TEXT, { qos: 1 }, () => bed.answered++)
  await until(
    () => ids.length === count,
    () => `${ids.length} of ${count} messages are sent`,
  )
  return ids
}

async function exchange({ client, socket }) {
  let through = 0
  const done = () => through++
  socket.onPublish = id => id || through++
  socket.onAcknowledged = done
  client.removeAllListeners('message')
  client.on('message', (topic, payload, { qos }) => qos || through++)
  for (let n = 1; n <= BATCH; n++) {
    client.publish(TOPIC, TEXT, { qos: 0 })
    client.publish(TOPIC, TEXT, { qos: 1 }, done)
    socket.deliver(message(0))
    socket.deliver(message(1, n))
  }
  await until(
    () => through === 4 * BATCH,
    () => `${through} of ${4 * BATCH} messages are through`,
  )
}

function message(qos, id) {
  return packet(0x30 | (qos << 1), string(TOPIC), qos ? u16(id) : [], PAYLOAD).buffer
}

/** One collection does not find everything. */
function collected() {
  engine.heap()
  engine.heap()
  return engine.heap()
}

/** What was noted before a failure is kept. */
async function run(results) {
  become()
  const before = collected()
  return PARTS[engine.part](async name => {
    for (let turns = 0; turns < 10; turns++) await turn() // what promises and timers hold is let go
    const heap = collected()
    results[`${name}, all heap`] = heap
    results[`${name}, heap`] = heap - before
    results[`${name}, linear`] = linearMemory()
  })
}

const PAYLOAD = new Uint8Array(256)
const BATCH = 50
const IN_FLIGHT = 10_000

const results = {}
run(results).then(
  () => engine.print(JSON.stringify({ results })),
  error =>
    engine.print(JSON.stringify({ results, failure: String((error && error.message) || error) })),
)
