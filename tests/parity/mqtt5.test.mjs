/** MQTT 5: properties, reason codes, subscription options, the limits of the server, DISCONNECT. */
import assert from 'node:assert/strict'
import { errors, noted, pick, same, scenario } from './scenario.mjs'

const V5 = { version: 5 }

scenario('CONNECT and its will have their properties', V5, async bed => {
  bed.connect({
    properties: {
      sessionExpiryInterval: 60,
      receiveMaximum: 20,
      maximumPacketSize: 1000,
      requestResponseInformation: true,
      requestProblemInformation: true,
      userProperties: { a: ['1', '2'], b: '3' },
    },
    will: {
      topic: 'w',
      payload: 'x',
      qos: 1,
      retain: false,
      properties: { willDelayInterval: 5, contentType: 'text', userProperties: { c: '4' } },
    },
  })
  await bed.settle()
  const [connect] = bed.broker.got('connect')
  assert.equal(connect.protocolVersion, 5)
  same(connect.properties, {
    sessionExpiryInterval: 60,
    receiveMaximum: 20,
    maximumPacketSize: 1000,
    requestResponseInformation: true,
    requestProblemInformation: true,
    userProperties: { a: ['1', '2'], b: '3' },
  })
  same(connect.will.properties, {
    willDelayInterval: 5,
    contentType: 'text',
    userProperties: { c: '4' },
  })
})

scenario('connect has the properties of CONNACK', V5, async bed => {
  const properties = {
    assignedClientIdentifier: 'given',
    maximumQoS: 1,
    retainAvailable: true,
    wildcardSubscriptionAvailable: false,
    subscriptionIdentifiersAvailable: false,
    sharedSubscriptionAvailable: true,
    userProperties: { a: ['1', '2'] },
  }
  bed.accepts({ properties })
  const { client } = bed.connect({ clientId: '' })
  const connect = noted()
  client.on('connect', connect)
  await bed.settle()
  const [[connack]] = connect.calls
  same(pick(connack, 'cmd', 'reasonCode', 'sessionPresent', 'properties'), {
    cmd: 'connack',
    reasonCode: 0,
    sessionPresent: false,
    properties,
  })
})

scenario('PUBLISH has its properties', V5, async bed => {
  const { client } = await bed.connected()
  client.publish('t', 'x', {
    qos: 1,
    properties: {
      payloadFormatIndicator: true,
      messageExpiryInterval: 30,
      contentType: 'text/plain',
      responseTopic: 'answer/here',
      userProperties: { k: 'v' },
    },
  })
  await bed.settle()
  same(bed.broker.got('publish')[0].properties, {
    payloadFormatIndicator: true,
    messageExpiryInterval: 30,
    contentType: 'text/plain',
    responseTopic: 'answer/here',
    userProperties: { k: 'v' },
  })
})

scenario('a message has its properties', V5, async bed => {
  const { client } = await bed.connected()
  const message = noted()
  client.on('message', message)
  bed.broker.send({
    cmd: 'publish',
    topic: 't',
    payload: 'x',
    qos: 0,
    properties: {
      payloadFormatIndicator: true,
      responseTopic: 'r',
      correlationData: Buffer.from('abc'),
      subscriptionIdentifier: 5,
      userProperties: { k: ['v', 'w'] },
    },
  })
  await bed.settle()
  const [[, , { properties }]] = message.calls
  assert.equal(`${properties.correlationData}`, 'abc')
  same(pick(properties, 'payloadFormatIndicator', 'responseTopic', 'userProperties'), {
    payloadFormatIndicator: true,
    responseTopic: 'r',
    userProperties: { k: ['v', 'w'] },
  })
  same([properties.subscriptionIdentifier].flat(), [5])
})

scenario('SUBSCRIBE has its options and properties', V5, async bed => {
  const { client } = await bed.connected()
  const done = noted()
  const properties = { subscriptionIdentifier: 7, userProperties: { k: 'v' } }
  client.subscribe('a', { qos: 1, nl: true, rap: true, rh: 2, properties }, done)
  client.subscribe('b', done)
  client.subscribe({ c: { qos: 2, nl: true } })
  await bed.settle()
  const [first, second, third] = bed.broker.got('subscribe')
  same(first.subscriptions, [{ topic: 'a', qos: 1, nl: true, rap: true, rh: 2 }])
  same(first.properties, properties)
  same(second.subscriptions, [{ topic: 'b', qos: 0, nl: false, rap: false, rh: 0 }])
  same(pick(third.subscriptions[0], 'topic', 'qos', 'nl'), { topic: 'c', qos: 2, nl: true })
  same(pick(done.calls[0][1][0], 'topic', 'qos', 'nl', 'rap', 'rh'), {
    topic: 'a',
    qos: 1,
    nl: true,
    rap: true,
    rh: 2,
  })
})

scenario('what is subscribed to again has its options and properties', V5, async bed => {
  const { client } = await bed.connected()
  const properties = { subscriptionIdentifier: 7 }
  client.subscribe('a', { qos: 1, nl: true, rap: true, rh: 1, properties })
  await bed.settle()
  await bed.outage()
  const [first, again] = bed.broker.got('subscribe')
  same(again.subscriptions, first.subscriptions)
  same(again.properties, properties)
})

for (const [code, text] of [
  [128, 'Unspecified error'],
  [135, 'Not authorized'],
  [143, 'Topic Filter invalid'],
  [151, 'Quota exceeded'],
]) {
  scenario(`SUBACK with ${code} is the error ${text}`, V5, async bed => {
    const { client } = await bed.connected()
    bed.broker.answers.subscribe = ({ messageId }) => ({
      cmd: 'suback',
      messageId,
      granted: [code],
      properties: { reasonString: 'because' },
    })
    const done = noted()
    client.subscribe('t', done)
    await bed.settle()
    same(errors(done), [`Subscribe error: ${text}`])
    const [[{ packet }]] = done.calls
    same(packet.granted, [code])
    assert.equal(packet.properties.reasonString, 'because')
  })
}

for (const [code, text] of [
  [128, 'Unspecified error'],
  [135, 'Not authorized'],
  [144, 'Topic Name invalid'],
]) {
  for (const [qos, ack] of [
    [1, 'puback'],
    [2, 'pubrec'],
  ]) {
    scenario(`${ack} with ${code} is the error ${text}, once`, V5, async bed => {
      const { client, log } = await bed.connected()
      bed.broker.answers.publish = ({ messageId }) => ({ cmd: ack, messageId, reasonCode: code })
      const done = noted()
      client.publish('t', 'x', { qos }, done)
      await bed.settle()
      same(errors(done), [`Publish error: ${text}`])
      assert.equal(done.calls[0][0].code, code)
      assert.equal(bed.broker.got('pubrel').length, 0)
      await bed.outage()
      assert.equal(bed.broker.got('publish').length, 1, 'it is not sent again')
      assert.ok(!log.some(event => event.startsWith('error')))
    })
  }
}

scenario('PUBACK with 16, no matching subscribers, is no error', V5, async bed => {
  const { client } = await bed.connected()
  bed.broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 16 })
  const done = noted()
  client.publish('t', 'x', { qos: 1 }, done)
  await bed.settle()
  same(errors(done), [null])
})

scenario('UNSUBSCRIBE has its properties', V5, async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.unsubscribe('a', { properties: { userProperties: { k: 'v' } } }, done)
  await bed.settle()
  same(bed.broker.got('unsubscribe')[0].properties, { userProperties: { k: 'v' } })
  same(errors(done), [null])
})

for (const [code, text] of [
  [134, 'Bad User Name or Password'],
  [135, 'Not authorized'],
  [138, 'Banned'],
  [149, 'Packet too large'],
]) {
  scenario(`CONNACK with ${code} is the error ${text}`, V5, async bed => {
    bed.accepts({ reasonCode: code })
    const { client, log } = bed.connect()
    let told
    client.on('error', error => (told = error.code))
    await bed.settle()
    assert.equal(log[0], `error Connection refused: ${text}`)
    assert.equal(told, code)
  })
}

scenario('the DISCONNECT of the server is an event', V5, async bed => {
  const { client, log } = await bed.connected()
  const disconnect = noted()
  client.on('disconnect', disconnect)
  bed.broker.send({
    cmd: 'disconnect',
    reasonCode: 139,
    properties: { reasonString: 'going down', serverReference: 'other' },
  })
  await bed.settle()
  assert.equal(log[0], 'disconnect')
  const [[packet]] = disconnect.calls
  same(pick(packet, 'cmd', 'reasonCode', 'properties'), {
    cmd: 'disconnect',
    reasonCode: 139,
    properties: { reasonString: 'going down', serverReference: 'other' },
  })
})

scenario(
  'after the DISCONNECT of the server the client is not connected',
  {
    ...V5,
    defect: 'it waits for the server to close the socket',
  },
  async bed => {
    const { client, log } = await bed.connected()
    bed.broker.send({ cmd: 'disconnect', reasonCode: 139 })
    await bed.settle()
    assert.equal(client.connected, false)
    assert.ok(log.includes('close'))
  },
)

for (const [form, args] of [
  ['end(false, …)', [false, { reasonCode: 4, properties: { reasonString: 'bye' } }]],
  ['end(…)', [{ reasonCode: 4, properties: { reasonString: 'bye' } }]],
]) {
  scenario(`${form} has a reason and properties`, V5, async bed => {
    const { client } = await bed.connected()
    const done = noted()
    client.end(...args, done)
    await bed.settle()
    const [packet] = bed.broker.got('disconnect')
    assert.equal(packet.reasonCode, 4)
    same(packet.properties, { reasonString: 'bye' })
    assert.equal(done.calls.length, 1)
  })
}

scenario('the server sets the keep alive', V5, async bed => {
  bed.accepts({ properties: { serverKeepAlive: 10 } })
  await bed.connected({ keepalive: 60 })
  await bed.pass(16_000)
  assert.ok(bed.broker.got('pingreq').length >= 1)
})

scenario('client.keepalive is that of the server', V5, async bed => {
  bed.accepts({ properties: { serverKeepAlive: 10 } })
  const { client } = await bed.connected({ keepalive: 60 })
  assert.equal(client.keepalive, 10)
  assert.equal(client.options.keepalive, 60)
})

scenario('serverProperties are those of CONNACK', V5, async bed => {
  bed.accepts({ properties: { receiveMaximum: 12, maximumQoS: 1 } })
  const { client } = await bed.connected()
  same(pick(client.serverProperties, 'receiveMaximum', 'maximumQoS'), {
    receiveMaximum: 12,
    maximumQoS: 1,
  })
})

scenario(
  'no more is in flight than the server receives',
  {
    ...V5,
    defect: 'Receive Maximum is not looked at [MQTT-3.3.4-7]',
  },
  async bed => {
    bed.accepts({ properties: { receiveMaximum: 2 } })
    const { client } = await bed.connected()
    bed.mute('publish')
    for (let at = 0; at < 10; at++) client.publish('t', `${at}`, { qos: 1 })
    await bed.settle()
    assert.equal(bed.broker.got('publish').length, 2)
  },
)

for (const [limit, statement, request] of [
  [{ maximumQoS: 0 }, 'MQTT-3.2.2-11', { qos: 1 }],
  [{ retainAvailable: false }, 'MQTT-3.2.2-14', { retain: true }],
  [{ maximumPacketSize: 40 }, 'MQTT-3.2.2-15', { properties: { contentType: 'c'.repeat(50) } }],
]) {
  scenario(
    `${JSON.stringify(limit)} is kept to`,
    {
      ...V5,
      defect: `it is not looked at [${statement}]`,
    },
    async bed => {
      bed.accepts({ properties: limit })
      const { client } = await bed.connected()
      const done = noted()
      client.publish('t', 'x', request, done)
      await bed.settle()
      assert.equal(bed.broker.got('publish').length, 0)
      assert.equal(done.calls.length, 1)
      assert.ok(done.calls[0][0])
    },
  )
}
