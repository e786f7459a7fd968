/**
 * Manual acknowledgement: the application takes part in it by `handleMessage` or `customHandleAcks`. The
 * core then delivers one message at a time, and nothing behind it until it is acknowledged.
 */
import type { HandledCallback, IPublishPacket, MqttClient, MqttError, Payload } from '../api'
import type { Engine } from '../engine/engine'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { rethrow } from '../platform/turns'
import { isNumber } from '../payload/value-types'

/** Who receives the messages. */
export interface Receiver {
  readonly client: Pick<MqttClient, 'handleMessage'>
  /** `acknowledge` takes a reason code, or -1 for none; its result is negative if there is no such reason code. */
  readonly engine: Pick<Engine, 'acknowledge' | 'mode'>
  /** Delivers the message to all its listeners. */
  messageReceived(packet: IPublishPacket): void
  report(error: Error | MqttError): void
}

export class ManualAcknowledgement {
  /** The message that is not acknowledged */
  private pending: IPublishPacket | undefined

  constructor(private readonly receiver: Receiver) {}

  receive(packet: IPublishPacket): void {
    this.pending = packet
    const ackHandler = this.receiver.engine.mode.ackHandler()
    if (!ackHandler || !packet.qos) return this.deliver(packet, 0)
    let decided = false
    this.run(packet, () => {
      ackHandler(packet.topic, packet.payload as Payload, packet, (error, code) => {
        // it is delivered even if its connection is gone: a QoS 2 message is not sent again
        if (decided) return
        decided = true
        if (error && !isNumber(error)) {
          this.receiver.report(error)
          return this.acknowledge(packet, NO_ACKNOWLEDGEMENT)
        }
        this.deliver(packet, isNumber(error) ? error : code)
      })
    })
  }

  /** Delivers the message unless it was refused; `handleMessage` says when it is done with. */
  private deliver(packet: IPublishPacket, code: number | undefined): void {
    const { receiver } = this
    if (code === 0) receiver.messageReceived(packet)
    else if (code === undefined || packet.qos === 2) return this.acknowledge(packet, code)
    this.run(packet, () => {
      receiver.client.handleMessage(packet, error => {
        this.acknowledge(packet, error ? NO_ACKNOWLEDGEMENT : code)
      })
    })
  }

  private acknowledge(packet: IPublishPacket, code: number | undefined): void {
    // it was acknowledged before; or its connection is gone, and another message has come
    if (this.pending !== packet) return
    this.pending = undefined
    const { engine } = this.receiver
    const reason = isNumber(code) && code === (code & 0xff) ? code : NOT_A_REASON
    if (code !== NO_ACKNOWLEDGEMENT) {
      if (engine.acknowledge(reason) >= 0) return
      this.receiver.report(wrongReason(packet))
    }
    engine.acknowledge(NO_ACKNOWLEDGEMENT)
  }

  /** Runs code of the application; if it throws, the message is not acknowledged. */
  private run(packet: IPublishPacket, code: () => void): void {
    try {
      code()
    } catch (error) {
      rethrow(error)
      this.acknowledge(packet, NO_ACKNOWLEDGEMENT)
    }
  }
}

/** `handleMessage` of a client whose application has not replaced it. */
export function acceptMessage(_packet: IPublishPacket, callback: HandledCallback): void {
  callback()
}

function wrongReason({ qos }: IPublishPacket): MqttError {
  return coreError(ErrorCode.WrongReasonCode, 0, qos === 2 ? 'pubrec' : 'puback')
}

/** For `acknowledge` of the core */
const NO_ACKNOWLEDGEMENT = -1

/** A reason code that no acknowledgement may have, so that the core refuses it */
const NOT_A_REASON = 0xff
