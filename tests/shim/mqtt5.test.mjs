/** MQTT 5 as the application meets it: properties, reasons, and what MQTT.js has for them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { ADDRESS, connected as connectedTo, plain, setup } from '../harness/scenario.mjs'

/** A client of a broker that speaks MQTT 5; `properties` are those of CONNACK. */
const connected = (options, properties = {}) =>
  connectedTo(options, { version: 5, connack: { properties } })

test('properties go out with CONNECT, its will, and PUBLISH', async () => {
  const { phone, broker, client } = await connected({
    properties: { sessionExpiryInterval: 60, userProperties: { a: ['1', '2'], b: '3' } },
    will: { topic: 'w', payload: 'x', properties: { willDelayInterval: 5 } },
  })
  const [connect] = broker.got('connect')
  assert.equal(connect.protocolVersion, 5)
  const { sessionExpiryInterval, userProperties } = connect.properties
  assert.equal(sessionExpiryInterval, 60)
  assert.deepEqual(plain(userProperties), { a: ['1', '2'], b: '3' })
  assert.equal(connect.will.properties.willDelayInterval, 5)

  const properties = {
    contentType: 'text/plain',
    correlationData: Uint8Array.of(1, 2),
    payloadFormatIndicator: true,
  }
  client.publish('t', 'x', { properties })
  await phone.settle()
  const [publish] = broker.got('publish')
  assert.equal(publish.properties.contentType, 'text/plain')
  assert.deepEqual([...publish.properties.correlationData], [1, 2])
  assert.equal(publish.properties.payloadFormatIndicator, true)
})

// 4294967295 is a session that never ends. [MQTT 5.0, 3.1.2.11.2]
test('numbers of properties go out as they are up to the largest, and others are refused', async () => {
  const { phone, broker, client, log } = await connected({
    properties: { sessionExpiryInterval: 4_294_967_295, maximumPacketSize: 3_000_000_000 },
  })
  const [{ properties }] = broker.got('connect')
  assert.deepEqual(plain(properties), {
    sessionExpiryInterval: 4_294_967_295,
    maximumPacketSize: 3_000_000_000,
  })
  for (const messageExpiryInterval of [4_294_967_296, -1, 1.5, NaN, Infinity]) {
    client.publish('t', 'x', { properties: { messageExpiryInterval } }, error =>
      log.push(error && error.code),
    )
  }
  await phone.settle()
  assert.deepEqual(log, Array(5).fill('INVALID_PROPERTY'))
  assert.deepEqual(broker.got('publish'), [])
})

test('properties come in with connack, message, suback', async () => {
  const bed = withBroker(new Phone(), 5)
  const { phone, broker } = bed
  const properties = { assignedClientIdentifier: 'z', userProperties: { a: ['1', '2'] } }
  broker.answers.connect = () => ({
    cmd: 'connack',
    reasonCode: 0,
    sessionPresent: false,
    properties,
  })
  broker.answers.subscribe = ({ messageId }) => ({
    cmd: 'suback',
    messageId,
    granted: [2],
    properties: { reasonString: 'fine' },
  })
  const client = bed.mqtt.connect(ADDRESS, { protocolVersion: 5, clientId: '' })
  const heard = []
  client.on('connect', connack => heard.push(plain(connack)))
  client.on('message', (topic, payload, packet) =>
    heard.push([topic, `${payload}`, plain(packet.properties)]),
  )
  client.subscribe('t', (error, granted, packet) => heard.push([plain(granted), plain(packet)]))
  await phone.settle()
  broker.send({
    cmd: 'publish',
    topic: 't',
    payload: 'x',
    qos: 0,
    properties: { subscriptionIdentifier: [1, 2], responseTopic: 'r' },
  })
  await phone.settle()
  const connack = {
    cmd: 'connack',
    sessionPresent: false,
    returnCode: 0,
    reasonCode: 0,
    properties,
  }
  const suback = { cmd: 'suback', messageId: 1, granted: [2], properties: { reasonString: 'fine' } }
  assert.deepEqual(heard, [
    connack,
    [[{ topic: 't', qos: 2, nl: false, rap: false, rh: 0 }], suback],
    ['t', 'x', { subscriptionIdentifier: [1, 2], responseTopic: 'r' }],
  ])
})

test('a user property may have any name', async () => {
  const { client, broker, settle } = await connectedTo({}, { version: 5 })
  const names = ['__proto__', 'constructor', 'toString', '']
  const userProperties = Object.fromEntries(names.map(name => [name, ['1', '2']]))
  const heard = []
  client.on('message', (topic, payload, { properties }) => heard.push(properties.userProperties))
  broker.send({ cmd: 'publish', topic: 't', payload: '', qos: 0, properties: { userProperties } })
  await settle()
  assert.deepEqual(Object.entries(heard[0]).map(plain), Object.entries(userProperties))
  client.publish('t', '', { properties: { userProperties: heard[0] } })
  await settle()
  const [sent] = broker.got('publish')
  assert.deepEqual(Object.entries(sent.properties.userProperties), Object.entries(userProperties))
})

test('the options of a subscription and its identifier reach the server', async () => {
  const { phone, broker, client } = await connected()
  const options = { qos: 1, nl: true, rap: true, rh: 2, properties: { subscriptionIdentifier: 9 } }
  client.subscribe('t', options)
  await phone.settle()
  const [{ subscriptions, properties }] = broker.got('subscribe')
  assert.deepEqual(plain(subscriptions), [{ topic: 't', qos: 1, nl: true, rap: true, rh: 2 }])
  assert.equal(properties.subscriptionIdentifier, 9)
})

test('reasons reach the callbacks', async () => {
  const { phone, broker, client } = await connected()
  const said = []
  const note = (error, packet) =>
    said.push([error && error.message, error && error.code, packet?.reasonCode])
  broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 16 })
  client.publish('t', 'x', { qos: 1 }, note)
  await phone.settle()
  broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 135 })
  client.publish('t', 'x', { qos: 1 }, note)
  await phone.settle()
  broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0x87] })
  client.subscribe('t', note)
  await phone.settle()
  broker.answers.unsubscribe = ({ messageId }) => ({ cmd: 'unsuback', messageId, granted: [17] })
  client.unsubscribe('t', note)
  await phone.settle()
  assert.deepEqual(said, [
    [null, null, 16],
    ['Publish error: Not authorized', 135, 135],
    ['Subscribe error: Not authorized', 135, undefined],
    [null, null, 17],
  ])
})

test('what the server has excluded in CONNACK is an error, and not sent', async () => {
  const { phone, broker, client, log } = await connected(
    {},
    { maximumQoS: 1, retainAvailable: false },
  )
  const said = []
  client.publish('t', 'x', { qos: 2 }, error => said.push(error.message))
  client.publish('t', 'x', { retain: true }, error => said.push(error.message))
  await phone.settle()
  assert.deepEqual(said, [
    'Not supported by the server: QoS not supported',
    'Not supported by the server: Retain not supported',
  ])
  assert.deepEqual(broker.got('publish'), [])
  assert.deepEqual(log, [])
})

test('an invalid property is refused, and does not stay for the next call', async () => {
  const { phone, broker, client } = await connected()
  const said = []
  for (const properties of [
    { receiveMaximum: 1 },
    { nonsense: 1 },
    { contentType: 7 },
    { topicAlias: 0 },
  ]) {
    client.publish('t', 'x', { properties }, error => said.push(error.code))
  }
  client.publish('t', 'y', error => said.push(error && error.code))
  await phone.settle()
  // the last is written at once, the others are refused in turns of their own
  assert.deepEqual(said.sort(), [
    'INVALID_PROPERTY',
    'INVALID_PROPERTY',
    'INVALID_PROPERTY',
    'INVALID_PROPERTY',
    null,
  ])
  assert.deepEqual(
    broker.got('publish').map(({ payload, properties }) => [`${payload}`, properties]),
    [['y', undefined]],
  )
})

test('DISCONNECT of the server is an event with its reason, and so is that of the client', async () => {
  const { phone, broker, client, log } = await connected()
  const disconnects = []
  client.on('disconnect', packet => disconnects.push(plain(packet)))
  broker.send({ cmd: 'disconnect', reasonCode: 142, properties: { reasonString: 'elsewhere' } })
  await phone.settle()
  const properties = { reasonString: 'elsewhere' }
  assert.deepEqual(disconnects, [{ cmd: 'disconnect', reasonCode: 142, properties }])
  assert.deepEqual(log, ['error Disconnected by the server: elsewhere', 'close'])

  const other = await connected()
  other.client.end(false, { reasonCode: 4, properties: { reasonString: 'bye' } })
  await other.phone.settle()
  const [disconnect] = other.broker.got('disconnect')
  assert.equal(disconnect.reasonCode, 4)
  assert.equal(disconnect.properties.reasonString, 'bye')
})

test('the properties of end() are sent, though it was called while the module was loading', async () => {
  const { phone, broker, mqtt } = setup({ version: 5 })
  const { wasmApi, clock } = phone
  const instantiate = wasmApi.instantiate.bind(wasmApi)
  wasmApi.instantiate = (path, imports) =>
    new Promise(resolve => clock.setTimeout(() => resolve(instantiate(path, imports)), 1000))
  const client = mqtt.connect(ADDRESS, { protocolVersion: 5 })
  client.publish('t', 'x', { qos: 1 })
  client.end(false, { reasonCode: 4 })
  await phone.pass(2000)
  assert.deepEqual(
    broker.got('disconnect').map(({ reasonCode }) => reasonCode),
    [4],
  )
})

test('properties of end() that cannot be sent are an error, and the client ends all the same', async () => {
  const { phone, broker, client, log } = await connected()
  client.end(false, { reasonCode: 142 })
  await phone.settle()
  assert.deepEqual(log, ['error Invalid reason code', 'close', 'end'])
  assert.equal(broker.got('disconnect').length, 1)
})

test('a refusal has the words of MQTT 5', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone(), 5)
  broker.answers.connect = () => ({ cmd: 'connack', reasonCode: 138, sessionPresent: false })
  const log = record(mqtt.connect(ADDRESS, { protocolVersion: 5 }))
  await phone.settle()
  assert.deepEqual(log, ['error Connection refused: Banned', 'close'])
})

test('a server of MQTT 3.1.1 is met with MQTT 3.1.1 if that is wanted', async () => {
  for (const fallback of [true, false]) {
    const { phone, broker, mqtt } = withBroker(new Phone())
    broker.answers.connect = ({ protocolVersion }) => ({
      cmd: 'connack',
      returnCode: protocolVersion === 4 ? 0 : 1,
      sessionPresent: false,
    })
    const client = mqtt.connect(ADDRESS, { protocolVersion: 5, fallback })
    const log = record(client)
    await phone.settle()
    assert.deepEqual(
      log,
      fallback ? ['connect'] : ['error The server does not speak MQTT 5.0', 'close'],
    )
    assert.equal(phone.warnings.length, fallback ? 1 : 0)
  }
})

test('enhanced authentication goes through handleAuth', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone(), 5)
  const method = { authenticationMethod: 'M' }
  broker.answers.connect = () => ({
    cmd: 'auth',
    reasonCode: 24,
    properties: { ...method, authenticationData: Buffer.of(1) },
  })
  broker.answers.auth = ({ properties }) => ({
    cmd: 'connack',
    reasonCode: properties.authenticationData[0] === 2 ? 0 : 135,
    sessionPresent: false,
    properties: method,
  })
  const client = mqtt.connect(ADDRESS, { protocolVersion: 5, properties: method })
  client.handleAuth = ({ properties }, callback) => {
    const authenticationData = Uint8Array.of(properties.authenticationData[0] + 1)
    callback(null, { cmd: 'auth', reasonCode: 24, properties: { ...method, authenticationData } })
  }
  const log = record(client)
  await phone.settle()
  assert.deepEqual(log, ['connect'])
})
