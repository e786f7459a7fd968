/** publish: its arguments, its callback, and what goes over the wire, for each QoS. */
import assert from 'node:assert/strict'
import { errors, noted, pick, same, scenario } from './scenario.mjs'

const WIRE = ['topic', 'qos', 'retain', 'dup']

scenario('the arguments may be left out, the client comes back', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  assert.equal(client.publish('a', '0'), client)
  assert.equal(client.publish('a', '1', done), client)
  assert.equal(client.publish('a', '2', {}), client)
  assert.equal(client.publish('a', '3', {}, done), client)
  assert.equal(client.publish('a', '4', undefined, done), client)
  assert.equal(client.publish('a', '5', null, done), client)
  await bed.settle()
  assert.equal(done.calls.length, 4)
  const published = bed.broker.got('publish')
  assert.equal(published.map(({ payload }) => `${payload}`).join(''), '012345')
  for (const packet of published)
    same(pick(packet, ...WIRE), { topic: 'a', qos: 0, retain: false, dup: false })
})

scenario('options reach the wire', async bed => {
  const { client } = await bed.connected()
  client.publish('r', 'x', { retain: true })
  client.publish('q', 'x', { qos: 1, retain: true })
  client.publish('d', 'x', { qos: 2, dup: true })
  await bed.settle()
  same(
    bed.broker.got('publish').map(packet => pick(packet, ...WIRE)),
    [
      { topic: 'r', qos: 0, retain: true, dup: false },
      { topic: 'q', qos: 1, retain: true, dup: false },
      { topic: 'd', qos: 2, retain: false, dup: true },
    ],
  )
})

for (const [qos, ends] of [
  [1, 'puback'],
  [2, 'pubcomp'],
]) {
  scenario(`a QoS ${qos} callback waits for ${ends}, and has the message id`, async bed => {
    const { client } = await bed.connected()
    const answer = bed.mute('publish')
    const done = noted()
    client.publish('t', 'x', { qos }, done)
    await bed.pass(10_000)
    assert.equal(done.calls.length, 0)
    answer()
    const [{ messageId }] = bed.broker.got('publish')
    bed.broker.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId })
    await bed.settle()
    assert.equal(done.calls.length, 1)
    const [error, packet] = done.calls[0]
    assert.ok(!error)
    same(pick(packet, 'messageId', 'qos'), { messageId, qos })
    same(
      bed.broker.packets.slice(1).map(({ cmd }) => cmd),
      qos === 1 ? ['publish'] : ['publish', 'pubrel'],
    )
  })
}

scenario('the packet of a QoS 1 callback is the PUBLISH', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.publish('t', 'x', { qos: 1 }, done)
  await bed.settle()
  const [, packet] = done.calls[0]
  same(pick(packet, 'cmd', 'topic', 'payload', 'qos', 'retain'), {
    cmd: 'publish',
    topic: 't',
    payload: 'x',
    qos: 1,
    retain: false,
  })
})

scenario('a second acknowledgement is not a second callback', async bed => {
  const { client, log } = await bed.connected()
  const done = noted()
  client.publish('t', 'x', { qos: 1 }, done)
  await bed.settle()
  const [{ messageId }] = bed.broker.got('publish')
  bed.broker.send({ cmd: 'puback', messageId })
  await bed.settle()
  assert.equal(done.calls.length, 1)
  same(log, [])
  assert.equal(client.connected, true)
})

scenario('text is UTF-8, bytes are bytes', async bed => {
  const { client } = await bed.connected()
  client.publish('设备/1', '你好 🌞')
  client.publish('b', Uint8Array.of(0, 255, 128))
  client.publish('b', Buffer.from('buffer'))
  await bed.settle()
  const [text, bytes, buffer] = bed.broker.got('publish')
  assert.equal(text.topic, '设备/1')
  assert.equal(`${text.payload}`, '你好 🌞')
  same([...bytes.payload], [0, 255, 128])
  assert.equal(`${buffer.payload}`, 'buffer')
})

scenario('an empty message is a message', async bed => {
  const { client, log } = await bed.connected()
  const done = noted()
  client.publish('t', '', { retain: true }, done)
  await bed.settle()
  const [packet] = bed.broker.got('publish')
  assert.equal(packet.payload.length, 0)
  assert.equal(done.calls.length, 1)
  same(log, [])
  same(bed.phone.fake.violations, [])
})

scenario('a large message arrives whole', async bed => {
  const { client } = await bed.connected()
  const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at * 7)
  client.publish('t', bytes, { qos: 1 })
  await bed.settle()
  const [packet] = bed.broker.got('publish')
  assert.equal(Buffer.compare(packet.payload, Buffer.from(bytes)), 0)
})

scenario('messages keep their order, whatever their QoS', async bed => {
  const { client } = await bed.connected()
  for (let at = 0; at < 30; at++) client.publish('t', `${at}`, { qos: at % 3 })
  await bed.settle()
  same(
    bed.broker.got('publish').map(({ payload }) => Number(payload)),
    Array.from({ length: 30 }, (_, at) => at),
  )
})

scenario('message ids in flight differ', async bed => {
  const { client } = await bed.connected({ maxInFlight: 50 })
  bed.mute('publish')
  for (let at = 0; at < 50; at++) client.publish('t', 'x', { qos: 1 + (at % 2) })
  await bed.settle()
  const ids = bed.broker.got('publish').map(({ messageId }) => messageId)
  assert.equal(new Set(ids).size, 50)
  assert.ok(ids.every(id => id >= 1 && id <= 65_535))
  assert.equal(client.getLastMessageId(), ids.at(-1))
})

scenario('removeOutgoingMessage takes a message back', async bed => {
  const { client } = await bed.connected()
  bed.mute('publish')
  const [removed, kept] = [noted(), noted()]
  client.publish('t', 'removed', { qos: 1 }, removed)
  client.publish('t', 'kept', { qos: 1 }, kept)
  await bed.settle()
  const [{ messageId }] = bed.broker.got('publish')
  assert.equal(client.removeOutgoingMessage(messageId), client)
  client.removeOutgoingMessage(9)
  await bed.settle()
  same(errors(removed), ['Message removed'])
  assert.equal(kept.calls.length, 0)
  await bed.outage()
  const again = bed.broker.got('publish').slice(2)
  same(
    again.map(({ payload }) => `${payload}`),
    ['kept'],
  )
})

scenario('cbStorePut is called when a QoS 1 message is kept', async bed => {
  const { client } = await bed.connected()
  bed.mute('publish')
  const [kept, done] = [noted(), noted()]
  client.publish('t', 'x', { qos: 1, cbStorePut: kept }, done)
  await bed.settle()
  assert.equal(kept.calls.length, 1)
  assert.equal(done.calls.length, 0)
})

for (const topic of ['a/+', '#', 'a/#/b', '']) {
  scenario(
    `a message to ${JSON.stringify(topic)} is refused, and the connection kept`,
    {
      defect: 'it sends what a server must answer by closing [MQTT-3.3.2-2], [MQTT-4.7.3-1]',
    },
    async bed => {
      const { client, log } = await bed.connected()
      const done = noted()
      client.publish(topic, 'x', done)
      await bed.settle()
      assert.equal(bed.broker.got('publish').length, 0)
      same(errors(done), [`Invalid topic ${topic}`])
      same(log, [])
    },
  )
}

scenario(
  'a topic that is no text is an Invalid topic',
  {
    defect: 'it drops the connection, and the callback has no error',
  },
  async bed => {
    const { client, log } = await bed.connected()
    const done = noted()
    client.publish(42, 'x', done)
    await bed.settle()
    same(errors(done), ['Invalid topic 42'])
    same(log, [])
    assert.equal(client.connected, true)
  },
)

scenario('a callback that throws does not harm the client', async bed => {
  const { client } = await bed.connected()
  const thrown = () => {
    throw new Error('of the application')
  }
  try {
    client.publish('t', 'x', thrown)
  } catch (error) {
    assert.equal(error.message, 'of the application')
  }
  await bed.settle()
  bed.phone.uncaught.length = 0 // where it is thrown is nobody's promise
  const done = noted()
  client.publish('t', 'y', { qos: 1 }, done)
  await bed.settle()
  assert.equal(done.calls.length, 1)
})
