/** Options of MQTT.js that say where, when and how to connect. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record } from '../harness/scripted-broker.mjs'
import { ADDRESS, connected, noted, plain, setup } from '../harness/scenario.mjs'

test('servers are taken in turn, one an attempt, and may be addresses', async () => {
  const { mqtt, phone } = setup()
  const { onSocket } = phone.fake
  phone.fake.onSocket = socket => socket.fail('refused')
  const servers = [
    { host: 'one', port: 8084 },
    { host: 'two', port: 8083, protocol: 'wx', path: '/two' },
    'wxs://three/other',
  ]
  const client = mqtt.connect({ protocol: 'wxs', path: '/mqtt', servers })
  client.on('error', () => undefined)
  const counts = []
  client.on('close', () => counts.push(client._reconnectCount))
  while (phone.fake.sockets.length < 4) await phone.pass(1000)
  phone.fake.onSocket = onSocket
  await phone.pass(60_000)
  assert.deepEqual(
    phone.fake.sockets.slice(0, 5).map(({ url }) => url),
    [
      'wss://one:8084/mqtt',
      'ws://two:8083/two',
      'wss://three/other',
      'wss://one:8084/mqtt',
      'ws://two:8083/two',
    ],
  )
  assert.deepEqual(counts.slice(0, 4), [1, 2, 3, 1])
  assert.ok(client.connected)
})

test('a server without a host is refused at once', () => {
  const { mqtt } = setup()
  assert.throws(() => mqtt.connect({ protocol: 'wxs', servers: [{ host: 'h' }, { port: 1 }] }), {
    message: 'Could not determine host. Specify host manually.',
  })
})

test('manualConnect waits for connect()', async () => {
  const { mqtt, phone, settle } = setup()
  const client = mqtt.connect(ADDRESS, { manualConnect: true })
  const log = record(client)
  const done = noted()
  client.publish('t', 'x', done)
  await phone.pass(60_000)
  assert.equal(phone.fake.sockets.length, 0)
  assert.equal(client.connect().connect(), client)
  await settle()
  assert.deepEqual(log, ['connect'])
  assert.equal(phone.fake.sockets.length, 1)
  assert.equal(done.calls.length, 1)
})

test('end() before connect() still ends', async () => {
  const { mqtt, settle } = setup()
  const client = mqtt.connect(ADDRESS, { manualConnect: true })
  const log = record(client)
  const [published, ended] = [noted(), noted()]
  client.publish('t', 'x', published)
  client.end(ended)
  await settle()
  assert.deepEqual(log, ['end'])
  assert.equal(published.calls[0][0].message, 'Connection closed')
  assert.equal(ended.calls.length, 1)
})

test('subscribeBatchSize makes several SUBSCRIBEs, and one callback', async () => {
  const { client, broker, settle } = await connected({ subscribeBatchSize: 2 })
  const done = noted()
  client.subscribe(['a', 'b', 'c', 'd', 'e'], { qos: 1 }, done)
  await settle()
  const asked = broker.got('subscribe').map(({ subscriptions }) => subscriptions.length)
  assert.deepEqual(asked, [2, 2, 1])
  const [[error, granted, suback]] = done.calls
  assert.equal(done.calls.length, 1)
  assert.equal(error, null)
  assert.equal(granted.map(({ topic }) => topic).join(''), 'abcde')
  assert.deepEqual(plain(suback), { cmd: 'suback', messageId: 3, granted: [1] })
})

test('a refusal in one of several SUBSCRIBEs is the error of all', async () => {
  const { client, broker, settle } = await connected({ subscribeBatchSize: 1 })
  broker.answers.subscribe = ({ messageId, subscriptions: [{ topic }] }) => ({
    cmd: 'suback',
    messageId,
    granted: [topic === 'b' ? 128 : 1],
  })
  const done = noted()
  client.subscribe(['a', 'b', 'c'], { qos: 1 }, done)
  client.subscribe(['good', 'bad#'], done)
  client.subscribe([], done)
  await settle()
  const messages = done.calls.map(([error]) => error.message).sort()
  assert.deepEqual(messages, [
    'Invalid topic bad#',
    'Invalid topic empty_topic_list',
    'Subscribe error: Unspecified error',
  ])
  assert.equal(broker.got('subscribe').length, 3)
  const [, granted] = done.calls.find(([error]) => error.code === 128)
  assert.deepEqual(plain(granted.map(({ qos }) => qos)), [1, 128, 1])
})

test('options that stand alone are used as they are, and filled up', async () => {
  const { mqtt, settle } = setup()
  const options = { protocol: 'wxs:', host: 'host', mine: 'too' }
  const client = mqtt.connect(options)
  assert.equal(client.options, options)
  const { clientId, ...filled } = options
  assert.match(clientId, /^mqttjs_[0-9a-f]{1,8}$/)
  for (const [name, value] of Object.entries({
    protocol: 'wxs',
    mine: 'too',
    keepalive: 60,
    reschedulePings: true,
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 1000,
    connectTimeout: 30_000,
    resubscribe: true,
    queueQoSZero: true,
  })) {
    assert.equal(filled[name], value, name)
  }
  await settle()
  assert.ok(client.connected)
})

test('a clientId in the query comes first, one that is no text is replaced', async () => {
  const { mqtt, broker, phone, settle } = setup()
  mqtt.connect('wxs://host?clientId=of%20the%20url', { clientId: 'of the options' })
  mqtt.connect(ADDRESS, { clientId: 1234 })
  await settle()
  const ids = broker.got('connect').map(({ clientId }) => clientId)
  assert.equal(ids[0], 'of the url')
  assert.match(ids[1], /^mqttjs_[0-9a-f]{1,8}$/)
  assert.match(phone.warnings.join(), /clientId is not text/)
})

test('a certificate and its key ask for a secure protocol', async () => {
  const { mqtt, phone, settle } = setup()
  const secure = { cert: 'c', key: 'k' }
  mqtt.connect('wx://one', secure)
  mqtt.connect({ protocol: 'ws', host: 'two', ...secure })
  mqtt.connect('wss://three', secure)
  await settle()
  assert.deepEqual(
    phone.fake.sockets.map(({ url }) => url),
    ['wss://one/', 'wss://two/', 'wss://three/'],
  )
  assert.throws(() => mqtt.connect({ host: 'h', ...secure }), {
    message: 'Missing secure protocol key',
  })
  assert.throws(() => mqtt.connect('tcp://h', secure), {
    message: 'Unknown protocol for secure connection: "tcp"!',
  })
})

test('options without an effect here are taken all the same', async () => {
  const unused = {
    reschedulePings: false,
    writeCache: false,
    timerVariant: 'worker',
    forceNativeWebSocket: true,
    objectMode: true,
    browserBufferSize: 1,
    browserBufferTimeout: 1,
    socksProxy: 'socks5://proxy',
    unixSocket: false,
    rejectUnauthorized: false,
    ca: 'x',
    binary: true,
    encoding: 'utf8',
  }
  const { client } = await connected(unused)
  assert.ok(client.connected)
})

test('autoUseTopicAlias gives none, autoAssignTopicAlias does', async () => {
  for (const [option, aliases] of [
    ['autoUseTopicAlias', ['a', 'a=3', '=3', 'b']],
    ['autoAssignTopicAlias', ['a=1', 'a=3', '=1', 'b=2']],
  ]) {
    const given = { version: 5, connack: { properties: { topicAliasMaximum: 3 } } }
    const { client, broker, settle } = await connected({ [option]: true }, given)
    client.publish('a', 'x').publish('a', 'x', { properties: { topicAlias: 3 } })
    client.publish('a', 'x').publish('b', 'x')
    await settle()
    assert.deepEqual(
      broker.got('publish').map(({ topic, properties }) => {
        return properties ? `${topic}=${properties.topicAlias}` : topic
      }),
      aliases,
    )
  }
})

test('a topic alias of the application is registered, used, and checked', async () => {
  const given = { version: 5, connack: { properties: { topicAliasMaximum: 2 } } }
  const { client, broker, settle } = await connected({}, given)
  const done = noted()
  const publish = (topic, topicAlias) =>
    client.publish(topic, 'x', { properties: { topicAlias } }, done)
  publish('a', 2)
  publish('', 2)
  publish('a', 3)
  publish('', 1)
  await settle()
  assert.deepEqual(
    done.calls.map(([error]) => error?.message),
    [undefined, undefined, 'Sending Topic Alias out of range', 'Unregistered Topic Alias'],
  )
  assert.deepEqual(
    broker.got('publish').map(({ topic, properties }) => `${topic}=${properties.topicAlias}`),
    ['a=2', '=2'],
  )
})

test('numbers are whole, and a positive one below 1 does not become 0', async () => {
  const { mqtt, broker, phone, settle } = setup()
  const options = { keepalive: 0.5, reconnectPeriod: 0.5, connectTimeout: 900.9, maxInFlight: 2.5 }
  const client = mqtt.connect(ADDRESS, { ...options })
  await settle()
  assert.equal(broker.got('connect')[0].keepalive, 1)
  assert.equal(client.keepalive, 1)
  const { keepalive, reconnectPeriod, connectTimeout, maxInFlight } = client.options
  assert.deepEqual([keepalive, reconnectPeriod, connectTimeout, maxInFlight], [1, 1, 900, 2])
  broker.socket.close()
  await phone.pass(100)
  assert.equal(client.connected, true, 'it reconnects')

  const off = mqtt.connect(ADDRESS, { keepalive: 0, reconnectPeriod: 0 })
  await settle()
  assert.deepEqual([off.keepalive, off.options.reconnectPeriod], [0, 0])
})
