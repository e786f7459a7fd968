/**
 * Time for one core: milliseconds that never go back, and one alarm. Timers freeze while a phone
 * has the app in the background, so what counts is the time that the core is told, not the alarm.
 */
export class Clock {
  private last = 0
  private correction = 0
  private alarm: ReturnType<typeof setTimeout> | undefined
  private alarmAt = Infinity

  constructor(private readonly ring: () => void) {}

  /** `Date.now()`, but for steps back of the system's clock, after which it goes on from where it was. */
  now(): number {
    const now = Date.now() + this.correction
    if (now >= this.last) this.last = now
    else this.correction += this.last - now
    return this.last
  }

  /**
   * Rings at this time at the latest. An alarm that is set for an earlier time stays: it is cheaper
   * to let one ring for nothing than to set one for every packet.
   */
  wakeAt(deadline: number): void {
    if (deadline >= this.alarmAt) return
    this.stop()
    this.alarmAt = deadline
    const delay = Math.min(Math.max(deadline - this.now(), 0), LONGEST_TIMER)
    this.alarm = setTimeout(() => {
      this.alarmAt = Infinity
      this.ring()
    }, delay)
  }

  stop(): void {
    if (this.alarm !== undefined) clearTimeout(this.alarm)
    this.alarm = undefined
    this.alarmAt = Infinity
  }
}

/** Longer timers ring at once. */
const LONGEST_TIMER = 0x7fffffff
