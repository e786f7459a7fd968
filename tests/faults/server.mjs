/**
 * A broker with the session of one client, of MQTT 3.1.1 or 5.0, that keeps the rules until it is told
 * otherwise: `answers` replaces what it says to a packet, `network` what becomes of bytes on their way,
 * and `poison` is a message that another publisher would not have sent.
 */
import mqttPacket from 'mqtt-packet'

export class Server {
  /** By packet type: `(packet, usual) => packets or bytes`; `usual()` does and says what is right. */
  answers = {}
  /** What becomes of a connection, and of bytes: to the server and to the client. */
  network = soundNetwork()
  /** What the client got wrong */
  violations = []
  connects = 0
  /** It sends more than the client's Receive Maximum. */
  floods = false
  packets = 0
  #session = freshSession()
  #current

  /** `taken` gets the payloads that the client publishes. */
  constructor({ version, qos, taken }) {
    Object.assign(this, { version, qos, taken })
  }

  /** The sockets of this phone end here. */
  serve(phone) {
    phone.fake.onSocket = socket => this.network.opening(socket, () => this.#accept(socket))
  }

  /** A message for the client, at the quality of service of the run. */
  publish(payload) {
    this.#deliver((id, dup) => ({
      cmd: 'publish',
      topic: 'down',
      payload,
      qos: this.qos,
      messageId: id,
      dup,
      retain: false,
    }))
  }

  /** A message that is `make({id, qos, dup, version})`, packet or bytes. */
  poison(make) {
    const { qos, version } = this
    this.#deliver((id, dup) => make({ id, qos, dup, version }))
  }

  /** Sends without a reason. */
  send(...packets) {
    if (this.#current) this.#write(this.#current, packets)
  }

  /** The connection that is there breaks. */
  hangUp(code = 1006, reason = 'abnormal closure') {
    if (this.socket?.state === 'open') this.socket.close(code, reason)
  }

  get socket() {
    return this.#current?.socket
  }

  /** Whether the client has a subscription: nobody owes it anything before. */
  get isSubscribed() {
    return this.#session.subscribed
  }

  /** Whether the client has acknowledged all it was sent. */
  get isIdle() {
    return this.#session.outgoing.size === 0
  }

  #accept(socket) {
    if (socket.state !== 'connecting') return
    const parser = mqttPacket.parser({ protocolVersion: this.version })
    const connection = { socket, parser, accepted: false }
    parser.on('packet', packet => {
      this.packets++
      this.#write(connection, this.#answer(packet, connection))
    })
    parser.on('error', ({ message }) => {
      if (!this.network.isTampered) this.violations.push(`${message}`)
      socket.close()
    })
    socket.onMessage = bytes => this.network.up(bytes, some => parser.parse(some), socket)
    socket.open()
  }

  #answer(packet, connection) {
    if (packet.cmd === 'connect') {
      this.#current = connection
      this.connects++
    }
    if (connection !== this.#current) return []
    const usual = () => [this.#usual[packet.cmd]?.(packet) ?? []].flat()
    const answer = this.answers[packet.cmd]
    return (answer ? answer(packet, usual) : usual()) ?? []
  }

  #write(connection, packets) {
    const { socket } = connection
    for (const packet of [packets].flat()) {
      const bytes = packet.cmd
        ? mqttPacket.generate(packet, { protocolVersion: this.version })
        : packet
      const send = some => socket.state === 'open' && socket.send(some)
      if (socket.state === 'open') this.network.down(bytes, send, socket)
    }
  }

  #acknowledged(messageId) {
    this.#session.outgoing.delete(messageId)
    return this.#due()
  }

  #deliver(make) {
    const session = this.#session
    const id = this.qos ? (session.lastId = (session.lastId % 65_535) + 1) : undefined
    if (this.qos) session.outgoing.set(id, { make, released: false, sent: false })
    if (!this.isSubscribed || this.socket?.state !== 'open' || !this.#current.accepted) return
    if (this.qos) this.send(...this.#due())
    else this.send(make(id, false))
  }

  /** What may be sent now and was not on this connection. */
  #due() {
    const { outgoing, window } = this.#session
    const most = this.floods ? Infinity : window
    const packets = []
    let under = 0
    for (const [messageId, message] of outgoing) {
      if (++under > most) break
      if (message.connection === this.#current) continue
      const { released, sent, make } = message
      packets.push(released ? { cmd: 'pubrel', messageId } : make(messageId, sent))
      Object.assign(message, { sent: true, connection: this.#current })
    }
    return packets
  }

  /** Takes a message that the client publishes, once if it is one of QoS 2. */
  take({ qos, messageId, payload }) {
    const { unreleased } = this.#session
    if (qos < 2 || !unreleased.has(messageId)) this.taken(`${payload}`)
    if (qos === 2) unreleased.add(messageId)
  }

  /** What is right to do and to say, by packet type. */
  #usual = {
    connect: ({ clean, properties }) => {
      const sessionPresent = this.#session.present && !clean
      if (!sessionPresent) this.#session = freshSession()
      this.#session.present = true
      this.#session.window = properties?.receiveMaximum ?? 65_535
      this.#current.accepted = true
      return [
        { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent },
        ...(this.isSubscribed ? this.#due() : []),
      ]
    },
    publish: packet => {
      const { qos, messageId } = packet
      this.take(packet)
      return qos ? { cmd: qos === 1 ? 'puback' : 'pubrec', messageId } : []
    },
    pubrel: ({ messageId }) => {
      this.#session.unreleased.delete(messageId)
      return { cmd: 'pubcomp', messageId }
    },
    pubrec: ({ messageId }) => {
      const message = this.#session.outgoing.get(messageId)
      if (message) message.released = true
      return { cmd: 'pubrel', messageId }
    },
    puback: ({ messageId }) => this.#acknowledged(messageId),
    pubcomp: ({ messageId }) => this.#acknowledged(messageId),
    subscribe: ({ messageId, subscriptions }) => {
      const session = this.#session
      const before = session.subscribed
      session.subscribed ||= subscriptions.some(({ topic }) => topic === 'down')
      const granted = subscriptions.map(({ qos }) => qos)
      const suback = { cmd: 'suback', messageId, granted }
      return [suback, ...(before || !session.subscribed ? [] : this.#due())]
    },
    unsubscribe: ({ messageId, unsubscriptions }) => {
      return { cmd: 'unsuback', messageId, granted: unsubscriptions.map(() => 0) }
    },
    pingreq: () => ({ cmd: 'pingresp' }),
  }
}

/** Everything arrives at once and as it was sent. */
export function soundNetwork() {
  return {
    opening: (socket, accept) => accept(),
    up: (bytes, pass) => pass(bytes),
    down: (bytes, pass) => pass(bytes),
  }
}

function freshSession() {
  return {
    present: false,
    subscribed: false,
    unreleased: new Set(),
    outgoing: new Map(),
    window: 65_535,
    lastId: 0,
  }
}
