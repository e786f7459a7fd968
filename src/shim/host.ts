/**
 * What the core calls. It only queues: the application's code must not run inside a call into wasm,
 * where it could re-enter it or throw through it. What a byte array shows is copied at once, because
 * it is a view of wasm memory. The steps are run in order when the call is over.
 */
import type { ErrorCode } from '#core'
import type {
  IAuthPacket,
  IConnackPacket,
  IDisconnectPacket,
  IProperties,
  IPublishPacket,
  MqttError,
  Packet,
} from './api'
import { Payload } from './payload-numbers'
import { guard } from './turns'

/** Who carries out what the core asks for, with bytes that stay. */
export interface Actor {
  openTransport(): void
  sendBytes(bytes: ArrayBuffer): void
  closeTransport(): void
  /** Keeps a record for another life, in place of one that has the same key. */
  keep(key: string, record: Uint8Array): void
  forget(key: string): void
  ended(): void
  error(code: ErrorCode, reason: number, detail: string): void
  fellBack(): void
  completed(token: number, answer: Answer): void
  failed(token: number, code: ErrorCode, reason: number): void
}

/** What the server said to a request; MQTT 3 leaves most of it out. */
export interface Answer {
  messageId: number
  codes: number[]
  reasonCode: number
  properties?: IProperties
}

/** Who hears of what happens. */
export interface Events {
  connected(connack: IConnackPacket): void
  reconnecting(): void
  offline(): void
  closed(): void
  ended(): void
  disconnected(packet: IDisconnectPacket): void
  /** The server wants another step of enhanced authentication. */
  challenged(auth: IAuthPacket): void
  error(error: MqttError): void
  /** With `held` nothing behind it comes in before it is acknowledged. */
  message(packet: IPublishPacket, held: boolean): void
  /** Whether messages are to be held from now on. */
  holdsMessages(): boolean
  /** Every request is answered. */
  idle(): void
  packetSent(packet: Packet): void
  packetReceived(packet: Packet): void
}

export class Host {
  /** Whether the core holds each message */
  held = false
  private readonly topics: string[] = []
  private steps: Array<() => void> = []
  /** Where in the steps */
  private next = 0
  private running = false
  /** For how much the steps wait */
  private waits = 0

  constructor(
    private readonly actor: Actor,
    private readonly events: Events,
  ) {}

  /** Queues a step behind what is queued. */
  add(step: () => void): void {
    this.steps.push(step)
  }

  /** Runs what is queued, and what that adds. A step may call back into the core, and so into here. */
  run(): void {
    if (this.running) return
    this.running = true
    while (this.next < this.steps.length && !this.waits) guard(this.steps[this.next++]!)
    this.running = false
    if (this.next < this.steps.length) return
    this.steps = []
    this.next = 0
  }

  /** The steps that follow wait until what is given back is called. */
  wait(): () => void {
    let waiting = true
    this.waits++
    return () => {
      if (!waiting) return
      waiting = false
      this.waits--
      this.run()
    }
  }

  openTransport(): void {
    this.add(() => this.actor.openTransport())
  }

  sendBytes(view: Uint8Array): void {
    const bytes = view.slice().buffer as ArrayBuffer
    this.add(() => this.actor.sendBytes(bytes))
  }

  closeTransport(): void {
    this.add(() => this.actor.closeTransport())
  }

  store(key: string, view: Uint8Array): void {
    const record = view.slice()
    this.add(() => this.actor.keep(key, record))
  }

  erase(key: string): void {
    this.add(() => this.actor.forget(key))
  }

  connected(connack: IConnackPacket): void {
    this.add(() => this.events.connected(connack))
  }

  reconnecting(): void {
    this.add(() => this.events.reconnecting())
  }

  offline(): void {
    this.add(() => this.events.offline())
  }

  closed(): void {
    this.add(() => this.events.closed())
  }

  ended(): void {
    this.add(() => this.actor.ended())
  }

  error(code: ErrorCode, reason: number, detail: string): void {
    this.add(() => this.actor.error(code, reason, detail))
  }

  fellBack(): void {
    this.add(() => this.actor.fellBack())
  }

  disconnected(packet: IDisconnectPacket): void {
    this.add(() => this.events.disconnected(packet))
  }

  authenticate(auth: IAuthPacket): void {
    this.add(() => this.events.challenged(printable(auth)))
  }

  /** From now on messages name this topic by its slot. */
  topic(slot: number, topic: string): void {
    this.topics[slot] = topic
  }

  message(
    slot: number,
    view: Uint8Array,
    qos: 0 | 1 | 2,
    retain: boolean,
    dup: boolean,
    packetId: number,
    length: number,
    properties?: IProperties,
  ): void {
    const topic = this.topics[slot]!
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic,
      payload: new Payload(view),
      qos,
      retain,
      dup,
      length,
    }
    if (packetId) packet.messageId = packetId
    if (properties) packet.properties = printableProperties(properties)
    const { held } = this
    this.add(() => this.events.message(packet, held))
  }

  completed(token: number, messageId: number, reasonCode: number, properties?: IProperties): void {
    const answer: Answer = { messageId, codes: [], reasonCode }
    if (properties) answer.properties = properties
    this.add(() => this.actor.completed(token, answer))
  }

  granted(token: number, messageId: number, view: Uint8Array, properties?: IProperties): void {
    const answer: Answer = { messageId, codes: Array.from(view), reasonCode: 0 }
    if (properties) answer.properties = properties
    this.add(() => this.actor.completed(token, answer))
  }

  failed(token: number, code: ErrorCode, reason: number): void {
    this.add(() => this.actor.failed(token, code, reason))
  }

  packetSent(packet: Packet): void {
    this.add(() => this.events.packetSent(printable(packet)))
  }

  packetReceived(packet: Packet): void {
    this.add(() => this.events.packetReceived(printable(packet)))
  }
}

/** What is bytes in a packet prints as text here too. */
export function printable<P extends object>(packet: P): P {
  const { payload, properties } = packet as Partial<IPublishPacket>
  if (payload instanceof Uint8Array) Object.assign(packet, { payload: new Payload(payload) })
  if (properties) printableProperties(properties)
  return packet
}

function printableProperties(properties: IProperties): IProperties {
  const { correlationData, authenticationData } = properties
  if (correlationData) properties.correlationData = new Payload(correlationData)
  if (authenticationData) properties.authenticationData = new Payload(authenticationData)
  return properties
}
