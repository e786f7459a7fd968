/** The requests of a client that have not been answered: queued for a core, or in it. */
import type { Request } from './request'

/** A request, and its packet identifier: 0 while it has none. */
export interface PendingRequest {
  messageId: number
  request: Request
}

export class RequestTable {
  /** Made while there was no core, oldest first */
  private queued: Request[] = []
  /**
   * Which the core is being asked for at the moment: it has no id yet, and must not be forgotten if the
   * core panics. It has a field of its own because a map that is always added to and deleted from grows.
   */
  private asking: Request | undefined
  /** In the core, by request id */
  private readonly pending = new Map<number, Request>()
  /** How many those are: the size of a map is a getter, which costs more */
  private count = 0

  get hasQueued(): boolean {
    return this.queued.length > 0
  }

  /** Whether the core has answered all its requests. */
  get isIdle(): boolean {
    return this.count === 0
  }

  /** Keeps a request until `takeQueued`. */
  enqueue(request: Request): void {
    this.queued.push(request)
  }

  takeQueued(): Request[] {
    const { queued } = this
    this.queued = []
    return queued
  }

  /** The core is about to be asked for a request. */
  ask(request: Request): void {
    this.asking = request
  }

  /** The core has returned: with a request id if an answer will follow, else with 0 or less. */
  asked(id: number): void {
    if (id > 0) {
      this.pending.set(id, this.asking!)
      this.count++
    }
    this.asking = undefined
  }

  /** Removes the request with this id, which is answered. */
  take(id: number): Request | undefined {
    const request = this.pending.get(id)
    if (request && this.pending.delete(id)) this.count--
    return request
  }

  /** All, in the order in which they were made. */
  list(packetId: (id: number) => number): PendingRequest[] {
    const list: PendingRequest[] = []
    this.pending.forEach((request, id) => list.push({ messageId: packetId(id), request }))
    return list.concat(this.queued.map((request): PendingRequest => ({ messageId: 0, request })))
  }

  /** Removes all: they will not be answered. */
  takeAll(): Request[] {
    const asking = this.asking ? [this.asking] : []
    const all = Array.from(this.pending.values()).concat(asking, this.takeQueued())
    this.asking = undefined
    this.pending.clear()
    this.count = 0
    return all
  }
}
