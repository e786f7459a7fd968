/** One network connection to a strict broker: bytes, order of packets, limits of both sides. */
import mqttPacket from 'mqtt-packet'
import { Violation, checkPacket, demand } from './rules.mjs'

/** What CONNACK announces; small, so that clients meet it. */
export const LIMITS = { receiveMaximum: 5, topicAliasMaximum: 2, maximumPacketSize: 1 << 20 }

export class Connection {
  session
  /** What the client announced */
  limits = { receiveMaximum: 65535, maximumPacketSize: Infinity }
  #aliases = new Map()
  #deadline

  /** `broker` hears `connect`, `publish`, `subscribe`, `unsubscribe` and `ended`. */
  constructor(socket, broker) {
    Object.assign(this, { socket, broker })
    const parser = mqttPacket.parser({ protocolVersion: 5 })
    parser.on('packet', packet => this.#guard(() => this.#take(packet)))
    parser.on('error', error => this.fail(new Violation(0x81, error.message)))
    socket.on('message', (bytes, isBinary) =>
      this.#guard(() => {
        // [MQTT-6.0.0-1]; an empty message is legal, and closed by some brokers all the same
        demand(isBinary && bytes.length > 0, 'a WebSocket message that is text or empty')
        parser.parse(bytes)
      }),
    )
    socket.on('error', () => {}) // 'close' follows
    socket.on('close', () => {
      clearTimeout(this.#deadline)
      this.broker.ended(this)
    })
  }

  send(packet) {
    if (this.socket.readyState !== this.socket.OPEN) return
    const bytes = mqttPacket.generate(packet, { protocolVersion: 5 })
    if (bytes.length <= this.limits.maximumPacketSize) this.socket.send(bytes)
    else if (packet.messageId) this.session.inFlight.delete(packet.messageId) // [MQTT-3.1.2-25]
  }

  /** Sends what the window has room for. */
  flush() {
    for (const packet of this.session.due(this.limits.receiveMaximum, Date.now())) this.send(packet)
  }

  /** The client broke a rule. */
  fail(violation) {
    this.broker.violations.push(violation.message)
    this.end(violation.reasonCode)
  }

  /** Closes with a reason. */
  end(reasonCode) {
    if (this.session) this.send({ cmd: 'disconnect', reasonCode })
    this.socket.close()
  }

  #guard(run) {
    if (this.over) return
    try {
      run()
    } catch (error) {
      this.over = true
      if (!(error instanceof Violation)) throw error
      this.fail(error)
    }
  }

  #take(packet) {
    demand(packet.length <= LIMITS.maximumPacketSize, 'a packet above the limit', 0x95)
    demand(Boolean(this.session) === (packet.cmd !== 'connect'), `${packet.cmd} out of place`)
    if (packet.cmd === 'connect' && packet.protocolVersion !== 5) return this.#refuse()
    checkPacket(packet)
    this.#packets[packet.cmd](packet)
    this.#watch()
    if (this.session) this.flush()
  }

  #packets = {
    connect: packet => {
      const { receiveMaximum, maximumPacketSize } = packet.properties ?? {}
      if (receiveMaximum) this.limits.receiveMaximum = receiveMaximum
      if (maximumPacketSize) this.limits.maximumPacketSize = maximumPacketSize
      this.keepAlive = packet.keepalive
      this.broker.connect(this, packet)
    },
    publish: packet => this.#publish({ ...packet, topic: this.#topicOf(packet) }),
    puback: packet => this.session.acknowledged(packet),
    pubrec: packet => {
      const answer = this.session.acknowledged(packet)
      if (answer) this.send(answer)
    },
    pubcomp: packet => this.session.acknowledged(packet),
    pubrel: ({ messageId }) => {
      const known = this.session.unreleased.delete(messageId)
      this.send({ cmd: 'pubcomp', messageId, reasonCode: known ? 0 : 0x92 })
    },
    subscribe: packet => this.send(this.broker.subscribe(this, packet)),
    unsubscribe: packet => this.send(this.broker.unsubscribe(this, packet)),
    pingreq: () => this.send({ cmd: 'pingresp' }),
    disconnect: packet => {
      this.will = packet.reasonCode === 0x04 ? this.will : undefined
      this.over = true
      this.socket.close()
    },
  }

  #publish(packet) {
    const { qos, dup, messageId } = packet
    const { unreleased } = this.session
    if (qos === 0) return this.broker.publish(packet, this.session)
    if (qos === 1) {
      this.broker.publish(packet, this.session)
      return this.send({ cmd: 'puback', messageId })
    }
    demand(dup || !unreleased.has(messageId), `packet identifier ${messageId} is in use`)
    if (!unreleased.has(messageId)) this.broker.publish(packet, this.session)
    unreleased.add(messageId)
    demand(unreleased.size <= LIMITS.receiveMaximum, 'more than Receive Maximum', 0x93)
    this.send({ cmd: 'pubrec', messageId })
  }

  #topicOf({ topic, properties: { topicAlias } = {} }) {
    if (topicAlias === undefined) return topic
    demand(topicAlias <= LIMITS.topicAliasMaximum, 'a topic alias above the maximum', 0x94)
    if (topic) this.#aliases.set(topicAlias, topic)
    demand(this.#aliases.has(topicAlias), 'a topic alias that stands for nothing')
    return this.#aliases.get(topicAlias)
  }

  /** Nothing for one and a half times the keep alive ends the connection. [MQTT-3.1.2-22] */
  #watch() {
    clearTimeout(this.#deadline)
    if (!this.keepAlive) return
    const silent = () => this.fail(new Violation(0x8d, 'nothing within the keep alive'))
    this.#deadline = setTimeout(silent, this.keepAlive * 1500)
  }

  #refuse() {
    this.over = true
    this.socket.send(Buffer.of(0x20, 2, 0, 1)) // CONNACK of 3.1.1: unacceptable protocol version
    this.socket.close()
  }
}
