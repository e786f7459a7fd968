/**
 * What the core calls: one method for each thing that it wants done. They only add to the queue of steps,
 * and must not throw. Bytes are in wasm memory, as a view or by their address, and are copied at once.
 */
import type {
  IAuthPacket,
  IConnackPacket,
  IDisconnectPacket,
  IProperties,
  IPublishPacket,
  MqttError,
  Packet,
  QoS,
} from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { redact } from '../errors/secrets'
import { Payload } from '../payload/payload'
import { printable, printableProperties } from '../payload/printable'
import { decodeUtf8 } from '../payload/utf8'
import { HostStep } from './calls'
import { copyOut } from './memory'
import { NO_ANSWER, NO_CODES } from './request'
import type { Answer } from './request'
import type { Step, StepQueue } from './step-queue'

export class Host {
  /** Whether the application acknowledges each message */
  acknowledges = false
  /** Topics of received messages, by their slot */
  private readonly topics: string[] = []

  /** Why the connection is about to be closed */
  cause: MqttError | undefined

  constructor(private readonly steps: StepQueue) {}

  /** What takes no more than a packet, or nothing. */
  step(step: HostStep, packet?: Packet): void {
    this.steps.enqueue(STEPS[step], packet && (printable(packet) as never))
  }

  send(at: number, size: number): void {
    this.steps.enqueue(SEND, copyOut(at, size))
  }

  putRecord(key: string, view: Uint8Array): void {
    const record = view.slice()
    this.steps.enqueue(runner => runner.session.put(key, record))
  }

  deleteRecord(key: string): void {
    this.steps.enqueue(runner => runner.session.delete(key))
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
    if (aboutCredentials) {
      this.steps.enqueue(({ credentials }) => credentials && credentials.reject())
    }
    // a DISCONNECT, or a token that the provider will replace
    const isRetryable = !isFinal && (code === ErrorCode.Disconnected || aboutCredentials)
    if (!isRetryable) this.steps.enqueue(runner => runner.listener.errorReported(error))
    if (code !== ErrorCode.ResubscribeRefused) this.cause = error
  }

  closed(isFinal: boolean): void {
    const { cause } = this
    this.cause = undefined
    if (cause) cause.final = isFinal
    this.steps.enqueue(runner => runner.connectionClosed(cause))
  }

  warning(code: ErrorCode, detail: string, topic: Uint8Array): void {
    const about = topic.length ? `${detail} (topic ${decodeUtf8(topic)})` : detail
    const warning = coreError(code, 0, about)
    this.steps.enqueue(runner => runner.listener.warningReported(warning))
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
    this.steps.enqueue(this.acknowledges ? MESSAGE_TO_ACKNOWLEDGE : MESSAGE, packet)
  }

  /** The server answered a message or UNSUBSCRIBE; or a message of QoS 0 was sent later than asked for. */
  completed(
    requestId: number,
    packetId: number,
    reasonCode: number,
    properties?: IProperties,
  ): void {
    const answer: Answer = { packetId, codes: NO_CODES, reasonCode, properties }
    this.steps.enqueue(COMPLETED, requestId, answer)
  }

  /** The server answered SUBSCRIBE; the view has one code for each filter. */
  subscribed(
    requestId: number,
    packetId: number,
    view: Uint8Array,
    properties?: IProperties,
  ): void {
    const answer: Answer = { packetId, codes: Array.from(view), reasonCode: 0, properties }
    this.steps.enqueue(COMPLETED, requestId, answer)
  }

  /** There will be no answer. */
  failed(requestId: number, code: ErrorCode, reason: number): void {
    const error = coreError(code, reason)
    this.steps.enqueue(runner => runner.settle(requestId, error, NO_ANSWER))
  }
}

/** Bytes from where on it is faster to copy first, and to make the payload of the copy */
const LARGE = 1024

const STEPS: Record<HostStep, Step<never>> = {
  [HostStep.OpenTransport]: runner => runner.openTransport(),
  [HostStep.CloseTransport]: runner => runner.connector.close(),
  [HostStep.Connected]: (runner, packet: IConnackPacket) => runner.connectionAccepted(packet),
  [HostStep.FellBack]: runner => runner.fellBack(),
  [HostStep.Disconnected]: ({ listener }, packet: IDisconnectPacket) =>
    listener.disconnectReceived(packet),
  [HostStep.Authenticate]: ({ listener }, packet: IAuthPacket) => listener.authenticate(packet),
  [HostStep.Reconnecting]: ({ listener }) => listener.reconnectionStarted(),
  [HostStep.Offline]: ({ listener }) => listener.connectionLost(),
  [HostStep.Ended]: runner => runner.coreEnded(),
  [HostStep.PacketSent]: ({ listener }, packet: Packet) => listener.packetSent(packet),
  [HostStep.PacketReceived]: ({ listener }, packet: Packet) => listener.packetReceived(packet),
}

// The steps of a message

const SEND: Step<ArrayBuffer> = (runner, bytes) => runner.transport.send(bytes)

const MESSAGE: Step<IPublishPacket> = (runner, packet) => runner.listener.messageReceived(packet)

const MESSAGE_TO_ACKNOWLEDGE: Step<IPublishPacket> = (runner, packet) =>
  runner.listener.messageToAcknowledge(packet)

const COMPLETED: Step<number, Answer> = (runner, requestId, answer) =>
  runner.settle(requestId, null, answer)
