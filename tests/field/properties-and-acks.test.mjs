/** MQTT 5 as pages use it: properties that are bytes, answers with a reason, and topic aliases. */
import assert from 'node:assert/strict'
import { noted, pick, plain, same } from '../parity/scenario.mjs'
import { kind } from './pages.mjs'

const V5 = { version: 5 }

const binary = kind('二进制属性写成文本', 'Binary properties given as text')

binary('publish with correlationData as text', V5, async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.publish('t', 'm', { qos: 1, properties: { correlationData: '请求1' } }, done)
  await bed.settle()
  assert.equal(done.calls[0]?.[0] ?? null, null)
  assert.equal(`${bed.broker.got('publish')[0]?.properties.correlationData}`, '请求1')
})

binary('a will with correlationData as text', V5, async bed => {
  const will = { topic: 'w', payload: 'gone', properties: { correlationData: 'abc' } }
  await bed.connected({ will })
  assert.equal(`${bed.broker.got('connect')[0].will.properties.correlationData}`, 'abc')
})

binary('connect with authenticationData as text', V5, async bed => {
  const properties = { authenticationMethod: 'plain', authenticationData: 'secret' }
  bed.accepts({ properties: { authenticationMethod: 'plain' } })
  await bed.connected({ properties })
  assert.equal(`${bed.broker.got('connect')[0].properties.authenticationData}`, 'secret')
})

binary('correlationData as a Uint8Array, and as an ArrayBuffer', V5, async bed => {
  const { client } = await bed.connected()
  const bytes = Uint8Array.of(1, 2, 3)
  client.publish('t', 'm', { properties: { correlationData: bytes } })
  client.publish('t', 'm', { properties: { correlationData: bytes.buffer } })
  await bed.settle()
  for (const { properties } of bed.broker.got('publish')) {
    same([...properties.correlationData], [1, 2, 3])
  }
  assert.equal(bed.broker.got('publish').length, 2)
})

for (const [name, value] of [
  ['correlationData', 7],
  ['topicAlias', 'first'],
  ['topicAlias', 0],
  ['contentType', 'a\0b'],
  ['responseTopic', 'a/#'],
  ['messageExpiryInterval', -1],
  ['authenticationMethod', 'plain'],
  ['noSuchProperty', 1],
]) {
  binary(`publish with ${name}: ${JSON.stringify(value)} names the property`, V5, async bed => {
    const { client } = await bed.connected()
    const done = noted()
    client.publish('t', 'm', { qos: 1, properties: { [name]: value } }, done)
    await bed.settle()
    assert.equal(done.calls.length, 1)
    assert.match(done.calls[0][0]?.message ?? 'no error', new RegExp(`Invalid property ${name}`))
    assert.equal(client.connected, true)
  })
}

binary('a will whose property is not valid names it', V5, async bed => {
  const { log } = bed.connect({
    will: { topic: 'w', payload: 'x', properties: { willDelayInterval: 'soon' } },
  })
  await bed.settle()
  assert.match(log.join(), /Invalid property willDelayInterval/)
})

const acks = kind('带原因码的应答（MQTT 5.0）', 'Answers with a reason (MQTT 5.0)')

const PROPERTIES = { reasonString: 'over quota', userProperties: { quota: '10' } }

/** The server answers a message so, at the given step. */
const REFUSALS = {
  puback: [
    1,
    { publish: id => ({ cmd: 'puback', messageId: id, reasonCode: 0x87, properties: PROPERTIES }) },
  ],
  pubrec: [
    2,
    { publish: id => ({ cmd: 'pubrec', messageId: id, reasonCode: 0x97, properties: PROPERTIES }) },
  ],
  pubcomp: [
    2,
    { pubrel: id => ({ cmd: 'pubcomp', messageId: id, reasonCode: 0x92, properties: PROPERTIES }) },
  ],
}

for (const [cmd, [qos, answers]] of Object.entries(REFUSALS)) {
  acks(
    `${cmd} with an error: the callback gets the error, and the packet with its properties`,
    V5,
    async bed => {
      const { client } = await bed.connected()
      for (const [type, answer] of Object.entries(answers)) {
        bed.broker.answers[type] = ({ messageId }) => answer(messageId)
      }
      const done = noted()
      client.publish('t', 'm', { qos }, done)
      await bed.settle()
      assert.equal(done.calls.length, 1)
      const [error, packet] = done.calls[0]
      assert.match(error?.message ?? 'no error', /^Publish error: /)
      assert.equal(packet.reasonCode, error.code)
      assert.equal(packet.properties.reasonString, 'over quota')
      same(packet.properties.userProperties, { quota: '10' })
    },
  )
}

acks('puback "no matching subscribers" is no error, and shows its reason', V5, async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 0x10 })
  const done = noted()
  client.publish('t', 'm', { qos: 1 }, done)
  await bed.settle()
  assert.equal(done.calls[0][0] ?? null, null)
})

acks('publishAsync rejects with the reason', V5, async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.publish =
    REFUSALS.puback[1].publish && (({ messageId }) => REFUSALS.puback[1].publish(messageId))
  const outcome = client.publishAsync('t', 'm', { qos: 1 }).then(
    () => 'ok',
    error => error.code,
  )
  await bed.settle()
  assert.equal(await outcome, 0x87)
})

acks('granted shows all options of a subscription', V5, async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.subscribe('a', { qos: 1 }, done)
  client.subscribe('b', { qos: 1, nl: true, rap: true, rh: 2 }, done)
  await bed.settle()
  same(
    done.calls.map(([, granted]) => pick(granted[0], 'topic', 'qos', 'nl', 'rap', 'rh')),
    [
      { topic: 'a', qos: 1, nl: false, rap: false, rh: 0 },
      { topic: 'b', qos: 1, nl: true, rap: true, rh: 2 },
    ],
  )
})

acks('suback with an error: the callback gets the error, and the packet', V5, async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.subscribe = ({ messageId }) => ({
    cmd: 'suback',
    messageId,
    granted: [0x87],
    properties: PROPERTIES,
  })
  const done = noted()
  client.subscribe('a', { qos: 1 }, done)
  await bed.settle()
  const [error, , suback] = done.calls[0]
  assert.match(error?.message ?? 'no error', /^Subscribe error: /)
  same(suback.granted, [0x87])
  assert.equal(suback.properties.reasonString, 'over quota')
})

acks('unsuback shows what the server said', V5, async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.unsubscribe = ({ messageId }) => ({
    cmd: 'unsuback',
    messageId,
    granted: [0x11],
    properties: PROPERTIES,
  })
  const done = noted()
  client.unsubscribe('a', done)
  await bed.settle()
  const [error, unsuback] = done.calls[0]
  assert.equal(error ?? null, null)
  assert.equal(unsuback.properties.reasonString, 'over quota')
})

const alias = kind(
  '连接之前带 topicAlias 发布',
  'Publishing with topicAlias before there is a connection',
)

for (const qos of [0, 1, 2]) {
  alias(`QoS ${qos}: the message waits, and goes with its topic`, V5, async bed => {
    bed.accepts({ properties: { topicAliasMaximum: 0 } })
    const { client } = bed.connect()
    const done = noted()
    client.publish('t', 'm', { qos, properties: { topicAlias: 3, contentType: 'x' } }, done)
    await bed.settle()
    assert.equal(client.connected, true)
    assert.equal(done.calls[0]?.[0] ?? null, null)
    assert.equal(bed.broker.got('publish').length, 1)
    const [{ topic, properties }] = bed.broker.got('publish')
    assert.equal(topic, 't')
    same(plain(properties), { contentType: 'x' })
  })
}

alias('during an outage', V5, async bed => {
  bed.accepts({ properties: { topicAliasMaximum: 10 } })
  const { client } = await bed.connected()
  await bed.drop()
  client.publish('t', 'm', { qos: 1, properties: { topicAlias: 3 } })
  await bed.pass(2000)
  assert.equal(bed.broker.got('publish').at(-1)?.topic, 't')
})

alias('an alias alone means nothing before there is a connection', V5, async bed => {
  const { client } = bed.connect()
  const done = noted()
  client.publish('', 'm', { qos: 1, properties: { topicAlias: 3 } }, done)
  await bed.settle()
  assert.match(done.calls[0]?.[0]?.message ?? 'no error', /Topic Alias/)
  assert.equal(bed.broker.got('publish').length, 0)
})
