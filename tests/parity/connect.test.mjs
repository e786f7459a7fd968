/** connect: its forms, what it throws, the URL that is opened, and the CONNECT that is sent. */
import assert from 'node:assert/strict'
import { pick, same, scenario } from './scenario.mjs'

scenario('a URL and options, a URL alone, or options alone', async bed => {
  const { mqtt, phone } = bed
  mqtt.connect('wxs://one/mqtt', { clientId: 'a' })
  await bed.settle()
  mqtt.connect('wxs://two/mqtt')
  await bed.settle()
  mqtt.connect({ protocol: 'wxs', hostname: 'three', path: '/mqtt', clientId: 'c' })
  await bed.settle()
  mqtt.connect({ protocol: 'wxs', host: 'four', path: '/mqtt' })
  await bed.settle()
  same(
    phone.fake.sockets.map(({ url }) => url),
    ['wss://one/mqtt', 'wss://two/mqtt', 'wss://three/mqtt', 'wss://four/mqtt'],
  )
  const ids = bed.broker.got('connect').map(({ clientId }) => clientId)
  assert.equal(ids[0], 'a')
  assert.match(ids[1], /^mqttjs_[0-9a-f]{1,8}$/)
  assert.equal(ids[2], 'c')
  assert.notEqual(ids[1], ids[3])
})

for (const [url, options, opened] of [
  ['wxs://host', {}, 'wss://host/'],
  ['wxs://host/', {}, 'wss://host/'],
  ['wxs://host:8084/mqtt', {}, 'wss://host:8084/mqtt'],
  ['wx://host:8083/mqtt', {}, 'ws://host:8083/mqtt'],
  ['wxs://host:443/mqtt', {}, 'wss://host/mqtt'],
  ['wxs://host/mqtt?a=1&b=2', {}, 'wss://host/mqtt?a=1&b=2'],
  ['wxs://HOST/Path', {}, 'wss://host/Path'],
  ['wxs://host/mqtt', { port: 8084 }, 'wss://host:8084/mqtt'],
  ['wxs://host:1/mqtt', { port: 2 }, 'wss://host:2/mqtt'],
  ['wxs://host/mqtt', { path: '/other' }, 'wss://host/other'],
  ['wxs://host/mqtt', { protocol: 'wx' }, 'ws://host/mqtt'],
  ['wxs://host/mqtt', { host: 'other' }, 'wss://other/mqtt'],
  ['wxs://host/mqtt', { hostname: 'other' }, 'wss://other/mqtt'],
  ['wxs://user:secret@host/mqtt', {}, 'wss://host/mqtt'],
]) {
  scenario(`${url} ${JSON.stringify(options)} opens ${opened}`, async bed => {
    bed.mqtt.connect(url, options)
    await bed.settle()
    assert.equal(bed.phone.fake.socket.url, opened)
    same(bed.phone.fake.socket.protocols, ['mqtt'])
  })
}

for (const [what, args, text] of [
  ['no protocol', ['host/mqtt'], 'Missing protocol'],
  ['a name alone', ['host'], 'Missing protocol'],
  [
    'no clientId for an unclean session',
    ['wxs://host', { clean: false }],
    'Missing clientId for unclean clients',
  ],
  ['no host', [{ protocol: 'wxs' }], 'Could not determine host. Specify host manually.'],
  [
    'cert and key, and no protocol',
    [{ host: 'h', cert: 'c', key: 'k' }],
    'Missing secure protocol key',
  ],
  [
    'cert and key, and a protocol without TLS',
    ['tcp://host', { cert: 'c', key: 'k' }],
    'Unknown protocol for secure connection: "tcp"!',
  ],
]) {
  scenario(`${what}: connect throws`, async bed => {
    assert.throws(() => bed.mqtt.connect(...args), { message: text })
    await bed.settle()
    assert.equal(bed.phone.fake.sockets.length, 0)
  })
}

scenario('cert and key make a connection secure', async bed => {
  bed.mqtt.connect('wx://host/mqtt', { cert: 'c', key: 'k' })
  await bed.settle()
  assert.equal(bed.phone.fake.socket.url, 'wss://host/mqtt')
})

for (const [auth, username, password] of [
  ['user:secret', 'user', 'secret'],
  ['a:b:c', 'a:b', 'c'],
  ['user', 'user', undefined],
  ['us%40er:p%3Aw', 'us@er:p', 'w'],
]) {
  scenario(`credentials in the URL: ${auth}`, async bed => {
    bed.mqtt.connect(`wxs://${auth}@host/mqtt`)
    await bed.settle()
    const [packet] = bed.broker.got('connect')
    assert.equal(packet.username, username)
    assert.equal(packet.password?.toString(), password)
  })
}

scenario('clientId in the query of the URL', async bed => {
  bed.mqtt.connect('wxs://host/mqtt?clientId=fromurl')
  await bed.settle()
  assert.equal(bed.broker.got('connect')[0].clientId, 'fromurl')
  assert.equal(bed.phone.fake.socket.url, 'wss://host/mqtt?clientId=fromurl')
})

scenario('CONNECT has the defaults', async bed => {
  bed.mqtt.connect('wxs://host', { clientId: 'id' })
  await bed.settle()
  const [packet] = bed.broker.got('connect')
  const names = ['protocolId', 'protocolVersion', 'clean', 'keepalive', 'clientId', 'will']
  same(pick(packet, ...names), {
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId: 'id',
  })
  assert.equal(packet.username, undefined)
  assert.equal(packet.password, undefined)
})

scenario('CONNECT has what the options say', async bed => {
  bed.mqtt.connect('wxs://host', {
    clientId: '设备',
    clean: false,
    keepalive: 7,
    username: 'user',
    password: 'token',
    will: { topic: 'last', payload: 'words', qos: 1, retain: true },
  })
  await bed.settle()
  const [packet] = bed.broker.got('connect')
  same(pick(packet, 'clientId', 'clean', 'keepalive', 'username'), {
    clientId: '设备',
    clean: false,
    keepalive: 7,
    username: 'user',
  })
  assert.equal(`${packet.password}`, 'token')
  same(pick(packet.will, 'topic', 'qos', 'retain'), { topic: 'last', qos: 1, retain: true })
  assert.equal(`${packet.will.payload}`, 'words')
})

scenario(
  'a password and a will may be bytes',
  { defect: 'it takes bytes as its own Buffer only, which no page can make' },
  async bed => {
    bed.mqtt.connect('wxs://host', {
      username: 'user',
      password: Buffer.from([1, 2, 255]),
      will: { topic: 'last', payload: Buffer.from([0, 255]), qos: 0, retain: false },
    })
    await bed.settle()
    const [packet] = bed.broker.got('connect')
    assert.ok(packet, 'CONNECT was sent')
    same([...packet.password], [1, 2, 255])
    same([...packet.will.payload], [0, 255])
  },
)

scenario('an empty clientId is for the server to choose', async bed => {
  bed.mqtt.connect('wxs://host', { clientId: '' })
  await bed.settle()
  assert.equal(bed.broker.got('connect')[0].clientId, '')
})

scenario('MQTT 3.1 has another name and another sub-protocol', async bed => {
  bed.mqtt.connect('wxs://host', { protocolId: 'MQIsdp', protocolVersion: 3, clientId: 'id' })
  await bed.settle()
  const [packet] = bed.broker.got('connect')
  same(pick(packet, 'protocolId', 'protocolVersion'), { protocolId: 'MQIsdp', protocolVersion: 3 })
  same(bed.phone.fake.socket.protocols, ['mqttv3.1'])
})

scenario('client.options has the options, and the defaults', async bed => {
  const { client } = bed.connect({ clientId: 'id', keepalive: 7, mine: 'too' })
  const names = ['clientId', 'keepalive', 'mine', 'clean', 'reconnectPeriod', 'connectTimeout']
  same(pick(client.options, ...names, 'resubscribe', 'protocolVersion', 'protocolId'), {
    clientId: 'id',
    keepalive: 7,
    mine: 'too',
    clean: true,
    reconnectPeriod: 1000,
    connectTimeout: 30_000,
    resubscribe: true,
    protocolVersion: 4,
    protocolId: 'MQTT',
  })
  await bed.settle()
})

scenario('connect(options) uses the very object', async bed => {
  const options = { protocol: 'wxs', host: 'host', path: '/mqtt' }
  const client = bed.mqtt.connect(options)
  await bed.settle()
  assert.equal(client.options, options)
})

scenario('a changed option counts from the next attempt on', async bed => {
  const { client } = await bed.connected({ username: 'user', password: 'old' })
  client.options.password = 'new'
  await bed.outage()
  same(
    bed.broker.got('connect').map(({ password }) => `${password}`),
    ['old', 'new'],
  )
})

scenario('transformWsUrl is asked at every attempt', async bed => {
  const asked = []
  const transformWsUrl = (url, options, client) => {
    asked.push([url, options.clientId, client.options.clientId])
    return `${url}?attempt=${asked.length}`
  }
  await bed.connected({ clientId: 'id', transformWsUrl })
  await bed.outage()
  same(asked, [
    ['wss://host/mqtt', 'id', 'id'],
    ['wss://host/mqtt', 'id', 'id'],
  ])
  same(
    bed.phone.fake.sockets.map(({ url }) => url),
    ['wss://host/mqtt?attempt=1', 'wss://host/mqtt?attempt=2'],
  )
})

scenario('what transformWsUrl changes in the options counts for that attempt', async bed => {
  let attempts = 0
  const transformWsUrl = (url, options, client) => {
    client.options.username = `token-${++attempts}`
    return url
  }
  await bed.connected({ username: 'none yet', transformWsUrl })
  await bed.outage()
  same(
    bed.broker.got('connect').map(({ username }) => username),
    ['token-1', 'token-2'],
  )
})

scenario('an empty user name and password', async bed => {
  const { client } = bed.connect({ username: '', password: '' })
  await bed.settle()
  const [packet] = bed.broker.got('connect')
  assert.ok(!packet.username)
  assert.ok(!packet.password?.length)
  assert.equal(client.connected, true)
})

scenario('servers are tried in turn', async bed => {
  const { onSocket } = bed.phone.fake
  bed.phone.fake.onSocket = socket => socket.close()
  const client = bed.mqtt.connect({
    protocol: 'wxs',
    path: '/mqtt',
    servers: [
      { host: 'one', port: 8084 },
      { host: 'two', port: 8085, protocol: 'wx' },
    ],
  })
  await bed.pass(2000)
  bed.phone.fake.onSocket = onSocket
  await bed.pass(60_000)
  assert.equal(client.connected, true)
  same(
    bed.phone.fake.sockets.slice(0, 2).map(({ url }) => url),
    ['wss://one:8084/mqtt', 'ws://two:8085/mqtt'],
  )
})

scenario('with manualConnect nothing happens before connect()', async bed => {
  const { client, log } = bed.connect({ manualConnect: true })
  await bed.pass(60_000)
  assert.equal(bed.phone.fake.sockets.length, 0)
  assert.equal(client.connect(), client)
  await bed.settle()
  same(log, ['connect'])
})

for (const [code, text] of [
  [1, 'Unacceptable protocol version'],
  [2, 'Identifier rejected'],
  [3, 'Server unavailable'],
  [4, 'Bad username or password'],
  [5, 'Not authorized'],
]) {
  scenario(`CONNACK with ${code} is the error ${text}`, async bed => {
    bed.broker.answers.connect = () => ({
      cmd: 'connack',
      returnCode: code,
      sessionPresent: false,
    })
    const { client, log } = bed.connect()
    let codes
    client.on('error', error => (codes = error.code))
    await bed.settle()
    assert.equal(log[0], `error Connection refused: ${text}`)
    assert.equal(codes, code)
    assert.ok(!log.includes('connect'))
    assert.equal(client.connected, false)
  })
}
