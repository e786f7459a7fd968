/** `mqtt://` at mosquitto's own TCP listener, over the fake phone's TCP sockets. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { test } from 'node:test'
import { freePort, launch } from '../harness/mosquitto.mjs'
import { Phone } from '../harness/phone.mjs'
import { messages, online } from '../harness/tcp-phone.mjs'

const ADDRESS = '192.168.1.5'

/** Runs a test with clients whose phones reach a mosquitto at `ADDRESS`, bytes as they come. */
async function withBroker(settings, run) {
  const port = await freePort()
  const broker = await launch(file => [`listener ${port} 127.0.0.1`, ...settings(file)])
  const phones = []
  const clients = []
  const connect = options => {
    const phone = new Phone({ realTime: true })
    phones.push(phone)
    phone.fake.onSocket = socket => join(phone, socket, port)
    const client = phone.mqtt.connect(`mqtt://${ADDRESS}:1883`, { reconnectPeriod: 20, ...options })
    clients.push(client)
    return { client, phone }
  }
  try {
    await run({ connect, log: broker.log })
  } finally {
    for (const client of clients) client.end(true)
    await broker.close()
  }
  for (const { violations, uncaught } of phones) assert.deepEqual([violations, uncaught], [[], []])
}

function join(phone, socket, port) {
  const tcp = connectTcp(port, '127.0.0.1')
  tcp.on('connect', () => (socket.state === 'connecting' ? socket.open() : tcp.destroy()))
  tcp.on('data', bytes => socket.state === 'open' && socket.send(bytes))
  tcp.on('error', () => {}) // 'close' follows
  tcp.on('close', () => phone.fake.later(() => socket.state === 'open' && socket.close()))
  socket.onMessage = bytes => tcp.write(bytes)
  socket.onClose = () => tcp.end()
  socket.cut = () => tcp.destroy()
}

for (const protocolVersion of [3, 4, 5]) {
  test(`all qualities of service, empty to 300 kB, protocolVersion ${protocolVersion}`, () =>
    withBroker(
      () => ['allow_anonymous true'],
      async ({ connect, log }) => {
        const { client } = connect({ clientId: 'lan', protocolVersion })
        await online(client)
        await client.subscribeAsync('局域网/+', { qos: 2 })
        for (const qos of [0, 1, 2]) {
          for (const text of ['', '你好', 'x'.repeat(300_000)]) {
            const arrived = messages(client, 1)
            await client.publishAsync(`局域网/${qos}`, text, { qos })
            const [message] = await arrived
            assert.equal(message.packet.qos, qos)
            assert.ok(message.text === text, `${message.text.length} characters`)
          }
        }
        await client.endAsync()
        await log.says('Received DISCONNECT from lan')
      },
    ))
}

test('a connection that breaks comes back, and what was sent meanwhile arrives', () =>
  withBroker(
    () => ['allow_anonymous true'],
    async ({ connect }) => {
      const { client, phone } = connect({ clientId: 'lan', clean: false })
      const { client: other } = connect({ clientId: 'other' })
      await Promise.all([online(client), online(other)])
      await client.subscribeAsync('a', { qos: 1 })
      const closed = once(client, 'close')
      phone.fake.socket.cut()
      const [cause] = await closed
      assert.deepEqual([cause.code, cause.final], ['CLOSED', false])
      const arrived = messages(client, 2)
      await other.publishAsync('a', 'one', { qos: 1 })
      await client.publishAsync('a', 'two', { qos: 1 })
      const texts = (await arrived).map(({ text }) => text)
      assert.deepEqual(texts.sort(), ['one', 'two'])
    },
  ))

test('a login that mosquitto refuses ends the attempts, and says why', () =>
  withBroker(
    () => ['allow_anonymous false'],
    async ({ connect }) => {
      const { client, phone } = connect({ username: 'nobody', password: 'wrong' })
      const [error] = await once(client, 'error')
      assert.deepEqual([error.code, error.final], [5, true])
      assert.equal(phone.fake.sockets.length, 1)
    },
  ))
