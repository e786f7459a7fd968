/** The background, and networks that come and go: what the phone says, and what it does not say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from './broker.mjs'
import { Phone } from './phone.mjs'

async function connected(options) {
  const world = withBroker(new Phone())
  const client = world.mqtt.connect('wxs://host', options)
  const log = record(client)
  await world.phone.settle()
  assert.deepEqual(log, ['connect'])
  return { ...world, client, log, fake: world.phone.fake }
}

/** The app is in the background for so long; WeChat freezes it after 5 s. */
async function background({ phone, fake }, ms) {
  fake.hide()
  await phone.pass(Math.min(ms, 5000))
  phone.clock.freeze(Math.max(0, ms - 5000))
  fake.show()
  await phone.settle()
}

/** The connection is dead, and nobody says so: onClose never comes. */
function dies({ broker }) {
  const { socket } = broker
  socket.onMessage = () => {}
}

test('a short look at another app costs nothing', async () => {
  const world = await connected()
  await background(world, 3000)
  assert.deepEqual(world.log, ['connect'])
  assert.equal(world.broker.got('pingreq').length, 0)
})

test('back after 20 s on a connection that lives: one ping, and it goes on', async () => {
  const world = await connected()
  await background(world, 20_000)
  assert.equal(world.broker.got('pingreq').length, 1)
  await world.phone.pass(10_000)
  assert.deepEqual(world.log, ['connect'])
})

test('back after 20 s on a connection that is dead without a word: another one after 3 s', async () => {
  const world = await connected()
  dies(world)
  await background(world, 20_000)
  await world.phone.pass(2500)
  assert.deepEqual(world.log, ['connect'])
  await world.phone.pass(1000)
  const outage = ['error Keepalive timeout', 'offline', 'close', 'reconnect', 'connect']
  assert.deepEqual(world.log.slice(1), outage)
  assert.equal(world.client.connected, true)
})

test('what onClose says in the background is acted on in the foreground, at once', async () => {
  const world = await connected()
  world.fake.hide()
  await world.phone.pass(1000)
  world.broker.socket.close(1006, 'interrupted')
  await world.phone.pass(4000)
  assert.equal(world.fake.sockets.length, 1, 'no attempt while nobody looks')
  world.phone.clock.freeze(30 * 60_000)
  world.fake.show()
  await world.phone.settle()
  assert.equal(world.client.connected, true)
  assert.equal(world.fake.sockets.length, 2)
})

test('WeChat is still suspended for a moment: tried again after 300 ms', async () => {
  const world = await connected()
  world.broker.socket.close()
  let refusals = 3
  world.fake.onSocket = socket => {
    if (refusals-- > 0) socket.fail('network api interrupted in suspend state')
    else world.broker.accept(socket)
  }
  await background(world, 60_000)
  await world.phone.pass(1000)
  assert.equal(world.client.connected, true)
  const suspended = 'error network api interrupted in suspend state'
  assert.equal(world.log.filter(entry => entry === suspended).length, 3)
})

test('without a network attempts are rare, with one they are made at once', async () => {
  const world = await connected()
  world.fake.onSocket = socket => socket.fail('network is down')
  world.fake.network(false)
  world.broker.socket.close()
  await world.phone.pass(5 * 60_000)
  const attempts = world.fake.sockets.length - 1
  assert.ok(attempts >= 5 && attempts <= 10, `${attempts} attempts in five minutes`)
  world.fake.onSocket = socket => world.broker.accept(socket)
  world.fake.network(true)
  await world.phone.settle()
  assert.equal(world.client.connected, true)
})

test('from Wi-Fi to 4G: the old socket has to prove itself', async () => {
  const world = await connected()
  dies(world)
  world.fake.network(true, '4g')
  await world.phone.pass(3500)
  assert.equal(world.client.connected, true)
  assert.equal(world.fake.sockets.length, 2)
  assert.equal(world.fake.openSockets.length, 1, 'the dead one was closed')
})

test('timers that were frozen without a word are noticed', async () => {
  const world = await connected({ lifecycle: false })
  dies(world)
  await world.phone.pass(55_000)
  world.phone.clock.freeze(20 * 60_000)
  await world.phone.pass(4000)
  await world.phone.settle()
  assert.equal(world.client.connected, true)
  assert.equal(world.fake.sockets.length, 2)
})

test('lifecycle: false leaves the phone alone, and the last client lets go of it', async () => {
  const apart = await connected({ lifecycle: false })
  assert.equal(apart.fake.listeners, 0)
  const world = await connected()
  const second = world.mqtt.connect('wxs://host')
  await world.phone.settle()
  assert.equal(world.fake.listeners, 3, 'one of each kind for all clients')
  world.client.end()
  await world.phone.settle()
  assert.equal(world.fake.listeners, 3)
  second.end()
  await world.phone.settle()
  assert.equal(world.fake.listeners, 0)
})

test('a phone without these functions, or without a way to let go of them, does', async () => {
  const bare = new Phone()
  const barewx = bare.run('wx')
  for (const name of ['AppHide', 'AppShow', 'NetworkStatusChange']) {
    delete barewx[`on${name}`]
    delete barewx[`off${name}`]
  }
  const { mqtt } = withBroker(bare)
  const log = record(mqtt.connect('wxs://host'))
  await bare.settle()
  assert.deepEqual(log, ['connect'])

  const old = withBroker(new Phone())
  const oldwx = old.phone.run('wx')
  for (const name of ['AppHide', 'AppShow', 'NetworkStatusChange']) delete oldwx[`off${name}`]
  for (let life = 0; life < 3; life++) {
    const client = old.mqtt.connect('wxs://host')
    await old.phone.settle()
    client.end()
    await old.phone.settle()
  }
  assert.equal(old.phone.fake.listeners, 3, 'registered once, whatever comes and goes')
})
