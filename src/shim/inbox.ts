/**
 * What happens to a message that came in: the application hears of it, and, if it wants, decides when
 * and how it is acknowledged. Then the core holds everything behind the message.
 */
import type { AckHandler, DoneCallback, IPublishPacket, MqttError, Payload } from './api'
import { mqttError } from './errors'
import { guard } from './turns'

/** Who the messages are for. */
export interface Recipient {
  /** Takes part in the acknowledgement, if there is one (MQTT 5). */
  acks(): AckHandler | undefined
  tell(packet: IPublishPacket): void
  handleMessage(packet: IPublishPacket, done: DoneCallback): void
  /** A reason code, or -1 for no acknowledgement; negative if there is no such reason code. */
  acknowledge(reason: number): number
  tellError(error: Error | MqttError): void
}

export class Inbox {
  /** The message that the core holds */
  private held: IPublishPacket | undefined

  constructor(private readonly recipient: Recipient) {}

  /** The core waits for `acknowledge`. */
  hold(packet: IPublishPacket): void {
    this.held = packet
    const acks = this.recipient.acks()
    if (!acks || !packet.qos) return this.deliver(packet, 0)
    let decided = false
    this.run(packet, () => {
      acks(packet.topic, packet.payload as Payload, packet, (error, code) => {
        // even if the connection is gone: a QoS 2 message does not come again
        if (decided) return
        decided = true
        if (error && typeof error !== 'number') {
          this.recipient.tellError(error)
          return this.settle(packet, NO_ACKNOWLEDGEMENT)
        }
        this.deliver(packet, typeof error === 'number' ? error : code)
      })
    })
  }

  /** The application hears of it, unless it refused it, and says when it is done. */
  private deliver(packet: IPublishPacket, code: number | undefined): void {
    const { recipient } = this
    if (code === 0) recipient.tell(packet)
    else if (code === undefined || packet.qos === 2) return this.settle(packet, code)
    this.run(packet, () => {
      recipient.handleMessage(packet, error => {
        this.settle(packet, error ? NO_ACKNOWLEDGEMENT : code)
      })
    })
  }

  private settle(packet: IPublishPacket, code: number | undefined): void {
    if (this.held !== packet) return // it was settled, or its connection is gone, and another came
    this.held = undefined
    const reason = typeof code === 'number' && code === (code & 0xff) ? code : NO_REASON
    if (code === NO_ACKNOWLEDGEMENT || this.recipient.acknowledge(reason) < 0) {
      if (code !== NO_ACKNOWLEDGEMENT) this.recipient.tellError(wrongReason(packet))
      this.recipient.acknowledge(NO_ACKNOWLEDGEMENT)
    }
  }

  /** The application's code; if it throws, the message counts as not taken. */
  private run(packet: IPublishPacket, code: () => void): void {
    guard(() => {
      let done = false
      try {
        code()
        done = true
      } finally {
        if (!done) this.settle(packet, NO_ACKNOWLEDGEMENT)
      }
    })
  }
}

function wrongReason({ qos }: IPublishPacket): MqttError {
  const hint =
    'customHandleAcks 的原因码只能是 0、16、128、131、135、144、145、151、153。 Not a reason code for a message.'
  const answer = qos === 2 ? 'pubrec' : 'puback'
  return mqttError('WRONG_REASON_CODE', `Wrong reason code for ${answer}`, hint)
}

const NO_ACKNOWLEDGEMENT = -1

/** That no packet has */
const NO_REASON = 0xff
