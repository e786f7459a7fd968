/**
 * How many instructions of the module a message costs, exactly: on a phone without a JIT each is about two
 * nanoseconds, and the number is the same at every run.
 *
 *     node tests/wasm-module/instructions.mjs [--write]
 *
 * prints them beside those in instructions.json, which a test holds the build to; `--write` makes the
 * measured ones the new bound.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import mqttPacket from 'mqtt-packet'
import { CountingBroker } from '../../scripts/soak/broker.mjs'
import { QuickClock } from '../../scripts/soak/phone.mjs'
import { fakeWxWebAssembly } from '../harness/fake-wx.mjs'
import { wasm } from '../harness/package.mjs'
import { Phone } from '../harness/phone.mjs'
import { seeded } from '../harness/random.mjs'
import { counted } from './counted.mjs'

/** How far a number may be above its bound, or below it: a bound that is too high finds nothing. */
const TOLERANCE = 0.05

const BOUNDS = fileURLToPath(new URL('instructions.json', import.meta.url))

export const bounds = () => JSON.parse(readFileSync(BOUNDS, 'utf8'))

const SIZES = { '16 B': 16, '256 B': 256, '16 KiB': 16_384 }

/**
 * Instructions a message, by row; `connect` is everything from loading the module to the CONNACK, and of those
 * that subscribe a row is about many requests which wait for their SUBACK at the same time.
 */
export async function instructions(module = counted(wasm)) {
  const rows = {}
  for (const direction of [receive, publish])
    for (const qos of [0, 1, 2])
      for (const [size, bytes] of Object.entries(SIZES)) {
        const bed = await connected(module)
        const name = direction === receive ? 'in' : 'out'
        rows.connect ??= bed.count()
        rows[`${name}, QoS ${qos}, ${size}`] = direction(bed, qos, bytes)
      }
  for (const filters of [100, 2000])
    rows[`subscribe, ${filters} at once`] = subscribe(await connected(module), filters)
  return rows
}

/** What differs from its bound by more than the tolerance, one line each. */
export function deviations(measured, bound) {
  return Object.keys({ ...measured, ...bound }).flatMap(row => {
    if (!measured[row] || !bound[row]) return [`${row}: measured or bounded, not both`]
    const part = measured[row] / bound[row] - 1
    if (Math.abs(part) <= TOLERANCE) return []
    const percent = `${part > 0 ? '+' : ''}${(part * 100).toFixed(1)} %`
    return [`${row}: ${measured[row]} instructions, the bound is ${bound[row]} (${percent})`]
  })
}

async function connected(module) {
  const wasmApi = fakeWxWebAssembly({ '/utils/mqtt.wasm.br': module })
  let counter
  wasmApi.exportsOf = exports => {
    counter = exports.instructions
    return exports
  }
  const failed = error => {
    throw error
  }
  const clock = new QuickClock(failed)
  const phone = new Phone({ clock, wasmApi })
  phone.run('Math').random = seeded(1)
  const broker = new CountingBroker(phone.fake)
  const client = phone.mqtt.connect('wxs://host', { clientId: 'c', keepalive: 0 })
  client.on('error', failed)
  await clock.pass(100)
  if (!client.connected) throw new Error('the client is not connected')
  return { clock, broker, client, count: () => counter.value >>> 0 }
}

/** Each message comes in a socket message, and a turn, of its own; so does each that is published. */
function receive({ clock, broker, client, count }, qos, size) {
  const payload = Buffer.alloc(size, '0123456789abcdef')
  let heard = 0
  client.on('message', (topic, { length }) => (heard += length === size))
  const average = averageOf(count, messageId => {
    const packet = { cmd: 'publish', topic: TOPIC, payload, qos, messageId }
    broker.socket.send(mqttPacket.generate(packet))
    clock.drain()
  })
  const acknowledged = qos ? ALL : 0
  if (heard !== ALL || broker.acknowledged !== acknowledged) throw new Error('messages are missing')
  return average
}

function publish({ clock, broker, client, count }, qos, size) {
  const payload = '0123456789abcdef'.repeat(size / 16)
  let called = 0
  const average = averageOf(count, () => {
    client.publish(TOPIC, payload, { qos }, error => (called += error ? 0 : 1))
    clock.drain()
  })
  if (called !== ALL || broker.received !== ALL) throw new Error('messages are missing')
  return average
}

function subscribe({ clock, client, count }, filters) {
  const before = count()
  let granted = 0
  for (let n = 0; n < filters; n++) {
    client.subscribe(`sensors/room-${n}`, error => (granted += error ? 0 : 1))
  }
  clock.drain()
  if (granted !== filters) throw new Error('subscriptions are missing')
  return Math.round(((count() - before) >>> 0) / filters)
}

/** After as many as it takes until memory and tables have their sizes. */
function averageOf(count, run) {
  for (let message = 1; message <= WARM_UP; message++) run(message)
  const before = count()
  for (let message = WARM_UP + 1; message <= ALL; message++) run(message)
  return Math.round(((count() - before) >>> 0) / (ALL - WARM_UP))
}

const TOPIC = 'sensors/room-1/temperature'
const WARM_UP = 50
const ALL = 150

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = await instructions()
  console.table(
    Object.fromEntries(
      Object.entries(measured).map(([row, now]) => [row, { now, bound: bounds()[row] }]),
    ),
  )
  if (process.argv.includes('--write'))
    writeFileSync(BOUNDS, `${JSON.stringify(measured, undefined, 2)}\n`)
}
