/**
 * Queues what the core wants done, and carries it out when the call into the core is over. The
 * application's code must not run within that call, where it could re-enter the core or throw through it.
 *
 * Steps are carried out in order, one at a time, and what one throws does not keep the next from being
 * carried out. A step may call the core, and so add steps.
 */
import type { IConnackPacket, MqttError } from '../api'
import type { Transport } from '../platform/transport'
import { rethrow } from '../platform/turns'
import type { Connector } from './connector'
import type { Credentials } from './credentials'
import type { EngineListener } from './engine-listener'
import type { Qos0Results } from './qos0-results'
import type { Answer } from './request'

/**
 * A function of whoever does it. For what comes with every message it is a constant and has up to two
 * arguments, so that no closure is made.
 */
export type Step<First = unknown, Second = unknown> = (
  runner: StepRunner,
  first: First,
  second: Second,
) => void

/** What becomes of session records. */
export interface RecordChanges {
  put(key: string, record: Uint8Array): void
  delete(key: string): void
}

/** What steps work on. */
export interface StepRunner {
  readonly listener: EngineListener
  readonly transport: Transport
  readonly connector: Connector
  readonly credentials: Credentials | undefined
  readonly session: RecordChanges
  readonly qos0: Qos0Results
  openTransport(): void
  connectionAccepted(packet: IConnackPacket): void
  connectionClosed(cause?: MqttError): void
  fellBack(): void
  coreEnded(): void
  settle(requestId: number, error: MqttError | null, answer: Answer): void
}

export class StepQueue {
  /** Three places for each step */
  private places: unknown[] = []
  /** The place of the next step */
  private position = 0
  private running = false
  private pauses = 0

  constructor(private readonly runner: StepRunner) {}

  get isEmpty(): boolean {
    return this.position === this.places.length
  }

  enqueue<First, Second>(step: Step<First, Second>, first?: First, second?: Second): void {
    this.places.push(step, first, second)
  }

  /** Carries out what is queued, and what that adds. Does nothing within a step, or while paused. */
  run(): void {
    if (this.running) return
    this.running = true
    const { places, runner } = this
    while (this.position < places.length && this.pauses === 0) {
      const at = this.position
      this.position = at + 3
      try {
        ;(places[at] as Step)(runner, places[at + 1], places[at + 2])
      } catch (error) {
        rethrow(error)
      }
    }
    this.running = false
    if (this.position < places.length) return
    this.position = 0
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
