/** Pages that look at what is under way, and take messages back: before, while and after they are sent. */
import assert from 'node:assert/strict'
import { errors, noted, same } from '../parity/scenario.mjs'
import { kind } from './pages.mjs'

const page = kind('撤回尚未发出的消息', 'Taking back what has not been sent')

/** The states in which a page does so; each gives a client. */
const STATES = {
  'before the first connection': bed => bed.connect().client,
  'while it connects': async bed => {
    bed.mute('connect')
    const { client } = bed.connect()
    await bed.settle()
    return client
  },
  'during an outage': async bed => {
    const { client } = await bed.connected()
    bed.phone.fake.onSocket = () => {}
    await bed.drop()
    return client
  },
  'before connect()': bed => bed.connect({ manualConnect: true }).client,
}

/** The connection is there, whatever kept it away. */
async function connects(bed, client) {
  bed.accepts({})
  bed.phone.fake.onSocket = socket => bed.broker.accept(socket)
  for (const socket of bed.phone.fake.openSockets) socket.close()
  if (client.options.manualConnect) client.connect()
  await bed.pass(20_000)
  assert.equal(client.connected, true)
}

for (const [state, start] of Object.entries(STATES)) {
  for (const qos of [1, 2]) {
    page(`QoS ${qos}, ${state}: Message removed, and nothing is sent`, async bed => {
      const client = await start(bed)
      const [first, second] = [noted(), noted()]
      client.publish('t', 'kept', { qos }, first)
      client.publish('t', 'taken back', { qos }, second)
      const id = client.getLastMessageId()
      assert.equal(typeof id, 'number')
      client.removeOutgoingMessage(id)
      await bed.settle()
      same(errors(second), ['Message removed'])
      assert.equal(client.outgoing[id], undefined)
      await connects(bed, client)
      same(
        bed.broker.got('publish').map(({ payload }) => `${payload}`),
        ['kept'],
      )
      same(errors(first), [null])
      assert.equal(second.calls.length, 1)
    })
  }

  page(`${state}: outgoing and messageIdToTopic show what is asked for`, async bed => {
    const client = await start(bed)
    client.subscribe(['a', 'b'])
    const subscription = client.getLastMessageId()
    client.publish('t', 'm', { qos: 1 })
    const message = client.getLastMessageId()
    assert.ok(subscription && message && subscription !== message)
    same(client.messageIdToTopic[subscription], ['a', 'b'])
    same(
      [subscription, message].map(id => client.outgoing[id]?.volatile),
      [true, false],
    )
    await connects(bed, client)
    same(client.outgoing, {})
    same(client.messageIdToTopic, {})
    assert.equal(bed.broker.got('publish')[0].messageId, message)
    assert.equal(bed.broker.got('subscribe').at(-1).messageId, subscription)
  })
}

page('a message in flight', async bed => {
  const { client } = await bed.connected()
  bed.mute('publish')
  const done = noted()
  client.publish('t', 'm', { qos: 1 }, done)
  await bed.settle()
  client.removeOutgoingMessage(client.getLastMessageId())
  await bed.settle()
  same(errors(done), ['Message removed'])
  await bed.outage()
  assert.equal(bed.broker.got('publish').length, 1)
})

page('what is unknown, or answered, does no harm', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.publish('t', 'm', { qos: 1 }, done)
  await bed.settle()
  client.removeOutgoingMessage(client.getLastMessageId())
  client.removeOutgoingMessage(12_345)
  await bed.settle()
  same(errors(done), [null])
})
