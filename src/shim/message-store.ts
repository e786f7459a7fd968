/**
 * MQTT.js's Store, in memory, for code that uses one by itself. The client's own messages are in the
 * core.
 */
import type { DoneCallback, IStore, IStoreOptions, Packet, StoreCallback } from './api'
import { Emitter } from './emitter'
import type { EventName } from './emitter'
import { later } from './turns'

type Key = { messageId?: number | undefined }

export class Store implements IStore {
  private readonly packets = new Map<number | undefined, Packet>()
  private readonly clean: boolean

  /** With `clean: false` the packets stay when it is closed. */
  constructor({ clean = true }: IStoreOptions = {}) {
    this.clean = clean
  }

  put(packet: Packet, callback?: DoneCallback): this {
    this.packets.set((packet as Key).messageId, packet)
    if (callback) callback()
    return this
  }

  /** The packets of now, oldest first. */
  createStream(): PacketStream {
    return new PacketStream(Array.from(this.packets.values()))
  }

  del(packet: Key, callback?: StoreCallback): this {
    const found = this.packets.get(packet.messageId)
    this.packets.delete(packet.messageId)
    answer(found, callback)
    return this
  }

  get(packet: Key, callback: StoreCallback): this {
    answer(this.packets.get(packet.messageId), callback)
    return this
  }

  close(callback?: DoneCallback): void {
    if (this.clean) this.packets.clear()
    if (callback) callback()
  }
}

/** What of Node's readable streams is of use for a list of packets. */
export class PacketStream extends Emitter {
  private over = false

  constructor(private readonly packets: Packet[]) {
    super()
  }

  /** The next packet; null if there is none, and then it ends. */
  read(): Packet | null {
    const packet = this.over ? undefined : this.packets.shift()
    if (!packet) later(() => this.finish('end'))
    return packet || null
  }

  destroy(error?: Error): this {
    later(() => {
      if (error && !this.over) this.emit('error', error)
      this.finish('close')
    })
    return this
  }

  /** A listener of `data` makes it flow, one of `readable` hears when to read. */
  protected override listenersChanged(event: EventName): void {
    if (!this.listenerCount(event)) return
    if (event === 'data') later(() => this.flow())
    if (event === 'readable') later(() => this.over || this.emit('readable'))
  }

  private flow(): void {
    for (let packet = this.read(); packet; packet = this.read()) this.emit('data', packet)
  }

  private finish(event: 'end' | 'close'): void {
    if (this.over) return
    this.over = true
    if (event === 'end') this.emit('end')
    this.emit('close')
  }
}

/** `for await`, where the engine has it. */
if (typeof Symbol.asyncIterator === 'symbol') {
  Object.defineProperty(PacketStream.prototype, Symbol.asyncIterator, {
    value(this: PacketStream) {
      return {
        next: () => {
          const value = this.read()
          return Promise.resolve({ value, done: value === null })
        },
        return: () => {
          this.destroy()
          return Promise.resolve({ value: undefined, done: true })
        },
      }
    },
  })
}

function answer(packet: Packet | undefined, callback: StoreCallback | undefined): void {
  if (!callback) return
  if (packet) callback(null, packet)
  else callback(new Error('missing packet'))
}
