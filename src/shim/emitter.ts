/**
 * A small event emitter with the methods of Node's. One difference: a listener that throws does not
 * keep the others from hearing; its error is thrown again in a turn of its own, so that it is seen.
 */
import { guard } from './turns'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every event has its own arguments
export type Listener = (...args: any[]) => void
export type EventName = string | symbol

interface Entry {
  listener: Listener
  once: boolean
}

export class Emitter {
  private readonly entries = new Map<EventName, Entry[]>()

  on(event: EventName, listener: Listener): this {
    return this.add(event, { listener, once: false })
  }

  once(event: EventName, listener: Listener): this {
    return this.add(event, { listener, once: true })
  }

  addListener(event: EventName, listener: Listener): this {
    return this.on(event, listener)
  }

  prependListener(event: EventName, listener: Listener): this {
    return this.add(event, { listener, once: false }, true)
  }

  prependOnceListener(event: EventName, listener: Listener): this {
    return this.add(event, { listener, once: true }, true)
  }

  off(event: EventName, listener: Listener): this {
    const last = this.of(event)
      .filter(entry => entry.listener === listener)
      .pop()
    return last ? this.remove(event, last) : this
  }

  removeListener(event: EventName, listener: Listener): this {
    return this.off(event, listener)
  }

  removeAllListeners(event?: EventName): this {
    const events = event === undefined ? this.eventNames() : [event]
    for (const name of events) this.set(name, [])
    return this
  }

  /** Calls the listeners of now, in order; whether there were any. */
  emit(event: EventName, ...args: unknown[]): boolean {
    const entries = this.of(event)
    for (const entry of entries) {
      if (entry.once) this.remove(event, entry)
      guard(() => entry.listener.apply(this, args))
    }
    return entries.length > 0
  }

  listeners(event: EventName): Listener[] {
    return this.of(event).map(entry => entry.listener)
  }

  rawListeners(event: EventName): Listener[] {
    return this.listeners(event)
  }

  listenerCount(event: EventName): number {
    return this.of(event).length
  }

  eventNames(): EventName[] {
    return Array.from(this.entries.keys())
  }

  /** There is no limit; the methods are for code that sets one. */
  setMaxListeners(_count: number): this {
    return this
  }

  getMaxListeners(): number {
    return Infinity
  }

  /** A listener came or went. */
  protected listenersChanged(_event: EventName): void {
    // most emitters do not care
  }

  private add(event: EventName, entry: Entry, first = false): this {
    if (typeof entry.listener !== 'function') {
      throw new TypeError('The "listener" argument must be of type function')
    }
    this.set(event, first ? [entry].concat(this.of(event)) : this.of(event).concat(entry))
    return this
  }

  private remove(event: EventName, gone: Entry): this {
    this.set(
      event,
      this.of(event).filter(entry => entry !== gone),
    )
    return this
  }

  private of(event: EventName): Entry[] {
    return this.entries.get(event) || []
  }

  /** A new array each time, so that an `emit` under way is not disturbed. */
  private set(event: EventName, entries: Entry[]): void {
    if (entries.length) this.entries.set(event, entries)
    else this.entries.delete(event)
    this.listenersChanged(event)
  }
}
