/** Calls from within listeners and callbacks: the client may be used, and ended, at any moment. */
import assert from 'node:assert/strict'
import { errors, noted, same, scenario } from './scenario.mjs'

const message = { cmd: 'publish', topic: 't', payload: 'x', qos: 0 }

scenario('publish in a message listener', async world => {
  const { client, log } = await world.connected()
  client.on('message', (topic, payload) => {
    if (payload.length < 4) client.publish('echo', `${payload}+`, { qos: 1 })
  })
  client.subscribe('echo')
  await world.settle()
  client.publish('echo', 'a')
  await world.settle()
  same(log, ['message echo a', 'message echo a+', 'message echo a++', 'message echo a+++'])
})

scenario('end in a message listener: what came with it is not told', async world => {
  const { client } = await world.connected()
  const told = []
  client.on('message', (topic, payload) => {
    told.push(`${payload}`)
    client.end(true)
  })
  client.on('end', () => told.push('end'))
  world.broker.send(message)
  await world.settle()
  world.broker.send({ ...message, payload: 'late' })
  await world.settle()
  same(told, ['x', 'end'])
})

scenario('unsubscribe and subscribe in a subscribe callback', async world => {
  const { client } = await world.connected()
  const done = noted()
  client.subscribe('a', () => client.unsubscribe('a', () => client.subscribe('b', done)))
  await world.settle()
  same(errors(done), [null])
  same([...world.broker.subscriptions.keys()], ['b'])
})

for (const [event, defect] of [
  ['offline', 'its timer is set after the listener: it opens sockets after its end'],
  ['close'],
  ['reconnect', 'it opens a socket after its end'],
]) {
  scenario(`end in a listener of ${event}`, { defect }, async world => {
    const { client, log } = await world.connected()
    const done = noted()
    client.once(event, () => client.end(done))
    await world.outage()
    await world.pass(120_000)
    assert.equal(done.calls.length, 1)
    assert.ok(log.includes('end'))
    assert.equal(client.disconnected, true)
    assert.equal(world.phone.fake.openSockets.length, 0)
  })
}

scenario('end in an error listener, after a refusal', async world => {
  world.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { client, log } = world.connect()
  client.on('error', () => client.end())
  await world.pass(60_000)
  assert.equal(log[0], 'error Connection refused: Not authorized')
  assert.ok(log.includes('end'))
  assert.equal(world.phone.fake.openSockets.length, 0)
})

scenario('end(true) in the connect listener', async world => {
  const { client, log } = world.connect()
  client.on('connect', () => client.end(true))
  await world.pass(60_000)
  same(log, ['connect', 'close', 'end'])
})

scenario(
  'reconnect() in the end listener',
  {
    defect: 'the old socket, closing late, takes the new one with it',
  },
  async world => {
    const { client, log } = await world.connected()
    client.once('end', () => client.reconnect())
    client.end()
    await world.pass(2000)
    same(log, ['close', 'end', 'reconnect', 'connect'])
    assert.equal(client.connected, true)
  },
)

scenario(
  'reconnect() in the close listener does not wait',
  {
    defect: 'the old socket, closing late, takes the new one with it',
  },
  async world => {
    const { client, log } = await world.connected({ reconnectPeriod: 20_000 })
    client.once('close', () => client.reconnect())
    await world.drop()
    assert.equal(client.connected, true)
    assert.equal(log.at(-1), 'connect')
  },
)

scenario('a message that is published right before end() is sent', async world => {
  const { client } = await world.connected()
  const done = noted()
  client.publish('t', 'farewell', done)
  client.end()
  await world.settle()
  same(
    world.broker.packets.slice(-2).map(({ cmd }) => cmd),
    ['publish', 'disconnect'],
  )
  same(errors(done), [null])
})

scenario('end() lets a subscribe finish', async world => {
  const { client } = await world.connected()
  const done = noted()
  client.subscribe('t', done)
  client.end()
  await world.settle()
  same(errors(done), [null])
  assert.equal(world.broker.packets.at(-1).cmd, 'disconnect')
})

scenario('end(true) tells those who wait for a SUBACK', async world => {
  const { client } = await world.connected()
  world.mute('subscribe')
  const done = noted()
  client.subscribe('t', done)
  await world.settle()
  client.end(true)
  await world.settle()
  same(errors(done), ['Connection closed'])
})

scenario(
  'end() and end(true) after it, as the broker is silent',
  {
    defect: 'the second call calls back and does nothing: the client stays for ever',
  },
  async world => {
    const { client, log } = await world.connected()
    world.mute('publish')
    client.publish('t', 'x', { qos: 1 })
    client.end()
    await world.pass(5000)
    client.end(true)
    await world.settle()
    same(log, ['close', 'end'])
  },
)

scenario(
  'every publish that waits for its answer is told when end(true) comes',
  {
    defect: 'their callbacks are never called',
  },
  async world => {
    const { client } = await world.connected()
    world.mute('publish')
    const done = noted()
    client.publish('t', 'x', { qos: 1 }, done).publish('t', 'y', { qos: 2 }, done)
    await world.settle()
    client.end(true)
    await world.pass(60_000)
    assert.equal(done.calls.length, 2)
  },
)
