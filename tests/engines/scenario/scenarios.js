/** What is played in every engine, with the built library. `is` compares by what JSON shows. */
import { KINDS } from '../../harness/traps.mjs'
import { MISSING } from './seal.js'

function sealed({ is, profile }) {
  const has = MISSING.filter(name => name in globalThis)
  is(has, [], 'globals that no phone has')
  is(typeof WXWebAssembly, profile.wasmMissing ? 'undefined' : 'object')
  is(typeof wx, profile.wx === false ? 'undefined' : 'object')
}

async function wholeConversation({ bed, is }) {
  const { broker } = bed
  const { client, log } = bed.connect({ username: 'user', password: 'token' })
  const told = name => (error, packet) =>
    log.push(`${name} ${error} ${packet ? packet.qos || JSON.stringify(packet) : ''}`)
  await bed.settle()
  is(broker.log, ['CONNECT v4 device001@aitbj0 60 user token'])
  client.subscribe('Topic0', { qos: 2 }, told('subscribed'))
  await bed.settle()
  for (const qos of [0, 1, 2]) client.publish('Topic0', `第 ${qos} 条 🚀`, { qos }, told('sent'))
  await bed.settle()
  is(log.sort(), [
    'connect',
    'message Topic0 第 0 条 🚀',
    'message Topic0 第 1 条 🚀',
    'message Topic0 第 2 条 🚀',
    'sent null ',
    'sent null 1',
    'sent null 2',
    'subscribed null [{"topic":"Topic0","qos":2}]',
  ])
  is(broker.log.slice(1).sort(), [
    'PUBACK 1',
    'PUBCOMP 2',
    'PUBLISH Topic0 qos 0, 14 bytes',
    'PUBLISH Topic0 qos 1, 14 bytes',
    'PUBLISH Topic0 qos 2, 14 bytes',
    'PUBREC 2',
    'PUBREL of Topic0',
    'SUBSCRIBE Topic0',
  ])

  // the socket is lost while a message is on its way
  broker.silent = true
  client.publish('Topic0', 'kept', { qos: 1 }, told('sent'))
  await bed.settle()
  log.length = broker.log.length = 0
  broker.socket.close(1006)
  broker.silent = false
  await bed.pass(2000)
  is(client.connected, true, 'connected again')
  is(log, ['offline', 'close', 'reconnect', 'connect', 'sent null 1', 'message Topic0 kept'])
  is(broker.log.slice().sort(), [
    'CONNECT v4 device001@aitbj0 60 user token',
    'PUBACK 3',
    'PUBLISH Topic0 qos 1, 4 bytes',
    'SUBSCRIBE Topic0',
  ])

  log.length = broker.log.length = 0
  await bed.pass(61_000)
  is(broker.log, ['PINGREQ'], 'kept alive')
  client.unsubscribe('Topic0', error => log.push(`unsubscribed ${error}`))
  await bed.settle()
  client.publish('Topic0', 'nobody hears')
  client.end(() => log.push('ended'))
  await bed.settle()
  is(log, ['unsubscribed null', 'close', 'end', 'ended'])
  is(broker.log.slice(1), ['UNSUBSCRIBE Topic0', 'PUBLISH Topic0 qos 0, 12 bytes', 'DISCONNECT'])
  is(bed.clock.pending, 0, 'timers that are left')
  is(bed.warnings, [])
  is(bed.fallbackAsked, bed.profile.shipsFallback ? 1 : 0, 'times that the fallback was asked for')
}

async function sessionOfBefore({ bed, is }) {
  const { broker } = bed
  const { client, log } = bed.connect({ clean: false })
  await bed.settle()
  broker.silent = true
  for (const qos of [1, 2]) client.publish('t', '', { qos }, () => log.push(`sent ${qos}`))
  await bed.settle()
  broker.socket.close(1006)
  broker.silent = false
  broker.sessionPresent = true
  broker.log.length = log.length = 0
  await bed.pass(2000)
  is(broker.log.slice(1), [
    'PUBLISH t qos 1 dup, 0 bytes',
    'PUBLISH t qos 2 dup, 0 bytes',
    'PUBREL of t',
  ])
  is(log.slice(-2), ['sent 1', 'sent 2'])
}

async function mqtt5({ bed, is }) {
  const { broker } = bed
  broker.connackProperties = [0x21, 0, 10, 0x24, 1, 0x26, 0, 1, 0x6b, 0, 3, 0xe5, 0x80, 0xbc] // k: 值
  const { client } = bed.connect({
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 3_000_000_000, userProperties: { 一: ['1', '2'] } },
  })
  const seen = []
  client.on('connect', ({ properties }) => seen.push(properties))
  client.on('message', (topic, payload, packet) => seen.push(packet.properties))
  client.on('packetreceive', ({ cmd, reasonCode }) => seen.push([cmd, reasonCode]))
  const properties = {
    messageExpiryInterval: 4_294_967_295,
    contentType: '文本',
    correlationData: Uint8Array.of(0, 128, 255),
    userProperties: { a: ['1', '2'], b: '3' },
  }
  client.subscribe('五')
  client.publish('五', 'x', { qos: 1, properties })
  await bed.settle()
  const [connack, , suback, puback, publish, message] = ordered(seen)
  is(connack, ['connack', 0])
  is([suback, puback, publish].map(([cmd]) => cmd).sort(), ['puback', 'publish', 'suback'])
  is(message.contentType, '文本')
  is(message.messageExpiryInterval, 4_294_967_295)
  is(Array.from(message.correlationData), [0, 128, 255])
  is(message.userProperties, { a: ['1', '2'], b: '3' })
  const given = seen.filter(value => value && value.receiveMaximum)[0]
  is([given.receiveMaximum, given.maximumQoS, given.userProperties], [10, 1, { k: '值' }])
  client.end({ reasonCode: 4 })
  await bed.settle()
  is(broker.log.slice(-1), ['DISCONNECT'])
}

/** Packets first, in their order, then what the events gave. */
function ordered(seen) {
  const packets = seen.filter(value => Array.isArray(value))
  const messages = seen.filter(value => value && value.contentType)
  return [packets[0], undefined, ...packets.slice(1, 4), messages[0]]
}

async function largePayloads({ bed, is }) {
  const { client, log } = bed.connect({})
  const received = []
  client.on('message', (topic, payload) => received.push(payload))
  client.subscribe('large')
  await bed.settle()
  // far more than the memory that an instance begins with
  const large = new Uint8Array(1 << 20)
  for (let at = 0; at < large.length; at++) large[at] = (at * 7919) >> 5
  for (const size of [16_384, large.length, 1, large.length]) {
    client.publish('large', large.subarray(0, size))
    await bed.settle()
    const payload = received[received.length - 1]
    is(payload.length, size)
    is(firstDifference(payload, large), -1, `the place of a wrong byte of ${size}`)
  }
  is(received.length, 4)
  client.end()
  await bed.settle()
  is(log[log.length - 1], 'end')
}

function firstDifference(part, whole) {
  for (let at = 0; at < part.length; at++) if (part[at] !== whole[at]) return at
  return -1
}

async function severalClients({ bed, is }) {
  const [first, second] = ['a', 'b'].map(clientId => bed.connect({ clientId }))
  first.client.subscribe('t')
  await bed.settle()
  is([first.client.connected, second.client.connected], [true, true])
  first.client.end()
  await bed.settle()
  is([first.client.connected, second.client.connected], [false, true])
  second.client.subscribe('t')
  second.client.publish('t', 'still here')
  await bed.settle()
  is(second.log, ['connect', 'message t still here'])
  is(bed.fallbackAsked, bed.profile.shipsFallback ? 1 : 0)
}

async function panics({ bed, is }) {
  const { broker, traps } = bed
  for (const kind of Object.keys(KINDS)) {
    const { client, log } = bed.connect({})
    client.subscribe('t')
    await bed.settle()
    log.length = broker.log.length = 0
    traps.set(kind)
    client.publish('t', 'lost', error => log.push(`lost ${error.code}`))
    await bed.settle()
    client.publish('t', 'good')
    await bed.settle()
    is(log[0].slice(0, 28), 'error PANIC Internal error: ', kind)
    is(
      log.slice(1),
      ['lost PANIC', 'close', 'offline', 'reconnect', 'connect', 'message t good'],
      kind,
    )
    is(broker.log.slice(1), ['SUBSCRIBE t', 'PUBLISH t qos 0, 4 bytes'], kind)
    client.end()
    await bed.pass(61_000)
  }
}

async function tokens({ bed, is }) {
  const { fake, mqtt } = bed
  fake.onRequest = ({ url }) => ({
    statusCode: 200,
    data: { code: 200, msg: 'success', body: { access_token: url.split('/').pop() } },
  })
  const seen = []
  mqtt.easemob
    .fetchUserToken({
      restApiUrl: 'https://rest',
      appClientId: 'id',
      appClientSecret: 'secret',
      username: 'user',
      clientId: 'device001@aitbj0',
    })
    .then(
      ({ accessToken }) => seen.push(accessToken),
      error => seen.push(String(error)),
    )
  await bed.settle()
  is(seen, ['token'])
  is(fake.requests.length, 2)
}

async function refusedByName({ bed, is }) {
  const { client, log } = bed.connect({})
  let hint
  client.on('error', error => (hint = error.hint))
  client.publish('t', 'x', error => log.push(`publish ${error.code}`))
  await bed.pass(60_000)
  is(log, ['error WASM_MISSING WXWebAssembly is not available', 'publish WASM_MISSING', 'close'])
  is(/用选项 wasmFallback.*by the option wasmFallback/.test(hint), true, hint)
  client.end()
  await bed.settle()
  is(bed.clock.pending, 0)
}

async function nowhereToConnect({ bed, is }) {
  const { client, log } = bed.connect({ reconnectPeriod: 0 })
  let hint
  client.on('error', error => (hint = error.hint))
  await bed.pass(5000)
  is(log.slice(0, 1), ['error NO_WX wx.connectSocket is not available'])
  is(/Worker/.test(hint), true, hint)
  client.end(() => log.push('ended'))
  await bed.settle()
  is(log.slice(-1), ['ended'])
  is(bed.clock.pending, 0)
}

export const CONVERSATION = {
  'the engine is sealed': sealed,
  'a whole conversation': wholeConversation,
  'a session of before': sessionOfBefore,
  'MQTT 5.0, its properties both ways': mqtt5,
  'large payloads': largePayloads,
  'several clients': severalClients,
  'panics of every kind': panics,
  'tokens of Easemob': tokens,
}

export const NO_FALLBACK = { 'the engine is sealed': sealed, 'a clear error': refusedByName }

export const NO_WX = { 'the engine is sealed': sealed, 'a clear error': nowhereToConnect }
