/** Topic aliases of MQTT 5, both ways. */
import assert from 'node:assert/strict'
import { errors, noted, same, scenario } from './scenario.mjs'

const V5 = { version: 5 }

/** What was published, as `topic>alias`. */
function published(broker) {
  return broker
    .got('publish')
    .map(({ topic, properties }) => `${topic}>${properties?.topicAlias ?? ''}`)
}

/** A client whose server takes as many aliases. */
async function connected(bed, topicAliasMaximum, options) {
  bed.accepts({ properties: { topicAliasMaximum } })
  return bed.connected(options)
}

scenario('autoAssignTopicAlias names a topic once', V5, async bed => {
  const { client } = await connected(bed, 2, { autoAssignTopicAlias: true })
  for (const topic of ['a', 'a', 'b', 'b', 'a']) client.publish(topic, 'x')
  await bed.settle()
  same(published(bed.broker), ['a>1', '>1', 'b>2', '>2', '>1'])
})

scenario('with more topics than aliases, the alias longest unused is given away', V5, async bed => {
  const { client } = await connected(bed, 2, { autoAssignTopicAlias: true })
  for (const topic of ['a', 'b', 'a', 'c', 'a', 'b']) client.publish(topic, 'x')
  await bed.settle()
  same(published(bed.broker), ['a>1', 'b>2', '>1', 'c>2', '>1', 'b>2'])
})

scenario('without topicAliasMaximum in CONNACK there are no aliases', V5, async bed => {
  const { client } = await bed.connected({ autoAssignTopicAlias: true })
  client.publish('a', 'x').publish('a', 'x')
  await bed.settle()
  same(published(bed.broker), ['a>', 'a>'])
})

scenario('autoUseTopicAlias uses what the application has named', V5, async bed => {
  const { client } = await connected(bed, 5, { autoUseTopicAlias: true })
  client.publish('a', 'x', { properties: { topicAlias: 3 } })
  client.publish('a', 'x')
  client.publish('b', 'x')
  await bed.settle()
  same(published(bed.broker), ['a>3', '>3', 'b>'])
})

scenario('the application may name and use an alias by itself', V5, async bed => {
  const { client } = await connected(bed, 5)
  client.publish('a', 'x', { properties: { topicAlias: 3 } })
  client.publish('', 'x', { properties: { topicAlias: 3 } })
  client.publish('a', 'x')
  await bed.settle()
  same(published(bed.broker), ['a>3', '>3', 'a>'])
})

for (const [maximum, alias] of [
  [5, 6],
  [0, 1],
]) {
  scenario(`alias ${alias} of ${maximum} is out of range`, V5, async bed => {
    const { client, log } = await connected(bed, maximum)
    const done = noted()
    client.publish('a', 'x', { properties: { topicAlias: alias } }, done)
    await bed.settle()
    same(errors(done), ['Sending Topic Alias out of range'])
    same(published(bed.broker), [])
    same(log, [])
  })
}

for (const [qos, defect] of [
  [0, 'it is sent, which the server must answer by closing'],
  [1, 'the callback is never called'],
]) {
  scenario(
    `QoS ${qos} with an alias that has no name is Unregistered`,
    {
      ...V5,
      defect,
    },
    async bed => {
      const { client } = await connected(bed, 5)
      const done = noted()
      client.publish('', 'x', { qos, properties: { topicAlias: 3 } }, done)
      await bed.settle()
      same(errors(done), ['Unregistered Topic Alias'])
      same(published(bed.broker), [])
    },
  )
}

scenario('what is sent again has its topic', V5, async bed => {
  const { client } = await connected(bed, 5, { autoAssignTopicAlias: true })
  const answer = bed.mute('publish')
  client.publish('a', '1', { qos: 1 }).publish('a', '2', { qos: 1 })
  await bed.settle()
  same(published(bed.broker), ['a>1', '>1'])
  answer()
  await bed.outage()
  const [, , first] = bed.broker.got('publish')
  assert.equal(first.topic, 'a')
  const open = bed.broker.got('publish').slice(2)
  assert.equal(open.length, 2)
  assert.ok(open[1].topic === 'a' || open[1].properties.topicAlias)
})

scenario('aliases of the server are resolved', V5, async bed => {
  const { log } = await bed.connected({ properties: { topicAliasMaximum: 3 } })
  assert.equal(bed.broker.got('connect')[0].properties.topicAliasMaximum, 3)
  const message = { cmd: 'publish', payload: 'x', qos: 0 }
  bed.broker.send({ ...message, topic: 'a', properties: { topicAlias: 3 } })
  bed.broker.send({ ...message, topic: '', properties: { topicAlias: 3 } })
  bed.broker.send({ ...message, topic: 'b', properties: { topicAlias: 3 } })
  bed.broker.send({ ...message, topic: '', properties: { topicAlias: 3 } })
  await bed.settle()
  same(log, ['message a x', 'message a x', 'message b x', 'message b x'])
})

scenario(
  'an unknown alias of the server is an error, and ends the connection',
  {
    ...V5,
    defect: 'it keeps the connection, and reads nothing from it any longer [MQTT-3.3.2-7]',
  },
  async bed => {
    const { log } = await bed.connected({ properties: { topicAliasMaximum: 3 } })
    bed.broker.send({
      cmd: 'publish',
      topic: '',
      payload: 'x',
      qos: 0,
      properties: { topicAlias: 2 },
    })
    await bed.settle()
    assert.match(log[0], /^error /)
    assert.ok(log.includes('close'))
  },
)
