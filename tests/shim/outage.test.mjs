/** Losing and finding the connection: the order of events, what WeChat does to sockets, refusals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, reports, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

function start(options) {
  const bed = withBroker(new Phone())
  const client = bed.mqtt.connect('wxs://host/mqtt?token=top-secret', options)
  return {
    ...bed,
    client,
    log: record(client),
    told: reports(client),
    sockets: bed.phone.fake.sockets,
  }
}

async function connected(options) {
  const bed = start(options)
  await bed.phone.settle()
  assert.deepEqual(bed.log, ['connect'])
  return bed
}

test('offline > close > reconnect > connect, and subscriptions are made again', async () => {
  const { phone, broker, client, log } = await connected()
  client.subscribe('a', { qos: 1 })
  await phone.settle()
  broker.socket.close()
  assert.equal(client.connected, false)
  assert.equal(client.reconnecting, true)
  await phone.pass(2000)
  assert.deepEqual(log, ['connect', 'offline', 'close', 'reconnect', 'connect'])
  assert.equal(client.reconnecting, false)
  assert.deepEqual(
    broker.got('subscribe').map(({ subscriptions }) => subscriptions[0].topic),
    ['a', 'a'],
  )
})

test('offline comes once an outage, however many attempts fail', async () => {
  const { phone, broker, log, told, sockets } = await connected()
  phone.fake.onSocket = socket => socket.close(1006, 'refused')
  broker.socket.close()
  await phone.pass(60_000)
  phone.fake.onSocket = socket => broker.accept(socket)
  await phone.pass(60_000)
  const attempts = sockets.length - 1
  assert.ok(attempts >= 3)
  const failed = ['reconnect', 'close']
  const expected = [
    'connect',
    'offline',
    'close',
    ...Array(attempts - 1)
      .fill(failed)
      .flat(),
    'reconnect',
    'connect',
  ]
  assert.deepEqual(log, expected)
  assert.deepEqual(
    told.map(([event, { message }]) => `${event} ${message}`),
    [
      'close WebSocket closed: 1006 abnormal closure',
      ...Array(attempts - 1).fill('close WebSocket closed before it opened: 1006 refused'),
    ],
  )
})

const FINAL = {
  'a CONNACK that refuses the login': [4, { cmd: 'connack', returnCode: 5 }],
  'a CONNACK 5.0 that bans the client': [5, { cmd: 'connack', reasonCode: 0x8a }],
  'a DISCONNECT because the session was taken over': [5, { cmd: 'disconnect', reasonCode: 0x8e }],
}

for (const [name, [protocolVersion, refusal]] of Object.entries(FINAL)) {
  test(`${name}: the client is not reconnecting any more`, async () => {
    const { phone, broker, mqtt } = withBroker(new Phone(), protocolVersion)
    const accepted = { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false }
    broker.answers.connect = () => accepted
    const client = mqtt.connect('wxs://host', { protocolVersion, username: 'u', password: 'p' })
    await phone.settle()
    const seen = []
    for (const event of ['error', 'close'])
      client.on(event, error => seen.push([event, error?.final, client.reconnecting]))
    broker.answers.connect = () =>
      refusal.cmd === 'connack' ? { ...accepted, ...refusal } : [accepted, refusal]
    broker.socket.close()
    await phone.pass(100_000)
    assert.deepEqual(seen.slice(-2), [
      ['error', true, false],
      ['close', true, false],
    ])
    assert.equal(client.reconnecting, false)
    client.reconnect()
    broker.answers.connect = () => accepted
    await phone.settle()
    assert.deepEqual([client.connected, client.reconnecting], [true, false])
  })
}

const NO_MQTT = {
  'an HTML page': Buffer.from('<html><body>Please log in</body></html>'),
  'an HTTP response': Buffer.from('HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n'),
  'a PUBLISH without an end of its topic': Buffer.from([0x30, 4, 0, 9, 0x74, 0x74]),
  'a PUBLISH of QoS 3': Buffer.from([0x36, 5, 0, 1, 0x74, 0, 1]),
}

for (const [name, bytes] of Object.entries(NO_MQTT)) {
  for (const when of ['in place of CONNACK', 'after CONNACK']) {
    test(`${name} ${when}, each time: the client goes on trying`, async () => {
      const { phone, broker, client, told } = await connected()
      const { connect } = broker.answers
      broker.answers.connect = packet => {
        if (when === 'after CONNACK') broker.send(connect(packet))
        broker.socket.send(bytes)
        return []
      }
      broker.socket.close()
      await phone.pass(300_000)
      assert.ok(broker.got('connect').length > 3)
      assert.deepEqual(
        told.filter(([, error]) => error?.final),
        [],
      )
      broker.answers.connect = connect
      await phone.pass(120_000)
      assert.equal(client.connected, true)
    })
  }
}

test('reconnectPeriod 0 does not come back by itself, reconnect() does', async () => {
  const { phone, broker, client, log, sockets } = await connected({ reconnectPeriod: 0 })
  broker.socket.close()
  await phone.pass(100_000)
  assert.deepEqual(log, ['connect', 'close'])
  assert.equal(sockets.length, 1)
  client.reconnect()
  await phone.settle()
  assert.deepEqual(log, ['connect', 'close', 'reconnect', 'connect'])
})

test('reconnect() during an outage does not wait', async () => {
  const { phone, broker, client, log } = await connected({ reconnectPeriod: 20_000 })
  broker.socket.close()
  await phone.settle()
  client.reconnect()
  await phone.settle()
  assert.deepEqual(log, ['connect', 'offline', 'close', 'reconnect', 'connect'])
})

const REFUSALS = {
  1: 'Unacceptable protocol version',
  2: 'Identifier rejected',
  3: 'Server unavailable',
  4: 'Bad username or password',
  5: 'Not authorized',
}

for (const [code, text] of Object.entries(REFUSALS)) {
  test(`CONNECT refused with ${code}: ${text}`, async () => {
    const { phone, broker, client, log, sockets } = start({ username: 'u', password: 'top-secret' })
    const errors = []
    client.on('error', error => errors.push(error))
    broker.answers.connect = () => ({
      cmd: 'connack',
      returnCode: Number(code),
      sessionPresent: false,
    })
    await phone.settle()
    assert.equal(errors[0].message, `Connection refused: ${text}`)
    assert.equal(errors[0].code, Number(code))
    assert.ok(errors[0].hint)
    assert.ok(!JSON.stringify({ ...errors[0] }).includes('top-secret'))
    assert.equal(client.connected, false)
    assert.equal(sockets[0].state, 'closed')
    await phone.pass(500_000)
    if (code === '3') assert.ok(sockets.length > 1, 'it may heal')
    else assert.deepEqual(log, [`error Connection refused: ${text}`, 'close'])
  })
}

test('reconnectOnConnackError tries again, with what username and password are by then', async () => {
  const { phone, broker, client } = start({
    reconnectOnConnackError: true,
    username: 'u',
    password: 'old',
  })
  broker.answers.connect = ({ password }) => ({
    cmd: 'connack',
    returnCode: `${password}` === 'new' ? 0 : 5,
    sessionPresent: false,
  })
  client.on('reconnect', () => {
    client.options.password = 'new'
  })
  await phone.pass(5000)
  assert.equal(client.connected, true)
  assert.equal(broker.got('connect').length, 2)
})

test('no CONNACK in time', async () => {
  const { phone, broker, log, sockets } = start({ connectTimeout: 5000 })
  broker.answers.connect = () => []
  await phone.pass(5100)
  assert.deepEqual(log, ['error connack timeout', 'offline', 'close'])
  assert.equal(sockets[0].state, 'closed')
})

test('a socket that never opens is closed when it does', async () => {
  const { phone, log, sockets } = start({ connectTimeout: 5000, wsOptions: { timeout: 60_000 } })
  phone.fake.onSocket = () => {}
  await phone.pass(5100)
  assert.deepEqual(log, ['error connack timeout', 'offline', 'close'])
  assert.equal(sockets[0].state, 'connecting', 'closing has no effect yet')
  sockets[0].open()
  await phone.settle()
  assert.equal(sockets[0].state, 'closed')
  assert.deepEqual(log, ['error connack timeout', 'offline', 'close'])
  assert.deepEqual(phone.violations, [])
})

test('a dead server is noticed by keep alive', async () => {
  const { phone, broker, log } = await connected({ keepalive: 10 })
  await phone.pass(35_000)
  assert.equal(broker.got('pingreq').length, 3)
  broker.answers.pingreq = () => []
  await phone.pass(16_000)
  assert.deepEqual(log.slice(0, 4), ['connect', 'error Keepalive timeout', 'offline', 'close'])
})

test('a socket that was let go is deaf', async () => {
  const { phone, broker, log, sockets } = await connected({ keepalive: 10 })
  broker.answers.pingreq = () => []
  const [old] = sockets
  await phone.pass(18_000)
  assert.deepEqual(log, [
    'connect',
    'error Keepalive timeout',
    'offline',
    'close',
    'reconnect',
    'connect',
  ])
  old.send([0x30, 3, 0, 1, 0x74])
  old.fail('late')
  await phone.settle()
  assert.equal(log.length, 6)
})

test('what is no MQTT ends the connection', async () => {
  const { phone, broker, log } = await connected()
  broker.socket.send('HTTP/1.1 400 Bad Request')
  await phone.settle()
  assert.match(log[1], /^error (Malformed packet|Protocol error): ./)
  assert.deepEqual(log.slice(2, 4), ['offline', 'close'])
  assert.equal(phone.fake.sockets[0].state, 'closed')
})

const SOCKET_ERRORS = {
  'url not in domain list, url: wss://host/mqtt?token=top-secret': 'DOMAIN_NOT_LISTED',
  'exceed max concurrent count': 'TOO_MANY_SOCKETS',
  'connectSocket:fail fail reach max websocket connect count 5': 'TOO_MANY_SOCKETS',
  'exception onOpen fail code:20, msg:Invalid HTTP status.': 'BAD_PATH',
  'Unexpected response code: 502': 'SERVER_UNAVAILABLE',
  'connectSocket:fail invalid url': 'INVALID_URL',
  'Unexpected response code: 404': 'BAD_PATH',
  'The certificate for this server is invalid': 'CERTIFICATE',
  'Sent non-empty Sec-WebSocket-Protocol header but no response: subprotocol': 'SUB_PROTOCOL',
  'network api interrupted in suspend state': 'SUSPENDED',
  'connection timed out': 'TIMEOUT',
  'something new': 'SOCKET',
}

/** What another attempt may not meet is no `error` */
const TRANSIENT = ['TOO_MANY_SOCKETS', 'SERVER_UNAVAILABLE', 'SUSPENDED', 'TIMEOUT', 'SOCKET']

for (const [words, code] of Object.entries(SOCKET_ERRORS)) {
  test(`"${words.slice(0, 40)}" is ${code}, told once`, async () => {
    const { phone, log, told } = start()
    phone.fake.onSocket = socket => socket.fail(words)
    await phone.settle()
    const isError = !TRANSIENT.includes(code)
    assert.equal(log[0].startsWith('error'), isError)
    assert.deepEqual(log.slice(-2), ['offline', 'close'])
    assert.deepEqual(
      told.map(([event]) => event),
      isError ? ['error', 'close'] : ['close'],
    )
    const errors = told.map(([, error]) => error)
    assert.equal(errors[0], errors.at(-1))
    assert.equal(errors[0].code, code)
    assert.equal(errors[0].final, false, 'another attempt follows')
    assert.match(errors[0].hint, /\p{Script=Han}.* [A-Z]/u, 'in Chinese and in English')
    assert.ok(!errors[0].message.includes('top-secret'))
  })
}

test('the domain list and the limit of sockets are met through fail', async () => {
  const { phone, mqtt } = withBroker(new Phone())
  const found = new Set()
  const note = event => error => error && found.add(`${event} ${error.code}`)
  const connect = () =>
    mqtt.connect('wxs://host').on('error', note('error')).on('close', note('close'))
  for (let n = 0; n < 6; n++) connect()
  await phone.settle()
  phone.fake.domains = ['other']
  connect()
  phone.fake.sockets[0].close()
  await phone.pass(1000)
  assert.deepEqual([...found].filter(entry => !entry.endsWith(' SOCKET')).sort(), [
    'close CLOSED',
    'close DOMAIN_NOT_LISTED',
    'close TOO_MANY_SOCKETS',
    'error DOMAIN_NOT_LISTED',
  ])
})

test('a send that fails means that the connection is lost', async () => {
  const { phone, broker, client, log, told, sockets } = await connected()
  broker.socket.refuseToSend = true
  let published = 0
  client.publish('t', 'x', { qos: 1 }, () => published++)
  await phone.pass(2000)
  assert.equal(told[0][1].message, 'sendSocketMessage:fail SocketTask.readyState is not OPEN')
  assert.deepEqual(log.slice(1), ['offline', 'close', 'reconnect', 'connect'])
  assert.equal(sockets[0].state, 'closed')
  assert.equal(published, 1)
})

test('a throwing transformWsUrl is an error of the attempt', async () => {
  const { phone, log } = start({
    transformWsUrl() {
      throw new Error('no token')
    },
  })
  await phone.settle()
  assert.deepEqual(log, ['error transformWsUrl: no token', 'offline', 'close'])
})

test('half an hour in the background: the wall clock counts, not the timers', async () => {
  const { phone, broker, client, log } = await connected({ keepalive: 60 })
  broker.answers.pingreq = () => []
  phone.clock.freeze(1_800_000)
  await phone.pass(32_000)
  assert.deepEqual(log.slice(0, 4), ['connect', 'error Keepalive timeout', 'offline', 'close'])
  await phone.pass(2000)
  assert.equal(client.connected, true)
})

test('a clock that is set back does not stop the keep alive', async () => {
  const { phone, broker } = await connected({ keepalive: 10 })
  phone.clock.set(-3_600_000)
  await phone.pass(60_000)
  assert.ok(broker.got('pingreq').length >= 4)
})
