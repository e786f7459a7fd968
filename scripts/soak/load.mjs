/** Many messages each way at each quality of service, and what a message costs as more are pending. */
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { median } from '../statistics.mjs'
import { CountingBroker } from './broker.mjs'
import { SoakPhone } from './phone.mjs'

const BATCH = 50
const PAYLOAD = '{"temperature":21.5}'
/** 100,000 of them are within what a client keeps. */
const SHORT = '21.5'

/** A client that is connected and subscribed. */
export async function connected(options = {}) {
  const bed = new SoakPhone()
  const broker = new CountingBroker(bed.fake, options.protocolVersion)
  const client = bed.mqtt.connect('wxs://host/mqtt', { clientId: 'c', clean: false, ...options })
  client.on('error', error => bed.thrown.push(error))
  client.subscribe('down', { qos: 2 })
  await bed.pass(100)
  assert.equal(client.connected, true)
  return { bed, broker, client }
}

/** The client ends, and leaves nothing. */
export async function ended({ bed, client }) {
  let ends = 0
  client.end(() => ends++)
  await bed.pass(65_000)
  const { listeners, timers, sockets } = bed.figures
  assert.deepEqual([ends, listeners, timers, sockets], [1, 0, 0, 0])
  assert.deepEqual(bed.faults, [])
}

/**
 * `count` messages each way, with `samples` of memory on the way. `up` and `down` are microseconds a
 * message, the median of batches: what else runs on the machine counts less.
 */
export async function load(qos, count) {
  const all = await connected()
  const { bed, broker, client } = all
  let heard = 0
  let called = 0
  client.on('message', () => heard++)
  const done = error => error ?? called++
  const before = bed.figures
  const samples = []
  const note = messages => samples.push({ messages, heap: bed.figures.heap, wasm: bed.wasmBytes })

  const rounds = Math.ceil(count / BATCH)
  const every = Math.ceil(rounds / 10)
  const costs = { up: [], down: [] }
  for (let round = 0; round < rounds; round++) {
    if (round % every === 0) note(round * BATCH)
    const up = timed(() => {
      for (let at = 0; at < BATCH; at++) client.publish('up', PAYLOAD, { qos }, done)
      bed.drain()
    })
    const down = timed(() => {
      broker.send(BATCH, qos)
      bed.drain()
    })
    costs.up.push(up)
    costs.down.push(down)
    if (round % 200 === 0) await bed.pass(1)
  }
  await bed.pass(1_000)
  const sent = rounds * BATCH
  note(sent)
  const after = bed.figures
  assert.deepEqual([broker.received, called, heard], [sent, sent, sent], `QoS ${qos}`)
  assert.equal(broker.acknowledged, qos ? sent : 0)
  assert.equal(broker.connects, 1)
  await ended(all)
  const [up, down] = [costs.up, costs.down].map(all => (median(all) * 1000) / BATCH)
  return { qos, sent, up, down, before, after, samples }
}

/**
 * Publishes while there is no connection, and then lets all be sent and acknowledged: `cost` is in
 * microseconds a message, for each tenth of them, by how many are `pending` then.
 */
export async function pending(most) {
  const all = await connected()
  const { bed, broker, client } = all
  const { onSocket } = bed.fake
  bed.fake.onSocket = socket => socket.close()
  broker.socket.close()
  await bed.pass(10)
  const before = bed.figures
  const step = most / 10
  let called = 0
  const marks = []
  const done = error => {
    assert.equal(error ?? null, null)
    if (++called % step === 0) marks.push(performance.now())
  }
  const publishing = Array.from({ length: 10 }, (_, at) => {
    const ms = timed(() => {
      for (let more = 0; more < step; more++) client.publish('up', SHORT, { qos: 1 }, done)
    })
    return { pending: (at + 1) * step, cost: (ms * 1000) / step }
  })
  const full = bed.figures
  bed.fake.onSocket = onSocket
  bed.fake.network(true)
  marks.push(performance.now())
  for (let waits = 0; called < most && waits < 1_000; waits++) await bed.clock.jump(1_000)
  assert.equal(called, most)
  const acknowledging = marks.slice(1).map((mark, at) => ({
    pending: most - at * step,
    cost: ((mark - marks[at]) * 1000) / step,
  }))
  const after = bed.figures
  await ended(all)
  return { most, publishing, acknowledging, before, full, after }
}

function timed(run) {
  const begin = performance.now()
  run()
  return performance.now() - begin
}
