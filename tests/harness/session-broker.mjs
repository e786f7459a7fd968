/**
 * A broker that keeps the session of one client over its runs and connections, with QoS 1 and 2 both
 * ways. What it is to deliver is `outgoing`; what it was given is `taken`.
 */
import { withBroker } from './scripted-broker.mjs'

export class ServerSession {
  present = false
  /** Payloads that the client has published, as they are handed on */
  taken = []
  subscriptions = new Map()
  /** QoS 2 messages of the client that it has not released */
  unreleased = new Set()
  /** Messages for the client, by identifier */
  outgoing = new Map()
  #lastId = 0

  /** A message for the client; it gets it when it is there. */
  queue(payload, qos) {
    this.#lastId++
    this.outgoing.set(this.#lastId, { payload, qos, released: false, sent: false })
  }

  /** A message for the client, at QoS 2, sent at once if it is there. */
  command(payload) {
    this.queue(payload, 2)
    const message = this.outgoing.get(this.#lastId)
    if (!this.subscriptions.size || this.broker.socket?.state !== 'open') return
    message.sent = true
    const messageId = this.#lastId
    this.broker.send({ cmd: 'publish', topic: 't', payload, qos: 2, messageId, dup: false })
  }

  /** The state of the session is gone; what was to be delivered waits for a subscription. */
  forget() {
    const waiting = [...this.outgoing.values()].filter(({ sent }) => !sent)
    Object.assign(this, { present: false, subscriptions: new Map(), unreleased: new Set() })
    this.outgoing = new Map()
    for (const { payload, qos } of waiting) this.queue(payload, qos)
  }

  /** Has a phone's sockets end here, and keeps the session with this very object. */
  serve(phone) {
    const bed = withBroker(phone)
    const { broker } = bed
    this.broker = broker
    Object.assign(broker.answers, {
      connect: ({ clean }) => {
        const sessionPresent = this.present && !clean
        if (clean) Object.assign(this, new ServerSession(), { taken: this.taken })
        this.present = true
        return [{ cmd: 'connack', returnCode: 0, sessionPresent }, ...this.#due()]
      },
      publish: ({ qos, messageId, payload }) => {
        if (qos < 2 || !this.unreleased.has(messageId)) this.taken.push(payload.toString())
        if (qos === 2) this.unreleased.add(messageId)
        return qos ? { cmd: qos === 1 ? 'puback' : 'pubrec', messageId } : []
      },
      pubrel: ({ messageId }) => {
        this.unreleased.delete(messageId)
        return { cmd: 'pubcomp', messageId }
      },
      pubrec: ({ messageId }) => {
        const message = this.outgoing.get(messageId)
        if (message) message.released = true
        return { cmd: 'pubrel', messageId }
      },
      puback: ({ messageId }) => void this.outgoing.delete(messageId),
      pubcomp: ({ messageId }) => void this.outgoing.delete(messageId),
      subscribe: ({ messageId, subscriptions }) => {
        for (const { topic, qos } of subscriptions) this.subscriptions.set(topic, qos)
        const granted = subscriptions.map(({ qos }) => qos)
        const waiting = [...this.outgoing.values()].some(({ sent }) => !sent)
        return [{ cmd: 'suback', messageId, granted }, ...(waiting ? this.#due() : [])]
      },
    })
    return bed
  }

  /** What is not acknowledged, in order; nothing before there is a subscription. */
  #due() {
    if (!this.subscriptions.size) return []
    return [...this.outgoing].map(([messageId, message]) => {
      const { payload, qos, released, sent } = message
      message.sent = true
      if (released) return { cmd: 'pubrel', messageId }
      return { cmd: 'publish', topic: 't', payload, qos, messageId, dup: sent, retain: false }
    })
  }
}
