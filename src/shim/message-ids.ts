/**
 * MQTT.js's providers of message ids, for code that uses them by themselves. The client's own ids are
 * the core's: none is ever used twice at a time, so that there is nothing to choose.
 */
import type { IMessageIdProvider } from './api'

/** One after the other, from a random one on, whatever is in use. */
export class DefaultMessageIdProvider implements IMessageIdProvider {
  private last = Math.floor(Math.random() * HIGHEST)

  allocate(): number {
    this.last = (this.last % HIGHEST) + 1
    return this.last
  }

  getLastAllocated(): number {
    return this.last || HIGHEST
  }

  register(_messageId: number): boolean {
    return true
  }

  deallocate(_messageId: number): void {
    // it does not remember
  }

  clear(): void {
    // it does not remember
  }
}

/** The lowest that is not in use. */
export class UniqueMessageIdProvider implements IMessageIdProvider {
  private readonly used = new Set<number>()
  /** None below it is free */
  private lowest = 1
  private last: number | null = null

  allocate(): number | null {
    while (this.used.has(this.lowest)) this.lowest++
    this.last = this.lowest > HIGHEST ? null : this.lowest
    if (this.last !== null) this.used.add(this.last)
    return this.last
  }

  getLastAllocated(): number | null {
    return this.last
  }

  /** False if it is in use, or none. */
  register(messageId: number): boolean {
    if (!(messageId >= 1 && messageId <= HIGHEST) || this.used.has(messageId)) return false
    this.used.add(messageId)
    return true
  }

  deallocate(messageId: number): void {
    if (this.used.delete(messageId)) this.lowest = Math.min(this.lowest, messageId)
  }

  clear(): void {
    this.used.clear()
    this.lowest = 1
  }
}

/** The client's property: what the core has given. It cannot be asked for more. */
export class CoreMessageIds implements IMessageIdProvider {
  constructor(private readonly lastId: () => number | null) {}

  allocate(): null {
    return null
  }

  getLastAllocated(): number | null {
    return this.lastId()
  }

  register(_messageId: number): boolean {
    return false
  }

  deallocate(_messageId: number): void {
    // the core knows when
  }

  clear(): void {
    // the core knows when
  }
}

const HIGHEST = 0xffff
