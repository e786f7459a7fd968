/** Wrong answers of a broker; what other publishers get past it is in `poison.mjs`. */
import * as make from './packets.mjs'

/** Answers to packets of one type are replaced; connections that hang on them break in the end. */
function answers(name, type, answer, more = {}) {
  return {
    name,
    ...more,
    begin(bed) {
      bed.server.answers[type] = (packet, usual) => answer(packet, usual, bed)
      if (more.from !== 'start' && type === 'connect') bed.server.hangUp()
      return () => more.breaks && bed.server.hangUp()
    },
  }
}

/** Something comes that the client did not ask for, behind each right answer to a PUBLISH. */
function sends(name, bytes, more) {
  return answers(
    name,
    'publish',
    (packet, usual, { version, qos }) => [...usual(), bytes({ version, qos })],
    more,
  )
}

const V4 = { versions: [4] }
const V5 = { versions: [5] }
const other = id => (id % 60_000) + 1_000

const ACKNOWLEDGEMENTS = [
  answers(
    'PUBACK for a PUBLISH of QoS 2',
    'publish',
    (packet, usual, { server }) => {
      server.taken(`${packet.payload}`) // as RabbitMQ does, which knows no QoS 2
      return { cmd: 'puback', messageId: packet.messageId }
    },
    { qos: [2], stays: true },
  ),
  answers(
    'PUBREC and PUBCOMP for a PUBLISH of QoS 1',
    'publish',
    ({ messageId }, usual) => [
      make.acknowledgement(0x50, messageId),
      make.acknowledgement(0x70, messageId),
      ...usual(),
    ],
    { qos: [1] },
  ),
  answers(
    'PUBACK of 3.1.1 with a reason code of 5.0',
    'publish',
    ({ messageId }, usual) => usual().map(() => make.acknowledgement(0x40, messageId, 0x10, 0)),
    { ...V4, qos: [1], stays: true },
  ),
  answers(
    'PUBREC twice',
    'publish',
    (packet, usual) => {
      const answer = usual()
      return [...answer, ...answer]
    },
    { qos: [2] },
  ),
  answers(
    'PUBCOMP twice',
    'pubrel',
    (packet, usual) => {
      const answer = usual()
      return [...answer, ...answer]
    },
    { qos: [2] },
  ),
  answers(
    'PUBCOMP in place of PUBREC',
    'publish',
    (packet, usual, { server }) => {
      server.take(packet)
      return { cmd: 'pubcomp', messageId: packet.messageId }
    },
    { qos: [2] },
  ),
  answers(
    'PUBACK and PUBREC with the identifier of another packet',
    'publish',
    (packet, usual) => usual().map(answer => ({ ...answer, messageId: other(answer.messageId) })),
    { qos: [1, 2], breaks: true },
  ),
  answers(
    'PUBACK and PUBREC with identifier 0',
    'publish',
    ({ qos }, usual) => {
      usual()
      return make.acknowledgement(qos === 1 ? 0x40 : 0x50, 0)
    },
    { qos: [1, 2], breaks: true },
  ),
  answers(
    'PUBACK and PUBREC of one byte',
    'publish',
    ({ qos }, usual) => {
      usual()
      return make.packet(qos === 1 ? 0x40 : 0x50, [0])
    },
    { qos: [1, 2], breaks: true },
  ),
  answers(
    'PUBACK and PUBREC with reserved flags',
    'publish',
    ({ qos, messageId }, usual) => {
      usual()
      return make.acknowledgement(qos === 1 ? 0x41 : 0x51, messageId)
    },
    { qos: [1, 2] },
  ),
  answers(
    'PUBACK and PUBREC with a reason code that there is not',
    'publish',
    ({ qos, messageId }, usual) => {
      usual()
      return make.acknowledgement(qos === 1 ? 0x40 : 0x50, messageId, 0x7f, 0)
    },
    { ...V5, qos: [1, 2] },
  ),
  answers(
    'PUBACK and PUBREC 0x97, Quota exceeded',
    'publish',
    ({ qos, messageId }) => make.acknowledgement(qos === 1 ? 0x40 : 0x50, messageId, 0x97, 0),
    { ...V5, qos: [1, 2], stays: true, refuses: true },
  ),
  answers('PUBLISH is never acknowledged', 'publish', (packet, usual) => void usual(), {
    qos: [1, 2],
    breaks: true,
  }),
  answers('PUBREL is never acknowledged', 'pubrel', (packet, usual) => void usual(), {
    qos: [2],
    breaks: true,
  }),
  sends('PUBREL with an identifier that nobody knows', () => make.acknowledgement(0x62, 50_000)),
  sends('PUBREL without its flags', () => make.acknowledgement(0x60, 50_000)),
]

const SUBSCRIPTIONS = [
  answers(
    'SUBACK with too many codes',
    'subscribe',
    ({ messageId }, usual, { version }) => {
      usual()
      return make.acknowledgement(0x90, messageId, ...(version === 5 ? [0] : []), 0, 0, 0)
    },
    { breaks: true },
  ),
  answers(
    'SUBACK without codes',
    'subscribe',
    ({ messageId }, usual, { version }) => {
      usual()
      return make.acknowledgement(0x90, messageId, ...(version === 5 ? [0] : []))
    },
    { breaks: true },
  ),
  answers(
    'SUBACK with a code that there is not',
    'subscribe',
    ({ messageId }, usual, { version }) => {
      usual()
      return make.acknowledgement(0x90, messageId, ...(version === 5 ? [0] : []), 0x7f)
    },
    { breaks: true },
  ),
  answers(
    'SUBACK for another packet',
    'subscribe',
    (packet, usual) => {
      usual()
      return { cmd: 'suback', messageId: other(packet.messageId), granted: [0] }
    },
    { breaks: true },
  ),
  answers(
    'SUBACK twice',
    'subscribe',
    (packet, usual) => {
      const [suback, ...rest] = usual()
      return [suback, suback, ...rest]
    },
    {},
  ),
  answers(
    'SUBACK 0x80',
    'subscribe',
    ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0x80] }),
    { stays: true },
  ),
  answers('SUBSCRIBE is never answered', 'subscribe', () => undefined, { breaks: true }),
  answers(
    'UNSUBACK for another packet',
    'unsubscribe',
    ({ messageId }) => make.acknowledgement(0xb0, other(messageId), 0, 0),
    { ...V5, breaks: true },
  ),
  answers(
    'UNSUBACK with too many codes',
    'unsubscribe',
    ({ messageId }) => make.acknowledgement(0xb0, messageId, 0, 0, 0, 0),
    { ...V5, breaks: true },
  ),
  answers(
    'SUBACK for an UNSUBSCRIBE',
    'unsubscribe',
    ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0] }),
    { breaks: true },
  ),
]

const CONNECTIONS = [
  answers('CONNACK twice', 'connect', (packet, usual) => {
    const [connack, ...rest] = usual()
    return [connack, connack, ...rest]
  }),
  answers('CONNACK never', 'connect', () => undefined, { lasts: 40_000 }),
  answers(
    'CONNACK with a session that a clean client cannot have',
    'connect',
    (packet, usual) => {
      const [connack, ...rest] = usual()
      return [{ ...connack, sessionPresent: true }, ...rest]
    },
    { from: 'start', options: () => ({ clean: true }) },
  ),
  answers('CONNACK with reserved flags', 'connect', (packet, usual, { version }) =>
    make.connack({ version, flags: 2 }),
  ),
  answers(
    'CONNACK with a code that there is not',
    'connect',
    (packet, usual, { version }) => make.connack({ version, code: 0x7f }),
    {},
  ),
  answers(
    'CONNACK with a session and a refusal',
    'connect',
    (packet, usual, { version }) =>
      make.connack({ version, flags: 1, code: version === 5 ? 0x88 : 3 }),
    {},
  ),
  answers('CONNACK that is too long', 'connect', () => make.packet(0x20, [0, 0, 0, 0]), V4),
  answers('CONNACK that is too short', 'connect', () => make.packet(0x20, [0])),
  answers(
    'CONNACK of MQTT 3.1.1 for 5.0',
    'connect',
    (packet, usual) => [make.packet(0x20, [0, 0]), ...usual().slice(1)],
    V5,
  ),
  answers('CONNACK of MQTT 5.0 for 3.1.1', 'connect', () => make.connack({ version: 5 }), V4),
  answers('the server is unavailable for a while', 'connect', (packet, usual, { version }) =>
    make.connack({ version, code: version === 5 ? 0x88 : 3 }),
  ),
  answers(
    'the login is refused for a while',
    'connect',
    (packet, usual, { version }) => make.connack({ version, code: version === 5 ? 0x87 : 5 }),
    { final: true, refuses: true },
  ),
  answers(
    'CONNACK with a Receive Maximum of 0',
    'connect',
    () => make.connack({ version: 5, properties: [0x21, 0, 0] }),
    V5,
  ),
  answers(
    'CONNACK with a property twice',
    'connect',
    () => make.connack({ version: 5, properties: [0x22, 0, 1, 0x22, 0, 2] }),
    V5,
  ),
  answers(
    'CONNACK with a property of PUBLISH',
    'connect',
    () => make.connack({ version: 5, properties: [0x23, 0, 1] }),
    V5,
  ),
  answers('PUBLISH before the CONNACK', 'connect', (packet, usual, { version }) => [
    make.publish({ version, topic: 'early' }),
    ...usual(),
  ]),
  answers('PINGRESP in place of the CONNACK', 'connect', () => make.packet(0xd0)),
  answers('a close in place of the CONNACK', 'connect', (packet, usual, { server }) =>
    server.hangUp(),
  ),
  answers('a close right behind the CONNACK', 'connect', (packet, usual, { server, fake }) => {
    fake.later(() => fake.later(() => server.hangUp()))
    return usual().slice(0, 1)
  }),
  answers('PINGREQ is never answered', 'pingreq', () => undefined, {
    lasts: 60_000,
    breaks: true,
  }),
]

/** A PUBLISH that ends two connections in a row is not met a third time. */
const TWICE = { final: true, refuses: true }

const UNASKED = [
  sends('PINGRESP unasked', () => make.packet(0xd0)),
  sends('PINGRESP with a body', () => make.packet(0xd0, [0])),
  sends('CONNECT to the client', ({ version }) =>
    make.packet(0x10, make.string('MQTT'), [version, 2, 0, 60], make.string('c')),
  ),
  sends('SUBSCRIBE to the client', () => make.packet(0x82, make.u16(1), make.string('t'), [0])),
  sends('PINGREQ to the client', () => make.packet(0xc0)),
  sends('a packet of the reserved type 0', () => make.packet(0x00)),
  sends('a packet of type 15 to a 3.1.1 client', () => make.packet(0xf0), V4),
  sends('AUTH unasked', () => make.packet(0xf0, [0x18, 0]), V5),
  sends('DISCONNECT to a 3.1.1 client', () => make.packet(0xe0), V4),
  sends('DISCONNECT, the server is busy', () => make.packet(0xe0, [0x89, 0]), V5),
  sends('DISCONNECT, the session is taken over', () => make.packet(0xe0, [0x8e, 0]), {
    ...V5,
    final: true,
    refuses: true,
  }),
  sends('DISCONNECT with a code that there is not', () => make.packet(0xe0, [0x42, 0]), V5),
  sends(
    'DISCONNECT with a Session Expiry Interval',
    () => make.packet(0xe0, [0, 5, 0x11, 0, 0, 0, 1]),
    V5,
  ),
  sends('a remaining length of five bytes', () => [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]),
  sends('a remaining length in more bytes than it needs', () => [0xd0, 0x80, 0x00]),
  sends('PUBLISH of QoS 3', ({ version }) => make.publish({ version, flags: 6, id: 50_000 })),
  sends('PUBLISH of QoS 0 with DUP', ({ version }) => make.publish({ version, flags: 8 })),
  sends(
    'PUBLISH of QoS 1 with identifier 0',
    ({ version }) => make.publish({ version, qos: 1, id: 0 }),
    TWICE,
  ),
  sends('PUBLISH that ends inside of its topic', () => make.packet(0x30, [0, 9], [0x74]), TWICE),
  sends('PUBLISH without a topic', ({ version }) => make.publish({ version, topic: '' })),
  sends(
    'PUBLISH with Topic Alias 0',
    ({ version }) => make.publish({ version, properties: [0x23, 0, 0] }),
    { ...V5, ...TWICE },
  ),
  sends(
    'PUBLISH with a Topic Alias over the maximum',
    ({ version }) => make.publish({ version, properties: [0x23, 0, 9] }),
    { ...V5, ...TWICE },
  ),
  sends(
    'PUBLISH with a Topic Alias that was never given',
    ({ version }) => make.publish({ version, topic: '', properties: [0x23, 0, 1] }),
    {
      ...V5,
      ...TWICE,
      options: () => ({ properties: { sessionExpiryInterval: 9999, topicAliasMaximum: 5 } }),
    },
  ),
  sends(
    'PUBLISH with a property twice',
    ({ version }) => make.publish({ version, properties: [1, 0, 1, 0] }),
    { ...V5, ...TWICE },
  ),
  sends(
    'PUBLISH with a property that there is not',
    ({ version }) => make.publish({ version, properties: [0x7f, 0] }),
    { ...V5, ...TWICE },
  ),
  sends(
    'PUBLISH with a property of CONNACK',
    ({ version }) => make.publish({ version, properties: [0x11, 0, 0, 0, 1] }),
    { ...V5, ...TWICE },
  ),
  sends(
    'PUBLISH with properties longer than itself',
    () => make.packet(0x30, make.string('down'), [100], [1, 0]),
    { ...V5, ...TWICE },
  ),
  sends(
    'PUBLISH with Subscription Identifier 0',
    ({ version }) => make.publish({ version, properties: [0x0b, 0] }),
    { ...V5, ...TWICE },
  ),
  {
    name: 'more messages than Receive Maximum at once',
    versions: [5],
    qos: [1, 2],
    options: () => ({ properties: { sessionExpiryInterval: 9999, receiveMaximum: 3 } }),
    begin(bed) {
      bed.server.floods = true
      for (let more = 0; more < 6; more++) bed.exchange()
      return () => {
        bed.server.floods = false
        bed.server.hangUp()
      }
    },
  },
]

export const BROKER = [...ACKNOWLEDGEMENTS, ...SUBSCRIPTIONS, ...CONNECTIONS, ...UNASKED]
