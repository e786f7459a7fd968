/** Messages that a subscriber cannot use, and that brokers pass on from other publishers. */
import * as make from './packets.mjs'

/** A message among others that a subscriber cannot use; it is told, and stays connected. */
function poison(name, what, more = {}) {
  return {
    name: `poison: ${name}`,
    stays: true,
    told: true,
    ...more,
    begin({ server }) {
      server.poison(({ id, qos, dup, version }) =>
        make.publish({ id, qos, dup, version, ...what({ version }) }),
      )
    },
  }
}

const V5 = { versions: [5] }
const bad = (...bytes) => ({ topic: make.field(bytes) })
const withProperties = properties => () => ({ properties })

export const POISON = [
  poison('# in the topic', () => ({ topic: 'a/#' })),
  poison('+ in the topic', () => ({ topic: 'a/+/b' })),
  poison('U+0000 in the topic', () => bad(0x61, 0, 0x62)),
  poison('a surrogate in the topic', () => bad(0x61, 0xed, 0xa0, 0x80)),
  poison('a byte that is no UTF-8 in the topic', () => bad(0x61, 0xff)),
  poison('an overlong character in the topic', () => bad(0xc0, 0x80)),
  poison('a topic cut inside of a character', () => bad(0x61, 0xe4, 0xbd)),
  poison('U+FEFF in the topic, which is text like any other', () => bad(0xef, 0xbb, 0xbf, 0x61), {
    told: false,
  }),
  poison('# in the Response Topic', withProperties(make.property(8, 'a/#')), V5),
  poison('U+0000 in the Response Topic', withProperties(make.property(8, 'a\0')), V5),
  poison('no UTF-8 in the Content Type', withProperties(make.property(3, make.field([0xff]))), V5),
  poison('U+0000 in the Content Type', withProperties(make.property(3, 'a\0')), V5),
  poison(
    'no UTF-8 in a User Property',
    withProperties(make.userProperty(make.field([0x61, 0xff]), 'x')),
    V5,
  ),
  poison(
    'a surrogate in a User Property',
    withProperties(make.userProperty(make.field([0xed, 0xbf, 0xbf]), 'x')),
    V5,
  ),
  poison(
    'a payload that is said to be text and is not',
    () => ({ topic: 'poison', properties: [1, 1], payload: Buffer.of(0xff) }),
    { ...V5, told: false },
  ),
  poison('a message above Maximum Packet Size', () => ({ payload: 'x'.repeat(3_000) }), {
    ...V5,
    options: () => ({ properties: { sessionExpiryInterval: 9999, maximumPacketSize: 2_000 } }),
  }),
  poison('a message of 17 MiB', () => ({ payload: Buffer.alloc(17 << 20, 0x78) }), { qos: [1] }),
]
