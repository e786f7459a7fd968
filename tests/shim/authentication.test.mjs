/** Enhanced authentication of MQTT 5: whose turn it is, and what ends it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record } from '../harness/scripted-broker.mjs'
import { ADDRESS, connected, plain, setup } from '../harness/scenario.mjs'

const METHOD = { authenticationMethod: 'M' }
const auth = reasonCode => ({ cmd: 'auth', reasonCode, properties: METHOD })

/** A client whose server wants one step more before CONNACK. */
function challenged(options) {
  const bed = setup({ version: 5, connack: { properties: METHOD } })
  const accept = bed.broker.answers.connect
  bed.broker.answers.connect = () => auth(24)
  bed.broker.answers.auth = accept
  const given = { protocolVersion: 5, properties: METHOD, reconnectPeriod: 0, ...options }
  const client = bed.mqtt.connect(ADDRESS, given)
  return { ...bed, client, log: record(client) }
}

test('authPacket answers the server, when the server asks', async () => {
  const properties = { ...METHOD, authenticationData: Buffer.from('answer') }
  const { broker, log, settle } = challenged({ authPacket: { reasonCode: 0, properties } })
  await settle()
  assert.deepEqual(log, ['connect'])
  const [packet] = broker.got('auth')
  assert.equal(packet.reasonCode, 24) // [MQTT-4.12.0-3]
  assert.equal(`${packet.properties.authenticationData}`, 'answer')
  const order = broker.packets.map(({ cmd }) => cmd)
  assert.deepEqual(order, ['connect', 'auth'])
})

test('handleAuth without an answer ends the connection', async () => {
  const { log, settle } = challenged({})
  await settle()
  const text = 'Protocol error: No auth packet to continue the authentication exchange'
  assert.deepEqual(log, [`error ${text}`, 'close'])
})

test('an error of handleAuth, or an answer that may not be, ends the connection', async () => {
  for (const [answer, text] of [
    [[new Error('wrong key')], 'wrong key'],
    [[null, { reasonCode: 24, properties: {} }], 'Packet has no Authentication Method'],
    [[null, { reasonCode: 1, properties: METHOD }], 'Invalid reason code'],
  ]) {
    const { client, log, settle } = challenged({})
    client.handleAuth = (packet, callback) => callback(...answer)
    await settle()
    assert.deepEqual(log, [`error ${text}`, 'close'])
  }
})

test('reauthenticate begins again on the connection that is there', async () => {
  const { client, broker, log, settle } = await connected(
    { properties: METHOD },
    { version: 5, connack: { properties: METHOD } },
  )
  const heard = []
  client.handleAuth = (packet, callback) => {
    heard.push(packet.reasonCode)
    callback(null, packet.reasonCode === 24 ? auth(24) : undefined)
  }
  broker.answers.auth = ({ reasonCode }) => auth(reasonCode === 25 ? 24 : 0)
  assert.equal(client.reauthenticate(METHOD), client)
  await settle()
  assert.deepEqual(
    broker.got('auth').map(({ reasonCode }) => reasonCode),
    [25, 24],
  )
  assert.deepEqual(heard, [24, 0])
  assert.deepEqual(log, [])
  client.reauthenticate({})
  client.end(true)
  await settle()
  client.reauthenticate(METHOD)
  await settle()
  assert.deepEqual(
    log.filter(event => event.startsWith('error')),
    ['error Packet has no Authentication Method', 'error No connection to broker'],
  )
})

test('authentication data without a method is an error', async () => {
  const { mqtt, phone, settle } = setup({ version: 5 })
  const properties = { authenticationData: Uint8Array.of(1) }
  const log = record(mqtt.connect(ADDRESS, { protocolVersion: 5, properties }))
  await settle()
  assert.deepEqual(plain(log), ['error Packet has no Authentication Method', 'close'])
  assert.equal(phone.fake.sockets.length, 0)
})
