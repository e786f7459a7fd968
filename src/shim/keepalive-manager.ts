/**
 * MQTT.js's KeepaliveManager, for code that uses one by itself: a ping after the keepalive time, and
 * the end after half as much again. The client has none: its core keeps alive by the wall clock.
 */
import type { Timer } from './api'

/** Whom it keeps alive. */
export interface KeptAlive {
  /** Seconds */
  readonly keepalive: number
  sendPing(): void
  onKeepaliveTimeout(): void
}

export class KeepaliveManager {
  private milliseconds = 0
  private beats = 0
  private deadline = 0
  private destroyed = false
  private alarm: unknown
  private readonly timer: Timer

  constructor(
    private readonly client: KeptAlive,
    variant?: string | Timer,
  ) {
    this.timer = typeof variant === 'object' ? variant : REPEATED
    this.setKeepalive(client.keepalive)
  }

  /** When the time is over, as `Date.now()` says it. */
  get keepaliveTimeoutTimestamp(): number {
    return this.deadline
  }

  get intervalEvery(): number {
    return Math.ceil(this.milliseconds / 2)
  }

  /** Milliseconds. */
  get keepalive(): number {
    return this.milliseconds
  }

  /** Seconds, more than 0. */
  setKeepalive(seconds: number): void {
    const milliseconds = seconds * 1000
    if (!(milliseconds > 0 && milliseconds <= LONGEST)) {
      throw new Error(
        `Keepalive value must be an integer between 0 and ${LONGEST}. Provided value is ${milliseconds}`,
      )
    }
    this.milliseconds = milliseconds
    this.reschedule()
  }

  /** Begins anew. */
  reschedule(): void {
    if (this.destroyed) return
    this.clear()
    this.beats = 0
    this.deadline = Date.now() + Math.ceil(this.milliseconds * 1.5)
    this.alarm = this.timer.set(() => this.beat(), this.intervalEvery)
  }

  destroy(): void {
    this.clear()
    this.destroyed = true
  }

  private beat(): void {
    if (this.destroyed) return
    this.beats++
    if (this.beats === 2) this.client.sendPing()
    else if (this.beats > 2) this.client.onKeepaliveTimeout()
  }

  private clear(): void {
    if (this.alarm !== undefined) this.timer.clear(this.alarm as never)
    this.alarm = undefined
  }
}

/** What setInterval does, by what every phone has. */
const REPEATED: Timer = {
  set(ring, milliseconds) {
    const repeated = { alarm: undefined as ReturnType<typeof setTimeout> | undefined }
    const again = () => {
      repeated.alarm = setTimeout(() => {
        again()
        ring()
      }, milliseconds)
    }
    again()
    return repeated as never
  },
  clear(repeated) {
    const { alarm } = Object(repeated) as { alarm?: ReturnType<typeof setTimeout> }
    if (alarm !== undefined) clearTimeout(alarm)
  },
}

const LONGEST = 0x7fffffff
