/**
 * How much of what was handed to a network connection is sent, as far as the platform tells. On a slow
 * network it takes whatever it is given, and keeps it in its own memory.
 */
import { guard } from './turns'

interface Waiting {
  readonly total: number
  readonly done: (isSent: boolean) => void
}

export class SendProgress {
  /** Bytes that were handed over, and how many of them are sent, from the first */
  private handed = 0
  private sent = 0
  /** In the order of their totals */
  private waiting: Waiting[] = []

  /** Bytes that are not known to be sent */
  get pending(): number {
    return this.handed - this.sent
  }

  /** So many bytes are handed over. Returns the total, with which `confirm` says that they are sent. */
  add(bytes: number): number {
    return (this.handed += bytes)
  }

  /** Everything up to this total is sent. It may be said twice, late, or only of what came behind. */
  confirm(total: number): void {
    if (total > this.sent) this.sent = total
    while (this.waiting.length > 0 && this.waiting[0]!.total <= this.sent) this.settleFirst(true)
  }

  /** Calls `done` once all that was handed over is sent, possibly at once; `false`: nobody will know. */
  whenSent(done: (isSent: boolean) => void): void {
    if (this.pending === 0) done(true)
    else this.waiting.push({ total: this.handed, done })
  }

  /** The connection is gone. */
  abandon(): void {
    this.sent = this.handed
    while (this.waiting.length > 0) this.settleFirst(false)
  }

  private settleFirst(isSent: boolean): void {
    const { done } = this.waiting.shift()!
    guard(() => done(isSent))
  }
}
