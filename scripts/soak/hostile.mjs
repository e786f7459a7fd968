/** Sessions with a server that sends rubbish: random bytes, and packets that were right once. */
import assert from 'node:assert/strict'
import mqttPacket from 'mqtt-packet'
import { seeded } from '../../tests/harness/random.mjs'
import { ended } from './load.mjs'
import { SoakPhone } from './phone.mjs'

/** So many sessions, half with a client of MQTT 3.1.1 and half with one of 5.0. */
export async function hostile(sessions) {
  const results = []
  for (const version of [4, 5]) results.push(await withVersion(version, Math.ceil(sessions / 2)))
  const sum = name => results.reduce((total, result) => total + result[name], 0)
  const codes = [...new Set(results.flatMap(result => result.codes))].sort()
  const { before, after } = results.at(-1)
  return {
    sessions: sum('sessions'),
    bytes: sum('bytes'),
    messages: sum('messages'),
    codes,
    before,
    after,
  }
}

async function withVersion(version, sessions) {
  const bed = new SoakPhone()
  const random = seeded(version)
  const packets = CORPUS.map(packet => mqttPacket.generate(packet, { protocolVersion: version }))
  const [connack] = packets
  const codes = new Set()
  const figures = { sessions: 0, bytes: 0, messages: 0 }
  bed.fake.onSocket = socket => {
    figures.sessions++
    let isOver = false
    socket.onMessage = () => {
      if (isOver) return
      isOver = true // the answer to CONNECT is all that it says
      const bytes = rubbish(packets, connack, random)
      figures.bytes += bytes.length
      socket.send(bytes)
      // what was not understood as wrong is left alone after a while
      bed.fake.later(() => bed.fake.later(() => socket.state === 'open' && socket.close()))
    }
    socket.open()
  }
  const client = bed.mqtt.connect('wxs://host/mqtt', { protocolVersion: version, clientId: 'c' })
  client.on('error', ({ code }) => codes.add(typeof code === 'number' ? `${code}` : code))
  client.on('message', () => figures.messages++)
  client.subscribe('down', { qos: 2 })
  let before
  while (figures.sessions < sessions) {
    const { sessions: made } = figures
    await bed.clock.jump(60_000)
    // what looks like a final refusal is one: the page begins anew
    if (figures.sessions === made && !client.connected) client.reconnect()
    if (figures.sessions % 100 === 0) bed.forgetSockets()
    if (!before && figures.sessions > Math.min(1_000, sessions / 10)) before = bed.figures
  }
  const after = bed.figures
  assert.ok(!codes.has('PANIC'), 'the core panicked')
  await ended({ bed, client })
  return { ...figures, codes: [...codes], before, after }
}

/** A third of them random, the others packets with a few changes, mostly behind a good CONNACK. */
function rubbish(packets, connack, random) {
  const below = limit => Math.floor(random() * limit)
  if (below(3) === 0) {
    const bytes = Buffer.from(Array.from({ length: 1 + below(64) }, () => below(256)))
    return below(2) ? Buffer.concat([connack, bytes]) : bytes
  }
  const chosen = Array.from({ length: 1 + below(4) }, () => packets[below(packets.length)])
  const bytes = Buffer.concat(chosen)
  return below(4) ? Buffer.concat([connack, mutated(bytes, below)]) : mutated(bytes, below)
}

function mutated(bytes, below) {
  let changed = Buffer.from(bytes)
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const at = below(changed.length || 1)
    const rest = [changed.subarray(0, at), changed.subarray(at + 1)]
    switch (below(4)) {
      case 0:
        changed[at] ^= 1 << below(8)
        break
      case 1:
        changed = Buffer.concat([rest[0], Buffer.of(below(256)), changed.subarray(at)])
        break
      case 2:
        changed = Buffer.concat(rest)
        break
      default:
        changed = changed.subarray(0, at + 1)
    }
  }
  return changed
}

const CORPUS = [
  { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false },
  { cmd: 'suback', messageId: 1, granted: [2] },
  { cmd: 'unsuback', messageId: 1, granted: [0] },
  { cmd: 'publish', topic: 'down', payload: 'hello', qos: 0 },
  { cmd: 'publish', topic: '设备/1', payload: '你好', qos: 1, messageId: 7, dup: true },
  {
    cmd: 'publish',
    topic: 'down',
    payload: Buffer.alloc(200, 1),
    qos: 2,
    messageId: 8,
    properties: {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      topicAlias: 1,
      responseTopic: 'answers',
      correlationData: Buffer.of(1, 2, 3),
      userProperties: { name: ['a', 'b'] },
      subscriptionIdentifier: 300,
      contentType: 'text/plain',
    },
  },
  { cmd: 'puback', messageId: 1, reasonCode: 0 },
  { cmd: 'pubrec', messageId: 1, reasonCode: 0 },
  { cmd: 'pubrel', messageId: 8, reasonCode: 0 },
  { cmd: 'pubcomp', messageId: 1, reasonCode: 0 },
  { cmd: 'pingresp' },
  { cmd: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'bye' } },
]
