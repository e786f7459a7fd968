/**
 * Manual acknowledgement: the application takes part in it by `handleMessage` or `customHandleAcks`. The
 * core then delivers one message at a time, and nothing behind it until it is acknowledged.
 */
import type { AckHandler, HandledCallback, IPublishPacket, MqttError, Payload } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { guard } from '../platform/turns'
import { isNumber } from '../payload/value-types'

/** Who receives the messages. */
export interface Receiver {
  /** The option `customHandleAcks`, where it applies (MQTT 5). */
  ackHandler(): AckHandler | undefined
  /** Delivers the message to all its listeners. */
  message(packet: IPublishPacket): void
  handleMessage(packet: IPublishPacket, done: HandledCallback): void
  /** A reason code, or -1 for no acknowledgement; negative if there is no such reason code. */
  acknowledge(reason: number): number
  report(error: Error | MqttError): void
}

export class ManualAcknowledgement {
  /** The message that is not acknowledged */
  private pending: IPublishPacket | undefined

  constructor(private readonly receiver: Receiver) {}

  receive(packet: IPublishPacket): void {
    this.pending = packet
    const ackHandler = this.receiver.ackHandler()
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
    if (code === 0) receiver.message(packet)
    else if (code === undefined || packet.qos === 2) return this.acknowledge(packet, code)
    this.run(packet, () => {
      receiver.handleMessage(packet, error => {
        this.acknowledge(packet, error ? NO_ACKNOWLEDGEMENT : code)
      })
    })
  }

  private acknowledge(packet: IPublishPacket, code: number | undefined): void {
    // it was acknowledged before; or its connection is gone, and another message has come
    if (this.pending !== packet) return
    this.pending = undefined
    const reason = isNumber(code) && code === (code & 0xff) ? code : NOT_A_REASON
    if (code === NO_ACKNOWLEDGEMENT || this.receiver.acknowledge(reason) < 0) {
      if (code !== NO_ACKNOWLEDGEMENT) this.receiver.report(wrongReason(packet))
      this.receiver.acknowledge(NO_ACKNOWLEDGEMENT)
    }
  }

  /** Runs code of the application; if it throws, the message is not acknowledged. */
  private run(packet: IPublishPacket, code: () => void): void {
    guard(() => {
      let returned = false
      try {
        code()
        returned = true
      } finally {
        if (!returned) this.acknowledge(packet, NO_ACKNOWLEDGEMENT)
      }
    })
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
