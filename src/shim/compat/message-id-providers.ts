/**
 * MQTT.js's providers of message ids, for code that uses them by themselves. The ids of a client are
 * allocated by its core: none is ever in use twice, so that there is nothing to choose.
 */
import type { IMessageIdProvider } from '../api'
import { INNER, setInner } from '../platform/hidden'

/** Counts up from a random id, whether an id is in use or not. */
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
    // ids in use are not recorded
  }

  clear(): void {
    // ids in use are not recorded
  }
}

/** Allocates the lowest id that is not in use. */
export class UniqueMessageIdProvider implements IMessageIdProvider {
  declare readonly [INNER]: () => Set<number>
  /** No id below it is free. */
  private lowest = 1
  private last: number | null = null

  constructor() {
    setInner(this, new Set<number>())
  }

  /** `null` if all are in use. */
  allocate(): number | null {
    const used = this[INNER]()
    while (used.has(this.lowest)) this.lowest++
    this.last = this.lowest > HIGHEST ? null : this.lowest
    if (this.last !== null) used.add(this.last)
    return this.last
  }

  getLastAllocated(): number | null {
    return this.last
  }

  /** False if it is in use, or not a message id. */
  register(messageId: number): boolean {
    const used = this[INNER]()
    if (!(messageId >= 1 && messageId <= HIGHEST) || used.has(messageId)) return false
    used.add(messageId)
    return true
  }

  deallocate(messageId: number): void {
    if (this[INNER]().delete(messageId)) this.lowest = Math.min(this.lowest, messageId)
  }

  clear(): void {
    this[INNER]().clear()
    this.lowest = 1
  }
}

/** Message ids are 1 to this. */
const HIGHEST = 0xffff
