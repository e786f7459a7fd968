/**
 * The handlers of single subscriptions (the option `onMessage`): which of them receive a message, by its
 * topic. Which filter matches which topic is for the core to decide; it is asked only about filters that
 * can match: those that the levels of the topic make when they are put into the shape of a filter. Filters
 * have few shapes, however many there are.
 */
import type { OnMessageCallback } from '../api'

interface Entry {
  readonly handler: OnMessageCallback
  /** Entries are called in the order in which they were added. */
  readonly order: number
}

export class MessageHandlers {
  private readonly byFilter = new Map<string, Entry>()
  /** Levels of the shape, by the shape; a level is empty where a topic has its own */
  private readonly shapes = new Map<string, string[]>()
  /** By topic; filled as messages are received */
  private readonly matching = new Map<string, OnMessageCallback[]>()
  /** Asked for at each message, where the size of a map, which is a getter, costs more */
  private isEmpty = true
  private added = 0

  constructor(private readonly matches: (filter: string, topic: string) => boolean) {}

  set(filter: string, handler: OnMessageCallback): void {
    const known = this.byFilter.get(filter)
    this.byFilter.set(filter, { handler, order: known ? known.order : this.added++ })
    if (SHARED.test(filter)) this.shapes.set(filter, [filter])
    else {
      const shape = filter.replace(/[^/+#]+/g, '')
      this.shapes.set(shape, shape.split('/'))
    }
    this.changed()
  }

  remove(filter: string): void {
    if (!this.byFilter.delete(filter)) return
    if (SHARED.test(filter)) this.shapes.delete(filter)
    this.changed()
  }

  of(topic: string): OnMessageCallback[] {
    if (this.isEmpty) return NONE
    const known = this.matching.get(topic)
    if (known) return known
    const levels = topic.split('/')
    const found: Entry[] = []
    this.shapes.forEach(shape => {
      const filter = shape.map((level, at) => level || levels[at]).join('/')
      const entry = this.byFilter.get(filter)
      if (entry && this.matches(filter, topic)) found.push(entry)
    })
    const handlers = found.sort((one, other) => one.order - other.order).map(entry => entry.handler)
    if (this.matching.size >= TOPICS) this.matching.clear()
    this.matching.set(topic, handlers)
    return handlers
  }

  private changed(): void {
    this.isEmpty = this.byFilter.size === 0
    this.matching.clear()
  }
}

/** No topic has the name of a shared subscription in it: such a filter is a shape of its own. */
const SHARED = /^\$share\//

const NONE: OnMessageCallback[] = []

/** Topics that are remembered at a time */
const TOPICS = 256
