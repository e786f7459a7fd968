/** The application takes part in the acknowledgement: handleMessage and customHandleAcks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connected, noted } from '../harness/scenario.mjs'

const message = (messageId, qos, payload = `${messageId}`) => ({
  cmd: 'publish',
  topic: 't',
  payload,
  qos,
  ...(qos && { messageId }),
})

/** Acknowledgements that were sent, as `cmd messageId reasonCode`. */
function acks({ packets }) {
  const types = ['puback', 'pubrec', 'pubcomp']
  return packets
    .filter(({ cmd }) => types.includes(cmd))
    .map(({ cmd, messageId, reasonCode = 0 }) => `${cmd} ${messageId} ${reasonCode}`)
}

test('handleMessage holds the acknowledgement, and everything behind the message', async () => {
  const { client, broker, log, settle } = await connected()
  const held = []
  client.handleMessage = (packet, done) => held.push({ packet, done })
  broker.sendTogether([message(1, 1), message(2, 2), message(0, 0, 'zero'), message(4, 1)])
  for (const [seen, acknowledged] of [
    ['1', 'puback 1 0'],
    ['2', 'pubrec 2 0'],
    ['zero', undefined],
    ['4', 'puback 4 0'],
  ]) {
    await settle()
    assert.equal(log.at(-1), `message t ${seen}`)
    assert.equal(`${held.at(-1).packet.payload}`, seen)
    const before = acks(broker).length
    const { done } = held.at(-1)
    done()
    done() // a second time, for nothing
    await settle()
    if (acknowledged) assert.deepEqual(acks(broker)[before], acknowledged)
  }
  assert.equal(held.length, 4)
  assert.deepEqual(acks(broker), ['puback 1 0', 'pubrec 2 0', 'puback 4 0', 'pubcomp 2 0'])
})

test('what handleMessage has an error for is not acknowledged, and what follows goes on', async () => {
  const { client, broker, log, settle } = await connected()
  client.handleMessage = (packet, done) => done(packet.messageId === 1 ? new Error('no') : null)
  broker.sendTogether([message(1, 1), message(2, 1), message(3, 2)])
  await settle()
  assert.deepEqual(log, ['message t 1', 'message t 2', 'message t 3'])
  assert.deepEqual(acks(broker), ['puback 2 0', 'pubrec 3 0', 'pubcomp 3 0'])
})

test('a handleMessage that throws has not taken the message', async () => {
  const { client, broker, log, phone, settle } = await connected()
  client.handleMessage = ({ messageId }, done) => {
    if (messageId === 1) throw new Error('of the application')
    done()
  }
  broker.sendTogether([message(1, 1), message(2, 1)])
  await settle()
  assert.deepEqual(log, ['message t 1', 'message t 2'])
  assert.deepEqual(acks(broker), ['puback 2 0'])
  assert.deepEqual(phone.uncaught.map(String), ['Error: of the application'])
})

test('a class that extends the client may replace handleMessage', async () => {
  const { mqtt, phone, broker, settle } = await connected()
  const held = noted()
  class Slow extends mqtt.MqttClient {
    handleMessage(packet, done) {
      held(packet, done)
    }
  }
  const options = { protocol: 'wxs', host: 'host', clientId: 'slow' }
  const client = new Slow(null, options)
  await settle()
  assert.ok(client.connected && client instanceof mqtt.MqttClient)
  broker.send(message(9, 1), phone.fake.socket)
  await settle()
  assert.deepEqual(acks(broker), [])
  held.calls[0][1]()
  await settle()
  assert.deepEqual(acks(broker), ['puback 9 0'])
})

for (const [way, replace] of Object.entries({
  'a field of a class that extends the client': (mqtt, held) =>
    class extends mqtt.MqttClient {
      handleMessage = held
    },
  'assigned to the prototype of such a class': (mqtt, held) => {
    class Slow extends mqtt.MqttClient {}
    Slow.prototype.handleMessage = held
    return Slow
  },
  "assigned to the client's own prototype": ({ MqttClient }, held) => {
    MqttClient.prototype.handleMessage = held
    return MqttClient
  },
})) {
  test(`handleMessage may be ${way}`, async () => {
    const { mqtt, phone, broker, settle } = await connected()
    const held = noted()
    const Client = replace(mqtt, held)
    const client = new Client(null, { protocol: 'wxs', host: 'host', clientId: 'slow' })
    await settle()
    broker.send(message(9, 1), phone.fake.socket)
    await settle()
    assert.equal(client.handleMessage, held)
    assert.deepEqual(acks(broker), [])
    held.calls[0][1]()
    await settle()
    assert.deepEqual(acks(broker), ['puback 9 0'])
  })
}

test('handleMessage and customHandleAcks may be set, and taken back, at any time', async () => {
  const { client, broker, settle } = await connected({}, { version: 5 })
  const deliver = async messageId => {
    broker.send(message(messageId, 1))
    await settle()
    return acks(broker).at(-1)
  }
  const { handleMessage } = client
  assert.equal(await deliver(1), 'puback 1 0')
  client.handleMessage = (packet, done) => done(new Error('no'))
  assert.equal(await deliver(2), 'puback 1 0')
  client.handleMessage = handleMessage
  assert.equal(await deliver(3), 'puback 3 0')
  client.options.customHandleAcks = (topic, payload, packet, callback) => callback(null, 16)
  assert.equal(await deliver(4), 'puback 4 16')
  delete client.options.customHandleAcks
  assert.equal(await deliver(5), 'puback 5 0')
})

test('a late callback of a lost connection acknowledges nothing of the next one', async () => {
  const { client, broker, log, phone, settle } = await connected({ clean: false })
  const held = []
  client.handleMessage = (packet, done) => held.push(done)
  broker.send(message(1, 1, 'old'))
  await settle()
  broker.socket.close()
  await phone.pass(2000)
  broker.send(message(2, 1, 'new'))
  await settle()
  held[0]()
  await settle()
  assert.deepEqual(acks(broker), [])
  held[1]()
  await settle()
  assert.deepEqual(acks(broker), ['puback 2 0'])
  assert.ok(log.includes('message t new'))
})

test('a verdict on QoS 2 that is late for its connection still lets the message through, once', async () => {
  const verdicts = []
  const customHandleAcks = (topic, payload, packet, callback) => verdicts.push(callback)
  const { broker, log, phone, settle } = await connected(
    { customHandleAcks, clean: false },
    { version: 5 },
  )
  const { connect } = broker.answers
  broker.answers.connect = () => ({ ...connect(), sessionPresent: true })
  broker.send(message(1, 2, 'held'))
  await settle()
  broker.socket.close()
  await phone.pass(2000)
  log.length = 0
  broker.send({ ...message(1, 2, 'held'), dup: true }) // it counts as taken
  broker.send(message(2, 2, 'next'))
  await settle()
  assert.equal(verdicts.length, 2)
  verdicts[0](null, 0)
  verdicts[0](null, 0) // a second time, for nothing
  verdicts[1](null, 0)
  await settle()
  assert.deepEqual(log, ['message t held', 'message t next'])
  assert.deepEqual(
    acks(broker).filter(ack => ack.startsWith('pubrec')),
    ['pubrec 1 0', 'pubrec 2 0'],
  )
})

test('customHandleAcks chooses the reason, and a refused message is not told', async () => {
  const verdicts = { 1: [null, 0], 2: [16], 3: [null, 135], 4: [null, 0], 5: [151] }
  const asked = noted()
  const { broker, log, settle } = await connected(
    {
      customHandleAcks(topic, payload, packet, callback) {
        asked(topic, `${payload}`, packet.qos)
        callback(...verdicts[packet.messageId])
      },
    },
    { version: 5 },
  )
  broker.sendTogether([message(0, 0, 'unasked'), message(1, 1), message(2, 1), message(3, 1)])
  broker.sendTogether([message(4, 2), message(5, 2)])
  await settle()
  assert.deepEqual(
    asked.calls.map(([, payload, qos]) => `${payload} ${qos}`),
    ['1 1', '2 1', '3 1', '4 2', '5 2'],
  )
  assert.deepEqual(log, ['message t unasked', 'message t 1', 'message t 4'])
  const answers = ['puback 1 0', 'puback 2 16', 'puback 3 135', 'pubrec 4 0', 'pubrec 5 151']
  assert.deepEqual(
    acks(broker).filter(ack => !ack.startsWith('pubcomp')),
    answers,
  )
})

test('what customHandleAcks has no reason for is an error, and not acknowledged', async () => {
  const verdicts = {
    1: [null, 42],
    2: [null, 70_000],
    3: [null, undefined],
    4: [new Error('mine')],
  }
  const { broker, log, settle } = await connected(
    {
      customHandleAcks: (topic, payload, { messageId }, callback) =>
        callback(...(verdicts[messageId] ?? [null, 0])),
    },
    { version: 5 },
  )
  broker.sendTogether([message(1, 1), message(2, 2), message(3, 1), message(4, 1), message(5, 1)])
  await settle()
  assert.deepEqual(log, [
    'error Wrong reason code for puback',
    'error Wrong reason code for pubrec',
    'error Wrong reason code for puback',
    'error mine',
    'message t 5',
  ])
  assert.deepEqual(acks(broker), ['puback 5 0'])
})

test('MQTT 3 has no reasons: customHandleAcks is not asked', async () => {
  const asked = noted()
  const { broker, settle } = await connected({ customHandleAcks: asked })
  broker.send(message(1, 1))
  await settle()
  assert.equal(asked.calls.length, 0)
  assert.deepEqual(acks(broker), ['puback 1 0'])
})
