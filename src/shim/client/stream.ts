/** `client.stream`, for code that was written for MQTT.js and breaks a connection through it. */
import { Emitter } from '../platform/emitter'
import { hide } from '../platform/hidden'

interface StreamEvents {
  close: () => void
}

/** Emits `close`, and can be destroyed. */
export class Stream extends Emitter<StreamEvents> {
  declare private readonly drop: () => void

  /** `drop` closes the network connection; the client reconnects as after an outage. */
  constructor(drop: () => void) {
    super()
    hide(this, 'drop', drop)
  }

  destroy(): this {
    this.drop()
    return this
  }

  end(): this {
    return this.destroy()
  }
}
