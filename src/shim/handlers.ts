/**
 * The handlers of single subscriptions: who hears of a message, by its topic. Which filter matches
 * which topic is the core's to say.
 */
import type { OnMessageCallback } from './api'

export class Handlers {
  /** By filter, in the order in which they came */
  private readonly handlers = new Map<string, OnMessageCallback>()
  /** By topic; what was found out for topics that came in */
  private readonly found = new Map<string, OnMessageCallback[]>()

  constructor(private readonly matches: (filter: string, topic: string) => boolean) {}

  set(filter: string, handler: OnMessageCallback): void {
    this.handlers.set(filter, handler)
    this.found.clear()
  }

  remove(filter: string): void {
    if (this.handlers.delete(filter)) this.found.clear()
  }

  of(topic: string): OnMessageCallback[] {
    if (!this.handlers.size) return NONE
    const known = this.found.get(topic)
    if (known) return known
    const found: OnMessageCallback[] = []
    this.handlers.forEach((handler, filter) => {
      if (this.matches(filter, topic)) found.push(handler)
    })
    if (this.found.size >= TOPICS) this.found.clear()
    this.found.set(topic, found)
    return found
  }
}

const NONE: OnMessageCallback[] = []

/** That are remembered at a time */
const TOPICS = 256
