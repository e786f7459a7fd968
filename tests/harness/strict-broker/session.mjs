/** What a strict broker keeps of a client over its connections: subscriptions and deliveries. */
import { demand } from './rules.mjs'

export class Session {
  /** `{filter, group, qos, nl, rap, identifier}` by the filter as it was subscribed. */
  subscriptions = new Map()
  /** QoS 2 messages of the client that it has not released: identifiers. */
  unreleased = new Set()
  /** Messages that wait, `{packet, expires}` */
  queue = []
  /** Messages on their way, by identifier: `{packet, state}`, state `publish` or `pubrel`. */
  inFlight = new Map()
  #lastId = 0

  constructor(clientId) {
    this.clientId = clientId
  }

  /** A message for the client; `expires` is the time of `now()` from which nobody wants it. */
  give(packet, expires) {
    this.queue.push({ packet, expires })
  }

  /** What is to be sent to a client that came back, in its order. [MQTT-4.4.0-1] */
  resend() {
    return [...this.inFlight].map(([messageId, { packet, state }]) =>
      state === 'pubrel' ? { cmd: 'pubrel', messageId } : { ...packet, messageId, dup: true },
    )
  }

  /** The messages that the client's window has room for. */
  due(receiveMaximum, now) {
    const packets = []
    while (
      this.queue.length &&
      (this.inFlight.size < receiveMaximum || !this.queue[0].packet.qos)
    ) {
      const { packet, expires } = this.queue.shift()
      if (expires <= now) continue
      const properties = { ...packet.properties }
      if (expires !== Infinity) properties.messageExpiryInterval = Math.ceil((expires - now) / 1000)
      packets.push(this.#numbered({ ...packet, properties }))
    }
    return packets
  }

  /** The client has acknowledged; gives back the answer, if there is one. */
  acknowledged({ cmd, messageId, reasonCode = 0 }) {
    const delivery = this.inFlight.get(messageId)
    demand(delivery, `${cmd} of a packet identifier that is not in use`)
    const { packet, state } = delivery
    const expected =
      state === 'pubrel' ? ['pubcomp', 'pubrec'] : [packet.qos === 1 ? 'puback' : 'pubrec']
    demand(expected.includes(cmd), `${cmd} in place of ${expected[0]}`)
    if (cmd !== 'pubrec' || reasonCode >= 0x80) return void this.inFlight.delete(messageId)
    delivery.state = 'pubrel'
    return { cmd: 'pubrel', messageId }
  }

  #numbered(packet) {
    if (packet.qos === 0) return packet
    do this.#lastId = (this.#lastId % 65535) + 1
    while (this.inFlight.has(this.#lastId))
    this.inFlight.set(this.#lastId, { packet, state: 'publish' })
    return { ...packet, messageId: this.#lastId }
  }
}

/** Does a filter, without its share, match a topic? [MQTT-4.7.2-1] */
export function matches(filter, topic) {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  const [wanted, levels] = [filter.split('/'), topic.split('/')]
  for (let at = 0; at < wanted.length; at++) {
    if (wanted[at] === '#') return true
    if (at >= levels.length || (wanted[at] !== '+' && wanted[at] !== levels[at])) return false
  }
  return wanted.length === levels.length
}
