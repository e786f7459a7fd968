/**
 * Session records in stores of MQTT.js's interface, which the application provides. A packet is put there
 * as MQTT.js would, with the core's record as text beside it; only the record is read back. A message that
 * is still queued has no message id, and is stored under a number beyond all message ids.
 */
import type { IStore, MqttError, Packet } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { messageOf } from '../errors/errors'
import { fromBase64, toBase64 } from '../payload/base64'
import type { SessionStore, StoredRecord } from './session-store'
import { isText } from '../payload/value-types'

export class PacketSessionStore implements SessionStore {
  readonly isSynchronous = false
  /** Where each record is stored, by its key */
  private readonly places = new Map<string, { store: IStore; messageId: number }>()
  /** Keys whose record could not be stored: what they are about goes on in memory, until it is complete */
  private readonly failures = new Set<string>()

  /** `failed` is told when a store fails; the session then goes on in memory. */
  constructor(
    private readonly incoming: IStore,
    private readonly outgoing: IStore,
    private readonly failed: (error: Error) => void,
  ) {}

  load(): Promise<StoredRecord[]> {
    const all = [this.incoming, this.outgoing].map(store => this.readStore(store))
    return Promise.all(all).then(([incoming, outgoing]) => incoming!.concat(outgoing!))
  }

  put(
    key: string,
    record: Uint8Array,
    packetOf: () => Packet | null,
    pause: () => () => void,
    stored: (error?: MqttError) => void,
  ): void {
    if (this.failures.has(key)) return stored()
    const packet = packetOf() as (Packet & { messageId?: number }) | null
    if (!packet) return // MQTT.js stores neither subscriptions nor the client id
    const messageId = packet.messageId || QUEUED + Number(key.slice(1))
    const store = key[0] === RECEIVED ? this.incoming : this.outgoing
    const before = this.places.get(key)
    if (before && before.messageId !== messageId) this.delete(key)
    this.places.set(key, { store, messageId })
    const extra = { messageId, key, record: toBase64(record) }
    const resume = pause()
    const done = (error?: unknown) => {
      if (error) {
        this.places.delete(key) // there is nothing to delete
        this.failures.add(key)
      }
      stored(error ? storeError(error) : undefined)
      resume()
    }
    try {
      store.put(Object.assign(packet, extra), done)
    } catch (error) {
      done(error)
    }
  }

  delete(key: string): void {
    this.failures.delete(key)
    const known = this.places.get(key)
    if (!known) return
    this.places.delete(key)
    known.store.del({ messageId: known.messageId }, error => error && this.report(error))
  }

  /** The records of one store. What cannot be read is reported, and does not keep the client from starting. */
  private readStore(store: IStore): Promise<StoredRecord[]> {
    const records: StoredRecord[] = []
    return new Promise(resolve => {
      const fail = (error: unknown): void => {
        this.report(error)
        resolve(records)
      }
      try {
        const stream = store.createStream()
        stream.on('data', (packet: Packet & Stored) => {
          const { key, record, messageId } = packet
          if (!isText(key) || !isText(record)) return // stored by somebody else
          this.places.set(key, { store, messageId })
          records.push({ key, record: fromBase64(record) })
        })
        stream.on('end', () => resolve(records))
        stream.on('error', fail)
      } catch (error) {
        fail(error)
      }
    })
  }

  private report(error: unknown): void {
    this.failed(storeError(error))
  }
}

function storeError(error: unknown): MqttError {
  return coreError(ErrorCode.PageStore, 0, messageOf(error))
}

/** What is stored beside the fields of a packet. */
interface Stored {
  messageId: number
  key?: unknown
  record?: unknown
}

/** Beyond all message ids */
const QUEUED = 0x10000

/** The first letter of keys of received messages */
const RECEIVED = 'r'
