/**
 * Keeps what the core needs for another life in MQTT.js's stores, which the application brings along.
 * A packet is put there as MQTT.js would put it, with the core's own record as text beside it: only
 * the record is read back. A message that was not sent yet has a number beyond all message ids.
 */
import type { IStore, Packet } from './api'
import { mqttError, wordsOf } from './errors'
import { fromBase64, toBase64 } from './payload'

/** A record of an earlier life, and its key, by which it can be erased. */
export interface KeptRecord {
  key?: string
  record: Uint8Array
}

/** Where a core's records are kept. */
export interface Keeper {
  /** Those of an earlier life */
  read(): Promise<KeptRecord[]>
  /**
   * `show` gives the packet that the record is about, if it is about one. After `wait` nothing is
   * sent until what it gives back is called.
   */
  store(key: string, record: Uint8Array, show: () => Packet | null, wait: () => () => void): void
  erase(key: string): void
}

export class PacketKeeper implements Keeper {
  /** Under which number a record is kept, by its key */
  private readonly kept = new Map<string, { store: IStore; messageId: number }>()

  constructor(
    private readonly incoming: IStore,
    private readonly outgoing: IStore,
    private readonly failed: (error: Error) => void,
  ) {}

  read(): Promise<KeptRecord[]> {
    const all = [this.incoming, this.outgoing].map(store => this.readStore(store))
    return Promise.all(all).then(([incoming, outgoing]) => incoming!.concat(outgoing!))
  }

  store(key: string, record: Uint8Array, show: () => Packet | null, wait: () => () => void): void {
    const packet = show() as (Packet & { messageId?: number }) | null
    if (!packet) return // MQTT.js keeps neither subscriptions nor the client id
    const messageId = packet.messageId || UNSENT + Number(key.slice(1))
    const store = key[0] === RECEIVED ? this.incoming : this.outgoing
    const before = this.kept.get(key)
    if (before && before.messageId !== messageId) this.erase(key)
    this.kept.set(key, { store, messageId })
    const extra = { messageId, key, record: toBase64(record) }
    const kept = wait()
    const done = (error?: unknown) => {
      if (error) this.fail(error)
      kept()
    }
    try {
      store.put(Object.assign(packet, extra), done)
    } catch (error) {
      done(error)
    }
  }

  erase(key: string): void {
    const known = this.kept.get(key)
    if (!known) return
    this.kept.delete(key)
    known.store.del({ messageId: known.messageId }, error => error && this.fail(error))
  }

  /** What it has; what cannot be read is told, and is no reason not to start. */
  private readStore(store: IStore): Promise<KeptRecord[]> {
    const records: KeptRecord[] = []
    return new Promise(resolve => {
      try {
        const stream = store.createStream()
        stream.on('data', (packet: Packet & Kept) => {
          const { key, record, messageId } = packet
          if (typeof key !== 'string' || typeof record !== 'string') return // not ours
          this.kept.set(key, { store, messageId })
          records.push({ key, record: fromBase64(record) })
        })
        stream.on('end', () => resolve(records))
        stream.on('error', (error: unknown) => {
          this.fail(error)
          resolve(records)
        })
      } catch (error) {
        this.fail(error)
        resolve(records)
      }
    })
  }

  private fail(error: unknown): void {
    const hint =
      '自备的 Store 出错：消息只在内存中，重启后不会续传。 ' +
      'The store failed: the message is kept in memory only.'
    this.failed(mqttError('STORE', wordsOf(error), hint))
  }
}

/** What is beside a packet in a store. */
interface Kept {
  messageId: number
  key?: unknown
  record?: unknown
}

/** Beyond all message ids */
const UNSENT = 0x10000

/** How keys of messages begin that came in */
const RECEIVED = 'r'
