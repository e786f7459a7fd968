/** A whole conversation on a sealed phone, with the built library and its module. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

const ADDRESS = 'wxs://host.cn1.mqtt.chat'

async function connected(options = {}) {
  const bed = withBroker(new Phone())
  const client = bed.mqtt.connect(ADDRESS, { clientId: 'device001@aitbj0', ...options })
  const log = record(client)
  await bed.phone.settle()
  assert.deepEqual(log, ['connect'])
  log.length = 0
  return { ...bed, client, log }
}

test('the phone has nothing that a phone has not', () => {
  const phone = new Phone()
  const missing = `TextDecoder TextEncoder URL WebSocket fetch Buffer process window self document
    navigator crypto performance queueMicrotask structuredClone WebAssembly AbortController Blob BigInt
    WeakRef FinalizationRegistry setInterval setImmediate require module`.split(/\s+/)
  for (const name of missing) assert.equal(phone.run(`typeof ${name}`), 'undefined', name)
  assert.throws(() => phone.run('eval("1")'), /Code generation from strings disallowed/)
})

test('connect, subscribe, publish, message, unsubscribe, end', async () => {
  const { phone, broker, client, log, mqtt } = await connected({
    username: 'user',
    password: 'token',
  })
  assert.ok(client instanceof mqtt.MqttClient)
  assert.equal(client.connected, true)
  const [connect] = broker.got('connect')
  assert.equal(connect.clientId, 'device001@aitbj0')
  assert.equal(connect.username, 'user')
  assert.equal(`${connect.password}`, 'token')
  assert.equal(connect.keepalive, 60)
  assert.equal(connect.clean, true)
  assert.equal(connect.protocolVersion, 4)
  assert.equal(broker.socket.url, 'wss://host.cn1.mqtt.chat/')
  assert.deepEqual([...broker.socket.protocols], ['mqtt'])

  client.subscribe('Topic0', (error, granted) =>
    log.push(`subscribed ${error} ${JSON.stringify(granted)}`),
  )
  await phone.settle()
  client.publish('Topic0', 'i am from wechat msg', error => log.push(`published ${error}`))
  await phone.settle()
  client.unsubscribe('Topic0', error => log.push(`unsubscribed ${error}`))
  await phone.settle()
  client.publish('Topic0', 'nobody hears')
  await phone.settle()
  client.end(() => log.push('ended'))
  await phone.settle()
  assert.deepEqual(log, [
    'subscribed null [{"topic":"Topic0","qos":0}]',
    'published null',
    'message Topic0 i am from wechat msg',
    'unsubscribed null',
    'close',
    'end',
    'ended',
  ])
  assert.equal(broker.packets.at(-1).cmd, 'disconnect')
  assert.equal(broker.socket.state, 'closed')
  assert.equal(client.connected, false)
  assert.equal(client.disconnected, true)
  assert.equal(phone.clock.pending, 0)
  assert.deepEqual(phone.violations, [])
  assert.deepEqual(phone.uncaught, [])
})

test('the export is connect, and carries everything in every form of import', () => {
  const { mqtt } = new Phone()
  assert.equal(typeof mqtt, 'function')
  assert.equal(mqtt.connect, mqtt)
  assert.equal(mqtt.default, mqtt)
  assert.equal(mqtt.Client, mqtt.MqttClient)
  assert.equal(typeof mqtt.easemob.fetchUserToken, 'function')
})

test('one socket message for CONNECT, and one for a PUBLISH, be it empty', async () => {
  const { phone, broker, client } = await connected({
    username: 'user',
    password: 'token',
    will: { topic: 'gone', payload: 'bye', qos: 1, retain: true },
  })
  assert.equal(broker.messages, 1)
  client.publish('t', '')
  await phone.settle()
  assert.equal(broker.messages, 2)
  assert.equal(broker.got('publish')[0].payload.length, 0)
  const { will } = broker.got('connect')[0]
  assert.equal(`${will.topic} ${will.payload} ${will.qos} ${will.retain}`, 'gone bye 1 true')
  assert.deepEqual(phone.violations, [])
})

test('what is asked for before the module is loaded is done in order', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const client = mqtt.connect(ADDRESS)
  const bytes = Uint8Array.of(1)
  client.subscribe('a')
  client.publish('a', bytes, { qos: 1 })
  bytes[0] = 2 // the caller's own again
  client.publish('a', '2', { qos: 2 })
  client.unsubscribe('b')
  client.publish('a', '3')
  assert.equal(phone.fake.sockets.length, 0)
  await phone.settle()
  const order = broker.packets
    .map(({ cmd }) => cmd)
    .filter(cmd => !cmd.startsWith('pub') || cmd === 'publish')
  assert.deepEqual(order, ['connect', 'subscribe', 'publish', 'publish', 'unsubscribe', 'publish'])
  assert.deepEqual([...broker.got('publish')[0].payload], [1])
})

test('a message has topic, payload and packet as in MQTT.js', async () => {
  const { phone, broker, client } = await connected()
  const messages = []
  client.on('message', (...args) => messages.push(args))
  broker.send({
    cmd: 'publish',
    topic: '设备/温度',
    payload: '{"值":"21.5℃ 😀"}',
    qos: 1,
    messageId: 7,
    retain: true,
    dup: true,
  })
  broker.send({ cmd: 'publish', topic: '设备/温度', payload: Buffer.of(0xff, 0x00), qos: 0 })
  await phone.settle()
  const [[topic, payload, packet], [, bytes, plain]] = messages
  assert.equal(topic, '设备/温度')
  assert.equal(`${payload}`, '{"值":"21.5℃ 😀"}')
  assert.deepEqual(
    { ...packet, payload: 0 },
    {
      cmd: 'publish',
      topic,
      payload: 0,
      qos: 1,
      retain: true,
      dup: true,
      messageId: 7,
      length: 39, // of what follows the fixed header
    },
  )
  assert.equal(packet.payload, payload)
  assert.deepEqual([...bytes], [0xff, 0])
  assert.equal(bytes.toString('hex'), 'ff00')
  assert.equal(plain.messageId, undefined)
  assert.equal(broker.got('puback')[0].messageId, 7)
})

test('more topics than there are slots, in both directions', async () => {
  const { phone, broker, client, log } = await connected()
  client.subscribe('#', { qos: 0 })
  await phone.settle()
  const topics = Array.from({ length: 200 }, (_, n) => `主题/${n}`)
  for (const round of [1, 2]) {
    log.length = 0
    for (const topic of topics) client.publish(topic, `${topic} ${round}`)
    client.publish(topics[0], 'again')
    await phone.settle()
    assert.deepEqual(log, [
      ...topics.map(topic => `message ${topic} ${topic} ${round}`),
      `message ${topics[0]} again`,
    ])
  }
  assert.equal(broker.got('publish').length, 402)
})

test('10,000 messages arrive in order, whatever the cuts', async () => {
  const { phone, broker, client } = await connected()
  const got = []
  client.on('message', (topic, payload) => got.push(Number(payload.toString())))
  const expected = Array.from({ length: 10_000 }, (_, n) => n)
  const packets = expected.map(n => ({
    cmd: 'publish',
    topic: `t/${n % 100}`,
    payload: String(n),
    qos: n % 2,
    messageId: n + 1,
  }))
  broker.sendTogether(packets.slice(0, 5000))
  for (const packet of packets.slice(5000)) broker.send(packet)
  await phone.settle()
  await phone.pass(10_000)
  assert.deepEqual(got, expected)
  assert.equal(broker.got('puback').length, 5000)
})

test('text frames are taken as bytes', async () => {
  const { phone, broker, log } = await connected()
  broker.socket.send('0\u0003\u0000\u0001t')
  await phone.settle()
  assert.deepEqual(log, ['message t '])
})

test('listeners may call back into the client', async () => {
  const { phone, client, log } = await connected()
  client.subscribe('ping')
  client.subscribe('pong')
  await phone.settle()
  client.on('message', (topic, payload) => {
    if (topic === 'ping')
      client.publish('pong', payload, { qos: 1 }, () =>
        client.unsubscribe('pong', () => client.end()),
      )
  })
  client.publish('ping', '1', { qos: 2 })
  await phone.settle()
  assert.deepEqual(log, ['message ping 1', 'message pong 1', 'close', 'end'])
  assert.deepEqual(phone.uncaught, [])
})

test('a listener that throws is seen, and stops nobody', async () => {
  const { phone, broker, client, log } = await connected()
  client.prependListener('message', () => {
    throw new Error('first listener')
  })
  client.publish('t', 'x', { qos: 1 }, () => {
    throw new Error('callback')
  })
  broker.send({ cmd: 'publish', topic: 't', payload: '1', qos: 1, messageId: 1 })
  await phone.settle()
  assert.deepEqual(log, ['message t 1'])
  assert.deepEqual(phone.uncaught.map(error => error.message).sort(), [
    'callback',
    'first listener',
  ])
  assert.equal(broker.got('puback').length, 1)
  assert.equal(client.connected, true)
})

test('several clients at once share one module, and nothing else', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const clients = ['a', 'b', 'c'].map(clientId => mqtt.connect(ADDRESS, { clientId }))
  const logs = clients.map(record)
  await phone.settle()
  assert.equal(phone.wasmApi.instantiated, 1)
  clients.forEach((client, n) => client.subscribe(`t${n}`))
  await phone.settle()
  const [first, , third] = phone.fake.sockets
  for (const [n, socket] of [
    [1, first],
    [3, third],
  ]) {
    broker.send({ cmd: 'publish', topic: `from ${n}`, payload: `${n}`, qos: 0 }, socket)
  }
  clients[1].end()
  await phone.settle()
  assert.deepEqual(logs, [
    ['connect', 'message from 1 1'],
    ['connect', 'close', 'end'],
    ['connect', 'message from 3 3'],
  ])
  assert.deepEqual(
    clients.map(client => client.connected),
    [true, false, true],
  )
  assert.deepEqual(
    broker.got('connect').map(({ clientId }) => clientId),
    ['a', 'b', 'c'],
  )
})

test('packets are told while somebody listens, without the password', async () => {
  const { phone, mqtt } = withBroker(new Phone())
  const client = mqtt.connect(ADDRESS, { clientId: 'c', username: 'user', password: 'top-secret' })
  const packets = []
  const note = packet => packets.push(packet)
  client.on('packetsend', note).on('packetreceive', note)
  await phone.settle()
  client.publish('t', 'text', { qos: 1 })
  await phone.settle()
  client.off('packetsend', note).removeListener('packetreceive', note)
  client.publish('t', 'unseen')
  await phone.settle()
  assert.deepEqual(
    packets.map(({ cmd }) => cmd),
    ['connect', 'connack', 'publish', 'puback'],
  )
  assert.equal(packets[0].username, 'user')
  assert.equal(`${packets[2].payload}`, 'text')
  assert.ok(!JSON.stringify(packets).includes('top-secret'))
})

test('MQTT 3.1 has a sub-protocol of its own', async () => {
  const { broker } = await connected({ protocolVersion: 3 })
  assert.deepEqual([...broker.socket.protocols], ['mqttv3.1'])
  assert.equal(broker.got('connect')[0].protocolId, 'MQIsdp')
})

test('wsOptions and transformWsUrl are honoured at every attempt', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  let attempts = 0
  const client = mqtt.connect(ADDRESS, {
    path: '/mqtt',
    wsOptions: { headers: { 'X-Token': '1' }, protocols: ['mqtt', 'mqttv3.1'] },
    transformWsUrl: (url, options, self) => `${url}?attempt=${++attempts}&self=${self === client}`,
  })
  await phone.settle()
  broker.socket.close()
  await phone.pass(2000)
  assert.deepEqual(
    phone.fake.sockets.map(({ url }) => url),
    [
      'wss://host.cn1.mqtt.chat/mqtt?attempt=1&self=true',
      'wss://host.cn1.mqtt.chat/mqtt?attempt=2&self=true',
    ],
  )
  assert.deepEqual(broker.socket.header, { 'X-Token': '1' })
  assert.deepEqual([...broker.socket.protocols], ['mqtt', 'mqttv3.1'])
})
