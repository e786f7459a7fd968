/** subscribe and unsubscribe: forms, granted entries, failures, and the list that is subscribed again. */
import assert from 'node:assert/strict'
import { errors, noted, pick, plain, same, scenario } from './scenario.mjs'

/** What was asked for, as `topic qos`, a list for each SUBSCRIBE. */
function asked(broker) {
  return broker
    .got('subscribe')
    .map(({ subscriptions }) => subscriptions.map(({ topic, qos }) => `${topic} ${qos}`))
}

/** The arguments of a subscribe callback that say which filters were granted what. */
function granted([error, list]) {
  assert.ok(!error, error?.message)
  return list.map(entry => pick(entry, 'topic', 'qos'))
}

scenario('subscribe takes a filter, several, or a map with a qos each', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  assert.equal(client.subscribe('a', done), client)
  client.subscribe('b/+', { qos: 1 }, done)
  client.subscribe(['c/#', '设备/#'], { qos: 2 }, done)
  client.subscribe({ d: { qos: 1 }, e: { qos: 0 } }, done)
  client.subscribe('f')
  client.subscribe('g', undefined, done)
  await bed.settle()
  same(asked(bed.broker), [
    ['a 0'],
    ['b/+ 1'],
    ['c/# 2', '设备/# 2'],
    ['d 1', 'e 0'],
    ['f 0'],
    ['g 0'],
  ])
  same(done.calls.map(granted), [
    [{ topic: 'a', qos: 0 }],
    [{ topic: 'b/+', qos: 1 }],
    [
      { topic: 'c/#', qos: 2 },
      { topic: '设备/#', qos: 2 },
    ],
    [
      { topic: 'd', qos: 1 },
      { topic: 'e', qos: 0 },
    ],
    [{ topic: 'g', qos: 0 }],
  ])
})

scenario('a subscribe callback has SUBACK as its third argument', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.subscribe(['a', 'b'], { qos: 1 }, done)
  await bed.settle()
  const [{ messageId }] = bed.broker.got('subscribe')
  same(pick(done.calls[0][2], 'cmd', 'granted', 'messageId'), {
    cmd: 'suback',
    granted: [1, 1],
    messageId,
  })
})

scenario('a lower QoS may be granted than was asked for', async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0] })
  const done = noted()
  client.subscribe('a', { qos: 2 }, done)
  await bed.settle()
  same(done.calls.map(granted), [[{ topic: 'a', qos: 0 }]])
})

scenario('a refused filter is an error, with SUBACK', async bed => {
  const { client, log } = await bed.connected()
  bed.broker.answers.subscribe = ({ messageId }) => ({
    cmd: 'suback',
    messageId,
    granted: [1, 128],
  })
  const done = noted()
  client.subscribe(['good', 'bad'], { qos: 1 }, done)
  await bed.settle()
  assert.equal(done.calls.length, 1)
  const [error, list, suback] = done.calls[0]
  assert.equal(error.message, 'Subscribe error: Unspecified error')
  same(pick(error.packet, 'cmd', 'granted'), { cmd: 'suback', granted: [1, 128] })
  same(plain(suback.granted), [1, 128])
  same(
    list.map(({ topic }) => topic),
    ['good', 'bad'],
  )
  same(log, [])
})

scenario(
  'the granted entry of a refused filter says 128, as in 4.x',
  {
    defect: 'since 5.0 it says the QoS that was asked for',
  },
  async bed => {
    const { client } = await bed.connected()
    bed.broker.answers.subscribe = ({ messageId }) => ({
      cmd: 'suback',
      messageId,
      granted: [128],
    })
    const done = noted()
    client.subscribe('bad', { qos: 1 }, done)
    await bed.settle()
    assert.equal(done.calls[0][1][0].qos, 128)
  },
)

for (const [form, filters, invalid] of [
  ['a wildcard that is not alone', 'a+/b', 'a+/b'],
  ['# that is not last', 'a/#/b', 'a/#/b'],
  ['one bad among good', ['good', 'b#'], 'b#'],
  ['an empty list', [], 'empty_topic_list'],
  ['an empty map', {}, 'empty_topic_list'],
]) {
  scenario(`subscribe to ${form}`, async bed => {
    const { client, log } = await bed.connected()
    const done = noted()
    assert.equal(client.subscribe(filters, done), client)
    assert.equal(done.calls.length, 0, 'not within the call')
    await bed.settle()
    same(errors(done), [`Invalid topic ${invalid}`])
    assert.equal(bed.broker.got('subscribe').length, 0)
    same(log, [])
  })
}

for (const [form, filters, invalid] of [
  ['an invalid filter', '##', '##'],
  ['an empty list', [], 'empty_topic_list'],
]) {
  scenario(`unsubscribe from ${form}`, async bed => {
    const { client, log } = await bed.connected()
    const done = noted()
    assert.equal(client.unsubscribe(filters, done), client)
    assert.equal(done.calls.length, 0, 'not within the call')
    await bed.settle()
    same(errors(done), [`Invalid topic ${invalid}`])
    assert.equal(bed.broker.got('unsubscribe').length, 0)
    same(log, [])
  })
}

scenario(
  'an empty filter is refused',
  {
    defect: 'it sends what a server must answer by closing [MQTT-4.7.3-1]',
  },
  async bed => {
    const { client } = await bed.connected()
    const done = noted()
    client.subscribe('', done)
    await bed.settle()
    assert.equal(bed.broker.got('subscribe').length, 0)
    same(errors(done), ['Invalid topic '])
  },
)

scenario('what is subscribed to already is not asked for again', async bed => {
  const { client } = await bed.connected()
  client.subscribe('a', { qos: 1 })
  await bed.settle()
  const done = noted()
  client.subscribe('a', { qos: 1 }, done)
  client.subscribe('a', { qos: 0 }, done)
  await bed.settle()
  same(plain(done.calls), [
    [null, []],
    [null, []],
  ])
  client.subscribe(['a', 'b'], { qos: 1 }, done)
  client.subscribe('a', { qos: 2 }, done)
  await bed.settle()
  same(asked(bed.broker), [['a 1'], ['b 1'], ['a 2']])
  same(done.calls.slice(2).map(granted), [[{ topic: 'b', qos: 1 }], [{ topic: 'a', qos: 2 }]])
})

scenario('without resubscribe it is asked for again', async bed => {
  const { client } = await bed.connected({ resubscribe: false })
  client.subscribe('a')
  client.subscribe('a')
  await bed.settle()
  same(asked(bed.broker), [['a 0'], ['a 0']])
})

scenario('subscribeBatchSize makes several SUBSCRIBEs of one call', async bed => {
  const { client } = await bed.connected({ subscribeBatchSize: 2 })
  const done = noted()
  client.subscribe(['a', 'b', 'c', 'd', 'e'], { qos: 1 }, done)
  await bed.settle()
  same(asked(bed.broker), [['a 1', 'b 1'], ['c 1', 'd 1'], ['e 1']])
  assert.equal(done.calls.length, 1)
  assert.equal(granted(done.calls[0]).length, 5)
})

scenario('unsubscribe takes a filter or several', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  assert.equal(client.unsubscribe('a', done), client)
  client.unsubscribe(['b', 'c'], {}, done)
  client.unsubscribe('d')
  client.unsubscribe('e', undefined, done)
  await bed.settle()
  same(
    bed.broker.got('unsubscribe').map(({ unsubscriptions }) => unsubscriptions),
    [['a'], ['b', 'c'], ['d'], ['e']],
  )
  assert.equal(done.calls.length, 3)
  const [error, unsuback] = done.calls[0]
  assert.ok(!error)
  assert.equal(unsuback.cmd, 'unsuback')
})

scenario('requests that an outage cuts off get "Connection closed"', async bed => {
  const { client } = await bed.connected()
  bed.mute('subscribe', 'unsubscribe')
  const done = noted()
  client.subscribe('a', done).unsubscribe('b', done)
  await bed.settle()
  await bed.drop()
  same(errors(done), ['Connection closed', 'Connection closed'])
})

scenario('a SUBACK with too few entries is a protocol error', async bed => {
  const { client, log } = await bed.connected()
  bed.broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0] })
  const done = noted()
  client.subscribe(['a', 'b'], done)
  await bed.settle()
  assert.equal(done.calls.length, 1)
  assert.ok(done.calls[0][0].message)
  assert.ok(log.includes('close'))
})
