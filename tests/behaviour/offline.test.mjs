/** Without a connection: what is kept, what is sent again, and what is subscribed to again. */
import assert from 'node:assert/strict'
import { errors, noted, same, scenario } from './scenario.mjs'

/** Everything but CONNECT that came in since, as `cmd` or `cmd payload`. */
function sent(broker, since = 0) {
  return broker.packets
    .slice(since)
    .filter(({ cmd }) => cmd !== 'connect')
    .map(({ cmd, payload }) => (cmd === 'publish' ? `${cmd} ${payload}` : cmd))
}

scenario('calls before the connection are kept, in order', async world => {
  const { client, log } = world.connect()
  const [published, subscribed, unsubscribed] = [noted(), noted(), noted()]
  client.publish('t', 'one', published)
  client.subscribe('a', subscribed)
  client.unsubscribe('b', unsubscribed)
  client.publish('t', 'two', published)
  await world.settle()
  same(sent(world.broker), ['publish one', 'subscribe', 'unsubscribe', 'publish two'])
  same(errors(published), [null, null])
  same(errors(subscribed), [null])
  same(errors(unsubscribed), [null])
  same(log, ['connect'])
})

scenario('QoS 1 and 2 before the connection', async world => {
  const { client } = world.connect()
  const done = noted()
  client.publish('t', 'one', { qos: 1 }, done)
  client.publish('t', 'two', { qos: 2 }, done)
  assert.equal(done.calls.length, 0)
  await world.settle()
  same(sent(world.broker), ['publish one', 'publish two', 'pubrel'])
  same(errors(done), [null, null])
})

for (const qos of [0, 1, 2]) {
  scenario(`a QoS ${qos} message of an outage is sent after it`, async world => {
    const { client } = await world.connected()
    await world.drop()
    const done = noted()
    client.publish('t', 'kept', { qos }, done)
    await world.settle()
    assert.equal(done.calls.length, 0)
    await world.pass(2000)
    same(sent(world.broker), ['publish kept', ...(qos === 2 ? ['pubrel'] : [])])
    same(errors(done), [null])
  })
}

scenario('without queueQoSZero a QoS 0 message needs a connection', async world => {
  const { client } = await world.connected({ queueQoSZero: false })
  await world.drop()
  const [zero, one] = [noted(), noted()]
  client.publish('t', 'zero', zero)
  client.publish('t', 'one', { qos: 1 }, one)
  await world.settle()
  same(errors(zero), ['No connection to broker'])
  await world.pass(2000)
  same(sent(world.broker), ['publish one'])
  same(errors(one), [null])
})

for (const qos of [1, 2]) {
  scenario(`a QoS ${qos} message that was not acknowledged is sent again`, async world => {
    const { client } = await world.connected()
    const answer = world.mute('publish')
    const done = noted()
    client.publish('t', 'x', { qos }, done)
    await world.settle()
    answer()
    await world.outage()
    same(errors(done), [null])
    assert.equal(world.broker.got('publish').length, 2)
  })

  scenario(
    `sent again in the same session, a QoS ${qos} message has DUP`,
    {
      defect: 'DUP is 0 [MQTT-3.3.1-1]',
    },
    async world => {
      world.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
      const { client } = world.connect({ clean: false, clientId: 'id' })
      await world.settle()
      const answer = world.mute('publish')
      client.publish('t', 'x', { qos })
      await world.settle()
      answer()
      await world.outage()
      same(
        world.broker.got('publish').map(({ dup }) => dup),
        [false, true],
      )
    },
  )
}

scenario('in the same session PUBREL goes on where it was', async world => {
  world.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const { client } = world.connect({ clean: false, clientId: 'id' })
  await world.settle()
  const answer = world.mute('pubrel')
  const done = noted()
  client.publish('t', 'x', { qos: 2 }, done)
  await world.settle()
  assert.equal(done.calls.length, 0)
  answer()
  await world.outage()
  same(sent(world.broker), ['publish x', 'pubrel', 'pubrel'])
  same(errors(done), [null])
})

scenario(
  'in a new session PUBREL of the old one is not sent',
  {
    defect: 'it is, though the server knows no such message',
  },
  async world => {
    const { client } = await world.connected({ clean: false, clientId: 'id' })
    const answer = world.mute('pubrec', 'pubrel')
    const done = noted()
    client.publish('t', 'x', { qos: 2 }, done)
    await world.settle()
    answer()
    const before = world.broker.packets.length
    await world.outage()
    assert.notEqual(sent(world.broker, before)[0], 'pubrel')
    assert.equal(done.calls.length, 1)
  },
)

scenario('QoS 2 of one session is told once, over an outage', async world => {
  world.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const { log } = world.connect({ clean: false, clientId: 'id' })
  await world.settle()
  const answer = world.mute('pubrec')
  const message = { cmd: 'publish', topic: 't', payload: 'x', qos: 2, messageId: 7 }
  world.broker.send(message)
  await world.settle()
  await world.outage()
  answer()
  world.broker.send({ ...message, dup: true })
  await world.settle()
  assert.equal(log.filter(event => event === 'message t x').length, 1)
})

scenario('subscriptions are made again after an outage', async world => {
  const { client, log } = await world.connected()
  client.subscribe({ a: { qos: 1 }, 'b/#': { qos: 2 }, c: { qos: 0 } })
  client.unsubscribe('c')
  await world.settle()
  await world.outage()
  const [, again] = world.broker.got('subscribe')
  same(
    again.subscriptions.map(({ topic, qos }) => `${topic} ${qos}`),
    ['a 1', 'b/# 2'],
  )
  same(log, ['offline', 'close', 'reconnect', 'connect'])
})

scenario('they are not, where the server has kept the session', async world => {
  world.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const { client } = world.connect({ clean: false, clientId: 'id' })
  await world.settle()
  client.subscribe('a')
  await world.settle()
  await world.outage()
  assert.equal(client.connected, true)
  assert.equal(world.broker.got('subscribe').length, 1)
})

scenario('they are, where an unclean session was lost', async world => {
  const { client } = await world.connected({ clean: false, clientId: 'id' })
  client.subscribe('a')
  await world.settle()
  await world.outage()
  assert.equal(world.broker.got('subscribe').length, 2)
})

scenario('they are not with resubscribe: false', async world => {
  const { client } = await world.connected({ resubscribe: false })
  client.subscribe('a')
  await world.settle()
  await world.outage()
  assert.equal(client.connected, true)
  assert.equal(world.broker.got('subscribe').length, 1)
})

scenario('what was refused is not asked for again', async world => {
  const { client } = await world.connected()
  world.broker.answers.subscribe = ({ messageId, subscriptions: [{ topic }] }) => ({
    cmd: 'suback',
    messageId,
    granted: [topic === 'bad' ? 128 : 0],
  })
  client.subscribe('good').subscribe('bad')
  await world.settle()
  await world.outage()
  const [, , ...again] = world.broker.got('subscribe')
  same(
    again.map(({ subscriptions }) => subscriptions.map(({ topic }) => topic)),
    [['good']],
  )
})

scenario('reconnect() after end() makes the subscriptions again', async world => {
  const { client } = await world.connected()
  client.subscribe('a')
  await world.settle()
  client.end()
  await world.settle()
  client.reconnect()
  await world.settle()
  assert.equal(client.connected, true)
  assert.equal(world.broker.got('subscribe').length, 2)
})

scenario('subscribing in the connect listener asks once a connection', async world => {
  const { client } = world.connect()
  client.on('connect', () => client.subscribe('a'))
  await world.settle()
  await world.outage()
  assert.equal(client.connected, true)
  assert.equal(world.broker.got('subscribe').length, 2)
})

scenario('connected is false as soon as the socket is gone', async world => {
  const { client } = await world.connected()
  world.broker.socket.close()
  assert.equal(client.connected, false)
  await world.settle()
})

scenario('end(true) of an outage drops what was kept', async world => {
  const { client } = await world.connected({ reconnectPeriod: 0 })
  const done = noted()
  world.mute('publish')
  client.publish('t', 'x', { qos: 1 }, done)
  await world.settle()
  client.end(true)
  await world.settle()
  same(errors(done), ['Connection closed'])
})
