/**
 * MQTT.js's Store, in memory. A client works with any store of this interface, but only uses one that
 * the application provides: its own messages are in the core.
 */
import type { DoneCallback, IStore, IStoreOptions, Packet, StoreCallback } from '../api'
import { Emitter } from '../platform/emitter'
import { INNER, hide, setInner } from '../platform/hidden'
import { defer } from '../platform/turns'

type Key = { messageId?: number | undefined }

/** Packets by message id, in the order in which they were put. */
export class Store implements IStore {
  declare readonly [INNER]: () => Map<number | undefined, Packet>
  private readonly clean: boolean

  /** With `clean: false` the packets stay when it is closed. */
  constructor({ clean = true }: IStoreOptions = {}) {
    this.clean = clean
    setInner(this, new Map<number | undefined, Packet>())
  }

  put(packet: Packet, callback?: DoneCallback): this {
    this[INNER]().set((packet as Key).messageId, packet)
    if (callback) callback()
    return this
  }

  /** The present packets, oldest first. */
  createStream(): PacketStream {
    return new PacketStream(Array.from(this[INNER]().values()))
  }

  /** Calls back with the packet, or with an error if there is none. */
  del(packet: Key, callback?: StoreCallback): this {
    const packets = this[INNER]()
    const found = packets.get(packet.messageId)
    packets.delete(packet.messageId)
    callBack(found, callback)
    return this
  }

  /** Calls back with the packet, or with an error if there is none. */
  get(packet: Key, callback: StoreCallback): this {
    callBack(this[INNER]().get(packet.messageId), callback)
    return this
  }

  close(callback?: DoneCallback): void {
    if (this.clean) this[INNER]().clear()
    if (callback) callback()
  }
}

interface StreamEvents {
  data: (packet: Packet) => void
  readable: () => void
  error: (error: Error) => void
  end: () => void
  close: () => void
}

interface Source {
  readonly packets: Packet[]
  closed: boolean
}

/** A list of packets as one of Node's readable streams, as far as that makes sense. */
export class PacketStream extends Emitter<StreamEvents> {
  declare private readonly source: () => Source

  constructor(packets: Packet[]) {
    super(undefined, (event, stream) => listenersChanged(event, stream as PacketStream))
    const source: Source = { packets, closed: false }
    hide(this, 'source', () => source)
  }

  /** The next packet; `null` if there is none, and then the stream ends. */
  read(): Packet | null {
    const { packets, closed } = this.source()
    const packet = closed ? undefined : packets.shift()
    if (!packet) defer(() => this.finish('end'))
    return packet || null
  }

  /** Ends without the packets that are left. */
  destroy(error?: Error): this {
    defer(() => {
      if (error && !this.source().closed) this.emit('error', error)
      this.finish('close')
    })
    return this
  }

  /** Emits all packets that are left. */
  flow(): void {
    for (let packet = this.read(); packet; packet = this.read()) this.emit('data', packet)
  }

  /** A stream ends, and closes, once. */
  private finish(event: 'end' | 'close'): void {
    const source = this.source()
    if (source.closed) return
    source.closed = true
    if (event === 'end') this.emit('end')
    this.emit('close')
  }
}

/** A listener of `data` makes the packets flow, one of `readable` is told when to read. */
function listenersChanged(event: PropertyKey, stream: PacketStream): void {
  if (event !== 'data' && event !== 'readable') return
  if (!stream.listenerCount(event)) return
  defer(() => (event === 'data' ? stream.flow() : stream.emit('readable')))
}

/** `for await`, where the engine has it. */
if (typeof Symbol.asyncIterator === 'symbol') {
  hide(PacketStream.prototype, Symbol.asyncIterator, function (this: PacketStream) {
    return {
      next: () => {
        const value = this.read()
        return Promise.resolve({ value, done: !value })
      },
      return: () => {
        this.destroy()
        return Promise.resolve({ value: undefined, done: true })
      },
    }
  })
}

function callBack(packet: Packet | undefined, callback: StoreCallback | undefined): void {
  if (!callback) return
  if (packet) callback(null, packet)
  else callback(new Error('missing packet'))
}
