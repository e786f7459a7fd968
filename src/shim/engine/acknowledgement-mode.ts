/**
 * Whether the application acknowledges messages, as it does by `handleMessage` and, in MQTT 5, by
 * `customHandleAcks`: the core has to know before a message comes.
 */
import type { Settings } from '../options/table'
import type { CoreRunner } from './core-runner'

export class AcknowledgementMode {
  /** The application has replaced `handleMessage`. */
  private handlesMessages = false
  /** The option `customHandleAcks` when it was last looked at */
  private seenAckHandler: Settings['customHandleAcks']

  constructor(
    private readonly settings: Settings,
    private readonly runner: CoreRunner,
  ) {}

  /** The option `customHandleAcks`, where it applies: MQTT 3 has no reason codes to choose from. */
  ackHandler(): Settings['customHandleAcks'] {
    const { customHandleAcks, protocolVersion } = this.settings
    return protocolVersion === 5 ? customHandleAcks : undefined
  }

  setHandlesMessages(on: boolean): void {
    this.handlesMessages = on
    this.update()
  }

  /** MQTT.js, too, reads the option at each message. */
  check(): void {
    if (this.settings.customHandleAcks !== this.seenAckHandler) this.update()
  }

  /** Tells the core, if it does not know: it may be a new one, or go on with another version. */
  update(): void {
    this.seenAckHandler = this.settings.customHandleAcks
    this.runner.setManualAck(this.handlesMessages || !!this.ackHandler())
  }
}
