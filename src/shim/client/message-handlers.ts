/**
 * The handlers of single subscriptions (the option `onMessage`): which of them receive a message, by its
 * topic. Which filter matches which topic is for the core to decide.
 */
import type { OnMessageCallback } from '../api'

export class MessageHandlers {
  /** By filter, in the order in which they were added */
  private readonly handlers = new Map<string, OnMessageCallback>()
  /** By topic; filled as messages are received */
  private readonly matching = new Map<string, OnMessageCallback[]>()
  /** Asked for at each message, where the size of a map, which is a getter, costs more */
  private isEmpty = true

  constructor(private readonly matches: (filter: string, topic: string) => boolean) {}

  set(filter: string, handler: OnMessageCallback): void {
    this.handlers.set(filter, handler)
    this.changed()
  }

  remove(filter: string): void {
    if (this.handlers.delete(filter)) this.changed()
  }

  of(topic: string): OnMessageCallback[] {
    if (this.isEmpty) return NONE
    const known = this.matching.get(topic)
    if (known) return known
    const found: OnMessageCallback[] = []
    this.handlers.forEach((handler, filter) => {
      if (this.matches(filter, topic)) found.push(handler)
    })
    if (this.matching.size >= TOPICS) this.matching.clear()
    this.matching.set(topic, found)
    return found
  }

  private changed(): void {
    this.isEmpty = this.handlers.size === 0
    this.matching.clear()
  }
}

const NONE: OnMessageCallback[] = []

/** Topics that are remembered at a time */
const TOPICS = 256
