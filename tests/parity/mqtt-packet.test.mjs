/**
 * Our codec beside npm `mqtt-packet`: its own test cases, which its package has with it, and random
 * packets. What a server sends is decoded to an equal packet; what a client sends is encoded so that
 * mqtt-packet reads an equal one. Where they differ, the standard decides, sentence by sentence.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import vm from 'node:vm'
import mqttPacket from 'mqtt-packet'
import { Command, Core, CoreOption, FilterUse, Input } from './codec.mjs'

const require = createRequire(import.meta.url)

/** What only a client, and what only a server sends; the rest goes both ways. */
const BY_CLIENT = ['connect', 'subscribe', 'unsubscribe', 'pingreq']

/** Cases in which ours does something else, and the sentence that says so. */
const BRIDGE = 'the protocol level is 3 or 4: the highest bit makes a bridge, which no client is'
const NO_LENGTH = 'CONNACK has a property length (section 3.2.2.3.1)'
const MAXIMUM_QOS = 'Maximum QoS is 0 or 1, anything else a protocol error (section 3.2.2.3.4)'
const IDENTIFIER = 'a client sends no subscription identifier with PUBLISH [MQTT-3.3.4-6]'
const DIFFERENCES = {
  'connect MQTT bridge 131': { encode: BRIDGE },
  'connect MQTT bridge 132': { encode: BRIDGE },
  'Version 4 CONACK in Version 5 mode': {
    decode: 'return code 1 of MQTT 3 is 0x84 in the terms of MQTT 5 (section 3.2.2.2)',
  },
  'Version 5 CONNACK test 1': { decode: NO_LENGTH },
  'Version 5 CONNACK test 2': { decode: NO_LENGTH },
  'connack MQTT 5 with properties': { decode: MAXIMUM_QOS },
  'connack MQTT 5 with properties and doubled user properties': { decode: MAXIMUM_QOS },
  'publish MQTT 5 properties': { encode: IDENTIFIER },
  'publish MQTT 5 with multiple same properties': { encode: IDENTIFIER },
  'publish MQTT 5 properties with 0-4 byte varbyte': { encode: IDENTIFIER },
  'publish MQTT 5 properties with max value varbyte': { encode: IDENTIFIER },
  'Max payload publish packet': {
    decode: 'a receiver may limit what it takes: 16 MiB (section 4.13.2)',
    encode: 'what waits takes 8 MiB at most, but for a single message: 256 MiB do not fit a phone',
  },
  'no clientId with 5.0': { encode: 'CONNECT announces the Maximum Packet Size of the client' },
  disconnect: { decode: 'a server of MQTT 3.1.1 does not send it (table 2.1)' },
  'disconnect MQTT 5': {
    decode: 'a server sends no session expiry interval [MQTT-3.14.2-2]',
    encode: 'a server reference is for a server to send (section 3.14.2.2.5)',
  },
}

/** They are about errors, whose texts are mqtt-packet's. */
const OTHERS = [
  'testParseError',
  'testGenerateError',
  'testGenerateErrorMultipleCmds',
  'testWriteToStreamError',
]

/** By command: what makes a core send such a packet. */
const ENCODE = {
  connect: ({ clientId = '', clean = true, keepalive = 0, ...rest }, version) => {
    const core = new Core({ ...rest, version, clientId: String(clientId), clean, keepalive })
    return core.connect
  },
  publish: ({ topic, payload, qos, retain, properties }, version) => {
    const core = Core.connected({ version })
    if (core.core.defineTopic(0, topic) < 0) return undefined
    core.give(properties)
    core.core.publish(0, Buffer.from(payload), (qos << 1) | retain, 0)
    return core.sent()
  },
  subscribe: ({ subscriptions, properties }, version) => {
    const core = Core.connected({ version })
    core.give(properties)
    for (const { topic, qos, nl, rap, rh = 0 } of subscriptions)
      core.core.useFilter(FilterUse.Add, topic, qos | (nl ? 4 : 0) | (rap ? 8 : 0) | (rh << 4))
    core.core.command(Command.Subscribe, 0, 0)
    return core.sent()
  },
  unsubscribe: ({ unsubscriptions, properties }, version) => {
    const core = Core.connected({ version })
    core.give(properties)
    for (const filter of unsubscriptions) core.core.useFilter(FilterUse.Add, filter, 0)
    core.core.command(Command.Unsubscribe, 0, 0)
    return core.sent()
  },
  pingreq: (_, version) => {
    const core = Core.connected({ version })
    core.core.input(Input.Ping, 0, 0)
    return core.sent()
  },
  disconnect: ({ reasonCode = 0, properties }, version) => {
    const core = Core.connected({ version })
    core.give(properties)
    core.core.command(Command.Disconnect, reasonCode, 0)
    return core.sent()
  },
}

for (const { kind, name, object, buffer, options } of cases()) {
  const version = object.protocolVersion ?? options?.protocolVersion ?? 4
  const differs = DIFFERENCES[name] ?? {}
  const check = (way, assertion) =>
    test(`${kind}: ${name}: ${way}`, () => {
      const run = () => assertion(object, buffer, version)
      if (differs[way]) assert.throws(run, undefined, `no longer so: ${differs[way]}`)
      else run()
    })
  if (!BY_CLIENT.includes(object.cmd)) check('decode', assertDecoded)
  if (ENCODE[object.cmd]) check('encode', assertEncoded)
}

test('every difference belongs to a case', () => {
  const names = cases().map(({ name }) => name)
  for (const name of Object.keys(DIFFERENCES)) assert.ok(names.includes(name), name)
})

test('2,000 random messages and acknowledgements come in as mqtt-packet means them', () => {
  const random = generator(20_260_101)
  for (let at = 0; at < 2000; at++) {
    const packet = randomPacket(random)
    const buffer = mqttPacket.generate(packet, { protocolVersion: 5 })
    assertDecoded(parse(buffer, 5), buffer, 5)
  }
})

test('2,000 random messages go out so that mqtt-packet reads what was meant', () => {
  const random = generator(4711)
  for (let at = 0; at < 2000; at++) {
    const object = randomPublish(random)
    assertEncoded(object, mqttPacket.generate(object, { protocolVersion: 5 }), 5)
  }
})

/** The cases of mqtt-packet's test.js that are valid packets; what it does with them is not run. */
function cases() {
  const found = []
  const note = kind => (name, object, buffer, options) =>
    found.push({ kind, name, object, buffer, options })
  const file = require.resolve('mqtt-packet/test.js')
  const source = readFileSync(file, 'utf8').replace(/^function (test\w+) \(/gm, 'function own_$1 (')
  const filledUp = (name, object, buffer, _, options) =>
    note('generate')(name, object, buffer, options)
  const context = vm.createContext({
    Buffer,
    testParseGenerate: note('parse and generate'),
    testParseAndGenerate: note('parse and generate'),
    testParseOnly: note('parse'),
    testGenerateOnly: note('generate'),
    testParseGenerateDefaults: filledUp,
    ...Object.fromEntries(OTHERS.map(name => [name, () => {}])),
    require: name => (name === 'tape' ? () => {} : name === './' ? mqttPacket : require(name)),
  })
  vm.runInContext(source, context, { filename: file })
  assert.ok(found.length >= 74, `${found.length} cases`)
  return found
}

function assertDecoded(object, buffer, version) {
  const { authenticationMethod } = object.properties ?? {}
  const properties = object.cmd === 'auth' ? { authenticationMethod } : undefined
  const given = { version, properties }
  const core = object.cmd === 'connack' ? new Core(given) : Core.connected(given)
  core.core.setOption(CoreOption.ObservePackets, 1)
  core.calls.length = 0
  core.receive(buffer)
  // authentication data is for handleAuth alone: packet events leave it out
  const [packet] = object.cmd === 'auth' ? core.challenges() : core.received()
  assert.ok(packet, `it is no packet to ours: ${JSON.stringify(core.calls)}`)
  assert.deepEqual(view(packet, version), view(object, version))
}

function assertEncoded(object, buffer, version) {
  const bytes = ENCODE[object.cmd](object, version)
  assert.ok(bytes?.length, 'ours does not send it')
  const [ours, theirs] = [bytes, buffer].map(each => parse(each, version))
  // the identifier is the sender's to choose, DUP is for a second sending, and what says nothing
  // may be left out
  for (const packet of [ours, theirs])
    Object.assign(packet, { messageId: 0, dup: false, length: 0 })
  assert.deepEqual(plain(ours), plain(theirs))
}

function parse(buffer, version) {
  const parser = mqttPacket.parser({ protocolVersion: version })
  const packets = []
  parser.on('packet', packet => packets.push(packet))
  parser.on('error', error => {
    throw error
  })
  assert.equal(parser.parse(buffer), 0, 'remaining bytes')
  assert.equal(packets.length, 1)
  return packets[0]
}

/** What both say of a packet that came in. */
function view({ cmd, ...packet }, version) {
  const { messageId, topic, payload, qos, retain, dup, granted, sessionPresent } = packet
  const reason = packet.reasonCode ?? packet.returnCode ?? 0
  const properties = Object.keys(packet.properties ?? {}).length ? packet.properties : undefined
  const common = { cmd, properties }
  const parts = {
    publish: () => ({ messageId: messageId || undefined, topic, payload, qos, retain, dup }),
    connack: () => ({ sessionPresent, reason }),
    suback: () => ({ messageId, granted }),
    unsuback: () => ({ messageId, granted: version === 5 ? granted : undefined }),
    pingresp: () => ({}),
  }
  return plain({ ...common, ...(parts[cmd] ?? (() => ({ messageId, reason })))() })
}

/** Bytes as hex, so that it does not matter what kind of array they are in; nothing undefined. */
function plain(value) {
  if (typeof value === 'string') return Buffer.from(value).toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return Array.from(value, plain) // also one of another context
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== null)
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]))
}

function randomPacket(random) {
  const { pick, text, number } = random
  const cmd = pick(['publish', 'publish', 'puback', 'pubrec', 'pubcomp', 'suback', 'disconnect'])
  const messageId = number(1, 65_535)
  const properties = { reasonString: text(), userProperties: { [text()]: text() } }
  switch (cmd) {
    case 'publish':
      return { ...randomPublish(random), dup: false }
    case 'suback':
      return { cmd, messageId, properties, granted: [pick([0, 1, 2]), pick([0x80, 0x87])] }
    case 'disconnect':
      return { cmd, reasonCode: pick([0, 0x8b, 0x8e, 0x9d]), properties }
    default:
      return { cmd, messageId, reasonCode: cmd === 'pubcomp' ? 0x92 : pick([0, 0x87]), properties }
  }
}

function randomPublish({ pick, text, number }) {
  const qos = number(0, 2)
  const all = {
    payloadFormatIndicator: pick([true, false]),
    messageExpiryInterval: number(0, 0xffffffff),
    contentType: text(),
    responseTopic: text(),
    correlationData: Buffer.from(text()),
    userProperties: { [text()]: text(), [text()]: [text(), text()] },
  }
  const kept = Object.entries(all).filter(() => number(0, 1))
  return {
    cmd: 'publish',
    qos,
    messageId: qos ? number(1, 65_535) : undefined,
    dup: false,
    retain: pick([true, false]),
    topic: text(),
    payload: Buffer.from(text().repeat(number(0, 40))),
    properties: Object.fromEntries(kept),
  }
}

/** The same numbers for the same seed (xorshift). */
function generator(seed) {
  let state = seed
  const number = (from, to) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return from + ((state >>> 0) % (to - from + 1))
  }
  const pick = list => list[number(0, list.length - 1)]
  const text = () => Array.from({ length: number(1, 12) }, () => pick([...'ab/设备😀 é~'])).join('')
  return { number, pick, text }
}
