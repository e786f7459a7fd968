/** The background, and networks that come and go: what the phone says, and what it does not say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, reports, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

async function connected(options) {
  const bed = withBroker(new Phone())
  const client = bed.mqtt.connect('wxs://host', options)
  const log = record(client)
  await bed.phone.settle()
  assert.deepEqual(log, ['connect'])
  return { ...bed, client, log, fake: bed.phone.fake }
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
  const bed = await connected()
  await background(bed, 3000)
  assert.deepEqual(bed.log, ['connect'])
  assert.equal(bed.broker.got('pingreq').length, 0)
})

test('back after 20 s on a connection that lives: one ping, and it goes on', async () => {
  const bed = await connected()
  await background(bed, 20_000)
  assert.equal(bed.broker.got('pingreq').length, 1)
  await bed.phone.pass(10_000)
  assert.deepEqual(bed.log, ['connect'])
})

test('back after 20 s on a connection that is dead without a word: another one after 3 s', async () => {
  const bed = await connected()
  dies(bed)
  await background(bed, 20_000)
  await bed.phone.pass(2500)
  assert.deepEqual(bed.log, ['connect'])
  await bed.phone.pass(1000)
  const outage = ['error Keepalive timeout', 'offline', 'close', 'reconnect', 'connect']
  assert.deepEqual(bed.log.slice(1), outage)
  assert.equal(bed.client.connected, true)
})

test('what onClose says in the background is acted on in the foreground, at once', async () => {
  const bed = await connected()
  bed.fake.hide()
  await bed.phone.pass(1000)
  bed.broker.socket.close(1006, 'interrupted')
  await bed.phone.pass(4000)
  assert.equal(bed.fake.sockets.length, 1, 'no attempt while nobody looks')
  bed.phone.clock.freeze(30 * 60_000)
  bed.fake.show()
  await bed.phone.settle()
  assert.equal(bed.client.connected, true)
  assert.equal(bed.fake.sockets.length, 2)
})

test('WeChat is still suspended for a moment: tried again after 300 ms', async () => {
  const bed = await connected()
  const told = reports(bed.client)
  bed.broker.socket.close()
  let refusals = 3
  bed.fake.onSocket = socket => {
    if (refusals-- > 0) socket.fail('network api interrupted in suspend state')
    else bed.broker.accept(socket)
  }
  await background(bed, 60_000)
  await bed.phone.pass(1000)
  assert.equal(bed.client.connected, true)
  const suspended = told.filter(([event, { code }]) => event === 'close' && code === 'SUSPENDED')
  assert.equal(suspended.length, 3)
})

test('without a network attempts are rare, with one they are made at once', async () => {
  const bed = await connected()
  bed.fake.onSocket = socket => socket.fail('network is down')
  bed.fake.network(false)
  bed.broker.socket.close()
  await bed.phone.pass(5 * 60_000)
  const attempts = bed.fake.sockets.length - 1
  assert.ok(attempts >= 5 && attempts <= 10, `${attempts} attempts in five minutes`)
  bed.fake.onSocket = socket => bed.broker.accept(socket)
  bed.fake.network(true)
  await bed.phone.settle()
  assert.equal(bed.client.connected, true)
})

test('from Wi-Fi to 4G: the old socket has to prove itself', async () => {
  const bed = await connected()
  dies(bed)
  bed.fake.network(true, '4g')
  await bed.phone.pass(3500)
  assert.equal(bed.client.connected, true)
  assert.equal(bed.fake.sockets.length, 2)
  assert.equal(bed.fake.openSockets.length, 1, 'the dead one was closed')
})

test('timers that were frozen without a word are noticed', async () => {
  const bed = await connected({ lifecycle: false })
  dies(bed)
  await bed.phone.pass(55_000)
  bed.phone.clock.freeze(20 * 60_000)
  await bed.phone.pass(4000)
  await bed.phone.settle()
  assert.equal(bed.client.connected, true)
  assert.equal(bed.fake.sockets.length, 2)
})

test('lifecycle: false leaves the phone alone, and the last client lets go of it', async () => {
  const apart = await connected({ lifecycle: false })
  assert.equal(apart.fake.listeners, 0)
  const bed = await connected()
  const second = bed.mqtt.connect('wxs://host')
  await bed.phone.settle()
  assert.equal(bed.fake.listeners, 3, 'one of each kind for all clients')
  bed.client.end()
  await bed.phone.settle()
  assert.equal(bed.fake.listeners, 3)
  second.end()
  await bed.phone.settle()
  assert.equal(bed.fake.listeners, 0)
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
  for (let cycle = 0; cycle < 3; cycle++) {
    const client = old.mqtt.connect('wxs://host')
    await old.phone.settle()
    client.end()
    await old.phone.settle()
  }
  assert.equal(old.phone.fake.listeners, 3, 'registered once, whatever comes and goes')
})
