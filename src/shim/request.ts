/** What is asked of the server: on its way to the core, and until its answer. */
import type { Core, ErrorCode } from '#core'
import type { MqttError, Packet } from './api'
import type { Listener } from './emitter'
import type { Answer } from './host'
import type { TopicSlots } from './topics'

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
