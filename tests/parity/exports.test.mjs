/** What the module exports, and the parts of it that stand by themselves. */
import assert from 'node:assert/strict'
import { noted, pick, same, scenario } from './scenario.mjs'

for (const [name, type] of [
  ['connect', 'function'],
  ['connectAsync', 'function'],
  ['Client', 'function'],
  ['MqttClient', 'function'],
  ['Store', 'function'],
  ['DefaultMessageIdProvider', 'function'],
  ['UniqueMessageIdProvider', 'function'],
  ['KeepaliveManager', 'function'],
  ['ReasonCodes', 'object'],
  ['ErrorWithReasonCode', 'function'],
  ['ErrorWithSubackPacket', 'function'],
  ['nextTick', 'function'],
  ['MQTTJS_VERSION', 'string'],
  ['applyMixin', 'function'],
  ['validateTopic', 'function'],
  ['validateTopics', 'function'],
]) {
  scenario(`mqtt.${name} is there, and in mqtt.default`, async ({ mqtt }) => {
    assert.equal(typeof mqtt[name], type)
    assert.equal(mqtt.default[name], mqtt[name])
  })
}

scenario('connect makes an MqttClient', async bed => {
  const { client } = bed.connect()
  assert.ok(client instanceof bed.mqtt.MqttClient)
  await bed.settle()
})

scenario('MqttClient has a VERSION, and makes client ids', async ({ mqtt }) => {
  assert.match(mqtt.MqttClient.VERSION, /^\d+\.\d+\.\d+/)
  assert.match(mqtt.MqttClient.defaultId(), /^mqttjs_[0-9a-f]{1,8}$/)
})

for (const [topic, valid] of [
  ['a/b', true],
  ['+/b/#', true],
  ['#', true],
  ['a+', false],
  ['a/#/b', false],
  ['a#', false],
]) {
  scenario(`validateTopic('${topic}')`, async ({ mqtt }) => {
    assert.equal(mqtt.validateTopic(topic), valid)
  })
}

scenario('validateTopics names the first that is no good', async ({ mqtt }) => {
  assert.equal(mqtt.validateTopics(['a', 'b+', '##']), 'b+')
  assert.equal(mqtt.validateTopics([]), 'empty_topic_list')
  assert.equal(mqtt.validateTopics(['a', '#']), null)
})

scenario('ReasonCodes has the text of a code', async ({ mqtt }) => {
  assert.equal(mqtt.ReasonCodes[135], 'Not authorized')
  assert.equal(mqtt.ReasonCodes[5], 'Not authorized')
  assert.equal(mqtt.ReasonCodes[16], 'No matching subscribers')
})

scenario('the error classes carry a code and a packet', async ({ mqtt }) => {
  const refused = new mqtt.ErrorWithReasonCode('text', 135)
  assert.equal(refused.message, 'text')
  assert.equal(refused.code, 135)
  const suback = new mqtt.ErrorWithSubackPacket('text', { cmd: 'suback' })
  assert.equal(suback.message, 'text')
  same(suback.packet, { cmd: 'suback' })
})

scenario('a refusal is an ErrorWithReasonCode', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { client } = bed.connect()
  const error = noted()
  client.on('error', error)
  await bed.settle()
  assert.ok(error.calls[0][0] instanceof bed.mqtt.ErrorWithReasonCode)
})

/** A Store with packets of these ids, put in this order. */
function filled({ Store }, ids, options) {
  const store = new Store(options)
  for (const messageId of ids) store.put({ cmd: 'publish', messageId, topic: 't' }, () => {})
  return store
}

scenario('a Store gives, and takes away, by message id', async bed => {
  const store = filled(bed.mqtt, [7, 3])
  const calls = []
  const note = name => (error, packet) =>
    calls.push(`${name}: ${error ? error.message : packet.messageId}`)
  assert.equal(store.get({ messageId: 3 }, note('get 3')), store)
  assert.equal(store.del({ messageId: 7 }, note('del 7')), store)
  store.get({ messageId: 7 }, note('get 7'))
  store.del({ messageId: 7 }, note('del 7 again'))
  await bed.settle()
  same(calls, ['get 3: 3', 'del 7: 7', 'get 7: missing packet', 'del 7 again: missing packet'])
})

scenario('the stream of a Store has its packets in the order of put', async bed => {
  const read = []
  const stream = filled(bed.mqtt, [7, 3, 5]).createStream()
  stream.on('data', ({ messageId }) => read.push(messageId))
  stream.on('end', () => read.push('end'))
  await bed.settle()
  same(read, [7, 3, 5, 'end'])
})

for (const [options, left] of [
  [undefined, 0],
  [{ clean: false }, 1],
]) {
  scenario(`a Store of ${JSON.stringify(options)} keeps ${left} when it closes`, async bed => {
    const store = filled(bed.mqtt, [3], options)
    const done = noted()
    store.close(done)
    await bed.settle()
    assert.equal(done.calls.length, 1)
    if (!left) return // what is asked of a closed store is nobody's promise
    store.get({ messageId: 3 }, done)
    await bed.settle()
    assert.equal(done.calls[1][1].messageId, 3)
  })
}

scenario('a client keeps what it has not delivered in its outgoingStore', async bed => {
  const outgoingStore = new bed.mqtt.Store()
  const { client } = await bed.connected({ outgoingStore })
  const answer = bed.mute('publish')
  client.publish('t', 'x', { qos: 1 })
  await bed.settle()
  const [{ messageId }] = bed.broker.got('publish')
  const found = noted()
  outgoingStore.get({ messageId }, found)
  await bed.settle()
  const stored = found.calls[0][1]
  same(pick(stored, 'topic', 'qos'), { topic: 't', qos: 1 })
  assert.equal(String(stored.payload), 'x')
  answer()
  bed.broker.send({ cmd: 'puback', messageId })
  await bed.settle()
  const gone = noted()
  outgoingStore.get({ messageId }, gone)
  await bed.settle()
  assert.ok(gone.calls[0][0])
})

for (const name of ['DefaultMessageIdProvider', 'UniqueMessageIdProvider']) {
  scenario(`${name} gives ids, and says the last`, async ({ mqtt }) => {
    const provider = new mqtt[name]()
    const ids = Array.from({ length: 100 }, () => provider.allocate())
    assert.ok(ids.every(id => Number.isInteger(id) && id >= 1 && id <= 65_535))
    assert.equal(new Set(ids).size, 100)
    assert.equal(provider.getLastAllocated(), ids.at(-1))
    provider.deallocate(ids[0])
    assert.equal(provider.register(ids[0]), true)
    provider.clear()
  })
}

scenario(
  'UniqueMessageIdProvider gives no id twice, and null when there is none',
  async ({ mqtt }) => {
    const provider = new mqtt.UniqueMessageIdProvider()
    for (let at = 0; at < 65_535; at++) assert.ok(provider.allocate())
    assert.equal(provider.allocate(), null)
    provider.deallocate(4242)
    assert.equal(provider.allocate(), 4242)
    assert.equal(provider.register(4242), false)
  },
)

scenario('a client takes its ids from its messageIdProvider', async bed => {
  const messageIdProvider = new bed.mqtt.UniqueMessageIdProvider()
  const { client } = await bed.connected({ messageIdProvider })
  client.publish('t', 'x', { qos: 1 }).subscribe('a')
  await bed.settle()
  same(
    [bed.broker.got('publish'), bed.broker.got('subscribe')].map(([{ messageId }]) => messageId),
    [1, 2],
  )
  assert.equal(client.messageIdProvider, messageIdProvider)
})
