/** Clients of the built library on sealed phones, whose sockets are TCP connections to a real broker. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { Phone } from './phone.mjs'
import { freePort, launch } from './mosquitto.mjs'

/** Starts a broker, runs a test with phones at it, and checks that they were used as they allow it. */
export async function withBroker(settings, run) {
  const port = await freePort()
  const broker = await launch(() => [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    ...settings,
  ])
  const phones = []
  const clients = []
  const connect = (options, budgets) => {
    const phone = new Phone({ realTime: true })
    phones.push(phone)
    wire(phone, port, budgets)
    const client = phone.mqtt.connect('wxs://broker', options)
    clients.push(client)
    return client
  }
  try {
    await run({ connect, log: broker.log, phones })
  } finally {
    for (const client of clients) client.end(true)
    await broker.close()
  }
  for (const { violations, uncaught } of phones) assert.deepEqual([violations, uncaught], [[], []])
}

/** A client that is connected. */
export async function online(client) {
  const [connack] = await once(client, 'connect')
  return connack
}

/** The next so many messages, in the order of their arrival. */
export function messages(client, count) {
  const found = []
  return new Promise(resolve => {
    const take = (topic, payload, packet) => {
      found.push({ topic, text: `${payload}`, packet })
      if (found.length < count) return
      client.removeListener('message', take)
      resolve(found)
    }
    client.on('message', take)
  })
}

/**
 * Every socket of the phone is a TCP connection. The first of `budgets` says how many bytes the first
 * one carries, in both directions, until it breaks, and so on; later ones do not break.
 */
function wire(phone, port, budgets = []) {
  const { fake } = phone
  let connections = 0
  fake.onSocket = socket => {
    let left = budgets[connections++] ?? Infinity
    const tcp = connectTcp(port, '127.0.0.1')
    const broken = () => {
      if (socket.state === 'open' || socket.state === 'connecting') socket.close()
    }
    const carry = (bytes, send) => {
      if (left <= 0) return
      const part = bytes.subarray(0, Math.min(left, bytes.length))
      left -= bytes.length
      send(part)
      if (left <= 0) tcp.end()
    }
    tcp.on('connect', () => socket.state === 'connecting' && socket.open())
    tcp.on('data', bytes => carry(bytes, part => socket.state === 'open' && socket.send(part)))
    tcp.on('error', () => {}) // 'close' follows
    tcp.on('close', () => fake.later(broken))
    socket.onMessage = bytes => carry(bytes, part => tcp.write(part))
    socket.onClose = () => tcp.end()
  }
}
