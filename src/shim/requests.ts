/** What is asked of the server: on its way to the core, and until its answer. */
import type { Core, ErrorCode } from '#core'
import type { MqttError, Packet } from './api'
import type { Listener } from './emitter'
import type { Answer } from './host'
import type { TopicSlots } from './topics'
import { later } from './turns'

/**
 * Asks the core for something: the token of the request, 0 if there is nothing to do, or a negative
 * `ErrorCode`.
 */
export type Command = (core: Core, now: number, topics: TopicSlots) => number

export interface Request {
  /** What the application sees of it while it is under way, in `queue` or in `outgoing` */
  packet: Packet
  callback: Listener | undefined
  command: Command
  /** The core has taken it. */
  taken?(): void
  /** The answer: exactly once, unless the core refused. */
  answer(error: MqttError | null, answer: Answer): void
  /** The core refused, and did nothing. */
  refused(code: ErrorCode): void
}

/** A request, and its packet identifier: 0 while it has none. */
export interface Pending {
  messageId: number
  request: Request
}

/** The requests of a client that have no answer. */
export class Requests {
  /** What was asked for while there was no core, oldest first */
  private waiting: Request[] = []
  /** What the core has, by token */
  private readonly taken = new Map<number, Request>()

  get areWaiting(): boolean {
    return this.waiting.length > 0
  }

  /** Until `takeWaiting`. */
  wait(request: Request): void {
    this.waiting.push(request)
  }

  takeWaiting(): Request[] {
    const { waiting } = this
    this.waiting = []
    return waiting
  }

  /** Gives it to the core; `command` is undefined if that was lost over it. */
  give(request: Request, command: () => number | undefined): void {
    this.taken.set(0, request) // has no token yet; it must not be forgotten if the core panics
    const token = command()
    this.taken.delete(0)
    if (token === undefined) return
    if (token > 0) this.taken.set(token, request)
    if (token === 0) later(() => request.answer(null, NO_ANSWER))
    if (token < 0) later(() => request.refused(-token))
    else if (request.taken) request.taken()
  }

  /** Whether it was the last one. */
  answer(token: number, error: MqttError | null, answer: Answer): boolean {
    const request = this.taken.get(token)
    this.taken.delete(token)
    if (request) request.answer(error, answer)
    return this.taken.size === 0
  }

  /** All, in the order in which they were asked for. */
  pending(packetId: (token: number) => number): Pending[] {
    const pending: Pending[] = []
    this.taken.forEach((request, token) => {
      pending.push({ messageId: packetId(token), request })
    })
    return pending.concat(this.waiting.map(request => ({ messageId: 0, request })))
  }

  /** All, which will not be answered. */
  takeAll(): Request[] {
    const all = Array.from(this.taken.values()).concat(this.takeWaiting())
    this.taken.clear()
    return all
  }
}

export const NO_ANSWER: Answer = { messageId: 0, codes: [], reasonCode: 0 }
