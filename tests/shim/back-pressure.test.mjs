/** A phone that cannot send as fast as the page publishes: who waits, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADDRESS, connected, errors, noted, setup } from '../harness/scenario.mjs'

const MiB = 1 << 20

const payloads = broker => broker.got('publish').map(({ payload }) => `${payload}`)

test('the callback of QoS 0 waits until the phone has sent the message', async () => {
  const { client, broker, settle } = await connected()
  const [first, second] = [noted(), noted()]
  broker.socket.congested = true
  client.publish('t', '1', first)
  client.publish('t', '2', second)
  await settle()
  assert.deepEqual([first.calls.length, second.calls.length], [0, 0])
  broker.socket.relieve(1)
  assert.deepEqual([first.calls.length, second.calls.length], [1, 0])
  broker.socket.relieve()
  assert.deepEqual([errors(first), errors(second)], [[null], [null]])
  assert.deepEqual(payloads(broker), ['1', '2'])
})

test('so does that of a message that was queued without a connection', async () => {
  const { mqtt, broker, phone, settle } = setup()
  const client = mqtt.connect(ADDRESS)
  const done = noted()
  client.publish('t', 'queued', done)
  client.on('connect', () => assert.equal(done.calls.length, 0))
  const { onSocket } = phone.fake
  phone.fake.onSocket = socket => {
    onSocket(socket)
    const { answers } = broker
    const { connect } = answers
    answers.connect = packet => {
      socket.congested = true
      return connect(packet)
    }
  }
  await settle()
  assert.equal(client.connected, true)
  assert.equal(done.calls.length, 0)
  broker.socket.relieve()
  assert.deepEqual(errors(done), [null])
})

test('a connection that is lost before says so, once', async () => {
  const { client, broker, phone, settle } = await connected()
  const [done, later] = [noted(), noted()]
  broker.socket.congested = true
  client.publish('t', 'lost?', done)
  await settle()
  const { socket } = broker
  socket.close()
  await settle()
  assert.equal(done.calls[0][0].code, 'CONNECTION_LOST')
  socket.relieve() // a success that comes late
  client.publish('t', 'again', later)
  await phone.pass(2000)
  assert.deepEqual([done.calls.length, errors(later)], [1, [null]])
})

test('a send that fails is an error of the message', async () => {
  const { client, broker, settle } = await connected()
  const done = noted()
  broker.socket.refuseToSend = true
  client.publish('t', 'x', done)
  await settle()
  assert.equal(done.calls[0][0].code, 'CONNECTION_LOST')
})

test('end() settles what was handed to the phone, before it ends', async () => {
  for (const force of [false, true]) {
    const { client, broker, log, settle } = await connected()
    const order = []
    broker.socket.congested = true
    client.publish('t', 'x', error => order.push(error))
    client.end(force, () => order.push('ended'))
    await settle()
    assert.deepEqual(order, [null, 'ended'])
    assert.ok(!log.some(line => line.startsWith('error')), `${log}`)
  }
})

test('more than 8 MiB that wait in the phone are refused, and nothing that was accepted is lost', async () => {
  for (const payload of ['x'.repeat(MiB), new Uint8Array(MiB)]) {
    const { client, broker, phone, settle } = await connected()
    broker.socket.congested = true
    const done = noted()
    for (let count = 0; count < 20; count++) client.publish('t', payload, done)
    await settle()
    assert.deepEqual(
      done.calls.map(([error]) => error.code),
      Array(12).fill('QUEUE_FULL'),
    )
    const acknowledged = noted()
    client.publish('t', 'QoS 1', { qos: 1 }, acknowledged) // has a limit of its own
    broker.socket.congested = false
    broker.socket.relieve()
    await settle()
    assert.deepEqual(errors(acknowledged), [null])
    assert.equal(done.calls.filter(([error]) => !error).length, 8)
    assert.equal(broker.got('publish').length, 9)
    client.publish('t', payload, done)
    await settle()
    assert.equal(done.calls.at(-1)[0], null)
    assert.deepEqual(phone.fake.violations, [])
  }
})

test('a success that is told twice, or only for a later message, counts once for all before it', async () => {
  const { client, broker, settle } = await connected()
  const { task } = broker.socket
  const successes = []
  const { send } = task
  task.send = option => {
    successes.push(option.success)
    send.call(task, { ...option, success: undefined })
  }
  const calls = [noted(), noted(), noted()]
  for (const done of calls) client.publish('t', 'x', done)
  await settle()
  const counts = () => calls.map(done => done.calls.length)
  assert.deepEqual(counts(), [0, 0, 0])
  successes[1]()
  successes[1]()
  successes[0]()
  assert.deepEqual(counts(), [1, 1, 0])
  successes[2]()
  assert.deepEqual(counts(), [1, 1, 1])
})

test('what a callback throws does not keep the next from being called', async () => {
  const { client, broker, phone, settle } = await connected()
  const done = noted()
  broker.socket.congested = true
  client.publish('t', '1', () => {
    throw new Error('of the page')
  })
  client.publish('t', '2', done)
  broker.socket.relieve()
  await settle()
  assert.deepEqual(phone.uncaught.map(String), ['Error: of the page'])
  assert.deepEqual([errors(done), phone.fake.violations], [[null], []])
})

test('a stream of the application tells by write() and drain', async () => {
  const { mqtt, settle } = setup()
  const listeners = {}
  const written = []
  let isFull = false
  const stream = {
    on: (event, listener) => ((listeners[event] = listener), stream),
    write: bytes => (written.push(bytes), !isFull),
    end() {},
  }
  const client = new mqtt.MqttClient(() => stream, {})
  await settle()
  listeners.data(Uint8Array.of(0x20, 2, 0, 0)) // CONNACK
  await settle()
  const [first, second, third] = [noted(), noted(), noted()]
  client.publish('t', '1', first)
  isFull = true
  client.publish('t', '2', second)
  isFull = false
  client.publish('t', '3', third)
  const counts = () => [first, second, third].map(done => done.calls.length)
  assert.deepEqual([counts(), written.length], [[1, 0, 0], 4])
  listeners.drain()
  assert.deepEqual(counts(), [1, 1, 1])
})
