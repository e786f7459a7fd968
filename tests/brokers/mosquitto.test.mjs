/** The built library on sealed phones, at a real broker with the features of MQTT 5. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { plain } from '../harness/scenario.mjs'
import { messages, online, withBroker } from '../harness/tcp-phone.mjs'

for (const protocolVersion of [3, 4, 5]) {
  test(`every pair of qualities of service, protocolVersion ${protocolVersion}`, () =>
    withBroker([], async ({ connect, log }) => {
      const client = connect({ clientId: 'device001@aitbj0', protocolVersion })
      await online(client)
      for (const granted of [0, 1, 2]) {
        const filter = `设备/${granted}/+`
        const [grant] = await client.subscribeAsync(filter, { qos: granted })
        assert.deepEqual([grant.topic, grant.qos], [filter, granted])
        for (const qos of [0, 1, 2]) {
          for (const text of ['', '你好，世界', 'x'.repeat(300_000)]) {
            const topic = `设备/${granted}/${qos}`
            const arrived = messages(client, 1)
            await client.publishAsync(topic, text, { qos })
            const [message] = await arrived
            assert.deepEqual([message.topic, message.packet.qos], [topic, Math.min(qos, granted)])
            assert.ok(message.text === text, `${topic}: ${message.text.length} characters`)
          }
        }
        await client.unsubscribeAsync(filter)
      }
      await client.endAsync()
      const level = { 3: 'p1', 4: 'p2', 5: 'p5' }[protocolVersion]
      assert.match(log.past(), new RegExp(`as device001@aitbj0 \\(${level}, c1, k60\\)`))
    }))
}

test('MQTT 5: the properties of a message come as they were sent', () =>
  withBroker([], async ({ connect }) => {
    const client = connect({ clientId: 'c', protocolVersion: 5 })
    await online(client)
    await client.subscribeAsync('a/+', { properties: { subscriptionIdentifier: 300 } })
    await client.subscribeAsync('#', { properties: { subscriptionIdentifier: 2 } })
    const correlationData = Uint8Array.of(0, 1, 255)
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: 'application/json; 字符集',
      responseTopic: 'answers/1',
      userProperties: { name: ['一', '二'], other: '' },
    }
    const arrived = messages(client, 2)
    await client.publishAsync('a/b', '{}', {
      qos: 1,
      properties: { ...properties, correlationData },
    })
    const identifiers = []
    for (const { packet } of await arrived) {
      const { subscriptionIdentifier, correlationData: data, ...rest } = packet.properties
      identifiers.push(subscriptionIdentifier)
      assert.deepEqual([...data], [...correlationData])
      assert.deepEqual(plain(rest), properties)
    }
    assert.deepEqual(plain(identifiers).flat().sort(), [2, 300]) // a message for each subscription
  }))

test('MQTT 5: No Local, Retain As Published and Retain Handling', () =>
  withBroker([], async ({ connect }) => {
    const [one, two] = ['one', 'two'].map(clientId => connect({ clientId, protocolVersion: 5 }))
    await Promise.all([online(one), online(two)])
    await one.publishAsync('kept', 'retained', { qos: 1, retain: true })
    await one.subscribeAsync('kept', { rh: 2, rap: true, nl: true, qos: 1 })
    await two.subscribeAsync('kept', { rh: 2, rap: false, qos: 1 })
    const [ofOne, ofTwo] = [messages(one, 1), messages(two, 2)]
    await one.publishAsync('kept', 'by one', { qos: 1, retain: true }) // not to itself
    await two.publishAsync('kept', 'by two', { qos: 1, retain: true })
    const seen = found => found.map(({ text, packet }) => [text, packet.retain])
    assert.deepEqual(seen(await ofOne), [['by two', true]])
    assert.deepEqual(seen(await ofTwo), [
      ['by one', false],
      ['by two', false],
    ])
  }))

test('MQTT 5: topic aliases and a window of 3, both ways', () =>
  withBroker(['max_inflight_messages 3', 'max_topic_alias 2'], async ({ connect }) => {
    const client = connect({
      clientId: 'c',
      protocolVersion: 5,
      autoAssignTopicAlias: true,
      properties: { receiveMaximum: 3, topicAliasMaximum: 5 },
    })
    await online(client)
    assert.deepEqual(
      [client.serverProperties.receiveMaximum, client.serverProperties.topicAliasMaximum],
      [3, 2],
    )
    await client.subscribeAsync('a/long/topic/+', { qos: 2 })
    const sent = []
    client.on('packetsend', packet => packet.cmd === 'publish' && sent.push(plain(packet)))
    const arrived = messages(client, 60)
    const texts = Array.from({ length: 60 }, (_, at) => `${at}`)
    const topicOf = at => `a/long/topic/${at % 2}`
    await Promise.all(
      texts.map((text, at) => client.publishAsync(topicOf(at), text, { qos: at % 3 ? 1 : 2 })),
    )
    const found = await arrived
    assert.deepEqual(
      found.map(({ topic, text }) => [topic, text]).sort(),
      texts.map((text, at) => [topicOf(at), text]).sort(),
    )
    assert.ok(
      sent.some(({ topic }) => topic === ''),
      'an alias stands for a topic',
    )
  }))

test('a shared subscription gives each message to one client', () =>
  withBroker([], async ({ connect }) => {
    const workers = ['one', 'two'].map(clientId => connect({ clientId }))
    await Promise.all(workers.map(online))
    const heard = []
    const all = new Promise(resolve => {
      const take = (_, payload) => heard.push(`${payload}`) === 20 && resolve()
      for (const worker of workers) worker.on('message', take)
    })
    for (const worker of workers) await worker.subscribeAsync('$share/g/work/+', { qos: 1 })
    for (let at = 0; at < 20; at++) await workers[0].publishAsync('work/x', `${at}`, { qos: 1 })
    await all
    assert.equal(new Set(heard).size, 20)
  }))

test('a will, a retained message, and a session that is kept', () =>
  withBroker([], async ({ connect }) => {
    const watcher = connect({ clientId: 'watcher', clean: false })
    await online(watcher)
    await watcher.subscribeAsync(['state', 'kept'], { qos: 1 })
    const will = { topic: 'state', payload: 'gone', qos: 1, retain: true }
    const dying = connect({ clientId: 'dying', reconnectPeriod: 0, will })
    await online(dying)
    const gone = messages(watcher, 1)
    dying.end(true)
    assert.equal((await gone)[0].text, 'gone')
    await watcher.endAsync()

    const late = connect({ clientId: 'late' })
    const retained = messages(late, 1)
    await online(late)
    await late.subscribeAsync('state')
    const [{ text, packet }] = await retained
    assert.deepEqual([text, packet.retain], ['gone', true])
    await late.publishAsync('kept', 'while you were away', { qos: 1 })

    const back = connect({ clientId: 'watcher', clean: false })
    const missed = messages(back, 1)
    const { sessionPresent } = await online(back)
    assert.deepEqual([sessionPresent, (await missed)[0].text], [true, 'while you were away'])
  }))

test('MQTT 5: what is larger than the server takes is an error, and the connection stays', () =>
  withBroker(['max_packet_size 2000'], async ({ connect }) => {
    const client = connect({ clientId: 'c', protocolVersion: 5 })
    await online(client)
    assert.equal(client.serverProperties.maximumPacketSize, 2000)
    await assert.rejects(client.publishAsync('t', 'x'.repeat(3000), { qos: 1 }), {
      code: 0x95,
    })
    await client.publishAsync('t', 'x'.repeat(1000), { qos: 1 })
    assert.equal(client.connected, true)
  }))

test('another client with the same identifier takes the place of the first', () =>
  withBroker([], async ({ connect, log }) => {
    // mosquitto 2.0.11 gives no reason, so that only the one that does not come back leaves it in peace
    const first = connect({ clientId: 'same', protocolVersion: 5, reconnectPeriod: 0 })
    await online(first)
    const closed = once(first, 'close')
    const second = connect({ clientId: 'same', protocolVersion: 5 })
    await Promise.all([online(second), closed])
    await second.publishAsync('t', 'x', { qos: 1 })
    assert.deepEqual([first.connected, first.reconnecting, second.connected], [false, false, true])
    assert.match(log.past(), /Client same already connected, closing old connection/)
  }))

test('a wrong password is refused with its reason', () =>
  withBroker(['allow_anonymous false'], async ({ connect }) => {
    for (const [protocolVersion, code] of [
      [4, 5],
      [5, 0x87],
    ]) {
      const client = connect({ clientId: 'c', protocolVersion, username: 'u', password: 'secret' })
      const [error] = await once(client, 'error')
      assert.equal(error.code, code)
      assert.doesNotMatch(`${error.message} ${error.hint}`, /secret/)
    }
  }))
