/**
 * What the core calls: one method for each thing that it wants done. They only add to the queue of steps,
 * and must not throw. Bytes are in wasm memory, as a view or by their address, and are copied at once.
 */
import type { IAuthPacket, IProperties, IPublishPacket, MqttError, Packet, QoS } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { redact } from '../errors/secrets'
import { Payload } from '../payload/payload-numbers'
import { printable, printableProperties } from '../payload/printable'
import { decodeUtf8 } from '../payload/utf8'
import { copyOut } from './memory'
import { NO_CODES } from './request'
import type { Answer } from './request'
import type { Step, StepQueue } from './step-queue'

export class Host {
  /** Whether the core waits for the acknowledgement of each message */
  manualAck = false
  /** Topics of received messages, by their slot */
  private readonly topics: string[] = []

  /** Why the connection is about to be closed */
  cause: MqttError | undefined

  constructor(readonly queue: StepQueue) {}

  send(at: number, size: number): void {
    this.queue.add('send', copyOut(at, size))
  }

  putRecord(key: string, view: Uint8Array): void {
    this.queue.add('putRecord', key, view.slice())
  }

  /** Nothing more will be reported: the core can be freed. */
  ended(): void {
    this.queue.add('coreEnded')
  }

  /**
   * `closed` follows, unless it is about a single subscription, and reports what another attempt may
   * not meet. `detail` is for the text.
   */
  error(
    code: ErrorCode,
    reason: number,
    detail: string,
    aboutCredentials: boolean,
    isFinal: boolean,
  ): void {
    const error: MqttError = coreError(code, reason, redact(detail))
    error.final = isFinal
    if (aboutCredentials) this.queue.add('credentialsRejected')
    // a DISCONNECT, or a token that the provider will replace
    const isRetryable = !isFinal && (code === ErrorCode.Disconnected || aboutCredentials)
    if (!isRetryable) this.queue.add('error', error)
    if (code !== ErrorCode.ResubscribeRefused) this.cause = error
  }

  closed(isFinal: boolean): void {
    const { cause } = this
    this.cause = undefined
    if (cause) cause.final = isFinal
    this.queue.add('closed', cause)
  }

  warning(code: ErrorCode, detail: string, topic: Uint8Array): void {
    const about = topic.length ? `${detail} (topic ${decodeUtf8(topic)})` : detail
    this.queue.add('warning', coreError(code, 0, about))
  }

  authenticate(packet: IAuthPacket): void {
    this.queue.add('authenticate', printable(packet))
  }

  /** From now on messages name this topic by its slot. */
  topic(slot: number, topic: string): void {
    this.topics[slot] = topic
  }

  /** `flags` are those of the first byte of PUBLISH, `length` is its remaining length. */
  message(
    slot: number,
    flags: number,
    view: Uint8Array,
    packetId: number,
    length: number,
    properties?: IProperties,
  ): void {
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic: this.topics[slot]!,
      payload: new Payload(length < LARGE ? view : view.slice().buffer),
      qos: ((flags >> 1) & 3) as QoS,
      retain: (flags & 1) !== 0,
      dup: (flags & 8) !== 0,
      length,
    }
    if (packetId) packet.messageId = packetId
    if (properties) packet.properties = printableProperties(properties)
    this.queue.add(this.manualAck ? 'messageToAcknowledge' : 'message', packet)
  }

  /** The server answered a message or UNSUBSCRIBE; or a message of QoS 0 was sent later than asked for. */
  completed(
    requestId: number,
    messageId: number,
    reasonCode: number,
    properties?: IProperties,
  ): void {
    const answer: Answer = { messageId, codes: NO_CODES, reasonCode, properties }
    this.queue.add('completed', requestId, answer)
  }

  /** The server answered SUBSCRIBE; the view has one code for each filter. */
  subscribed(
    requestId: number,
    messageId: number,
    view: Uint8Array,
    properties?: IProperties,
  ): void {
    const answer: Answer = { messageId, codes: Array.from(view), reasonCode: 0, properties }
    this.queue.add('completed', requestId, answer)
  }

  /** There will be no answer. */
  failed(requestId: number, code: ErrorCode, reason: number): void {
    this.queue.add('failed', requestId, coreError(code, reason))
  }

  /** For the events `packetsend` and `packetreceive`, while they have listeners. */
  packetSent(packet: Packet): void {
    this.queue.add('packetSent', printable(packet))
  }

  packetReceived(packet: Packet): void {
    this.queue.add('packetReceived', printable(packet))
  }
}

/** Bytes from where on it is faster to copy first, and to make the payload of the copy */
const LARGE = 1024

/** What is queued as it is: the name of the method, and its argument if it has one. */
const PLAIN: Step[] = [
  'openTransport',
  'closeTransport',
  'deleteRecord',
  'connected',
  'reconnecting',
  'offline',
  'fellBack',
  'disconnected',
]

for (const step of PLAIN) {
  Object.defineProperty(Host.prototype, step, {
    value(this: Host, argument?: unknown): void {
      this.queue.add(step, argument)
    },
  })
}
