/** Stores of the application's own: what was not delivered is, by the next client. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record } from '../harness/scripted-broker.mjs'
import { ADDRESS, mute, noted, setup } from '../harness/scenario.mjs'

/** What an application might bring along: text, as in a file. */
class TextStore {
  texts = new Map()
  closed = 0

  put(packet, callback) {
    this.texts.set(packet.messageId, JSON.stringify(packet))
    callback()
    return this
  }

  get({ messageId }, callback) {
    const text = this.texts.get(messageId)
    callback(text ? null : new Error('missing packet'), text && JSON.parse(text))
    return this
  }

  del({ messageId }, callback) {
    callback(this.texts.delete(messageId) ? null : new Error('missing packet'))
    return this
  }

  createStream() {
    const texts = [...this.texts.values()]
    const listeners = {}
    queueMicrotask(() => {
      for (const text of texts) listeners.data(JSON.parse(text))
      listeners.end()
    })
    const stream = { on: (event, listener) => ((listeners[event] = listener), stream) }
    return stream
  }

  close(callback) {
    this.closed++
    callback()
  }
}

const session = { clientId: 'c', clean: false }

const payloads = broker => broker.got('publish').map(({ payload }) => `${payload}`)

/** MQTT.js's Store has to be told to keep what it has. */
const kinds = {
  'Store({ clean: false })': mqtt => new mqtt.Store({ clean: false }),
  'a store of text': () => new TextStore(),
}

for (const [name, make] of Object.entries(kinds)) {
  test(`${name}: messages are in it while they are under way`, async () => {
    const { mqtt, broker, settle } = setup()
    const outgoingStore = make(mqtt)
    const client = mqtt.connect(ADDRESS, { ...session, outgoingStore })
    client.publish('t', 'early', { qos: 1 }) // it has no id yet
    const answer = mute(broker, 'publish')
    await settle()
    client.publish('t', '你好', { qos: 2, retain: true })
    await settle()
    const [first, second] = broker.got('publish').map(({ messageId }) => messageId)
    const found = noted()
    for (const messageId of [first, second, 0x10001]) outgoingStore.get({ messageId }, found)
    const [early, late] = found.calls.map(([, packet]) => packet)
    assert.deepEqual([early.cmd, early.topic, early.qos], ['publish', 't', 1])
    assert.deepEqual(
      [late.cmd, late.qos, late.retain, late.messageId],
      ['publish', 2, true, second],
    )
    assert.equal(found.calls[2][0].message, 'missing packet') // where it was before it was sent

    answer()
    broker.send({ cmd: 'puback', messageId: first })
    broker.answers.pubrel = () => []
    broker.send({ cmd: 'pubrec', messageId: second })
    await settle()
    const then = noted()
    for (const messageId of [first, second]) outgoingStore.get({ messageId }, then)
    assert.equal(then.calls[0][0].message, 'missing packet')
    assert.equal(then.calls[1][1].cmd, 'pubrel')
    broker.send({ cmd: 'pubcomp', messageId: second })
    await settle()
    outgoingStore.get({ messageId: second }, then)
    assert.equal(then.calls[2][0].message, 'missing packet')
  })

  test(`${name}: what a client leaves behind, the next one delivers`, async () => {
    const { mqtt, broker, settle } = setup()
    const stores = { incomingStore: make(mqtt), outgoingStore: make(mqtt) }
    const first = mqtt.connect(ADDRESS, { ...session, ...stores })
    await settle()
    const answer = mute(broker, 'publish', 'pubrec')
    first.publish('t', 'sent', { qos: 1 })
    broker.send({ cmd: 'publish', topic: 't', payload: 'received', qos: 2, messageId: 9 })
    await settle()
    broker.socket.close()
    await settle()
    first.publish('t', '离线', { qos: 2 })
    first.end(true)
    await settle()
    answer()

    broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
    const second = mqtt.connect(ADDRESS, { ...session, ...stores })
    const log = record(second)
    await settle()
    broker.send({
      cmd: 'publish',
      topic: 't',
      payload: 'received',
      qos: 2,
      messageId: 9,
      dup: true,
    })
    await settle()
    assert.deepEqual(payloads(broker), ['sent', 'sent', '离线'])
    const [sent, again, queued] = broker.got('publish')
    assert.equal(again.messageId, sent.messageId)
    assert.deepEqual([sent.dup, again.dup, queued.dup], [false, true, false]) // [MQTT-3.3.1-1]
    assert.deepEqual(log, ['connect']) // QoS 2 is not told twice
    const left = noted()
    for (const store of Object.values(stores)) {
      for (const messageId of [sent.messageId, queued.messageId, 9]) store.get({ messageId }, left)
    }
    assert.ok(left.calls.every(([error]) => error))
  })
}

test('reconnect() takes stores, and end() closes those that are there', async () => {
  const { mqtt, broker, settle } = setup()
  const stores = { incomingStore: new TextStore(), outgoingStore: new TextStore() }
  const client = mqtt.connect(ADDRESS, { ...session, ...stores })
  await settle()
  mute(broker, 'publish')
  client.publish('t', 'x', { qos: 1 })
  client.end(true)
  await settle()
  assert.deepEqual([stores.incomingStore.closed, stores.outgoingStore.closed], [1, 1])
  client.reconnect(stores)
  await settle()
  assert.equal(client.outgoingStore, stores.outgoingStore)
  assert.deepEqual(payloads(broker), ['x', 'x'])
})

test('nothing is sent before the store has it', async () => {
  const { mqtt, broker, settle } = setup()
  const outgoingStore = new TextStore()
  const puts = []
  outgoingStore.put = (packet, callback) => puts.push(callback)
  const client = mqtt.connect(ADDRESS, { ...session, outgoingStore })
  await settle()
  const done = noted()
  client.publish('t', 'x', { qos: 1 }, done)
  client.publish('t', 'behind')
  await settle()
  assert.deepEqual([puts.length, payloads(broker)], [1, []])
  puts[0]()
  puts[0]() // a second time, for nothing
  await settle()
  assert.deepEqual(payloads(broker), ['x', 'behind'])
  assert.deepEqual(done.calls.length, 1)
})

test('an error of a store that closes is given to the callback of end()', async () => {
  const { mqtt, settle } = setup()
  const outgoingStore = new TextStore()
  outgoingStore.close = callback => callback(new Error('disk full'))
  const client = mqtt.connect(ADDRESS, { outgoingStore })
  const log = record(client)
  const done = noted()
  await settle()
  client.end(done)
  await settle()
  assert.equal(done.calls[0][0].message, 'disk full')
  assert.deepEqual(log, ['connect', 'close', 'end'])
})

test('a store that fails is told, and the client goes on without the message', async () => {
  const { mqtt, broker, settle } = setup()
  const outgoingStore = new TextStore()
  outgoingStore.put = ({ qos }, callback) => {
    if (qos === 2) throw new Error('disk gone')
    callback(new Error('disk full'))
  }
  outgoingStore.createStream = () => {
    throw new Error('no such file')
  }
  const client = mqtt.connect(ADDRESS, { ...session, outgoingStore })
  const log = record(client)
  await settle()
  client.publish('t', 'x', { qos: 1 })
  await settle()
  assert.deepEqual(log, ['error no such file', 'connect', 'error disk full'])
  mute(broker, 'publish')
  client.publish('t', 'y', { qos: 2 })
  await settle()
  assert.equal(log.at(-1), 'error disk gone')
  assert.deepEqual(payloads(broker), [])
  client.publish('t', 'z')
  await settle()
  assert.deepEqual(payloads(broker), ['z'])
})

test('messages behind one that could not be stored are sent, in their order', async () => {
  const { mqtt, broker, settle } = setup()
  const outgoingStore = new TextStore()
  const put = outgoingStore.put.bind(outgoingStore)
  outgoingStore.put = (packet, callback) =>
    `${packet.payload}` === '2' ? callback(new Error('disk full')) : put(packet, callback)
  const client = mqtt.connect(ADDRESS, { ...session, outgoingStore })
  const done = noted()
  await settle()
  for (const text of ['1', '2', '3']) client.publish('t', text, { qos: 2 }, done)
  client.publish('t', '4', done)
  await settle()
  assert.deepEqual(payloads(broker), ['1', '3', '4'])
  const outcomes = done.calls.map(([error, packet]) => (error || packet || {}).message || 'ok')
  assert.deepEqual(outcomes.sort(), ['disk full', 'ok', 'ok', 'ok'])
  client.end()
  await settle()
  assert.equal(client.disconnected, true)
})

test('a record of progress that cannot be stored is told, and the delivery goes on', async () => {
  const { mqtt, broker, settle } = setup()
  const outgoingStore = new TextStore()
  const put = outgoingStore.put.bind(outgoingStore)
  outgoingStore.put = (packet, callback) =>
    packet.cmd === 'pubrel' ? callback(new Error('disk full')) : put(packet, callback)
  const client = mqtt.connect(ADDRESS, { ...session, outgoingStore })
  const log = record(client)
  const done = noted()
  await settle()
  client.publish('t', 'x', { qos: 2 }, done)
  await settle()
  assert.deepEqual(log, ['connect', 'error disk full'])
  assert.deepEqual(broker.got('pubrel').length, 1)
  assert.equal(done.calls[0][0], null)
})
