/**
 * Faults over real sockets: sealed phones at mosquitto and aedes, one of them through the fault proxy.
 * The first connections fare as planned and later ones well. Nothing here waits for a time: a run is
 * over when all has come, and what did not happen is found at its end.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Aedes } from 'aedes'
import { WebSocketServer, createWebSocketStream } from 'ws'
import { startFaultProxy } from '../harness/fault-proxy.mjs'
import { freePort, launch } from '../harness/mosquitto.mjs'
import { wsPhone } from '../harness/ws-phone.mjs'
import { Sequence } from './sequence.mjs'

const MESSAGES = 10

/** So many connections fare badly. */
const FAULTY = 2

/** A cut that each connection meets a little later than the one before. */
const cutDown = more => index => ({ down: { cut: { after: 20 + 23 * index, ...more } } })
const cutUp = more => index => ({ up: { cut: { after: 60 + 31 * index, ...more } } })

/** A tampered first byte of one message, behind so many. */
const tampered = change => () => ({
  down: {
    tamper(bytes, { messages }) {
      if (messages === 4) bytes[0] = change(bytes[0])
      return bytes
    },
  },
})

/** Plans of faulty connections, by name: those that break them, and those that do not. */
const BREAKING = {
  'handshakes that are not answered': () => ({ upgrade: false }),
  ...Object.fromEntries(
    [401, 403, 404, 429, 502, 503].map(status => [`HTTP ${status}`, () => ({ reject: status })]),
  ),
  'no sub-protocol': () => ({ subProtocol: null }),
  'another sub-protocol': () => ({ subProtocol: 'chat' }),
  'truncated frames, and a reset': cutDown({ how: 'rst' }),
  'truncated frames, and FIN': cutDown({ how: 'fin' }),
  'truncated frames, and silence': cutDown({ how: 'half-open' }),
  'frames cut inside of their header': cutDown({ where: 'header', how: 'fin' }),
  'packets cut inside of whole frames': cutDown({ where: 'packet', how: 'fin' }),
  'a close frame amid packets': cutDown({ where: 'packet', how: 1011 }),
  'truncated frames of the client, and a reset': cutUp({ how: 'rst' }),
  'packets of the client cut': cutUp({ where: 'packet', how: 'fin' }),
  'half open from CONNECT on': () => ({ up: { cut: { after: 0, how: 'half-open' } } }),
  'the broker hears nothing': () => ({ up: { hold: true } }),
  'the client hears nothing': () => ({ down: { hold: true } }),
  'text frames': () => ({ down: { text: true, tamper: bytes => Buffer.concat([bytes, NO_MQTT]) } }),
  'reserved flags': tampered(first => first | 0x06),
  'another packet type': tampered(first => first ^ 0xf0),
  'every message twice': () => ({ down: { duplicate: 1 } }),
}

const HARMLESS = {
  'no fault': () => ({}),
  'byte by byte': () => ({ down: { rechunk: 1 } }),
  'pieces of random size': () => ({ down: { rechunk: 'random' } }),
  'frames joined': () => ({ down: { coalesce: 20 } }),
  'empty frames': () => ({ down: { empty: true } }),
  pings: () => ({ down: { ping: true } }),
  'a delay each way': () => ({ up: { delay: 2 }, down: { delay: 2 } }),
  '4 kB a second': () => ({ up: { rate: 4000 }, down: { rate: 4000 } }),
}

/** Bytes that end every MQTT stream */
const NO_MQTT = Buffer.from('</html>')

const BROKERS = {
  mosquitto: {
    start: startMosquitto,
    pairs: [
      [4, 2],
      [5, 1],
      [5, 2],
    ],
    keepsMessages: true,
  },
  // it may lose what comes for a client right after its connection has broken
  aedes: { start: startAedes, pairs: [[4, 1]], keepsMessages: false },
}

for (const [name, { start, pairs, keepsMessages }] of Object.entries(BROKERS))
  for (const [version, qos] of pairs)
    test(
      `${name}, MQTT ${version === 5 ? '5.0' : '3.1.1'}, QoS ${qos}`,
      { concurrency: true },
      async t => {
        const broker = await start()
        const faults = [
          ...Object.entries(HARMLESS).map(([fault, plan]) => ({ fault, plan, breaks: false })),
          ...Object.entries(BREAKING).map(([fault, plan]) => ({ fault, plan, breaks: true })),
        ]
        const runs = faults.map(({ fault, plan, breaks }, at) => {
          const downToo = keepsMessages || !breaks
          const run = new Run(broker.port, { id: `${at}`, version, qos, plan, breaks, downToo })
          return t.test(fault, () => run.run())
        })
        await Promise.all(runs)
        await broker.close()
      },
    )

/** A shaky client behind the proxy, a steady one at the broker itself, and messages each way. */
class Run {
  up = new Sequence('up')
  down = new Sequence('down')
  phones = []
  clients = []
  closes = 0

  constructor(port, { id, version, qos, plan, breaks, downToo }) {
    Object.assign(this, { port, id, version, qos, plan, breaks, downToo })
  }

  async run() {
    const { port, plan, breaks, id } = this
    const sound = index => (breaks && index >= FAULTY ? {} : plan(index))
    this.proxy = await startFaultProxy({ port, plan: sound, seed: Number(id) })
    try {
      await this.talk()
      this.closesWhileTalking = this.closes // `end` closes too
    } finally {
      for (const client of this.clients) client.end(true)
      await this.proxy.close()
    }
    this.judge()
  }

  async talk() {
    const { qos, id, up, down } = this
    const steady = this.client('steady', this.port)
    steady.on('message', (_, payload) => up.receive(`${payload}`))
    await steady.subscribeAsync(`up/${id}`, { qos })
    const shaky = this.client('shaky', this.proxy.port)
    shaky.on('message', (_, payload) => down.receive(`${payload}`))
    shaky.on('close', () => this.closes++)
    await subscribed(shaky, `down/${id}`, qos)
    await Promise.all([
      this.send(shaky, steady, `up/${id}`, up),
      this.downToo && this.send(steady, shaky, `down/${id}`, down),
    ])
  }

  /** Messages, and one more that says that all before it have come. */
  async send(from, to, topic, sequence) {
    const { qos } = this
    const publish = () => from.publishAsync(topic, sequence.next(), { qos })
    await Promise.all(Array.from({ length: MESSAGES }, publish))
    const last = `${sequence.direction} ${MESSAGES}`
    const come = new Promise(done => {
      to.on('message', (_, payload) => `${payload}` === last && done())
    })
    await publish()
    await come
  }

  client(name, port) {
    const { phone, mqtt } = wsPhone()
    this.phones.push(phone)
    const client = mqtt.connect(`ws://127.0.0.1:${port}/mqtt`, {
      clientId: `${name}${this.id}`,
      clean: false,
      protocolVersion: this.version,
      ...(this.version === 5 && { properties: { sessionExpiryInterval: 600 } }),
      ...(name === 'shaky' && this.breaks && { keepalive: 1, connectTimeout: 1_500 }),
      reconnectPeriod: 10,
    })
    client.on('error', () => {}) // told in the table; here what counts are the messages
    this.clients.push(client)
    return client
  }

  judge() {
    const { qos, up, down, phones, breaks, proxy, closesWhileTalking } = this
    for (const { direction, report } of [up, down]) {
      assert.deepEqual([report.lost, report.foreign], [[], []], direction)
      assert.ok(report.inOrder, `${direction}: out of order`)
      if (qos === 2) assert.deepEqual(report.doubled, [], direction)
    }
    for (const { violations, uncaught } of phones)
      assert.deepEqual([violations, uncaught], [[], []])
    if (breaks) assert.ok(proxy.connections.length > 1, 'the fault broke nothing')
    else assert.equal(closesWhileTalking, 0)
    assert.ok(proxy.connections.every(({ counts }) => counts.up.empty === 0))
  }
}

/** The server has the subscription: a callback may have told that its connection broke. */
async function subscribed(client, topic, qos) {
  while (!(await client.subscribeAsync(topic, { qos, resubscribe: true }).catch(() => undefined))) {
    if (!client.connected) await once(client, 'connect')
  }
}

async function startMosquitto() {
  const [tcp, port] = [await freePort(), await freePort()]
  const broker = await launch(() => [
    `listener ${tcp} 127.0.0.1`, // it does not start with WebSocket alone
    `listener ${port} 127.0.0.1`,
    'protocol websockets',
    'allow_anonymous true',
    'max_queued_messages 0',
  ])
  return { port, close: () => broker.close() }
}

async function startAedes() {
  const broker = await Aedes.createBroker()
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    handleProtocols: offered => [...offered][0],
  })
  server.on('connection', socket => {
    const stream = createWebSocketStream(socket)
    stream.on('error', () => {}) // what a fault makes of it
    broker.handle(stream)
  })
  await once(server, 'listening')
  return {
    port: server.address().port,
    async close() {
      await new Promise(done => broker.close(done))
      for (const client of server.clients) client.terminate()
      await new Promise(done => server.close(done))
    },
  }
}
