/** The calls that give promises, and connectAsync. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADDRESS, connected, mute, plain, setup } from '../harness/scenario.mjs'

/** What becomes of a promise, as far as it has become of it. */
function outcome(promise) {
  const state = {}
  promise.then(
    value => Object.assign(state, { value, settled: true }),
    error => Object.assign(state, { error, settled: true }),
  )
  return state
}

test('publishAsync, subscribeAsync, unsubscribeAsync and endAsync resolve with what callbacks get', async () => {
  const { client, settle } = await connected()
  const made = [
    client.publishAsync('t', 'x'),
    client.publishAsync('t', 'x', { qos: 1 }),
    client.subscribeAsync(['a', 'b'], { qos: 1 }),
    client.unsubscribeAsync('a'),
    client.endAsync(),
    client.endAsync(false, {}),
  ].map(outcome)
  await settle()
  const values = made.map(({ value, error }) => error?.message ?? plain(value) ?? 'nothing')
  assert.deepEqual(values.slice(0, 1), ['nothing'])
  assert.equal(values[1].messageId, 1)
  assert.deepEqual(values[2], [
    { topic: 'a', qos: 1 },
    { topic: 'b', qos: 1 },
  ])
  assert.deepEqual(values[3], { cmd: 'unsuback', messageId: 3 })
  assert.deepEqual(values.slice(4), ['nothing', 'nothing'])
})

test('they reject with the error that callbacks get', async () => {
  const { client, broker, log, settle } = await connected()
  broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [128] })
  const made = [
    client.publishAsync('#', 'x'),
    client.subscribeAsync('bad'),
    client.unsubscribeAsync([]),
  ].map(outcome)
  await settle()
  assert.deepEqual(
    made.map(({ error }) => error.message),
    ['Invalid topic #', 'Subscribe error: Unspecified error', 'Invalid topic empty_topic_list'],
  )
  assert.deepEqual(log, [])
})

test('connectAsync takes the forms of connect, and resolves with a client that is connected', async () => {
  const { mqtt, settle } = setup()
  const made = [
    mqtt.connectAsync(ADDRESS),
    mqtt.connectAsync(ADDRESS, { clientId: 'b' }),
    mqtt.connectAsync({ protocol: 'wxs', host: 'host' }, undefined, false),
  ].map(outcome)
  await settle()
  assert.ok(made.every(({ value }) => value.connected && value instanceof mqtt.MqttClient))
  assert.deepEqual(plain(made[0].value.eventNames()), []) // it leaves no listener behind
})

test('connectAsync rejects with a refusal, and the client ends', async () => {
  const { mqtt, phone, settle } = setup({ connack: { returnCode: 5 } })
  const made = outcome(mqtt.connectAsync(ADDRESS))
  await settle()
  assert.equal(made.error.message, 'Connection refused: Not authorized')
  assert.equal(made.error.code, 5)
  await phone.pass(120_000)
  assert.equal(phone.fake.sockets.length, 1)
})

test('connectAsync rejects what options forbid', async () => {
  const { mqtt, settle } = setup()
  const made = outcome(mqtt.connectAsync('host'))
  await settle()
  assert.equal(made.error.message, 'Missing protocol')
})

test('connectAsync goes on while the network fails, unless it must not', async () => {
  const { mqtt, phone, settle } = setup()
  const { onSocket } = phone.fake
  phone.fake.onSocket = socket => socket.fail('network is down')
  const patient = outcome(mqtt.connectAsync(ADDRESS))
  const hasty = outcome(mqtt.connectAsync(ADDRESS, {}, false))
  const once = outcome(mqtt.connectAsync(ADDRESS, { reconnectPeriod: 0 }))
  await settle()
  for (const { error } of [hasty, once]) {
    assert.equal(error.message, "Couldn't connect to server")
    assert.match(error.hint, /network is down/)
  }
  assert.equal(patient.settled, undefined)
  phone.fake.onSocket = onSocket
  await phone.pass(5000)
  assert.equal(patient.value.connected, true)
})

test('connectAsync does not go on with what no attempt will mend', async () => {
  const { mqtt, phone, settle } = setup()
  phone.fake.onSocket = socket => socket.fail('url not in domain list')
  const made = outcome(mqtt.connectAsync(ADDRESS))
  await settle()
  assert.equal(made.error.code, 'DOMAIN_NOT_LISTED')
})

test('a promise for a request that an outage cuts off rejects', async () => {
  const { client, broker, settle } = await connected()
  mute(broker, 'subscribe')
  const made = outcome(client.subscribeAsync('a'))
  await settle()
  broker.socket.close()
  await settle()
  assert.equal(made.error.message, 'Connection closed')
})
