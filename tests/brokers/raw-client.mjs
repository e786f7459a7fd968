/**
 * A client that sends whatever bytes it is given, and takes whatever bytes come: what another
 * publisher may do, and a witness of what a broker passes on. It looks at no more of a packet than
 * it must.
 */
import { once } from 'node:events'
import mqttPacket from 'mqtt-packet'
import { WebSocket } from 'ws'

const CONNACK = 2
const PUBLISH = 3
const PUBACK = 4
const SUBACK = 9

export class RawClient {
  closed = false
  /** `{topic, body}` of each PUBLISH that came, as bytes; body is all that follows the topic. */
  messages = []
  #rest = Buffer.alloc(0)
  #waiting = []

  constructor(url, { version, ca }) {
    this.version = version
    this.socket = new WebSocket(url.replace(/^wx/, 'ws'), ['mqtt'], { ca })
    this.socket.on('error', () => {}) // 'close' follows
    this.socket.on('close', () => {
      this.closed = true
      this.#look()
    })
    this.socket.on('message', bytes => this.#take(bytes))
  }

  /** A client that is connected. */
  static async online(url, { version, ca, ...connect }) {
    const client = new RawClient(url, { version, ca })
    await once(client.socket, 'open')
    client.send({
      cmd: 'connect',
      protocolVersion: version,
      clean: true,
      keepalive: 300,
      ...connect,
    })
    const [code] = (await client.#answer(CONNACK)).subarray(1)
    if (code !== 0) throw new Error(`the raw client was refused with ${code}`)
    return client
  }

  send(packet) {
    this.socket.send(mqttPacket.generate(packet, { protocolVersion: this.version }))
  }

  async subscribe(topic) {
    this.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
    await this.#answer(SUBACK)
  }

  /**
   * Publishes at QoS 1, of a topic and properties that are bytes; gives back the reason code of the
   * PUBACK, or `closed`.
   */
  async publish({ topic, properties = Buffer.alloc(0), payload = Buffer.from('x') }) {
    const extra = this.version === 5 ? [varint(properties.length), properties] : []
    const body = Buffer.concat([field(topic), Buffer.of(0, 1), ...extra, payload])
    this.socket.send(Buffer.concat([Buffer.of(0x32), varint(body.length), body]))
    const answer = await Promise.race([this.#answer(PUBACK), this.until(() => this.closed)])
    return answer === true ? 'closed' : (answer[2] ?? 0)
  }

  /** Resolves with true once a condition holds that depends on what came. */
  until(condition) {
    return new Promise(resolve => {
      this.#waiting.push({ condition, done: () => resolve(true) })
      this.#look()
    })
  }

  close() {
    this.socket.terminate()
  }

  async #answer(type) {
    let body
    await this.until(() => this.closed || (body = this.answers.get(type)))
    if (!body) throw new Error('the broker closed the connection')
    this.answers.delete(type)
    return body
  }

  /** The last packet of each type but PUBLISH, without its fixed header. */
  answers = new Map()

  #take(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (let packet = this.#next(); packet; packet = this.#next()) {
      const type = packet.first >> 4
      if (type === PUBLISH) this.#deliver(packet)
      else this.answers.set(type, packet.body)
    }
    this.#look()
  }

  #deliver({ first, body }) {
    const end = 2 + body.readUInt16BE(0)
    this.messages.push({ topic: body.subarray(2, end), body: body.subarray(end) })
    if ((first >> 1) & 3) this.socket.send(Buffer.of(0x40, 2, body[end], body[end + 1]))
  }

  /** The next whole packet of the stream. */
  #next() {
    let [length, at] = [0, 1]
    for (let shift = 0; ; shift += 7) {
      if (at >= this.#rest.length) return undefined
      const byte = this.#rest[at++]
      length += (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    if (this.#rest.length < at + length) return undefined
    const packet = { first: this.#rest[0], body: this.#rest.subarray(at, at + length) }
    this.#rest = this.#rest.subarray(at + length)
    return packet
  }

  #look() {
    this.#waiting = this.#waiting.filter(({ condition, done }) => {
      const holds = condition()
      if (holds) done()
      return !holds
    })
  }
}

/** Bytes behind their length in two bytes. */
export function field(bytes) {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, Buffer.from(bytes)])
}

function varint(value) {
  const bytes = []
  for (let rest = value; bytes.length === 0 || rest > 0; rest >>>= 7) {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
  }
  return Buffer.from(bytes)
}
