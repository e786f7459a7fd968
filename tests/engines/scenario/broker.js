/**
 * A broker of MQTT 3.1.1 and 5.0 at the other end of the fake sockets, in plain JavaScript, so that
 * it runs in any engine. It says yes to everything and gives each message, with the properties that
 * it came with, back to who subscribed to its topic by just that name.
 */
import { NAMES, packet, packetsOf, string, u16, variable } from './codec.js'

export class Broker {
  /** What came in, oldest first, a line each */
  log = []
  /** Properties of CONNACK, as bytes; for MQTT 5.0 */
  connackProperties = []
  /** While true no PUBLISH is answered. */
  silent = false
  /** Whether CONNACK says that the session is present */
  sessionPresent = false
  #subscriptions = new Map()
  /** Topics of the messages of QoS 2, by the client's packet identifiers */
  #held = new Map()
  #lastId = 0

  constructor(fake) {
    fake.onSocket = socket => this.#accept(socket)
  }

  #accept(socket) {
    this.socket = socket
    socket.onMessage = message => {
      for (const [first, body] of packetsOf(message)) {
        const name = NAMES[first >> 4]
        const [said, ...answers] = this[name](body, first & 15)
        this.log.push(said ? `${name} ${said}` : name)
        for (const answer of answers) if (socket.state === 'open') socket.send(answer)
      }
    }
    socket.open()
  }

  CONNECT(body) {
    body.text() // MQTT
    this.version = body.u8()
    const flags = body.u8()
    const keepAlive = body.u16()
    if (this.version === 5) this.#properties(body)
    const clientId = body.text()
    const credentials = [flags & 0x80 && body.text(), flags & 0x40 && body.text()].filter(Boolean)
    const properties = this.#ifFive([this.connackProperties.length, ...this.connackProperties])
    const said = [`v${this.version}`, clientId, keepAlive].concat(credentials).join(' ')
    return [said, packet(0x20, this.sessionPresent ? 1 : 0, 0, properties)]
  }

  PUBLISH(body, flags) {
    const qos = (flags >> 1) & 3
    const topic = body.text()
    const id = qos ? body.u16() : 0
    const properties = this.version === 5 ? this.#properties(body) : []
    const payload = body.take(body.left)
    const said = `${topic} qos ${qos}${flags & 8 ? ' dup' : ''}, ${payload.length} bytes`
    if (qos === 2) this.#held.set(id, topic)
    if (this.silent) return [said]
    const ack = qos ? [packet(qos === 1 ? 0x40 : 0x50, u16(id))] : []
    return [said, ...ack, ...this.#deliver(topic, qos, properties, payload)]
  }

  PUBACK(body) {
    return [body.u16()]
  }

  PUBREC(body) {
    const id = body.u16()
    return [id, packet(0x62, u16(id))]
  }

  PUBREL(body) {
    const id = body.u16()
    return [`of ${this.#held.get(id)}`, packet(0x70, u16(id))]
  }

  PUBCOMP(body) {
    return [body.u16()]
  }

  SUBSCRIBE(body) {
    const id = body.u16()
    if (this.version === 5) this.#properties(body)
    const filters = []
    const codes = []
    while (body.left) {
      filters.push(body.text())
      codes.push(body.u8() & 3)
    }
    filters.forEach((filter, at) => this.#subscriptions.set(filter, codes[at]))
    return [filters.join(' '), packet(0x90, u16(id), this.#ifFive([0]), codes)]
  }

  UNSUBSCRIBE(body) {
    const id = body.u16()
    if (this.version === 5) this.#properties(body)
    const filters = []
    while (body.left) filters.push(body.text())
    filters.forEach(filter => this.#subscriptions.delete(filter))
    return [filters.join(' '), packet(0xb0, u16(id), this.#ifFive([0, ...filters.map(() => 0)]))]
  }

  PINGREQ() {
    return ['', packet(0xd0)]
  }

  DISCONNECT() {
    return ['']
  }

  #deliver(topic, qos, properties, payload) {
    const granted = this.#subscriptions.get(topic)
    if (granted === undefined) return []
    const delivery = Math.min(qos, granted)
    const id = delivery ? u16((this.#lastId = (this.#lastId % 65535) + 1)) : []
    const given = this.#ifFive([...variable(properties.length), ...properties])
    return [packet(0x30 | (delivery << 1), string(topic), id, given, payload)]
  }

  #properties(body) {
    return body.take(body.variable())
  }

  #ifFive(bytes) {
    return this.version === 5 ? bytes : []
  }
}
