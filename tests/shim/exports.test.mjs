/** What the module exports beside connect: each thing by itself, as MQTT.js has it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, reports } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { connected, noted, plain, setup } from '../harness/scenario.mjs'

const { mqtt } = new Phone()

test('everything that MQTT.js exports is there, and in default', () => {
  const names = ['connect', 'connectAsync', 'MqttClient', 'Client', 'Store', 'KeepaliveManager']
  names.push('DefaultMessageIdProvider', 'UniqueMessageIdProvider', 'ReasonCodes', 'nextTick')
  names.push('ErrorWithReasonCode', 'ErrorWithSubackPacket', 'MQTTJS_VERSION', 'applyMixin')
  names.push('validateTopic', 'validateTopics', 'default')
  for (const name of names) {
    assert.ok(mqtt[name] !== undefined, name)
    assert.equal(mqtt.default[name], mqtt[name], name)
  }
  assert.equal(mqtt.connect, mqtt)
})

test('the client class may be called, with new or without', async () => {
  const { mqtt, broker, settle } = setup()
  const options = { protocol: 'wxs', host: 'host' }
  const made = [
    mqtt.MqttClient(null, { ...options, clientId: 'a' }),
    new mqtt.MqttClient(undefined, { ...options, clientId: 'b' }),
    mqtt.Client(null, { ...options, clientId: 'c' }),
  ]
  await settle()
  assert.equal(broker.got('connect').length, 3)
  assert.ok(made.every(client => client instanceof mqtt.MqttClient && client.connected))
  assert.equal(mqtt.MqttClient.VERSION, mqtt.MQTTJS_VERSION)
  assert.match(mqtt.MqttClient.defaultId(), /^mqttjs_[0-9a-f]{1,8}$/)
})

test('a stream builder takes the place of the WebSocket', async () => {
  const { mqtt, broker, phone, settle } = setup()
  /** A stream over the fake phone's socket, as an application would write one over TCP. */
  const built = []
  const builder = (client, options) => {
    const listeners = {}
    const task = phone.fake.wx.connectSocket({ url: `wss://${options.host}`, protocols: ['mqtt'] })
    const early = []
    let open = false
    task.onOpen(() => {
      open = true
      for (const data of early) task.send({ data })
    })
    task.onMessage(({ data }) => listeners.data(new Uint8Array(data)))
    task.onClose(() => listeners.close?.())
    task.onError(() => undefined)
    const stream = {
      on: (event, listener) => ((listeners[event] = listener), stream),
      write({ buffer }) {
        if (open) task.send({ data: buffer })
        else early.push(buffer)
      },
      end: () => task.close({ code: 1000 }),
      fail: error => listeners.error(error),
    }
    built.push({ client, stream })
    return stream
  }
  const client = new mqtt.MqttClient(builder, { host: 'host', protocol: 'wxs' })
  const log = record(client)
  client.subscribe('t').publish('t', 'over a stream')
  await settle()
  assert.deepEqual(log, ['connect', 'message t over a stream'])
  assert.equal(built[0].client, client)

  log.length = 0
  const told = reports(client)
  built[0].stream.fail(new Error('torn'))
  await phone.pass(2000)
  assert.deepEqual(log, ['offline', 'close', 'reconnect', 'connect'])
  assert.deepEqual(
    told.map(([event, { code, message }]) => [event, code, message]),
    [['close', 'STREAM', 'torn']],
  )
  client.end()
  await settle()
  assert.equal(phone.fake.openSockets.length, 0)
  assert.equal(broker.packets.at(-1).cmd, 'disconnect')
})

test('a stream builder that throws is an error of the attempt', async () => {
  const { mqtt, settle } = setup()
  const builder = () => {
    throw new Error('no cable')
  }
  const client = new mqtt.MqttClient(builder, {})
  const log = record(client)
  await settle()
  assert.deepEqual(log, ['error no cable', 'offline', 'close'])
})

test('validateTopic and validateTopics look at wildcards', () => {
  for (const good of ['a', '', '+', '#', '+/+', 'a/+/b/#', '/']) {
    assert.equal(mqtt.validateTopic(good), true, good)
  }
  for (const bad of ['a+', '+a', 'a#', '#/a', 'a/#/b', '##', 'a/b+/c']) {
    assert.equal(mqtt.validateTopic(bad), false, bad)
  }
  assert.equal(mqtt.validateTopics(['a', 'b#', 'c#']), 'b#')
  assert.equal(mqtt.validateTopics(['a', '#']), null)
  assert.equal(mqtt.validateTopics([]), 'empty_topic_list')
})

test('ReasonCodes and the error classes', async () => {
  assert.equal(mqtt.ReasonCodes[135], 'Not authorized')
  assert.equal(mqtt.ReasonCodes[5], 'Not authorized')
  const packet = { cmd: 'suback', messageId: 1, granted: [128] }
  for (const [error, name, field, value] of [
    [new mqtt.ErrorWithReasonCode('m', 7), 'ErrorWithReasonCode', 'code', 7],
    [new mqtt.ErrorWithSubackPacket('m', packet), 'ErrorWithSubackPacket', 'packet', packet],
  ]) {
    assert.ok(error instanceof mqtt[name])
    assert.equal(error[field], value)
    assert.equal(`${error}`, `${name}: m`)
  }

  const refused = setup({ connack: { returnCode: 4 } })
  const failed = noted()
  refused.mqtt.connect('wxs://host').on('error', failed)
  await refused.settle()
  const [[error]] = failed.calls
  assert.ok(error instanceof refused.mqtt.ErrorWithReasonCode)
  assert.equal(error.code, 4)

  const { client, broker, mqtt: own, settle } = await connected()
  broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [128] })
  const done = noted()
  client.subscribe('a', done)
  await settle()
  assert.ok(done.calls[0][0] instanceof own.ErrorWithSubackPacket)
})

test('nextTick has a turn of its own, applyMixin gives members on', async () => {
  const phone = new Phone()
  const called = noted()
  phone.mqtt.nextTick(called, 1, 2)
  assert.equal(called.calls.length, 0)
  await phone.settle()
  assert.deepEqual(called.calls, [[1, 2]])

  class Base {
    base() {
      return 'base'
    }
  }
  class Mixin extends Base {
    get own() {
      return 'own'
    }
  }
  class Target {}
  mqtt.applyMixin(Target, Mixin)
  const target = new Target()
  assert.equal(target.base() + target.own, 'baseown')
  assert.equal(target.constructor, Target)
  mqtt.applyMixin(Target, Mixin, true)
  assert.equal(Target.prototype.constructor, Mixin)
})

test('a Store puts, gets and deletes by message id', () => {
  const store = new mqtt.Store()
  const packet = { cmd: 'publish', messageId: 7, topic: 't', payload: 'x', qos: 1 }
  const done = noted()
  assert.equal(store.put(packet, done), store)
  store.get({ messageId: 7 }, done).del({ messageId: 7 }, done)
  store.del({ messageId: 7 }, done).get({ messageId: 7 }, done)
  assert.deepEqual(plain(done.calls.map(([error, found]) => error?.message ?? found ?? null)), [
    null,
    packet,
    packet,
    'missing packet',
    'missing packet',
  ])
})

test('a Store keeps what it has when it is closed, if it is told so', () => {
  for (const [options, expected] of [
    [undefined, 'missing packet'],
    [{ clean: true }, 'missing packet'],
    [{ clean: false }, undefined],
  ]) {
    const store = new mqtt.Store(options)
    const closed = noted()
    store.put({ messageId: 1 })
    store.close(closed)
    assert.equal(closed.calls.length, 1)
    store.get({ messageId: 1 }, error => assert.equal(error?.message, expected))
  }
})

test('the stream of a Store has its packets in order: by events, by read, by for await', async () => {
  const phone = new Phone()
  const store = new phone.mqtt.Store()
  for (const messageId of [3, 1, 2]) store.put({ messageId })
  const ids = list => list.map(({ messageId }) => messageId)

  const seen = []
  const flowing = store.createStream()
  for (const event of ['end', 'close']) flowing.on(event, () => seen.push(event))
  flowing.on('data', packet => seen.push(packet.messageId))
  assert.deepEqual(seen, [], 'not within the call')
  await phone.settle()
  assert.deepEqual(seen, [3, 1, 2, 'end', 'close'])

  const read = store.createStream()
  const found = []
  read.on('readable', () => {
    for (let packet = read.read(); packet; packet = read.read()) found.push(packet)
  })
  await phone.settle()
  assert.deepEqual(ids(found), [3, 1, 2])

  const awaited = []
  for await (const packet of store.createStream()) awaited.push(packet)
  assert.deepEqual(ids(awaited), [3, 1, 2])

  const destroyed = store.createStream()
  const events = []
  for (const event of ['end', 'close', 'data']) destroyed.on(event, () => events.push(event))
  destroyed.on('error', ({ message }) => events.push(message))
  destroyed.destroy(new Error('enough'))
  await phone.settle()
  assert.deepEqual(events.slice(-2), ['enough', 'close'])
})

test('DefaultMessageIdProvider gives ids in turn', () => {
  const provider = new mqtt.DefaultMessageIdProvider()
  const first = provider.allocate()
  assert.ok(first >= 1 && first <= 65_535)
  assert.equal(provider.getLastAllocated(), first)
  assert.equal(provider.allocate(), (first % 65_535) + 1)
  assert.equal(provider.register(first), true)
  provider.deallocate(first)
  provider.clear()
})

test('UniqueMessageIdProvider gives the lowest that is free, and null if none is', () => {
  const provider = new mqtt.UniqueMessageIdProvider()
  assert.equal(provider.register(2), true)
  assert.equal(provider.register(2), false)
  assert.equal(provider.register(0), false)
  assert.deepEqual([provider.allocate(), provider.allocate()], [1, 3])
  provider.deallocate(1)
  assert.equal(provider.allocate(), 1)
  for (let id = 4; id <= 65_535; id++) assert.equal(provider.allocate(), id)
  assert.equal(provider.allocate(), null)
  assert.equal(provider.getLastAllocated(), null)
  provider.clear()
  assert.equal(provider.allocate(), 1)
})

test('KeepaliveManager pings after the keepalive time, and gives up after half as much more', async () => {
  const phone = new Phone()
  const events = []
  const start = phone.clock.now
  const note = name => () => events.push(`${name} ${(phone.clock.now - start) / 1000}`)
  const client = { keepalive: 10, sendPing: note('ping'), onKeepaliveTimeout: note('timeout') }
  const manager = new phone.mqtt.KeepaliveManager(client, 'auto')
  assert.deepEqual([manager.keepalive, manager.intervalEvery], [10_000, 5000])
  assert.equal(manager.keepaliveTimeoutTimestamp, start + 15_000)
  await phone.pass(8000)
  manager.reschedule()
  await phone.pass(15_000)
  assert.deepEqual(events, ['ping 18', 'timeout 23'])
  manager.destroy()
  manager.reschedule()
  await phone.pass(60_000)
  assert.equal(events.length, 2)
  assert.throws(() => manager.setKeepalive(0), /Keepalive value must be an integer/)

  const set = noted()
  new phone.mqtt.KeepaliveManager(client, { set, clear: noted() })
  assert.equal(set.calls[0][1], 5000)
})
