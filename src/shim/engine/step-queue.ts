/**
 * Queues what the core wants done, and carries it out when the call into the core is over. The
 * application's code must not run within that call, where it could re-enter the core or throw through it.
 *
 * A step is a name and up to two arguments, in one flat array: no closure is made for a message. Steps
 * are carried out in order, one at a time, and what one throws does not keep the next from being carried
 * out. A step may call the core, and so add steps.
 */
import { rethrow } from '../platform/turns'
import type { EngineListener } from './engine-listener'

/** What the core wants done, by its arguments; or what it reports, which has those of the listener. */
export type Step =
  | 'send' // bytes: ArrayBuffer
  | 'completed' // request id, answer
  | 'failed' // request id, error
  | 'openTransport'
  | 'closeTransport'
  | 'putRecord' // key, record
  | 'deleteRecord' // key
  | 'fellBack'
  | 'credentialsRejected'
  | 'coreEnded'
  | keyof EngineListener

export interface StepRunner {
  carryOut(step: Step, first: unknown, second: unknown): void
}

export class StepQueue {
  /** Three places for each step */
  private places: unknown[] = []
  /** The place of the next step */
  private next = 0
  private running = false
  private pauses = 0

  constructor(private readonly runner: StepRunner) {}

  get isEmpty(): boolean {
    return this.next === this.places.length
  }

  add(step: Step, first?: unknown, second?: unknown): void {
    this.places.push(step, first, second)
  }

  /** Carries out what is queued, and what that adds. Does nothing within a step, or while paused. */
  run(): void {
    if (this.running) return
    this.running = true
    const { places, runner } = this
    while (this.next < places.length && this.pauses === 0) {
      const at = this.next
      this.next = at + 3
      try {
        runner.carryOut(places[at] as Step, places[at + 1], places[at + 2])
      } catch (error) {
        rethrow(error)
      }
    }
    this.running = false
    if (this.next < places.length) return
    this.next = 0
    if (places.length > LONGEST_KEPT) this.places = []
    else places.length = 0
  }

  /** Nothing more is carried out until what this returns is called. */
  pause(): () => void {
    let paused = true
    this.pauses++
    return () => {
      if (!paused) return
      paused = false
      this.pauses--
      this.run()
    }
  }
}

/** Places of an array that is used again; a longer one is left to the garbage collector. */
const LONGEST_KEPT = 96
