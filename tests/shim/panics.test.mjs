/**
 * A trap of the module, which is a panic of the core: each client hears of it once, and comes back by
 * itself, subscribed, on another instance.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../harness/phone.mjs'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { KINDS, Traps } from '../harness/traps.mjs'

const PANIC = /^error Internal error: /

/** A phone whose module traps when told to, with a broker. */
function setup(options) {
  const traps = new Traps()
  const phone = new Phone(options)
  phone.wasmApi.exportsOf = exports => traps.over(exports)
  return { traps, ...withBroker(phone) }
}

/** Clients that have subscribed, each to a topic of its own name. */
async function subscribed(bed, names, options) {
  const clients = names.map(name => {
    const client = bed.mqtt.connect('wxs://host', { clientId: name, ...options })
    const log = record(client)
    const handled = []
    client.subscribe(name, { qos: 1, onMessage: (_, payload) => handled.push(`${payload}`) })
    return { client, log, handled, name }
  })
  await bed.phone.settle()
  for (const { log } of clients) log.length = 0
  bed.broker.packets.length = 0
  return clients
}

for (const kind of Object.keys(KINDS)) {
  test(`${kind}: every client hears of it once, and comes back subscribed`, async () => {
    const bed = setup()
    const { phone, broker, traps } = bed
    const clients = await subscribed(bed, ['one', 'two'])
    const answers = []
    traps.set(kind)
    clients[0].client.publish('one', 'x', { qos: 1 }, error => answers.push(error.code))
    await phone.settle()
    for (const { client, log } of clients) {
      assert.match(log[0], PANIC)
      assert.deepEqual(log.slice(1), ['close', 'offline', 'reconnect', 'connect'])
      assert.equal(client.connected, true)
    }
    assert.deepEqual(answers, ['PANIC'])
    assert.equal(phone.wasmApi.instantiated, 2)
    assert.equal(phone.fake.openSockets.length, 2)
    const topics = broker.got('subscribe').map(({ subscriptions }) => subscriptions[0].topic)
    assert.deepEqual(topics.sort(), ['one', 'two'])
    for (const { client, name } of clients) client.publish(name, 'hello', { qos: 1 })
    await phone.settle()
    for (const { handled } of clients) assert.deepEqual(handled, ['hello'])
    assert.deepEqual(phone.uncaught, [])
  })
}

test('the error says that it is not final, and what follows does', async () => {
  const bed = setup()
  const [{ client }] = await subscribed(bed, ['one'])
  const told = []
  client.on('error', ({ code, final }) => told.push(`error ${code} ${final}`))
  client.on('close', ({ code, final }) => told.push(`close ${code} ${final}`))
  bed.traps.set('unreachable')
  client.publish('t', 'x')
  await bed.phone.settle()
  assert.deepEqual(told, ['error PANIC false', 'close PANIC false'])
  told.length = 0
  await bed.phone.pass(59_000)
  bed.traps.set('unreachable')
  client.publish('t', 'x')
  await bed.phone.settle()
  assert.deepEqual(told, ['error PANIC true', 'close PANIC true'])
  assert.deepEqual([client.connected, client.reconnecting], [false, false])
  assert.deepEqual(bed.phone.fake.openSockets, [])
  assert.equal(bed.phone.clock.pending, 0)

  client.reconnect()
  await bed.phone.settle()
  assert.equal(client.connected, true, 'the page may try again')
  assert.deepEqual(bed.broker.subscriptions.get('one'), 1)
})

test('panics that are more than a minute apart are survived, each of them', async () => {
  const bed = setup()
  const [{ client, handled }] = await subscribed(bed, ['one'])
  for (let n = 1; n <= 4; n++) {
    await bed.phone.pass(61_000)
    bed.traps.set('stack overflow')
    client.publish('t', 'x')
    await bed.phone.settle()
    assert.equal(client.connected, true)
    assert.equal(bed.phone.wasmApi.instantiated, n + 1)
    client.publish('one', `${n}`)
    await bed.phone.settle()
  }
  assert.deepEqual(handled, ['1', '2', '3', '4'])
})

test('a module that always traps ends in one final error', async () => {
  const bed = setup()
  bed.traps.set('unreachable', Infinity)
  const client = bed.mqtt.connect('wxs://host')
  const told = []
  client.on('error', ({ code, final }) => told.push(`${code} ${final}`))
  client.publish('t', 'x', error => told.push(`publish ${error.code}`))
  await bed.phone.pass(600_000)
  assert.deepEqual(told, ['PANIC false', 'publish PANIC', 'PANIC true'])
  assert.equal(bed.phone.fake.sockets.length, 0)
})

test('a panic over a received message, a timer, and a change of the network', async () => {
  const inputs = {
    message: ({ broker }) => broker.send({ cmd: 'publish', topic: 'one', payload: 'x', qos: 0 }),
    timer: ({ phone }) => phone.pass(60_000),
    network: ({ phone }) => phone.fake.network(true, 'wifi'),
    close: ({ broker }) => broker.socket.close(),
  }
  for (const [input, happen] of Object.entries(inputs)) {
    const bed = setup()
    const [{ client, log }] = await subscribed(bed, ['one'])
    bed.traps.set('unreachable')
    await happen(bed)
    await bed.phone.pass(5_000)
    assert.equal(log.filter(entry => PANIC.test(entry)).length, 1, input)
    assert.equal(client.connected, true, input)
    assert.equal(bed.broker.got('subscribe').length, 1, input)
  }
})

test('what was unsubscribed stays so, and what is asked for meanwhile is sent afterwards', async () => {
  const bed = setup()
  const [{ client }] = await subscribed(bed, ['one'])
  client.subscribe('two')
  await bed.phone.settle()
  client.unsubscribe('one')
  await bed.phone.settle()
  bed.broker.packets.length = 0
  bed.traps.set('unreachable')
  client.publish('t', 'lost')
  const answers = []
  client.publish('two', 'kept', { qos: 1 }, error => answers.push(error))
  client.subscribe('three', error => answers.push(error))
  await bed.phone.settle()
  assert.deepEqual(answers, [null, null])
  const topics = bed.broker
    .got('subscribe')
    .flatMap(({ subscriptions }) => subscriptions.map(({ topic }) => topic))
  assert.deepEqual(topics.sort(), ['three', 'two'])
  assert.deepEqual(
    bed.broker.got('publish').map(({ payload }) => `${payload}`),
    ['kept'],
  )
})

test('a client that is ending ends', async () => {
  const bed = setup()
  const [{ client, log }] = await subscribed(bed, ['one'])
  bed.traps.set('unreachable')
  let ended = 0
  client.end(false, {}, () => ended++)
  await bed.phone.pass(10_000)
  assert.equal(ended, 1)
  assert.ok(log.includes('end') && !log.includes('connect'), `${log}`)
  assert.deepEqual(bed.phone.fake.openSockets, [])
})

test('end() in the listener of the error is the end', async () => {
  const bed = setup()
  const [{ client, log }] = await subscribed(bed, ['one'])
  client.on('error', () => client.end())
  bed.traps.set('unreachable')
  client.publish('t', 'x')
  await bed.phone.pass(100_000)
  assert.equal(log.filter(entry => entry === 'end').length, 1)
  assert.ok(!log.includes('connect'), `${log}`)
  assert.deepEqual(bed.phone.fake.openSockets, [])
})

test('a message of a stored session is sent again', async () => {
  const bed = setup()
  const options = { clean: false, store: 'wx' }
  const [{ client }] = await subscribed(bed, ['one'], options)
  bed.broker.answers.publish = () => []
  client.publish('other', 'stored', { qos: 1 })
  await bed.phone.settle()
  bed.broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId })
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  bed.broker.packets.length = 0
  bed.traps.set('unreachable')
  client.publish('other', 'not accepted', { qos: 0 })
  await bed.phone.settle()
  const sent = bed.broker.got('publish').map(({ payload, dup }) => `${payload} ${dup}`)
  assert.deepEqual(sent, ['stored true'])
  const stored = [...bed.phone.fake.storage.keys()]
  assert.deepEqual(
    stored.map(key => key.split('|').at(-1)),
    ['sone'],
    'the message is not stored any more, the subscription is',
  )
})
