/** The requests of a client that have not been answered: queued for a core, or in it. */
import type { Request } from './request'

/** A request, and its packet identifier: 0 while it has none, negated while it has not been sent. */
export interface PendingRequest {
  packetId: number
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
  /** The packet identifier that a request got last while there was no core; 0 if none did */
  lastPacketId = 0

  get hasQueued(): boolean {
    return this.queued.length > 0
  }

  /** Whether the core has answered all its requests. */
  get isIdle(): boolean {
    return this.count === 0
  }

  /**
   * Keeps a request until `takeQueued`, and numbers it as the core will. Where the server may know messages of
   * an earlier client (`clean` is false), numbers start anywhere.
   */
  enqueue(request: Request, clean: boolean): void {
    this.queued.push(request)
    if (request.kind === 'publish' && !request.qos) return
    const last = this.lastPacketId || (clean ? 0 : Math.floor(Math.random() * MOST_PACKET_IDS))
    this.lastPacketId = request.packetId = (last % MOST_PACKET_IDS) + 1
  }

  /** Removes the request with this packet identifier, if there was no core since. */
  takeBack(packetId: number): Request | undefined {
    const found = this.queued.filter(request => request.packetId === packetId)[0]
    if (found) this.queued.splice(this.queued.indexOf(found), 1)
    return found
  }

  takeQueued(): Request[] {
    const { queued } = this
    this.queued = []
    this.lastPacketId = 0
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

  get(id: number): Request | undefined {
    return this.pending.get(id)
  }

  /** Removes the request with this id, which is answered. */
  take(id: number): Request | undefined {
    const request = this.pending.get(id)
    if (request && this.pending.delete(id)) this.count--
    return request
  }

  /** All, in the order in which they were made. */
  list(packetIdOf: (id: number) => number): PendingRequest[] {
    const list: PendingRequest[] = []
    this.pending.forEach((request, id) => list.push({ packetId: packetIdOf(id), request }))
    const queued = this.queued.map((request): PendingRequest => ({
      packetId: -(request.packetId || 0),
      request,
    }))
    return list.concat(queued)
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

const MOST_PACKET_IDS = 0xffff
