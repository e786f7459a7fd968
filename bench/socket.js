/** One socket of `wx`, and a broker behind it that says yes to CONNECT and SUBSCRIBE, and answers QoS 1 and 2. */
import { setImmediate } from '../tests/engines/scenario/natives.js'

const CONNACK = Uint8Array.of(0x20, 2, 0, 0).buffer

export class Socket {
  /** Called for each PUBACK and PUBCOMP that came */
  onAcknowledged = () => {}
  /** Called when the CONNECT came */
  onConnect = () => {}
  /** Called for each PUBLISH that came, with its packet identifier */
  onPublish = () => {}
  /** PUBACK is sent by who measures, with `acknowledge` */
  withholds = false
  /** By itself; else when who measures calls `open` */
  opens = true
  isOpening = false
  /** Socket messages that came */
  sent = 0
  #listeners = {}
  #answers = []
  /** The packet of which a part came, if any; MQTT.js sends one in many messages. */
  #pending = new Uint8Array(0)

  wx = {
    connectSocket: () => {
      const on = name => listener => (this.#listeners[name] = listener)
      this.isOpening = true
      setImmediate(() => this.opens && this.open())
      return {
        onOpen: on('open'),
        onMessage: on('message'),
        onError: on('error'),
        onClose: on('close'),
        send: option => this.#send(option),
        close: () => {},
      }
    },
  }

  acknowledge(id) {
    this.deliver(Uint8Array.of(0x40, 2, id >> 8, id & 255).buffer)
  }

  open() {
    this.#listeners.open({ header: {} })
  }

  /** Delivers a message to the client. */
  deliver(data) {
    this.#listeners.message({ data })
  }

  #send({ data, success }) {
    this.sent++
    let bytes = new Uint8Array(data)
    if (this.#pending.length) {
      const joined = new Uint8Array(this.#pending.length + bytes.length)
      joined.set(this.#pending)
      joined.set(bytes, this.#pending.length)
      bytes = joined
    }
    let at = 0
    for (;;) {
      const end = packetEnd(bytes, at)
      if (end === 0) break
      this.#answer(bytes, at)
      at = end
    }
    this.#pending = bytes.subarray(at)
    if (success) setImmediate(() => success({ errMsg: 'sendSocketMessage:ok' }))
  }

  #answer(bytes, at) {
    const type = bytes[at] >> 4
    if (type === 1) {
      this.onConnect()
      return this.#later(CONNACK)
    }
    if (type === 4 || type === 7) return this.onAcknowledged()
    if (type === 5) return this.#later(Uint8Array.of(0x62, 2, bytes[at + 2], bytes[at + 3]).buffer)
    if (type === 6) return this.#later(Uint8Array.of(0x70, 2, bytes[at + 2], bytes[at + 3]).buffer)
    let body = at + 1
    while (bytes[body] > 127) body++
    body++
    if (type === 8)
      return this.#later(Uint8Array.of(0x90, 3, bytes[body], bytes[body + 1], 0).buffer)
    if (type !== 3) return
    const qos = (bytes[at] >> 1) & 3
    if (qos === 0) return this.onPublish()
    const id = body + 2 + bytes[body] * 256 + bytes[body + 1]
    this.onPublish(bytes[id] * 256 + bytes[id + 1])
    if (this.withholds) return
    const answer = qos === 1 ? 0x40 : 0x50
    this.#later(Uint8Array.of(answer, 2, bytes[id], bytes[id + 1]).buffer)
  }

  /** Answers come in a turn of their own, one message each. */
  #later(answer) {
    this.#answers.push(answer)
    if (this.#answers.length > 1) return
    setImmediate(() => {
      const answers = this.#answers
      this.#answers = []
      for (const message of answers) this.deliver(message)
    })
  }
}

/** Where the packet that begins here ends, or 0 if it is not all there. */
function packetEnd(bytes, begin) {
  let length = 0
  for (let at = begin + 1, factor = 1; at < bytes.length; at++, factor *= 128) {
    length += (bytes[at] & 127) * factor
    if (bytes[at] < 128) return at + 1 + length <= bytes.length ? at + 1 + length : 0
  }
  return 0
}
