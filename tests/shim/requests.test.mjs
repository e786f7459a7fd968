/** Callbacks of publish, subscribe and unsubscribe: MQTT.js's shapes, exactly once, and clear errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

async function connected(options) {
  const bed = withBroker(new Phone())
  const client = bed.mqtt.connect('wxs://host', options)
  const log = record(client)
  await bed.phone.settle()
  log.length = 0
  return { ...bed, client, log, settle: () => bed.phone.settle() }
}

/** A callback that notes its calls. */
function noted() {
  const calls = []
  return Object.assign((...args) => calls.push(args), { calls })
}

const plain = value => JSON.parse(JSON.stringify(value))

test('publish calls back once: QoS 0 when the phone has sent it, QoS 1 and 2 with the packet', async () => {
  const { client, settle } = await connected()
  const callbacks = [0, 1, 2].map(qos => {
    const callback = noted()
    client.publish('t', `${qos}`, { qos, retain: qos === 2 }, callback)
    return callback
  })
  assert.deepEqual(callbacks[0].calls, [])
  await settle()
  assert.deepEqual(callbacks[0].calls, [[null]])
  assert.deepEqual(plain(callbacks[1].calls), [
    [
      null,
      { cmd: 'publish', topic: 't', payload: '1', qos: 1, retain: false, dup: false, messageId: 1 },
    ],
  ])
  assert.deepEqual(plain(callbacks[2].calls), [
    [
      null,
      { cmd: 'publish', topic: 't', payload: '2', qos: 2, retain: true, dup: false, messageId: 2 },
    ],
  ])
})

test('options may be left out of publish, subscribe and unsubscribe', async () => {
  const { client, settle } = await connected()
  const callback = noted()
  client.publish('t', 'x', callback).subscribe('t', callback).unsubscribe('t', callback)
  client.publish('t', 'x').subscribe('t').unsubscribe('t')
  client
    .publish('t', 'x', undefined, callback)
    .subscribe('t', undefined, callback)
    .unsubscribe('t', undefined, callback)
  await settle()
  assert.equal(callback.calls.length, 6)
  assert.ok(callback.calls.every(([error]) => error === null))
})

for (const topic of ['a/+', '#', '', 'a\u0000b', 'x'.repeat(65_536)]) {
  test(`publish to ${JSON.stringify(topic.slice(0, 10))} is refused`, async () => {
    const { client, broker, log, settle } = await connected()
    const shown = topic.length > 200 ? `${topic.slice(0, 200)}…` : topic
    const callback = noted()
    client.publish(topic, 'x', callback)
    assert.equal(callback.calls.length, 0, 'not within the call')
    await settle()
    const [[error]] = callback.calls
    assert.equal(error.message, `Invalid topic ${shown}`)
    assert.equal(error.code, 'INVALID_TOPIC')
    assert.match(error.hint, /不能为空/)
    client.publish(topic, 'x') // without a callback it is an event
    await settle()
    assert.deepEqual(log, [`error Invalid topic ${shown}`])
    assert.equal(callback.calls.length, 1)
    assert.equal(client.connected, true)
    assert.equal(broker.got('publish').length, 0)
  })
}

test('what cannot be published has a clear error', async () => {
  const { client, settle } = await connected()
  const callback = noted()
  client.publish(42, 'x', callback)
  client.publish('t', { a: 1 }, callback)
  client.publish('t', 42, callback)
  client.publish('t', 'x', { qos: 3 }, callback)
  client.publish('t', 'x', { qos: 257 }, callback)
  await settle()
  assert.deepEqual(
    callback.calls.map(([error]) => `${error.code} ${error.message}`),
    [
      'INVALID_TOPIC Invalid topic 42',
      'INVALID_PAYLOAD Invalid payload: not text, Uint8Array or ArrayBuffer',
      'INVALID_PAYLOAD Invalid payload: not text, Uint8Array or ArrayBuffer',
      'INVALID_QOS Invalid qos',
      'INVALID_QOS Invalid qos',
    ],
  )
})

test('subscribe takes a filter, several, or a map with a qos each', async () => {
  const { client, broker, settle } = await connected()
  const callback = noted()
  client.subscribe('a', { qos: 1 }, callback)
  client.subscribe(['b/+', '设备/#'], { qos: 2 }, callback)
  client.subscribe({ c: { qos: 1 }, d: { qos: 0 }, resubscribe: true }, callback)
  await settle()
  assert.deepEqual(plain(callback.calls), [
    [null, [{ topic: 'a', qos: 1 }], { cmd: 'suback', messageId: 1, granted: [1] }],
    [
      null,
      [
        { topic: 'b/+', qos: 2 },
        { topic: '设备/#', qos: 2 },
      ],
      { cmd: 'suback', messageId: 2, granted: [2, 2] },
    ],
    [
      null,
      [
        { topic: 'c', qos: 1 },
        { topic: 'd', qos: 0 },
      ],
      { cmd: 'suback', messageId: 3, granted: [1, 0] },
    ],
  ])
  assert.deepEqual(
    broker.got('subscribe').map(({ subscriptions }) => subscriptions.length),
    [1, 2, 2],
  )
})

test('a refused filter is an error, and 128 among the granted', async () => {
  const { client, broker, log, settle } = await connected()
  broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [1, 128] })
  const callback = noted()
  client.subscribe(['good', 'bad'], { qos: 1 }, callback)
  client.subscribe(['good', 'bad'])
  await settle()
  const [[error, granted]] = callback.calls
  assert.equal(error.message, 'Subscribe error: Unspecified error')
  assert.equal(error.code, 128)
  assert.match(error.hint, /bad/)
  assert.deepEqual(plain(error.packet), { cmd: 'suback', messageId: 1, granted: [1, 128] })
  assert.deepEqual(plain(granted), [
    { topic: 'good', qos: 1 },
    { topic: 'bad', qos: 128 },
  ])
  assert.deepEqual(log, [])
})

test('invalid filters are named, and nothing is sent', async () => {
  const { client, broker, log, settle } = await connected()
  const callback = noted()
  client.subscribe(['good', 'a+/b'], callback)
  client.subscribe('a/#/b', callback)
  client.subscribe([], callback)
  client.subscribe('', callback)
  client.subscribe([7], callback)
  client.unsubscribe(['good', '##'], callback)
  client.unsubscribe([], callback)
  client.subscribe('a', { qos: 3 }, callback)
  client.subscribe('#/a')
  await settle()
  assert.deepEqual(callback.calls.map(([error]) => error.message).sort(), [
    'Invalid qos',
    'Invalid topic ',
    'Invalid topic ##',
    'Invalid topic 7',
    'Invalid topic a+/b',
    'Invalid topic a/#/b',
    'Invalid topic empty_topic_list',
    'Invalid topic empty_topic_list',
  ])
  assert.deepEqual(log, ['error Invalid topic #/a'])
  assert.deepEqual(broker.got('subscribe'), [])
  assert.deepEqual(broker.got('unsubscribe'), [])
})

test('unsubscribe calls back with UNSUBACK', async () => {
  const { client, settle } = await connected()
  const callback = noted()
  client.unsubscribe(['a', 'b'], {}, callback)
  await settle()
  assert.deepEqual(plain(callback.calls), [[null, { cmd: 'unsuback', messageId: 1 }]])
})

test('requests that are cut off get "Connection closed"; messages are sent again', async () => {
  const { client, broker, phone, settle } = await connected()
  const answers = { ...broker.answers }
  for (const cmd of ['subscribe', 'unsubscribe', 'publish']) broker.answers[cmd] = () => []
  const [cut, kept] = [noted(), noted()]
  client.subscribe('a', cut).unsubscribe('b', cut).publish('t', 'x', { qos: 1 }, kept)
  await settle()
  broker.socket.close()
  await settle()
  assert.deepEqual(
    cut.calls.map(([error]) => `${error.code} ${error.message}`),
    ['CONNECTION_LOST Connection closed', 'CONNECTION_LOST Connection closed'],
  )
  assert.equal(kept.calls.length, 0)
  broker.answers = answers
  await phone.pass(2000)
  assert.equal(kept.calls.length, 1)
  assert.deepEqual(
    broker.got('publish').map(({ dup }) => dup),
    [false, false],
    'the new session has not seen it',
  )
})

test('without queueQoSZero a QoS 0 message needs a connection', async () => {
  const { client, broker, settle } = await connected({ queueQoSZero: false })
  broker.socket.close()
  await settle()
  const callback = noted()
  client.publish('t', 'x', callback)
  await settle()
  assert.equal(callback.calls[0][0].message, 'No connection to broker')
})

test('after end() every request is refused', async () => {
  const { client, log, settle } = await connected()
  client.end()
  const callback = noted()
  client.publish('t', 'x', callback).subscribe('t', callback).unsubscribe('t', callback)
  await settle()
  client.publish('t', 'x', callback)
  client.publish('t', 'x')
  await settle()
  assert.deepEqual(
    callback.calls.map(([error]) => error.message),
    Array(4).fill('client disconnecting'),
  )
  assert.deepEqual(log, ['close', 'end', 'error client disconnecting'])
})

test('an error that nobody listens to is a warning, with its hint', async () => {
  const { phone, mqtt } = withBroker(new Phone())
  mqtt.connect('wxs://host').publish('a/+', 'x')
  await phone.settle()
  assert.equal(phone.warnings.length, 1)
  assert.match(phone.warnings[0], /^mqtt: Invalid topic a\/\+\n.*不能含/)
})
