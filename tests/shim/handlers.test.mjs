/** Beyond MQTT.js: handlers of single subscriptions, and messages as text and JSON. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connected, mute, noted, plain } from '../harness/scenario.mjs'

/** The server sends a message to each of the topics. */
async function receive({ broker, settle }, ...topics) {
  for (const topic of topics) broker.send({ cmd: 'publish', topic, payload: topic, qos: 0 })
  await settle()
}

const topics = ({ calls }) => calls.map(([topic]) => topic)

test('onMessage hears of the messages of its filter, beside the event', async () => {
  const bed = await connected()
  const { client, log } = bed
  const [level, all, shared, own] = [noted(), noted(), noted(), noted()]
  client.subscribe('a/+', { qos: 1, onMessage: level })
  client.subscribe({ '#': { qos: 0, onMessage: all }, 'b/c': { onMessage: own } })
  client.subscribe(['$share/group/b/#', '$SYS/x'], { onMessage: shared })
  await bed.settle()
  await receive(bed, 'a/1', 'a', 'a/1/2', 'b/c', 'b', '$SYS/x', '设备/1')
  assert.deepEqual(topics(level), ['a/1'])
  assert.deepEqual(topics(all), ['a/1', 'a', 'a/1/2', 'b/c', 'b', '设备/1']) // [MQTT-4.7.2-1]
  assert.deepEqual(topics(shared), ['b/c', 'b', '$SYS/x'])
  assert.deepEqual(topics(own), ['b/c'])
  assert.equal(log.length, 7)
  const [[topic, payload, packet]] = level.calls
  assert.equal(`${topic} ${payload} ${packet.qos}`, 'a/1 a/1 0')
})

test('onMessage never reaches the server, nor the granted entries', async () => {
  const { client, broker, settle } = await connected()
  const done = noted()
  client.subscribe('a', { qos: 1, onMessage: () => undefined }, done)
  await settle()
  assert.deepEqual(plain(done.calls[0][1]), [{ topic: 'a', qos: 1 }])
  assert.deepEqual(plain(broker.got('subscribe')[0].subscriptions), [{ topic: 'a', qos: 1 }])
})

test('a handler goes with its subscription: unsubscribed, refused, or replaced', async () => {
  const bed = await connected()
  const { client, broker } = bed
  const [gone, refused, first, second] = [noted(), noted(), noted(), noted()]
  client.subscribe('gone', { onMessage: gone })
  await bed.settle()
  await receive(bed, 'gone')
  client.unsubscribe('gone')
  client.subscribe('t', { onMessage: first })
  client.subscribe('t', { onMessage: second }) // asks the server for nothing
  await bed.settle()
  broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [128] })
  client.subscribe('refused', { onMessage: refused })
  await bed.settle()
  assert.equal(broker.got('subscribe').length, 3)
  await receive(bed, 'gone', 'refused', 't')
  assert.deepEqual([gone, refused, first, second].map(topics), [['gone'], [], [], ['t']])
})

test('an invalid filter leaves no handler behind', async () => {
  const bed = await connected()
  const handler = noted()
  bed.client.subscribe(['t', '#/t'], { onMessage: handler }, noted())
  await receive(bed, 't')
  assert.deepEqual(topics(handler), [])
})

test('a handler that throws harms nobody', async () => {
  const bed = await connected()
  const { client, phone } = bed
  const other = noted()
  client.subscribe('t', {
    onMessage() {
      throw new Error('of the application')
    },
  })
  client.subscribe('#', { onMessage: other })
  await bed.settle()
  await receive(bed, 't')
  assert.deepEqual(topics(other), ['t'])
  assert.deepEqual(phone.uncaught.map(String), ['Error: of the application'])
})

test('handlers stay over an outage, and over more topics than are remembered', async () => {
  const bed = await connected()
  const { client, broker, phone } = bed
  const handler = noted()
  client.subscribe('+', { onMessage: handler })
  await bed.settle()
  broker.socket.close()
  await phone.pass(2000)
  const many = Array.from({ length: 600 }, (_, at) => `t${at % 300}`)
  await receive(bed, ...many)
  assert.deepEqual(topics(handler), many)
})

test('text and json say what is in a message, or of which topic it is that is not', async () => {
  const { client, broker, mqtt, settle } = await connected()
  const packets = []
  client.on('message', (topic, payload, packet) => packets.push(packet))
  const bytes = { text: '你好 �', json: '{"a":[1]}', torn: Buffer.from([0x7b, 0xff]), empty: '' }
  for (const [name, payload] of Object.entries(bytes)) {
    broker.send({ cmd: 'publish', topic: `device/${name}`, payload, qos: 0 })
  }
  await settle()
  const [text, json, torn, empty] = packets
  assert.equal(mqtt.text(text), '你好 �')
  assert.deepEqual(plain(mqtt.json(json)), { a: [1] })
  assert.equal(mqtt.text(empty), '')
  assert.throws(() => mqtt.text(torn), {
    code: 'INVALID_TEXT',
    message: 'The message of topic "device/torn" is not text',
  })
  for (const bad of [text, torn, empty]) {
    assert.throws(
      () => mqtt.json(bad),
      ({ message, hint }) => message.includes(`"${bad.topic}"`) && hint.length > 0,
    )
  }
})

test('what is asked for already is not asked for again, unless that changes something', async () => {
  const { client, broker, phone, settle } = await connected({}, { version: 5 })
  const done = noted()
  client.subscribe('a', { qos: 1 })
  await settle()
  client.subscribe('a', { qos: 1 }, done).subscribe('a', done)
  await settle()
  assert.deepEqual(plain(done.calls), [
    [null, []],
    [null, []],
  ])
  client.subscribe('a', { qos: 2 })
  client.subscribe('a', { qos: 2, nl: true })
  client.subscribe('a', { qos: 2, nl: true, properties: { subscriptionIdentifier: 3 } })
  client.subscribe({ a: { qos: 0, nl: true }, resubscribe: true })
  client.unsubscribe('a').subscribe('a', { qos: 0, nl: true })
  await settle()
  assert.equal(broker.got('subscribe').length, 6)

  const answer = mute(broker, 'subscribe')
  client.subscribe('cut')
  await settle()
  broker.socket.close()
  answer()
  await phone.pass(2000) // it is asked for once more by itself
  const before = broker.got('subscribe').length
  client.subscribe('cut', done)
  await settle()
  assert.equal(broker.got('subscribe').length, before)
})
