/** `mqtt://` on platforms without TCP sockets, and on those that throw, never answer or answer twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BROKER, assertClean, connected, start } from '../harness/lan-bed.mjs'
import { Phone } from '../harness/phone.mjs'
import { withBroker } from '../harness/scripted-broker.mjs'

/** What a platform without TCP does, by its name. */
const PLATFORMS = {
  'an older base library': wx => delete wx.createTCPSocket,
  'a container whose function makes nothing': wx => (wx.createTCPSocket = () => undefined),
  'DevTools that throw': wx =>
    (wx.createTCPSocket = () => {
      throw { errMsg: 'createTCPSocket:fail 开发者工具暂时不支持此 API 调试，请使用真机进行开发' }
    }),
}

for (const [name, spoil] of Object.entries(PLATFORMS)) {
  test(`${name} has an error of its own, before and after WebSockets worked`, async () => {
    const bed = withBroker(new Phone())
    spoil(bed.phone.fake.wx)
    const errors = []
    const client = bed.mqtt.connect(BROKER).on('error', error => errors.push(error))
    await bed.phone.settle()
    assert.deepEqual([errors[0].code, errors[0].final], ['NO_TCP', false])
    assert.match(errors[0].hint, /2\.18\.0/)
    client.end(true)
    const other = bed.mqtt.connect('wxs://host/mqtt')
    await bed.phone.settle()
    assert.equal(other.connected, true)
  })
}

test('DevTools that say so in an event, and a WebSocket that says the like', async () => {
  const words = '开发者工具暂时不支持此 API 调试'
  for (const [url, code] of [
    [BROKER, 'NO_TCP'],
    ['wxs://host/mqtt', 'SOCKET'],
  ]) {
    const bed = start(url)
    bed.fake.onSocket = socket => socket.fail(words)
    await bed.phone.settle()
    assert.equal(bed.causes[0].code, code)
  }
})

test('a Worker has no wx', async () => {
  const bed = withBroker(new Phone())
  bed.phone.run('delete globalThis.wx')
  const errors = []
  bed.mqtt.connect(BROKER).on('error', error => errors.push(error))
  await bed.phone.settle()
  assert.equal(errors[0].code, 'NO_WX')
})

/** A call that throws, of the platform or of its socket. */
for (const name of ['connect', 'write', 'onConnect', 'onMessage', 'onError', 'onClose']) {
  test(`${name} throws, and another attempt is made`, async () => {
    const bed = withBroker(new Phone())
    const { wx } = bed.phone.fake
    const { createTCPSocket } = wx
    let isBroken = true
    wx.createTCPSocket = option => {
      const task = createTCPSocket(option)
      const call = task[name]
      task[name] = (...args) => {
        if (isBroken) throw new Error('a platform that throws')
        return call(...args)
      }
      return task
    }
    const causes = []
    const client = bed.mqtt.connect(BROKER).on('close', cause => causes.push(cause))
    await bed.phone.settle()
    assert.equal(causes.length, 1)
    assert.match(causes[0].message, /a platform that throws/)
    isBroken = false
    await bed.phone.pass(5_000)
    assert.equal(client.connected, true)
    client.end()
    await bed.phone.settle()
    assertClean({ ...bed, sockets: bed.phone.fake.sockets })
  })
}

test('close throws, and the client goes on', async () => {
  const bed = await connected()
  bed.sockets[0].task.close = () => {
    throw new Error('no such socket')
  }
  bed.client.reconnect()
  await bed.phone.pass(5_000)
  assert.equal(bed.client.connected, true)
  assert.equal(bed.sockets.length, 2)
  assert.deepEqual(bed.phone.uncaught.map(String), ['Error: no such socket'])
})

test('a platform that never answers is given up after connectTimeout, and its socket closed', async () => {
  const bed = start(BROKER, { connectTimeout: 4_000 })
  bed.fake.limitsTcp = false
  const { onSocket } = bed.fake
  bed.fake.onSocket = () => {}
  await bed.phone.pass(60_000)
  assert.ok(bed.sockets.length > 3)
  bed.fake.onSocket = onSocket
  await bed.phone.pass(60_000)
  assert.equal(bed.client.connected, true)
  assertClean(bed, { open: 1 })
})

test('a connection that comes after it was given up is closed', async () => {
  const bed = start(BROKER, { connectTimeout: 2_000 })
  bed.fake.limitsTcp = false
  const { onSocket } = bed.fake
  bed.fake.onSocket = () => {}
  await bed.phone.pass(2_100)
  const [late] = bed.sockets
  bed.fake.onSocket = onSocket
  late.open()
  late.send([0x20, 2, 0, 0])
  await bed.phone.settle()
  assert.equal(late.state, 'closed')
  assert.equal(bed.client.connected, false)
  await bed.phone.pass(5_000)
  assert.equal(bed.client.connected, true)
  assertClean(bed, { open: 1 })
})

/** Events that come more often than they should. */
const TWICE = {
  'connect, connect': socket => (socket.open(), socket.open()),
  'error, error': socket => (socket.fail('a'), socket.fail('b')),
  'error, close': socket => (socket.fail('a'), socket.close()),
  'connect, close, close': socket => (socket.open(), socket.close(), socket.close()),
  'connect, error, close': socket => (socket.open(), socket.fail('a'), socket.close()),
  'close, error': socket => (socket.close(), socket.fail('a')),
}

for (const [name, happens] of Object.entries(TWICE)) {
  test(`${name}: one attempt, one close at most`, async () => {
    const bed = start()
    const { onSocket } = bed.fake
    bed.fake.onSocket = happens
    await bed.phone.settle()
    assert.ok(bed.causes.length <= 1)
    assert.equal(bed.sockets.length, 1)
    bed.fake.onSocket = onSocket
    await bed.phone.pass(60_000)
    assert.equal(bed.client.connected, true)
    assert.equal(bed.log.filter(event => event === 'connect').length, 1)
    bed.client.end()
    await bed.phone.settle()
    assert.deepEqual(bed.phone.uncaught, [])
  })
}
