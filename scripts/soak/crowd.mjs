/** Ten clients on a phone that has five sockets, and a subscriber that is slower than its server. */
import assert from 'node:assert/strict'
import { Server } from '../../tests/faults/server.mjs'
import { connected, ended } from './load.mjs'
import { SoakPhone, usedHeap } from './phone.mjs'

const CLIENTS = 10

/** Ten clients publish; the first five get through, and the others when those have ended. */
export async function crowd(count) {
  const bed = new SoakPhone()
  const servers = []
  const taken = []
  // each address is a server of its own
  bed.fake.onSocket = socket => servers[/host(\d)/.exec(socket.url)[1]](socket)
  const before = bed.figures
  const clients = Array.from({ length: CLIENTS }, (_, at) => {
    taken.push(0)
    servers.push(serverFor(() => taken[at]++))
    const client = bed.mqtt.connect(`wxs://host${at}/mqtt`, { clientId: `c${at}`, clean: false })
    client.on('error', () => {}) // TOO_MANY_SOCKETS, until there is one
    return client
  })
  const called = clients.map(() => 0)
  let mostSockets = 0
  const rounds = async (from, to) => {
    for (let round = from; round < to; round++) {
      for (const [at, client] of clients.entries())
        if (!client.disconnecting && !client.disconnected)
          client.publish('up', 'x', { qos: 1 }, error => error ?? called[at]++)
      await bed.pass(100)
      mostSockets = Math.max(mostSockets, bed.fake.openSockets.length)
    }
  }
  await rounds(0, count)
  const firstHalf = clients.filter(({ connected }) => connected)
  assert.equal(firstHalf.length, 5)
  const full = bed.figures
  for (const client of firstHalf) client.end()
  await bed.pass(120_000)
  assert.equal(clients.filter(({ connected }) => connected).length, 5)
  for (const client of clients) client.end()
  await bed.pass(65_000)
  const after = bed.figures
  assert.deepEqual(
    clients.map((_, at) => [called[at], taken[at]]),
    clients.map(() => [count, count]),
  )
  assert.deepEqual([after.listeners, after.timers, after.sockets, bed.faults], [0, 0, 0, []])
  return { clients: CLIENTS, sent: CLIENTS * count, mostSockets, before, full, after }
}

/** Accepts sockets. */
function serverFor(taken) {
  const end = { fake: {} }
  new Server({ version: 4, qos: 1, taken }).serve(end)
  return socket => end.fake.onSocket(socket)
}

/** A server sends as fast as it can what takes the subscriber 5 ms a message. */
export async function slowSubscriber(count) {
  const all = await connected()
  const { bed, broker, client } = all
  const codes = new Set()
  client.removeAllListeners('error')
  client.on('error', ({ code }) => codes.add(code))
  let handled = 0
  client.handleMessage = (packet, done) => {
    bed.clock.setTimeout(() => {
      handled++
      done()
    }, 5)
  }
  const before = bed.figures
  let mostHeap = 0
  for (let sent = 0; sent < count; sent += 500) {
    if (broker.socket.state === 'open') broker.send(500, 1)
    bed.drain()
    mostHeap = Math.max(mostHeap, usedHeap())
  }
  await bed.pass(count * 5 + 10_000)
  const after = bed.figures
  const { connects, acknowledged } = broker
  await ended(all)
  return {
    sent: count,
    handled,
    acknowledged,
    connects,
    codes: [...codes],
    mostHeap,
    before,
    after,
  }
}
