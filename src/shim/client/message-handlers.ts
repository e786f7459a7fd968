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

  constructor(private readonly matches: (filter: string, topic: string) => boolean) {}

  set(filter: string, handler: OnMessageCallback): void {
    this.handlers.set(filter, handler)
    this.matching.clear()
  }

  remove(filter: string): void {
    if (this.handlers.delete(filter)) this.matching.clear()
  }

  of(topic: string): OnMessageCallback[] {
    if (this.handlers.size === 0) return NONE
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
}

const NONE: OnMessageCallback[] = []

/** Topics that are remembered at a time */
const TOPICS = 256
