/** `mqtt://` over `wx.createTCPSocket`: the same client, on a platform that gives less and says less. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OWN_ADDRESS } from '../harness/fake-tcp.mjs'
import { BROKER, assertClean, connected, start } from '../harness/lan-bed.mjs'
import { Phone } from '../harness/phone.mjs'

for (const [url, address, port, type = 'ipv4', options = {}] of [
  ['mqtt://192.168.1.5', '192.168.1.5', 1883],
  ['tcp://10.0.0.9:1884', '10.0.0.9', 1884],
  ['MQTT://user:pass@192.168.1.5:21883/path?x=1', '192.168.1.5', 21883],
  ['mqtt://broker.local', 'broker.local', 1883],
  ['mqtt://[fe80::1]:1884', 'fe80::1', 1884, 'ipv6'],
  ['mqtt://[fd00::2:1]', 'fd00::2:1', 1883, 'ipv6'],
  [undefined, 'fe80::1', 1883, 'ipv6', { protocol: 'mqtt', host: 'fe80::1' }],
  [undefined, '10.1.2.3', 1885, 'ipv4', { protocol: 'tcp:', hostname: '10.1.2.3', port: '1885' }],
]) {
  test(`${url ?? JSON.stringify(options)} connects to ${address}, port ${port}`, async () => {
    const bed = url ? await connected(url) : await connected(options)
    const [socket] = bed.sockets
    assert.deepEqual([socket.address, socket.port, socket.type], [address, port, type])
    assert.equal(socket.timeout, 30) // seconds
    bed.client.end()
    await bed.phone.settle()
    assertClean(bed)
  })
}

test('user name and password of the URL are sent, and stay out of errors', async () => {
  const bed = await connected('mqtt://alice:top-secret@192.168.1.5')
  const [{ username, password }] = bed.broker.got('connect')
  assert.deepEqual([username, `${password}`], ['alice', 'top-secret'])
  bed.sockets[0].fail('connect socket fail: alice:top-secret@192.168.1.5 errno:104')
  assert.ok(!bed.causes[0].message.includes('top-secret'), bed.causes[0].message)
})

for (const chunk of [1, 7, 1460, Infinity]) {
  test(`a conversation in chunks of ${chunk} bytes`, async () => {
    const bed = start(BROKER, { protocolVersion: 4 })
    const { phone, client, fake, broker } = bed
    fake.onSocket = socket => broker.accept(Object.assign(socket, { chunk }))
    const arrived = []
    client.on('message', (topic, payload) => arrived.push([topic, payload.length]))
    client.subscribe('#', { qos: 2 })
    const answered = []
    for (const qos of [0, 1, 2]) {
      const size = Math.min(300_000, chunk * 100)
      client.publish(`t/${qos}`, 'x'.repeat(size), { qos }, error => answered.push([qos, error]))
    }
    await phone.pass(5_000)
    assert.deepEqual(answered.map(([qos]) => qos).sort(), [0, 1, 2])
    assert.ok(answered.every(([, error]) => !error))
    assert.deepEqual(arrived.map(([topic]) => topic).sort(), ['t/0', 't/1', 't/2'])
    assert.deepEqual(new Set(arrived.map(([, length]) => length)).size, 1)
    client.end()
    await phone.settle()
    assert.equal(broker.got('disconnect').length, 1)
    assertClean(bed)
  })
}

test('many small packets in one chunk', async () => {
  const { client, broker, phone } = await connected()
  const topics = []
  client.on('message', topic => topics.push(topic))
  const packets = Array.from({ length: 50 }, (_, at) => ({
    cmd: 'publish',
    topic: `t/${at}`,
    payload: 'x',
    qos: 0,
  }))
  broker.sendTogether(packets)
  await phone.settle()
  assert.equal(topics.length, 50)
})

test('a lost connection is made again, with its subscriptions and what was not acknowledged', async () => {
  const bed = await connected()
  const { client, broker, phone, log } = bed
  client.subscribe('a', { qos: 1 })
  await phone.settle()
  broker.answers.publish = () => []
  let answered
  client.publish('a', 'x', { qos: 1 }, error => (answered = [error]))
  await phone.settle()
  broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId })
  broker.socket.close()
  assert.equal(client.connected, false)
  await phone.pass(3000)
  assert.deepEqual(log, ['connect', 'offline', 'close', 'reconnect', 'connect'])
  assert.equal(broker.got('subscribe').length, 2)
  assert.equal(broker.got('publish').length, 2)
  assert.ok(answered && !answered[0])
  assert.equal(bed.causes[0].code, 'CLOSED')
  assert.deepEqual(bed.errors, [])
  assertClean(bed, { open: 1 })
})

test('keep alive finds a connection that is dead, and closes its socket', async () => {
  const bed = await connected(BROKER, { keepalive: 10 })
  bed.broker.answers.pingreq = () => []
  await bed.phone.pass(20_000)
  assert.equal(bed.errors[0].code, 'KEEPALIVE_TIMEOUT')
  await bed.phone.pass(5_000)
  assert.equal(bed.sockets.length, 2)
  assertClean(bed, { open: 1 })
})

test('a socket that died in the background is replaced on the return', async () => {
  const bed = await connected()
  bed.fake.hide()
  bed.broker.answers.pingreq = () => [] // nothing passes any more, and no event says so
  bed.phone.clock.freeze(60_000)
  bed.fake.show()
  await bed.phone.pass(10_000)
  assert.equal(bed.client.connected, true)
  assert.ok(bed.sockets.length > 1)
  assertClean(bed, { open: 1 })
})

const PORTS = [80, 443, 1023, 1099, 1521, 1723, 3306, 5432, 6379, 8000, 8083, 8100, 8443, 8888]

for (const port of [...PORTS, 10080, 27019]) {
  test(`port ${port} is refused, and the error says why`, async () => {
    const bed = start(`mqtt://192.168.1.5:${port}`)
    await bed.phone.settle()
    assert.deepEqual(bed.errors, bed.causes)
    const [{ code, hint, final }] = bed.errors
    assert.equal(code, 'TCP_PORT')
    assert.match(hint, /1883/)
    assert.equal(final, false)
    assertClean(bed)
  })
}

for (const port of [1024, 1100, 1883, 1884, 2883, 7999, 8101, 8883, 10883, 27020]) {
  test(`a fault at port ${port} is none of the port`, async () => {
    const bed = start(`mqtt://192.168.1.5:${port}`)
    bed.fake.onSocket = socket => socket.fail('connect socket fail: errno:111 errmsg:refused')
    await bed.phone.settle()
    assert.equal(bed.causes[0].code, 'TCP')
  })
}

for (const address of ['8.8.8.8', '172.32.0.1', OWN_ADDRESS]) {
  test(`${address} is out of reach, and the cause says what is not`, async () => {
    const bed = start(`mqtt://${address}`)
    await bed.phone.settle()
    const [{ code, hint, message, final }] = bed.causes
    assert.equal(code, 'TCP')
    assert.match(message, /invalid address/)
    assert.match(hint, /LAN/)
    assert.equal(final, false)
    assertClean(bed)
  })
}

test('a domain that is not listed', async () => {
  const bed = start('mqtt://broker.example.com')
  bed.fake.domains = ['other.example.com']
  await bed.phone.settle()
  assert.equal(bed.causes[0].code, 'TCP')
  assert.match(bed.causes[0].hint, /domain/)
})

test('an interrupted system call is not the background, and a suspended network is', async () => {
  for (const [words, code] of [
    ['connect socket fail: errno:4 errmsg:Interrupted system call', 'TCP'],
    ['network api interrupted in suspend state', 'SUSPENDED'],
    ['connect socket fail: errno:110 errmsg:Connection timed out', 'TIMEOUT'],
    ['connect socket fail: errno:404 errmsg:odd', 'TCP'],
    [undefined, 'TCP'],
  ]) {
    const bed = start()
    bed.fake.onSocket = socket => socket.fail(words)
    await bed.phone.settle()
    assert.equal(bed.causes[0].code, code, words)
    assertClean(bed)
  }
})

for (const protocol of ['mqtts', 'ssl', 'tls']) {
  test(`${protocol}:// is an error that names TLS`, () => {
    const { mqtt } = new Phone()
    assert.throws(() => mqtt.connect(`${protocol}://192.168.1.5`), {
      code: 'UNKNOWN_PROTOCOL',
      hint: /TLS/,
    })
  })
}

test('a certificate with mqtt:// asks for TLS, which is not there', () => {
  const { mqtt } = new Phone()
  assert.throws(() => mqtt.connect(BROKER, { cert: 'c', key: 'k' }), { hint: /TLS/ })
})

test('20 sockets in 5 minutes are enough for a long outage of several clients, and heal', async () => {
  const bed = start()
  const clients = [bed.client, bed.mqtt.connect(BROKER), bed.mqtt.connect('mqtt://192.168.1.6')]
  const { onSocket } = bed.fake
  bed.fake.onSocket = socket => socket.fail('connect socket fail: errno:111 errmsg:refused')
  await bed.phone.pass(1_800_000)
  assert.ok(bed.causes.some(({ code }) => code === 'TOO_MANY_SOCKETS'))
  assert.match(bed.causes.find(({ code }) => code === 'TOO_MANY_SOCKETS').hint, /20 TCP/)
  assert.deepEqual(bed.errors, [])
  assert.ok(bed.sockets.length <= 20 * 6 + 20)
  bed.fake.onSocket = onSocket
  await bed.phone.pass(360_000)
  assert.deepEqual(
    clients.map(({ connected }) => connected),
    [true, true, true],
  )
  assertClean(bed, { open: 3 })
})

test('a clock that is set back does not lock the client out', async () => {
  const bed = start()
  const { onSocket } = bed.fake
  bed.fake.onSocket = socket => socket.fail('refused')
  await bed.phone.pass(600_000)
  bed.phone.run('Date').now = () => bed.phone.clock.now - 86_400_000
  bed.fake.onSocket = onSocket
  await bed.phone.pass(120_000)
  assert.equal(bed.client.connected, true)
})

test('servers in the LAN and in the cloud are taken in turn', async () => {
  const bed = start({ servers: ['mqtt://192.168.1.5', 'wxs://cloud.example.com/mqtt'] })
  const { onSocket } = bed.fake
  const seen = []
  bed.fake.onSocket = socket => {
    seen.push(socket.url ?? `${socket.address}:${socket.port}`)
    socket.fail('refused')
  }
  await bed.phone.pass(5_000)
  bed.fake.onSocket = onSocket
  await bed.phone.pass(60_000)
  assert.deepEqual(new Set(seen), new Set(['192.168.1.5:1883', 'wss://cloud.example.com/mqtt']))
  assert.equal(bed.client.connected, true)
})

test('transformWsUrl is for WebSockets', async () => {
  const bed = await connected(BROKER, {
    transformWsUrl() {
      throw new Error('there is no URL to transform')
    },
  })
  assert.deepEqual(bed.errors, [])
})
