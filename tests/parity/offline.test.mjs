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

scenario('calls before the connection are kept, in order', async bed => {
  const { client, log } = bed.connect()
  const [published, subscribed, unsubscribed] = [noted(), noted(), noted()]
  client.publish('t', 'one', published)
  client.subscribe('a', subscribed)
  client.unsubscribe('b', unsubscribed)
  client.publish('t', 'two', published)
  await bed.settle()
  same(sent(bed.broker), ['publish one', 'subscribe', 'unsubscribe', 'publish two'])
  same(errors(published), [null, null])
  same(errors(subscribed), [null])
  same(errors(unsubscribed), [null])
  same(log, ['connect'])
})

scenario('QoS 1 and 2 before the connection', async bed => {
  const { client } = bed.connect()
  const done = noted()
  client.publish('t', 'one', { qos: 1 }, done)
  client.publish('t', 'two', { qos: 2 }, done)
  assert.equal(done.calls.length, 0)
  await bed.settle()
  same(sent(bed.broker), ['publish one', 'publish two', 'pubrel'])
  same(errors(done), [null, null])
})

for (const qos of [0, 1, 2]) {
  scenario(`a QoS ${qos} message of an outage is sent after it`, async bed => {
    const { client } = await bed.connected()
    await bed.drop()
    const done = noted()
    client.publish('t', 'kept', { qos }, done)
    await bed.settle()
    assert.equal(done.calls.length, 0)
    await bed.pass(2000)
    same(sent(bed.broker), ['publish kept', ...(qos === 2 ? ['pubrel'] : [])])
    same(errors(done), [null])
  })
}

scenario('without queueQoSZero a QoS 0 message needs a connection', async bed => {
  const { client } = await bed.connected({ queueQoSZero: false })
  await bed.drop()
  const [zero, one] = [noted(), noted()]
  client.publish('t', 'zero', zero)
  client.publish('t', 'one', { qos: 1 }, one)
  await bed.settle()
  same(errors(zero), ['No connection to broker'])
  await bed.pass(2000)
  same(sent(bed.broker), ['publish one'])
  same(errors(one), [null])
})

for (const qos of [1, 2]) {
  scenario(`a QoS ${qos} message that was not acknowledged is sent again`, async bed => {
    const { client } = await bed.connected()
    const answer = bed.mute('publish')
    const done = noted()
    client.publish('t', 'x', { qos }, done)
    await bed.settle()
    answer()
    await bed.outage()
    same(errors(done), [null])
    assert.equal(bed.broker.got('publish').length, 2)
  })

  scenario(
    `sent again in the same session, a QoS ${qos} message has DUP`,
    {
      defect: 'DUP is 0 [MQTT-3.3.1-1]',
    },
    async bed => {
      bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
      const { client } = bed.connect({ clean: false, clientId: 'id' })
      await bed.settle()
      const answer = bed.mute('publish')
      client.publish('t', 'x', { qos })
      await bed.settle()
      answer()
      await bed.outage()
      same(
        bed.broker.got('publish').map(({ dup }) => dup),
        [false, true],
      )
    },
  )
}

scenario('in the same session PUBREL goes on where it was', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const { client } = bed.connect({ clean: false, clientId: 'id' })
  await bed.settle()
  const answer = bed.mute('pubrel')
  const done = noted()
  client.publish('t', 'x', { qos: 2 }, done)
  await bed.settle()
  assert.equal(done.calls.length, 0)
  answer()
  await bed.outage()
  same(sent(bed.broker), ['publish x', 'pubrel', 'pubrel'])
  same(errors(done), [null])
})

scenario(
  'in a new session PUBREL of the old one is not sent',
  {
    defect: 'it is, though the server knows no such message',
  },
  async bed => {
    const { client } = await bed.connected({ clean: false, clientId: 'id' })
    const answer = bed.mute('pubrec', 'pubrel')
    const done = noted()
    client.publish('t', 'x', { qos: 2 }, done)
    await bed.settle()
    answer()
    const before = bed.broker.packets.length
    await bed.outage()
    assert.notEqual(sent(bed.broker, before)[0], 'pubrel')
    assert.equal(done.calls.length, 1)
  },
)

scenario('QoS 2 of one session is told once, over an outage', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const { log } = bed.connect({ clean: false, clientId: 'id' })
  await bed.settle()
  const answer = bed.mute('pubrec')
  const message = { cmd: 'publish', topic: 't', payload: 'x', qos: 2, messageId: 7 }
  bed.broker.send(message)
  await bed.settle()
  await bed.outage()
  answer()
  bed.broker.send({ ...message, dup: true })
  await bed.settle()
  assert.equal(log.filter(event => event === 'message t x').length, 1)
})

scenario('subscriptions are made again after an outage', async bed => {
  const { client, log } = await bed.connected()
  client.subscribe({ a: { qos: 1 }, 'b/#': { qos: 2 }, c: { qos: 0 } })
  client.unsubscribe('c')
  await bed.settle()
  await bed.outage()
  const [, again] = bed.broker.got('subscribe')
  same(
    again.subscriptions.map(({ topic, qos }) => `${topic} ${qos}`),
    ['a 1', 'b/# 2'],
  )
  same(log, ['offline', 'close', 'reconnect', 'connect'])
})

scenario('they are not, where the server has kept the session', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const { client } = bed.connect({ clean: false, clientId: 'id' })
  await bed.settle()
  client.subscribe('a')
  await bed.settle()
  await bed.outage()
  assert.equal(client.connected, true)
  assert.equal(bed.broker.got('subscribe').length, 1)
})

scenario('they are, where an unclean session was lost', async bed => {
  const { client } = await bed.connected({ clean: false, clientId: 'id' })
  client.subscribe('a')
  await bed.settle()
  await bed.outage()
  assert.equal(bed.broker.got('subscribe').length, 2)
})

scenario('they are not with resubscribe: false', async bed => {
  const { client } = await bed.connected({ resubscribe: false })
  client.subscribe('a')
  await bed.settle()
  await bed.outage()
  assert.equal(client.connected, true)
  assert.equal(bed.broker.got('subscribe').length, 1)
})

scenario('what was refused is not asked for again', async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.subscribe = ({ messageId, subscriptions: [{ topic }] }) => ({
    cmd: 'suback',
    messageId,
    granted: [topic === 'bad' ? 128 : 0],
  })
  client.subscribe('good').subscribe('bad')
  await bed.settle()
  await bed.outage()
  const [, , ...again] = bed.broker.got('subscribe')
  same(
    again.map(({ subscriptions }) => subscriptions.map(({ topic }) => topic)),
    [['good']],
  )
})

scenario('reconnect() after end() makes the subscriptions again', async bed => {
  const { client } = await bed.connected()
  client.subscribe('a')
  await bed.settle()
  client.end()
  await bed.settle()
  client.reconnect()
  await bed.settle()
  assert.equal(client.connected, true)
  assert.equal(bed.broker.got('subscribe').length, 2)
})

scenario('subscribing in the connect listener asks once a connection', async bed => {
  const { client } = bed.connect()
  client.on('connect', () => client.subscribe('a'))
  await bed.settle()
  await bed.outage()
  assert.equal(client.connected, true)
  assert.equal(bed.broker.got('subscribe').length, 2)
})

scenario('connected is false as soon as the socket is gone', async bed => {
  const { client } = await bed.connected()
  bed.broker.socket.close()
  assert.equal(client.connected, false)
  await bed.settle()
})

scenario('end(true) of an outage drops what was kept', async bed => {
  const { client } = await bed.connected({ reconnectPeriod: 0 })
  const done = noted()
  bed.mute('publish')
  client.publish('t', 'x', { qos: 1 }, done)
  await bed.settle()
  client.end(true)
  await bed.settle()
  same(errors(done), ['Connection closed'])
})
