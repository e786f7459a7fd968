/**
 * When the application may connect again: the first time at once, after that under a backoff. Pages restart
 * from inside events (`close`, `error`, `end` …), and the next failure brings the next restart: without a
 * backoff that is a loop at the speed of the network. Attempts that the core makes by itself are not counted.
 */
import type { Settings } from '../options/table'
import { Clock } from './clock'

export class Restarts {
  /** Starts since a connection that was stable, or that the application ended: that start included */
  private starts = 0
  private startedAt = 0
  private connectedAt = 0
  /** Of the delay after the last start: between a half and 1 */
  private jitter = 1
  private waiting: (() => void) | undefined
  private readonly clock = new Clock(() => this.ring())

  constructor(private readonly settings: Settings) {}

  /** Whether a start waits for its time. */
  get isWaiting(): boolean {
    return !!this.waiting
  }

  /** Calls `start`: at once if its time has come, otherwise then, unless there is a `deadline` of another attempt. */
  run(start: () => void, deadline: () => number | undefined): void {
    const due = this.startedAt + this.delay()
    if (due <= this.clock.now()) return this.start(start)
    if (deadline() !== undefined) return
    this.waiting = start
    this.clock.wakeAt(due)
  }

  /** Forgets what waits. */
  cancel(): void {
    this.waiting = undefined
    this.clock.stop()
  }

  connectionAccepted(): void {
    this.connectedAt = this.clock.now()
  }

  /** `wanted`: the application ended the connection. */
  connectionClosed(wanted: boolean): void {
    const { connectedAt } = this
    this.connectedAt = 0
    if (!connectedAt) return
    if (wanted || this.clock.now() - connectedAt >= STABLE_AGE) this.starts = 1
  }

  private start(start: () => void): void {
    this.cancel()
    this.starts++
    this.jitter = 0.5 + Math.random() / 2
    this.startedAt = this.clock.now()
    start()
  }

  private ring(): void {
    const { waiting } = this
    if (waiting) this.run(waiting, () => undefined)
  }

  /** Milliseconds between the last start and the next one; with jitter, for a server that all have lost. */
  private delay(): number {
    if (this.starts < 2) return 0
    const period = this.settings.reconnectPeriod || SHORTEST_DELAY
    return Math.min(period * Math.pow(2, this.starts - 2), LONGEST_DELAY) * this.jitter
  }
}

/** Milliseconds; the shorter one is for a client that does not reconnect by itself */
const SHORTEST_DELAY = 1000
const LONGEST_DELAY = 30_000

/** Milliseconds after which a connection counts as stable, as in the core */
const STABLE_AGE = 10_000
