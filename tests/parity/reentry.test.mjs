/** Calls from within listeners and callbacks: the client may be used, and ended, at any moment. */
import assert from 'node:assert/strict'
import { errors, noted, same, scenario } from './scenario.mjs'

const message = { cmd: 'publish', topic: 't', payload: 'x', qos: 0 }

scenario('publish in a message listener', async bed => {
  const { client, log } = await bed.connected()
  client.on('message', (topic, payload) => {
    if (payload.length < 4) client.publish('echo', `${payload}+`, { qos: 1 })
  })
  client.subscribe('echo')
  await bed.settle()
  client.publish('echo', 'a')
  await bed.settle()
  same(log, ['message echo a', 'message echo a+', 'message echo a++', 'message echo a+++'])
})

scenario('end in a message listener: what came with it is not told', async bed => {
  const { client } = await bed.connected()
  const told = []
  client.on('message', (topic, payload) => {
    told.push(`${payload}`)
    client.end(true)
  })
  client.on('end', () => told.push('end'))
  bed.broker.send(message)
  await bed.settle()
  bed.broker.send({ ...message, payload: 'late' })
  await bed.settle()
  same(told, ['x', 'end'])
})

scenario('unsubscribe and subscribe in a subscribe callback', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.subscribe('a', () => client.unsubscribe('a', () => client.subscribe('b', done)))
  await bed.settle()
  same(errors(done), [null])
  same([...bed.broker.subscriptions.keys()], ['b'])
})

for (const [event, defect] of [
  ['offline', 'its timer is set after the listener: it opens sockets after its end'],
  ['close'],
  ['reconnect', 'it opens a socket after its end'],
]) {
  scenario(`end in a listener of ${event}`, { defect }, async bed => {
    const { client, log } = await bed.connected()
    const done = noted()
    client.once(event, () => client.end(done))
    await bed.outage()
    await bed.pass(120_000)
    assert.equal(done.calls.length, 1)
    assert.ok(log.includes('end'))
    assert.equal(client.disconnected, true)
    assert.equal(bed.phone.fake.openSockets.length, 0)
  })
}

scenario('end in an error listener, after a refusal', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { client, log } = bed.connect()
  client.on('error', () => client.end())
  await bed.pass(60_000)
  assert.equal(log[0], 'error Connection refused: Not authorized')
  assert.ok(log.includes('end'))
  assert.equal(bed.phone.fake.openSockets.length, 0)
})

scenario('end(true) in the connect listener', async bed => {
  const { client, log } = bed.connect()
  client.on('connect', () => client.end(true))
  await bed.pass(60_000)
  same(log, ['connect', 'close', 'end'])
})

scenario(
  'reconnect() in the end listener',
  {
    defect: 'the old socket, closing late, takes the new one with it',
  },
  async bed => {
    const { client, log } = await bed.connected()
    client.once('end', () => client.reconnect())
    client.end()
    await bed.pass(2000)
    same(log, ['close', 'end', 'reconnect', 'connect'])
    assert.equal(client.connected, true)
  },
)

scenario(
  'reconnect() in the close listener does not wait',
  {
    defect: 'the old socket, closing late, takes the new one with it',
  },
  async bed => {
    const { client, log } = await bed.connected({ reconnectPeriod: 20_000 })
    client.once('close', () => client.reconnect())
    await bed.drop()
    assert.equal(client.connected, true)
    assert.equal(log.at(-1), 'connect')
  },
)

scenario('a message that is published right before end() is sent', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.publish('t', 'goodbye', done)
  client.end()
  await bed.settle()
  same(
    bed.broker.packets.slice(-2).map(({ cmd }) => cmd),
    ['publish', 'disconnect'],
  )
  same(errors(done), [null])
})

scenario('end() lets a subscribe finish', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.subscribe('t', done)
  client.end()
  await bed.settle()
  same(errors(done), [null])
  assert.equal(bed.broker.packets.at(-1).cmd, 'disconnect')
})

scenario('end(true) tells those who wait for a SUBACK', async bed => {
  const { client } = await bed.connected()
  bed.mute('subscribe')
  const done = noted()
  client.subscribe('t', done)
  await bed.settle()
  client.end(true)
  await bed.settle()
  same(errors(done), ['Connection closed'])
})

scenario(
  'end() and end(true) after it, as the broker is silent',
  {
    defect: 'the second call calls back and does nothing: the client stays for ever',
  },
  async bed => {
    const { client, log } = await bed.connected()
    bed.mute('publish')
    client.publish('t', 'x', { qos: 1 })
    client.end()
    await bed.pass(5000)
    client.end(true)
    await bed.settle()
    same(log, ['close', 'end'])
  },
)

scenario(
  'every publish that waits for its answer is told when end(true) comes',
  {
    defect: 'their callbacks are never called',
  },
  async bed => {
    const { client } = await bed.connected()
    bed.mute('publish')
    const done = noted()
    client.publish('t', 'x', { qos: 1 }, done).publish('t', 'y', { qos: 2 }, done)
    await bed.settle()
    client.end(true)
    await bed.pass(60_000)
    assert.equal(done.calls.length, 2)
  },
)
