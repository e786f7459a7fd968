/** Steps about MQTT 5.0, and about servers that do not speak it. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { plain } from '../../harness/scenario.mjs'
import { messages } from '../../harness/tcp-phone.mjs'
import { event } from './connections.mjs'
import { joined, onlyLast } from './messages.mjs'

export const MQTT5_STEPS = [
  {
    name: 'fallback',
    title: { zh: '不支持 5.0 时改用 3.1.1', en: 'Falls back from 5.0 to 3.1.1' },
    /** Another client has no such thing to compare with. */
    elsewhere: false,
    /** Where the broker does not speak 5.0. */
    applies: (version, peer) => version === 4 && !peer.versions.includes(5),
    async run(bed) {
      const connectTimeout = 3000 // for a broker that does not even answer
      const client = bed.connect({ protocolVersion: 5, fallback: true, connectTimeout })
      await event(client, 'connect')
      await client.publishAsync(bed.name('fallback'), 'x', { qos: 1 })
    },
  },
  ...[
    {
      name: 'properties',
      title: { zh: '消息属性', en: 'Properties of a message' },
      async run(bed) {
        const [one, two] = await bed.pair()
        const topic = bed.name('properties')
        const correlationData = Uint8Array.of(0, 1, 255)
        const properties = {
          payloadFormatIndicator: true,
          contentType: 'application/json; 字符集',
          responseTopic: 'answers/1',
          userProperties: { name: ['一', '二'], other: '' },
        }
        await two.subscribeAsync(topic, { qos: 1 })
        const next = messages(two, 1)
        await one.publishAsync(topic, '{}', {
          qos: 1,
          properties: { ...properties, correlationData },
        })
        const { correlationData: echoed, ...rest } = (await next)[0].packet.properties
        assert.deepEqual([...echoed], [...correlationData])
        // a broker may add user properties of its own
        const { name, other } = rest.userProperties
        const found = { ...plain(rest), userProperties: plain({ name, other }) }
        for (const key of Object.keys(properties))
          assert.deepEqual(found[key], properties[key], key)
      },
    },
    {
      name: 'request',
      title: { zh: '请求与应答', en: 'Request and response' },
      async run(bed) {
        const [asking, answering] = await bed.pair()
        const [topic, responseTopic] = [bed.name('request'), bed.name('response')]
        await answering.subscribeAsync(topic, { qos: 1 })
        answering.on('message', (_, payload, { properties }) => {
          answering.publish(properties.responseTopic, `${payload}!`, {
            qos: 1,
            properties: { correlationData: properties.correlationData },
          })
        })
        await asking.subscribeAsync(responseTopic, { qos: 1 })
        const next = messages(asking, 1)
        await asking.publishAsync(topic, 'question', {
          qos: 1,
          properties: { responseTopic, correlationData: Uint8Array.of(7) },
        })
        const [{ text, packet }] = await next
        assert.deepEqual([text, [...packet.properties.correlationData]], ['question!', [7]])
      },
    },
    {
      name: 'expiry',
      title: { zh: '消息过期', en: 'Message expiry' },
      async run(bed) {
        const topic = bed.name('expiry')
        const options = bed.lasting()
        const { client: first } = await bed.online(options)
        await first.subscribeAsync(`${topic}/#`, { qos: 1 })
        await first.endAsync()
        const { client: publisher } = await bed.online()
        const publish = (name, messageExpiryInterval) =>
          publisher.publishAsync(`${topic}/${name}`, name, {
            qos: 1,
            properties: { messageExpiryInterval },
          })
        await publish('short', 1)
        await publish('long', 600)
        await delay(2500) // the broker's own clock
        const back = bed.connect(options)
        const [{ text, packet }] = await messages(back, 1)
        assert.equal(text, 'long')
        const left = packet.properties.messageExpiryInterval
        assert.ok(left > 0 && left < 600, `${left} s are left`)
      },
    },
    {
      name: 'subscriptionOptions',
      title: { zh: '订阅选项与标识', en: 'Subscription options and identifiers' },
      async run(bed) {
        const [one, two] = await bed.pair()
        const topic = bed.name('options')
        await one.publishAsync(topic, 'old', { qos: 1, retain: true })
        const properties = { subscriptionIdentifier: 300 }
        await one.subscribeAsync(topic, { rh: 2, rap: true, nl: true, qos: 1, properties })
        await two.subscribeAsync(topic, { rh: 2, rap: false, qos: 1 })
        const [ofOne, ofTwo] = [messages(one, 1), messages(two, 2)]
        await one.publishAsync(topic, 'by one', { qos: 1, retain: true }) // not to itself
        await two.publishAsync(topic, 'by two', { qos: 1, retain: true })
        const seen = found => found.map(({ text, packet }) => [text, packet.retain])
        assert.deepEqual(seen(await ofTwo), [
          ['by one', false],
          ['by two', false],
        ])
        const [message] = await ofOne
        assert.deepEqual(seen([message]), [['by two', true]])
        assert.equal(message.packet.properties.subscriptionIdentifier, 300)
        await one.publishAsync(topic, '', { qos: 1, retain: true })
      },
    },
    {
      name: 'limits',
      title: {
        zh: '接收窗口 3 与主题别名，QoS 2',
        en: 'Receive Maximum 3 and topic aliases, QoS 2',
      },
      async run(bed) {
        const properties = { receiveMaximum: 3, topicAliasMaximum: 5 }
        const { client: to } = await bed.online({ properties })
        const { client: from } = await bed.online({ autoAssignTopicAlias: true })
        const topic = bed.name('limits')
        await to.subscribeAsync([topic, `${topic}/end`], { qos: 2 })
        const texts = Array.from({ length: 60 }, (_, at) => `${at}`)
        const found = messages(to, 60)
        await Promise.all(texts.map(text => from.publishAsync(topic, text, { qos: 2 })))
        assert.equal(joined((await found).map(({ text }) => text)), joined(texts))
        assert.equal(bed.life(to).closes, 0, 'the connection of the subscriber ended')
        await onlyLast(to, from, `${topic}/end`)
      },
    },
    {
      name: 'packetSize',
      title: { zh: '客户端报文长度上限', en: "The client's Maximum Packet Size" },
      async run(bed) {
        const { client: to } = await bed.online({ properties: { maximumPacketSize: 1000 } })
        const { client: from } = await bed.online()
        const topic = bed.name('size')
        await to.subscribeAsync([topic, `${topic}/end`], { qos: 1 })
        await from.publishAsync(topic, 'x'.repeat(5000), { qos: 1 })
        await onlyLast(to, from, `${topic}/end`)
        assert.equal(bed.life(to).closes, 0, 'the connection of the subscriber ended')
      },
    },
  ].map(step => ({ ...step, applies: version => version === 5 })),
]
