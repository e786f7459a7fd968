/** That the strict broker sees what it is there to see: packets that break a rule of MQTT 5.0. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import mqttPacket from 'mqtt-packet'
import { WebSocket } from 'ws'
import { StrictBroker } from '../harness/strict-broker/index.mjs'

const CONNECT = bytes({ cmd: 'connect', clientId: 'c', clean: true, keepalive: 0 })
const PUBLISH = { cmd: 'publish', topic: 't', payload: 'x', qos: 2, messageId: 1 }
const alias = topicAlias => ({
  ...PUBLISH,
  qos: 0,
  messageId: undefined,
  properties: { topicAlias },
})
const hex = text => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** What the client sends behind CONNECT, and what the broker says of it. */
const BROKEN = [
  ['an empty WebSocket message', [Buffer.alloc(0)], /text or empty/],
  ['a second CONNECT', [CONNECT], /connect out of place/],
  ['a topic with a wildcard', [hex('30 06 0003 612f23 00')], /wildcards/],
  ['an empty topic', [hex('30 03 0000 00')], /empty topic/],
  ['a topic with U+0000', [hex('30 06 0003 610062 00')], /no text/],
  ['a subscription identifier', [hex('30 06 0001 74 02 0b 01')], /subscriptionIdentifier/],
  ['a property twice', [hex('30 0c 0001 74 08 03 0001 61 03 0001 62')], /contentType twice/],
  ['DUP at QoS 0', [hex('38 04 0001 74 00')], /DUP/],
  ['an alias above the maximum', [bytes(alias(3))], /above the maximum/],
  ['an alias of nothing', [bytes({ ...alias(1), topic: '' })], /stands for nothing/],
  ['the identifier of an unfinished message', [bytes(PUBLISH), bytes(PUBLISH)], /in use/],
  [
    'more than Receive Maximum',
    [1, 2, 3, 4, 5, 6].map(messageId => bytes({ ...PUBLISH, messageId })),
    /Receive Maximum/,
  ],
  ['an acknowledgement of nothing', [bytes({ cmd: 'puback', messageId: 7 })], /not in use/],
  ['an identifier of 0', [hex('82 07 0000 00 0001 74 00')], /identifier/],
  ['a share without a filter', [subscribe('$share/g')], /share name/],
  ['No Local with $share', [subscribe('$share/g/a', { nl: true })], /No Local/],
  ['# within a filter', [subscribe('a/#/b')], /# within/],
  ['a packet of the server', [hex('d0 00')], /must not send/],
]

for (const [name, packets, violation] of BROKEN) {
  test(name, async t => {
    const { broker, socket } = await connected(t)
    for (const packet of packets) socket.send(packet)
    await once(socket, 'close')
    assert.match(broker.violations.join('; '), violation)
  })
}

test('silence beyond the keep alive', async t => {
  const { broker, socket } = await connected(
    t,
    bytes({ cmd: 'connect', clientId: 'c', keepalive: 1 }),
  )
  await once(socket, 'close')
  assert.match(broker.violations.join('; '), /keep alive/)
})

test('MQTT 3.1.1 is refused', async t => {
  const connect = { cmd: 'connect', protocolVersion: 4, clientId: 'c', clean: true }
  const { socket, answer } = await connected(
    t,
    mqttPacket.generate(connect, { protocolVersion: 4 }),
  )
  await once(socket, 'close')
  assert.deepEqual([...answer], [0x20, 2, 0, 1])
})

async function connected(t, connect = CONNECT) {
  const broker = new StrictBroker()
  const server = createServer()
  const sockets = broker.attach(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    sockets.clients.forEach(socket => socket.terminate())
    server.close()
  })
  const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`, ['mqtt'])
  await once(socket, 'open')
  socket.send(connect)
  const [answer] = await once(socket, 'message')
  return { broker, socket, answer }
}

function bytes(packet) {
  return mqttPacket.generate({ protocolVersion: 5, ...packet }, { protocolVersion: 5 })
}

function subscribe(topic, options = {}) {
  return bytes({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0, ...options }] })
}
