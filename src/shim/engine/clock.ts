/**
 * Time for one core: milliseconds that never go back, and one alarm. Timers stand still while a phone has
 * the app in the background, so the core judges by the time that it is told, never by the alarm.
 */
export class Clock {
  private last = 0
  private correction = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private alarmAt = Infinity

  constructor(private readonly ring: () => void) {}

  /** `Date.now()`; when the system's clock is set back, time continues from where it was. */
  now(): number {
    const now = Date.now() + this.correction
    if (now >= this.last) this.last = now
    else this.correction += this.last - now
    return this.last
  }

  /** One of these times as `Date.now()` has it. */
  dateOf(time: number): number {
    return time - this.correction
  }

  /**
   * Rings at this time at the latest. An alarm that is set for an earlier time stays: it is cheaper to
   * let one ring for nothing than to set one for every packet.
   */
  wakeAt(deadline: number): void {
    if (deadline >= this.alarmAt) return
    this.stop()
    this.alarmAt = deadline
    const delay = Math.min(Math.max(deadline - this.now(), 0), LONGEST_TIMER)
    this.timer = setTimeout(() => {
      this.alarmAt = Infinity
      this.ring()
    }, delay)
  }

  stop(): void {
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.timer = undefined
    this.alarmAt = Infinity
  }
}

/** Milliseconds; longer timers ring at once. */
const LONGEST_TIMER = 0x7fffffff
