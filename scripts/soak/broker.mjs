/** A broker that counts, and answers as fast as it can: what it costs is a small part of a message. */

export class CountingBroker {
  /** Messages that came in, and acknowledgements of its own */
  received = 0
  acknowledged = 0
  connects = 0
  /** It answers PUBLISH and PUBREL. */
  answers = true
  #id = 0

  constructor(fake, version = 4) {
    this.version = version
    fake.onSocket = socket => {
      socket.onMessage = bytes => this.#take(bytes, socket)
      socket.open()
    }
  }

  /** So many messages in one frame, on the connection that was made last. */
  send(count, qos, topic = 'down') {
    const packets = []
    for (let at = 0; at < count; at++) packets.push(this.#publish(qos, topic))
    this.socket.send(Buffer.concat(packets))
  }

  #publish(qos, topic) {
    const properties = this.version === 5 ? [0] : []
    const id = qos ? u16((this.#id = (this.#id % 65_535) + 1)) : []
    const rest = [...u16(topic.length), ...Buffer.from(topic), ...id, ...properties, ...PAYLOAD]
    return Buffer.from([0x30 | (qos << 1), rest.length, ...rest])
  }

  #take(bytes, socket) {
    const out = []
    for (let at = 0; at < bytes.length;) {
      const first = bytes[at++]
      let length = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]
        length |= (byte & 127) << shift
        if (byte < 128) break
      }
      this.#packet(first, bytes, at, out, socket)
      at += length
    }
    if (out.length && socket.state === 'open') socket.send(out)
  }

  #packet(first, bytes, at, out, socket) {
    const id = () => [bytes[at], bytes[at + 1]]
    switch (first >> 4) {
      case 1:
        this.socket = socket
        this.connects++
        return void out.push(0x20, ...(this.version === 5 ? [3, 0, 0, 0] : [2, 0, 0]))
      case 3: {
        this.received++
        const qos = (first >> 1) & 3
        const behind = at + 2 + bytes.readUInt16BE(at)
        if (!qos || !this.answers) return
        return void out.push(qos === 1 ? 0x40 : 0x50, 2, bytes[behind], bytes[behind + 1])
      }
      case 4:
      case 7:
        this.acknowledged++
        return
      case 5:
        return void out.push(0x62, 2, ...id())
      case 6:
        return void (this.answers && out.push(0x70, 2, ...id()))
      case 8:
        return void (this.version === 5
          ? out.push(0x90, 4, ...id(), 0, 2)
          : out.push(0x90, 3, ...id(), 2))
      case 12:
        return void out.push(0xd0, 0)
      default: // DISCONNECT, UNSUBSCRIBE: the runs need no answer
    }
  }
}

const PAYLOAD = Buffer.from('{"temperature":21.5}')

function u16(value) {
  return [value >> 8, value & 255]
}
