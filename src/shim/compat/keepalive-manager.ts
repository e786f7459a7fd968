/**
 * MQTT.js's KeepaliveManager, for code that uses one by itself: it calls `sendPing` after the keepalive
 * time and `onKeepaliveTimeout` after half as much again. The client has none: its core keeps alive by
 * the wall clock.
 */
import type { Timer } from '../api'
import { isFunction } from '../payload/value-types'
import { INNER, setInner } from '../platform/hidden'

/** The client that is kept alive. */
export interface KeptAlive {
  /** Seconds */
  readonly keepalive: number
  sendPing(): void
  onKeepaliveTimeout(): void
}

interface Inner {
  readonly client: KeptAlive
  readonly timer: Timer
  /** Milliseconds; how often half of it has passed; when one and a half of it will have */
  period: number
  beats: number
  deadline: number
  alarm: unknown
  destroyed: boolean
}

export class KeepaliveManager {
  declare readonly [INNER]: () => Inner

  constructor(client: KeptAlive, variant?: string | Timer) {
    const timer = typeof variant === 'object' ? variant : REPEATED
    setInner<Inner>(this, {
      client,
      timer,
      period: 0,
      beats: 0,
      deadline: 0,
      alarm: undefined,
      destroyed: false,
    })
    this.setKeepalive(client.keepalive)
  }

  /** When the time will be over, as in `Date.now()`. */
  get keepaliveTimeoutTimestamp(): number {
    return this[INNER]().deadline
  }

  get intervalEvery(): number {
    return Math.ceil(this.keepalive / 2)
  }

  /** Milliseconds. */
  get keepalive(): number {
    return this[INNER]().period
  }

  /** Seconds, more than 0. Begins anew. */
  setKeepalive(seconds: number): void {
    const milliseconds = seconds * 1000
    if (!(milliseconds > 0 && milliseconds <= LONGEST)) {
      throw new Error(
        `Keepalive value must be an integer between 0 and ${LONGEST}. Provided value is ${milliseconds}`,
      )
    }
    this[INNER]().period = milliseconds
    this.reschedule()
  }

  /** Begins anew. */
  reschedule(): void {
    const inner = this[INNER]()
    if (inner.destroyed) return
    stop(inner)
    inner.beats = 0
    inner.deadline = Date.now() + Math.ceil(inner.period * 1.5)
    inner.alarm = inner.timer.set(() => beat(inner), this.intervalEvery)
  }

  destroy(): void {
    const inner = this[INNER]()
    stop(inner)
    inner.destroyed = true
  }
}

function beat(inner: Inner): void {
  if (inner.destroyed) return
  inner.beats++
  if (inner.beats === 2) inner.client.sendPing()
  else if (inner.beats > 2) inner.client.onKeepaliveTimeout()
}

function stop(inner: Inner): void {
  if (inner.alarm !== undefined) inner.timer.clear(inner.alarm)
  inner.alarm = undefined
}

/** What setInterval does, by what every phone has. */
const REPEATED: Timer = {
  set(ring, milliseconds) {
    let alarm: ReturnType<typeof setTimeout>
    const again = () => {
      alarm = setTimeout(() => {
        again()
        ring()
      }, milliseconds)
    }
    again()
    return () => clearTimeout(alarm)
  },
  clear(stop) {
    if (isFunction(stop)) stop()
  },
}

/** Milliseconds; longer timers ring at once. */
const LONGEST = 0x7fffffff
