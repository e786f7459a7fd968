/**
 * A scripted broker, of MQTT 3.1.1 unless another version is given, at the other end of a fake phone's sockets. It says yes to everything
 * and gives each message back to its sender; `answers` changes that packet by packet.
 */
import mqttPacket from 'mqtt-packet'

export class Broker {
  /** All packets that came in, oldest first */
  packets = []
  /** Socket messages that came in */
  messages = 0
  subscriptions = new Map()
  #lastId = 0

  /** By packet type: the packet or packets to answer with, or nothing. */
  answers = {
    connect: () => ({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
    publish: packet => [...acknowledge(packet), ...this.deliver(packet)],
    pubrec: ({ messageId }) => ({ cmd: 'pubrel', messageId }),
    pubrel: ({ messageId }) => ({ cmd: 'pubcomp', messageId }),
    subscribe: ({ messageId, subscriptions }) => {
      for (const { topic, qos } of subscriptions) this.subscriptions.set(topic, qos)
      return { cmd: 'suback', messageId, granted: subscriptions.map(({ qos }) => qos) }
    },
    unsubscribe: ({ messageId, unsubscriptions }) => {
      for (const topic of unsubscriptions) this.subscriptions.delete(topic)
      return { cmd: 'unsuback', messageId }
    },
    pingreq: () => ({ cmd: 'pingresp' }),
  }

  constructor(phone, version) {
    this.phone = phone
    this.protocolVersion = version
    phone.fake.onSocket = socket => this.accept(socket)
  }

  get socket() {
    return this.phone.fake.socket
  }

  /** The packets of one type. */
  got(cmd) {
    return this.packets.filter(packet => packet.cmd === cmd)
  }

  accept(socket) {
    const parser = mqttPacket.parser({ protocolVersion: this.protocolVersion })
    parser.on('packet', packet => {
      this.packets.push(packet)
      for (const answer of [this.answers[packet.cmd]?.(packet) ?? []].flat())
        this.send(answer, socket)
    })
    socket.onMessage = bytes => {
      this.messages++
      parser.parse(bytes)
    }
    socket.open()
  }

  send(packet, socket = this.socket) {
    if (socket.state === 'open') socket.send(this.generate(packet))
  }

  /** Several packets in one socket message. */
  sendTogether(packets) {
    this.socket.send(Buffer.concat(packets.map(packet => this.generate(packet))))
  }

  generate(packet) {
    return mqttPacket.generate(packet, { protocolVersion: this.protocolVersion })
  }

  deliver({ topic, payload, qos }) {
    const granted = this.subscriptions.get(topic) ?? this.subscriptions.get('#')
    if (granted === undefined) return []
    const delivery = Math.min(qos, granted)
    const messageId = delivery ? (this.#lastId = (this.#lastId % 65535) + 1) : undefined
    return [{ cmd: 'publish', topic, payload, qos: delivery, messageId, retain: false, dup: false }]
  }
}

function acknowledge({ qos, messageId }) {
  if (qos === 0) return []
  return [{ cmd: qos === 1 ? 'puback' : 'pubrec', messageId }]
}

/** A phone whose sockets all end at a broker. */
export function withBroker(phone, version = 4) {
  const broker = new Broker(phone, version)
  return { phone, broker, mqtt: phone.mqtt }
}

/** Collects what a client reports of its connection, as [event, error] with the events `error` and `close`. */
export function reports(client) {
  const found = []
  client.on('error', error => found.push(['error', error]))
  client.on('close', cause => cause && found.push(['close', cause]))
  return found
}

/** Notes a client's events in order, as `name` or `name argument`. */
export function record(client) {
  const log = []
  for (const name of ['connect', 'reconnect', 'offline', 'close', 'end'])
    client.on(name, () => log.push(name))
  client.on('error', error => log.push(`error ${error.message}`))
  client.on('message', (topic, payload) => log.push(`message ${topic} ${payload}`))
  return log
}
