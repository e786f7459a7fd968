/** A day of a network that comes and goes, and very many reconnections. */
import assert from 'node:assert/strict'
import { Sequence } from '../../tests/faults/sequence.mjs'
import { Server } from '../../tests/faults/server.mjs'
import { seeded } from '../../tests/harness/random.mjs'
import { connected, ended } from './load.mjs'
import { SoakPhone } from './phone.mjs'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * So many simulated hours in which something happens to the network every 5 to 90 s, with a message each
 * way twice a minute, at QoS 2 over a session that is kept.
 */
export async function flapping(hours) {
  const bed = new SoakPhone()
  const { fake, clock } = bed
  const up = new Sequence('up')
  const down = new Sequence('down')
  const server = new Server({ version: 4, qos: 2, taken: payload => up.receive(payload) })
  server.serve(bed.phone)
  const options = { clientId: 'c', clean: false, keepalive: 30 }
  const client = bed.mqtt.connect('wxs://host/mqtt', options)
  client.on('error', () => {}) // what is told of outages is no matter here
  client.on('message', (_, payload) => down.receive(`${payload}`))
  client.subscribe('down', { qos: 2 })
  await bed.pass(SECOND)
  const before = bed.figures

  const random = seeded(24)
  const { onSocket } = fake
  const events = happenings({ fake, clock, server, onSocket })
  let happened = 0
  const end = clock.now + hours * HOUR
  let nextMessage = clock.now
  while (clock.now < end) {
    events[Math.floor(random() * events.length)]()
    happened++
    await bed.pass(5 * SECOND + random() * 85 * SECOND)
    for (; nextMessage < clock.now; nextMessage += 30 * SECOND) {
      const payload = up.next()
      client.publish('up', payload, { qos: 2 }, error => error && up.refuse(payload))
      server.publish(down.next())
    }
  }
  fake.onSocket = onSocket
  fake.show()
  fake.network(true)
  await bed.pass(5 * MINUTE)
  assert.equal(client.connected, true)
  const after = bed.figures
  const reports = [up.report, down.report]
  await ended({ bed, client })
  const total = name => reports.reduce((sum, report) => sum + [report[name]].flat().length, 0)
  const sent = reports.reduce((sum, report) => sum + report.sent, 0)
  const wrong = ['lost', 'doubled', 'refused'].map(total)
  assert.deepEqual(wrong, [0, 0, 0], 'lost, doubled, refused')
  assert.ok(reports.every(({ inOrder }) => inOrder))
  const { connects } = server
  return { hours, happened, connects, sent, before, after }
}

function happenings({ fake, clock, server, onSocket }) {
  const dead = () => {
    const { socket } = server
    if (!socket) return
    socket.onMessage = () => {}
    socket.send = () => {}
  }
  return [
    () => server.hangUp(),
    () => server.socket?.state === 'open' && server.socket.fail('network error'),
    dead, // nobody is told
    () => {
      fake.network(false)
      server.hangUp()
      fake.onSocket = socket => socket.fail('no network')
    },
    () => {
      fake.onSocket = onSocket
      fake.network(true, 'wifi')
    },
    () => {
      fake.onSocket = onSocket
      dead()
      fake.network(true, '4g')
    },
    () => fake.hide(),
    () => fake.show(),
    () => (clock.now += 20 * MINUTE), // timers were frozen
  ]
}

/** So many connections, each with a message of QoS 1 before it breaks. */
export async function reconnects(count) {
  const all = await connected()
  const { bed, broker, client } = all
  let answered = 0
  const step = async () => {
    client.publish('up', 'x', { qos: 1 }, () => answered++)
    bed.drain()
    broker.socket.close()
    const { connects } = broker
    for (let jumps = 0; broker.connects === connects && jumps < 1_000; jumps++)
      await bed.clock.jump(60 * SECOND)
    bed.forgetSockets()
  }
  for (let warm = 0; warm < 100; warm++) await step()
  const before = bed.figures
  for (let at = 0; at < count; at++) await step()
  await bed.pass(MINUTE)
  const after = bed.figures
  assert.equal(broker.connects, count + 101)
  assert.equal(answered, count + 100)
  await ended(all)
  return { count, before, after }
}
