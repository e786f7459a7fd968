/** What a client says of itself: its properties and flags, and the calls that have to do with them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format } from 'node:util'
import { record } from '../harness/scripted-broker.mjs'
import { ADDRESS, connected, errors, mute, noted, plain, setup } from '../harness/scenario.mjs'

const flags = client =>
  ['connected', 'reconnecting', 'disconnecting', 'disconnected'].filter(name => client[name]).join()

test('queue, outgoing and messageIdToTopic show what is under way', async () => {
  const { client, broker, phone, settle } = await connected({ maxInFlight: 1 })
  const answer = mute(broker, 'publish', 'subscribe', 'unsubscribe')
  const callback = noted()
  client.publish('t', 'first', { qos: 2 }, callback)
  client.subscribe(['a', 'b']).unsubscribe('c')
  client.publish('t', 'waits', { qos: 1 })
  assert.equal(client.getLastMessageId(), 4)
  const { 1: first, 2: second, 3: third, 4: fourth, ...rest } = client.outgoing
  assert.deepEqual(plain([first, second, third, fourth, rest]), [
    { volatile: false, cmd: 'publish' },
    { volatile: true, cmd: 'subscribe' },
    { volatile: true, cmd: 'unsubscribe' },
    { volatile: false, cmd: 'publish' },
    {},
  ])
  assert.equal(first.cb, callback)
  assert.deepEqual(plain(client.messageIdToTopic), { 2: ['a', 'b'] })
  assert.deepEqual(
    plain(client.queue.map(({ packet, cb }) => `${packet.cmd} ${packet.payload} ${typeof cb}`)),
    ['publish waits function'],
  )
  answer()
  broker.socket.close()
  await phone.pass(2000)
  await settle()
  assert.deepEqual(plain([client.outgoing, client.queue, client.messageIdToTopic]), [{}, [], {}])
})

test('before the module is loaded everything is queued', async () => {
  const { mqtt, settle } = setup()
  const client = mqtt.connect(ADDRESS)
  assert.equal(client.getLastMessageId(), null)
  client.publish('t', 'x').subscribe('a')
  assert.deepEqual(plain(client.queue.map(({ packet }) => packet.cmd)), ['publish', 'subscribe'])
  await settle()
  assert.equal(client.queue.length, 0)
})

test('removeOutgoingMessage takes a message back', async () => {
  const { client, broker, phone } = await connected()
  mute(broker, 'publish')
  const [removed, kept] = [noted(), noted()]
  client.publish('t', 'removed', { qos: 1 }, removed)
  const id = client.getLastMessageId()
  client.publish('t', 'kept', { qos: 1 }, kept)
  assert.equal(client.removeOutgoingMessage(id).removeOutgoingMessage(999), client)
  assert.deepEqual(errors(removed), ['Message removed'])
  broker.socket.close()
  await phone.pass(2000)
  assert.deepEqual(
    broker.got('publish').map(({ payload }) => `${payload}`),
    ['removed', 'kept', 'kept'],
  )
  assert.equal(kept.calls.length, 0)
})

test('messageIdProvider says the last id, and is the one that was given', async () => {
  const { client, mqtt } = await connected()
  assert.equal(client.messageIdProvider.getLastAllocated(), null)
  client.publish('t', 'x', { qos: 1 })
  assert.equal(client.messageIdProvider.getLastAllocated(), 1)
  const messageIdProvider = new mqtt.UniqueMessageIdProvider()
  const other = mqtt.connect(ADDRESS, { messageIdProvider, manualConnect: true })
  assert.equal(other.messageIdProvider, messageIdProvider)
})

test('serverProperties and keepalive are those of the connection', async () => {
  const properties = { serverKeepAlive: 7, maximumQoS: 1 }
  const { client, broker, phone } = await connected(
    { keepalive: 30 },
    { version: 5, connack: { properties } },
  )
  assert.deepEqual(plain(client.serverProperties), properties)
  assert.equal(client.keepalive, 7)
  broker.socket.close()
  await phone.settle()
  assert.equal(client.serverProperties, undefined)
  assert.equal(client.keepalive, 30)
})

test('reconnectAt is the time of the next attempt, to the millisecond', async () => {
  const { client, broker, phone } = await connected({ reconnectPeriod: 2000 })
  const { clock } = phone
  const seen = []
  for (const event of ['close', 'reconnect', 'connect']) {
    client.on(event, () => seen.push([event, client.reconnectAt]))
  }
  assert.equal(client.reconnectAt, undefined)
  broker.socket.close()
  await phone.settle()
  const due = seen[0][1]
  assert.deepEqual(seen, [['close', due]])
  assert.equal(client.reconnectAt, due)

  await phone.pass(due - clock.now - 1)
  assert.equal(seen.length, 1)
  await phone.pass(1)
  assert.deepEqual(seen[1], ['reconnect', undefined])
  await phone.settle()
  assert.deepEqual(seen[2], ['connect', undefined])
  assert.equal(client.reconnectAt, undefined)
})

test('reconnectAt follows what the phone does, and an end', async () => {
  const { client, broker, phone } = await connected()
  broker.socket.close()
  await phone.settle()
  const { reconnectAt } = client
  phone.fake.network(false)
  assert.equal(client.reconnectAt, phone.clock.now + 30_000)
  assert.ok(client.reconnectAt > reconnectAt)
  client.end()
  await phone.settle()
  assert.equal(client.reconnectAt, undefined)
})

test('reconnectAt is undefined where no attempt is due', async () => {
  const { client, broker, phone } = await connected({ reconnectPeriod: 0 })
  broker.socket.close()
  await phone.settle()
  assert.equal(client.reconnectAt, undefined)

  const waiting = setup()
  const tokenProvider = () => new Promise(() => {})
  const asking = waiting.mqtt.connect(ADDRESS, { tokenProvider })
  assert.equal(asking.reconnectAt, undefined)
  await waiting.settle()
  assert.equal(asking.reconnectAt, undefined, 'the provider is being asked')
})

test('reconnectAt is in the time of the phone, also when its clock was set back', async () => {
  const { client, broker, phone } = await connected()
  phone.clock.now -= 3_600_000
  broker.socket.close()
  await phone.settle()
  assert.ok(client.reconnectAt > phone.clock.now - 200)
  assert.ok(client.reconnectAt <= phone.clock.now + 1000)
})

test('queueQoSZero may be changed at any time', async () => {
  const { client, broker, settle } = await connected()
  assert.equal(client.queueQoSZero, true)
  client.queueQoSZero = false
  broker.socket.close()
  await settle()
  const done = noted()
  client.publish('t', 'x', done)
  await settle()
  assert.deepEqual(errors(done), ['No connection to broker'])
  client.queueQoSZero = true
  client.publish('t', 'y', done)
  await settle()
  assert.equal(client.queue.length, 1)
})

test('cbStorePut is called when the message is taken, at QoS 1 and 2', async () => {
  const { client, broker, settle } = await connected()
  mute(broker, 'publish')
  const kept = noted()
  for (const qos of [0, 1, 2]) client.publish('t', 'x', { qos, cbStorePut: kept })
  client.publish('#', 'x', { qos: 1, cbStorePut: kept }, noted())
  await settle()
  assert.equal(kept.calls.length, 2)
})

test('stream.destroy() is an outage', async () => {
  const { client, log, phone } = await connected()
  const closed = noted()
  client.stream.on('close', closed)
  client.stream.destroy()
  assert.equal(client.connected, false)
  await phone.pass(2000)
  assert.deepEqual(log, ['offline', 'close', 'reconnect', 'connect'])
  assert.equal(closed.calls.length, 1)
})

test('sendPing asks, onKeepaliveTimeout gives up, reschedulePing changes nothing', async () => {
  const { client, broker, log, phone } = await connected({ keepalive: 10 })
  client.sendPing()
  await phone.settle()
  assert.equal(broker.got('pingreq').length, 1)
  for (let at = 0; at < 10; at++) {
    await phone.pass(3000)
    client.reschedulePing(true)
  }
  assert.equal(broker.got('pingreq').length, 4) // [MQTT-3.1.2-23] one in ten seconds, at least
  client.onKeepaliveTimeout()
  await phone.pass(2000)
  assert.deepEqual(log, ['error Keepalive timeout', 'offline', 'close', 'reconnect', 'connect'])
})

test('at each event the flags say what is so', async () => {
  const { client, broker, phone, settle } = await connected()
  const seen = []
  for (const name of ['offline', 'close', 'reconnect', 'connect', 'end', 'outgoingEmpty']) {
    client.on(name, () => seen.push(`${name}: ${flags(client)}`))
  }
  broker.socket.close()
  await phone.pass(2000)
  assert.deepEqual(seen, [
    'offline: ',
    'close: reconnecting',
    'reconnect: reconnecting',
    'connect: connected',
  ])
  seen.length = 0
  client.publish('t', 'x', { qos: 1 })
  client.end(() => seen.push(`callback: ${flags(client)}`))
  await settle()
  assert.deepEqual(seen, [
    'outgoingEmpty: connected,disconnecting',
    'close: disconnecting',
    'end: disconnecting,disconnected',
    'callback: disconnecting,disconnected',
  ])
})

for (const options of [{ reconnectPeriod: 0 }, { manualConnect: true }]) {
  test(`after end() with ${JSON.stringify(options)} requests are taken for later`, async () => {
    const { mqtt, broker, settle } = setup()
    const client = mqtt.connect(ADDRESS, options)
    client.connect()
    await settle()
    client.end()
    await settle()
    assert.equal(flags(client), 'disconnected')
    const done = noted()
    client.publish('t', 'later', done)
    await settle()
    assert.equal(done.calls.length, 0)
    client.connect()
    await settle()
    assert.equal(flags(client), 'connected')
    assert.deepEqual(done.calls, [[null]])
    assert.equal(broker.got('publish').length, 1)
  })
}

test('reconnect() while connected leaves, and comes back with the subscriptions', async () => {
  const { client, broker, log, settle } = await connected()
  client.subscribe('a', { qos: 1 })
  await settle()
  assert.equal(client.reconnect(), client)
  await settle()
  assert.deepEqual(log, ['reconnect', 'close', 'end', 'connect'])
  assert.equal(flags(client), 'connected')
  assert.deepEqual(
    broker.packets.map(({ cmd }) => cmd),
    ['connect', 'subscribe', 'disconnect', 'connect', 'subscribe'],
  )
  const done = noted()
  client.publish('t', 'x', { qos: 1 }, done)
  await settle()
  assert.deepEqual(errors(done), [null])
})

test('reconnect() after end() subscribes again, unless resubscribe is off', async () => {
  for (const [resubscribe, asked] of [
    [
      true,
      [
        ['a', 'b/+'],
        ['a', 'b/+'],
      ],
    ],
    [false, [['a', 'b/+']]],
  ]) {
    const { client, broker, log, settle } = await connected({ resubscribe })
    client.subscribe({ a: { qos: 1 }, 'b/+': { qos: 2 } })
    await settle()
    client.end()
    client.reconnect() // it waits for the end
    await settle()
    assert.deepEqual(log, ['close', 'end', 'reconnect', 'connect'])
    assert.deepEqual(
      broker.got('subscribe').map(({ subscriptions }) => subscriptions.map(({ topic }) => topic)),
      asked,
    )
  }
})

test('log hears what happens, and no secret', async () => {
  const { mqtt, settle } = setup()
  const lines = []
  const log = (...args) => lines.push(format(...args))
  const client = mqtt.connect('wxs://host/mqtt?token=secret1', {
    log,
    username: 'u',
    password: 'secret2',
  })
  client.subscribe('topic')
  client.publish('topic', 'secret3')
  await settle()
  record(client)
  client.end()
  await settle()
  const all = lines.join('\n')
  for (const part of [
    'opening wss://host/mqtt',
    'publish',
    'subscribe',
    'emit :: connect',
    'end',
  ]) {
    assert.ok(all.includes(part), part)
  }
  assert.ok(!all.includes('secret'), all)
})
