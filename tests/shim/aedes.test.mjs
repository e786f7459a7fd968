/** The built library on a sealed phone against a real broker, aedes, in the same process. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { Aedes } from 'aedes'
import { Phone } from '../harness/phone.mjs'

/** The server's end of a fake socket, as a stream. */
function streamOf(socket) {
  const stream = new Duplex({
    read() {},
    write(chunk, encoding, done) {
      if (socket.state === 'open') socket.send(chunk)
      done()
    },
    final(done) {
      if (socket.state === 'open') socket.close(1000, '')
      done()
    },
  })
  socket.onMessage = bytes => stream.push(bytes)
  socket.onClose = () => stream.destroy()
  return stream
}

async function withAedes(run) {
  const broker = await Aedes.createBroker()
  const phone = new Phone({ realTime: true })
  phone.fake.onSocket = socket => {
    broker.handle(streamOf(socket))
    socket.open()
  }
  const clients = []
  const connect = options => {
    clients.push(phone.mqtt.connect('wxs://host', options))
    return clients.at(-1)
  }
  try {
    await run(connect)
  } finally {
    for (const client of clients) client.end(true)
    await new Promise(resolve => broker.close(resolve))
  }
  assert.deepEqual(phone.violations, [])
  assert.deepEqual(phone.uncaught, [])
}

/** A method of the client as a promise. */
const call = (client, method, ...args) =>
  new Promise((resolve, reject) =>
    client[method](...args, (error, value) => (error ? reject(error) : resolve(value))),
  )

test('every pair of qualities of service, Chinese topics, empty and large payloads', () =>
  withAedes(async connect => {
    const client = connect({ clientId: 'device001@aitbj0' })
    await once(client, 'connect')
    for (const granted of [0, 1, 2]) {
      const filter = `设备/${granted}/+`
      assert.deepEqual(
        JSON.parse(JSON.stringify(await call(client, 'subscribe', filter, { qos: granted }))),
        [{ topic: filter, qos: granted }],
      )
      for (const qos of [0, 1, 2]) {
        for (const text of ['', '你好，世界', 'x'.repeat(65_000)]) {
          const topic = `设备/${granted}/${qos}`
          const arrived = once(client, 'message')
          await call(client, 'publish', topic, text, { qos })
          const [at, payload, packet] = await arrived
          assert.equal(at, topic)
          assert.equal(`${payload}`, text)
          assert.equal(packet.qos, granted === 0 ? 0 : qos) // aedes does not lower 2 to 1
        }
      }
      await call(client, 'unsubscribe', filter)
    }
    await call(client, 'end')
  }))

test('a retained message, a will, and a session that is kept', () =>
  withAedes(async connect => {
    const watcher = connect({ clientId: 'watcher', clean: false })
    await once(watcher, 'connect')
    await call(watcher, 'subscribe', ['state', 'kept'], { qos: 1 })

    const dying = connect({
      clientId: 'dying',
      reconnectPeriod: 0,
      will: { topic: 'state', payload: 'gone', qos: 1, retain: true },
    })
    await once(dying, 'connect')
    const will = once(watcher, 'message')
    dying.end(true)
    assert.equal(`${(await will)[1]}`, 'gone')
    await call(watcher, 'end')

    const late = connect({ clientId: 'late' })
    const retained = once(late, 'message')
    await once(late, 'connect')
    await call(late, 'subscribe', 'state')
    const [, payload, packet] = await retained
    assert.equal(`${payload} ${packet.retain}`, 'gone true')
    await call(late, 'publish', 'kept', 'while you were away', { qos: 1 })
    await call(late, 'end')

    const back = connect({ clientId: 'watcher', clean: false })
    const missed = once(back, 'message')
    const [connack] = await once(back, 'connect')
    assert.equal(connack.sessionPresent, true)
    assert.equal(`${(await missed)[1]}`, 'while you were away')
    await call(back, 'end')
  }))
