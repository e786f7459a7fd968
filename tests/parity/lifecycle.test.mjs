/** Events, their order, and what the client says of itself at each of them. */
import assert from 'node:assert/strict'
import { noted, pick, same, scenario, state } from './scenario.mjs'

const EVENTS = ['connect', 'reconnect', 'offline', 'close', 'end']

/** Events with the client's state at each. */
function states(client) {
  const log = []
  for (const name of EVENTS) client.on(name, () => log.push(`${name}: ${state(client)}`))
  return log
}

scenario('a client is connected from CONNACK on', async bed => {
  const { client } = bed.connect()
  const log = states(client)
  assert.equal(state(client), '')
  same(log, [], 'not within the call')
  await bed.settle()
  same(log, ['connect: connected'])
  assert.equal(state(client), 'connected')
})

scenario('connect comes with CONNACK', async bed => {
  const { client } = bed.connect()
  const connect = noted()
  client.on('connect', connect)
  await bed.settle()
  const [[connack, ...rest]] = connect.calls
  same(pick(connack, 'cmd', 'returnCode', 'sessionPresent'), {
    cmd: 'connack',
    returnCode: 0,
    sessionPresent: false,
  })
  assert.equal(rest.length, 0)
})

scenario('an outage is offline, close, reconnect, connect', async bed => {
  const { client } = await bed.connected()
  const log = states(client)
  await bed.outage()
  same(log, ['offline: ', 'close: reconnecting', 'reconnect: reconnecting', 'connect: connected'])
})

scenario('offline comes once an outage, close and reconnect with each attempt', async bed => {
  const { client, log } = await bed.connected()
  const { onSocket } = bed.phone.fake
  bed.phone.fake.onSocket = socket => socket.fail('connect refused')
  await bed.drop()
  await bed.pass(120_000)
  assert.equal(client.connected, false)
  assert.equal(client.reconnecting, true)
  const attempts = log.filter(event => event === 'reconnect').length
  assert.ok(attempts >= 3, `${attempts} attempts`)
  bed.phone.fake.onSocket = onSocket
  await bed.pass(60_000)
  const calm = log.filter(event => !event.startsWith('error'))
  const failed = calm.filter(event => event === 'reconnect').length - 1
  const each = Array.from({ length: failed }, () => ['reconnect', 'close']).flat()
  same(calm, ['offline', 'close', ...each, 'reconnect', 'connect'])
})

scenario('a first connection that fails is an outage as well', async bed => {
  const { onSocket } = bed.phone.fake
  bed.phone.fake.onSocket = socket => socket.close()
  const { client, log } = bed.connect()
  await bed.settle()
  assert.equal(state(client), 'reconnecting')
  bed.phone.fake.onSocket = onSocket
  await bed.pass(2000)
  const calm = log.filter(event => !event.startsWith('error'))
  same(calm, ['offline', 'close', 'reconnect', 'connect'])
})

scenario('end sends DISCONNECT, then close, end and the callback come', async bed => {
  const { client, broker } = { ...(await bed.connected()), broker: bed.broker }
  const log = states(client)
  const done = noted()
  client.end(() => {
    log.push(`callback: ${state(client)}`)
    done()
  })
  assert.equal(client.disconnecting, true)
  same(log, [], 'nothing within the call')
  await bed.settle()
  same(log, [
    'close: disconnecting',
    'end: disconnecting disconnected',
    'callback: disconnecting disconnected',
  ])
  assert.equal(broker.packets.at(-1).cmd, 'disconnect')
  assert.equal(bed.phone.fake.openSockets.length, 0)
  await bed.pass(120_000)
  assert.equal(bed.phone.fake.sockets.length, 1, 'it does not come back')
})

for (const [form, args] of [
  ['end()', []],
  ['end(true)', [true]],
  ['end(false, options)', [false, {}]],
  ['end(options)', [{}]],
  ['end(undefined, undefined)', [undefined, undefined]],
  ['end(null)', [null]],
]) {
  scenario(`${form} with a callback, which has no error`, async bed => {
    const { client, log } = await bed.connected()
    const done = noted()
    assert.equal(client.end(...args, done), client)
    await bed.settle()
    assert.equal(done.calls.length, 1)
    assert.ok(!done.calls[0][0])
    same(log, ['close', 'end'])
  })
}

scenario('end(true) sends no DISCONNECT', async bed => {
  const { client } = await bed.connected()
  client.end(true)
  await bed.settle()
  assert.equal(bed.broker.got('disconnect').length, 0)
  assert.equal(bed.phone.fake.openSockets.length, 0)
})

scenario('end waits for what was published', async bed => {
  const { client, log } = await bed.connected()
  const answer = bed.mute('publish')
  const published = noted()
  client.publish('t', 'last words', { qos: 1 }, published)
  client.end(() => log.push('callback'))
  await bed.pass(5000)
  same(log, [])
  answer()
  bed.broker.send({ cmd: 'puback', messageId: bed.broker.got('publish')[0].messageId })
  await bed.settle()
  assert.equal(published.calls.length, 1)
  same(log, ['close', 'end', 'callback'])
  assert.equal(bed.broker.packets.at(-1).cmd, 'disconnect')
})

scenario('end again calls back, and nothing else happens', async bed => {
  const { client, log } = await bed.connected()
  const [first, second, third] = [noted(), noted(), noted()]
  client.end(first)
  client.end(second)
  await bed.settle()
  client.end(third)
  await bed.settle()
  for (const { calls } of [first, second, third]) assert.equal(calls.length, 1)
  same(log, ['close', 'end'])
})

scenario(
  'end before the connection is there',
  {
    defect: 'its DISCONNECT waits for CONNACK, so the client connects after its end',
  },
  async bed => {
    const { client, log } = bed.connect()
    const done = noted()
    client.end(done)
    await bed.pass(60_000)
    assert.equal(done.calls.length, 1)
    assert.ok(log.includes('end'))
    assert.ok(!log.includes('connect'))
    assert.ok(client.disconnected)
    assert.equal(bed.phone.fake.openSockets.length, 0)
  },
)

scenario('end during an outage stops the attempts', async bed => {
  const { client, log } = await bed.connected()
  await bed.drop()
  const done = noted()
  client.end(done)
  await bed.pass(60_000)
  assert.equal(done.calls.length, 1)
  same(log, ['offline', 'close', 'end'])
  assert.equal(bed.phone.fake.sockets.length, 1)
})

scenario('reconnect after end connects again', async bed => {
  const { client, log } = await bed.connected()
  client.end()
  await bed.settle()
  assert.equal(client.reconnect(), client)
  await bed.settle()
  same(log, ['close', 'end', 'reconnect', 'connect'])
  assert.equal(state(client), 'connected')
  client.publish('t', 'x')
  await bed.settle()
  assert.equal(bed.broker.got('publish').length, 1)
})

scenario(
  'reconnect while it ends waits for the end',
  {
    defect: 'the old socket, closing late, takes the new one with it',
  },
  async bed => {
    const { client, log } = await bed.connected()
    client.end()
    client.reconnect()
    await bed.settle()
    same(log, ['close', 'end', 'reconnect', 'connect'])
    assert.equal(client.connected, true)
  },
)

scenario('reconnect during an outage does not wait', async bed => {
  const { client, log } = await bed.connected({ reconnectPeriod: 20_000 })
  await bed.drop()
  client.reconnect()
  await bed.settle()
  same(log, ['offline', 'close', 'reconnect', 'connect'])
  assert.equal(bed.phone.fake.sockets.length, 2)
})

scenario('with reconnectPeriod 0 an outage is a close, and reconnect() mends it', async bed => {
  const { client, log } = await bed.connected({ reconnectPeriod: 0 })
  await bed.drop()
  await bed.pass(120_000)
  same(log, ['close'])
  assert.equal(state(client), '')
  client.reconnect()
  await bed.settle()
  same(log, ['close', 'reconnect', 'connect'])
})

scenario('every packet is told, both ways', async bed => {
  const { client } = bed.connect()
  const [sent, received] = [[], []]
  client.on('packetsend', ({ cmd }) => sent.push(cmd))
  client.on('packetreceive', ({ cmd }) => received.push(cmd))
  await bed.settle()
  client.subscribe('t', { qos: 1 })
  client.publish('t', 'x', { qos: 1 })
  await bed.settle()
  client.end()
  await bed.settle()
  const expected = ['subscribe', 'publish', 'puback', 'disconnect']
  same(
    sent.filter(cmd => cmd !== 'connect'),
    expected,
  )
  same(received, ['connack', 'suback', 'puback', 'publish'])
})

scenario(
  'two clients do not know of each other',
  {
    defect: 'its wx connector keeps one socket for the whole module: the first client falls silent',
  },
  async bed => {
    const first = await bed.connected({ clientId: 'first' })
    const [one] = bed.phone.fake.sockets
    const second = await bed.connected({ clientId: 'second' })
    first.client.publish('t', 'from the first')
    await bed.settle()
    bed.broker.send({ cmd: 'publish', topic: 'a', payload: 'to the first', qos: 0 }, one)
    bed.broker.send({ cmd: 'publish', topic: 'b', payload: 'to the second', qos: 0 })
    await bed.settle()
    same(first.log, ['message a to the first'])
    same(second.log, ['message b to the second'])
    first.client.end()
    await bed.settle()
    assert.equal(second.client.connected, true)
    assert.equal(one.state, 'closed')
  },
)
