/**
 * What of a session outlives a core: its records, in a session store if the client has one; and those of
 * its subscriptions in memory, for a client that ends and is started again, or whose core panics.
 */
import type { Core } from '#core'
import type { MqttError, Packet } from '../api'
import { CoreOption } from '../options/table'
import { printable } from '../payload/printable'
import type { SessionStore, StoredRecord } from '../storage/session-store'
import type { CoreRunner } from './core-runner'
import type { RecordOutcome } from './record-outcomes'
import type { RecordChanges, StepQueue } from './step-queue'

export class SessionPersistence implements RecordChanges {
  private store: SessionStore | undefined
  /** Records of the subscriptions, and of an assigned client identifier, by key */
  private readonly kept = new Map<string, Uint8Array>()

  /** `storeOf` is called at each start: the application may have exchanged its stores. */
  constructor(
    private readonly runner: CoreRunner,
    private readonly steps: StepQueue,
    private readonly storeOf: () => SessionStore | undefined,
    private readonly stored: RecordOutcome,
  ) {}

  /** Chooses the store. Returns what loads the records from it. */
  open(): () => Promise<StoredRecord[]> | StoredRecord[] {
    const store = (this.store = this.storeOf())
    return () => (store ? store.load() : [])
  }

  /** Gives a new core all records; returns those that are not valid. */
  restore(core: Core, records: StoredRecord[]): StoredRecord[] {
    const { store } = this
    core.setOption(CoreOption.StoreSession, store ? 1 : 0)
    core.setOption(CoreOption.ConfirmRecords, store && !store.isSynchronous ? 1 : 0)
    const kept = Array.from(this.kept.values(), (record): StoredRecord => ({ record }))
    return kept.concat(records).filter(({ record }) => core.restoreRecord(record) < 0)
  }

  /** Whether messages are stored: `EngineListener.requestStored` follows for those of QoS 1 and 2. */
  get isStoring(): boolean {
    return !!this.store
  }

  put(key: string, record: Uint8Array): void {
    const { runner, steps, store } = this
    if (!isDelivery(key)) this.kept.set(key, record)
    const packetOf = (): Packet | null => {
      const packet: Packet | null | undefined = runner.withCore(core => core.storedPacket(record))
      return packet ? printable(packet) : null
    }
    if (!store) return
    const stored = (error?: MqttError): void => this.stored(key, !store.isSynchronous, error)
    store.put(key, record, packetOf, () => steps.pause(), stored)
  }

  delete(key: string): void {
    this.kept.delete(key)
    if (this.store) this.store.delete(key)
  }
}

/** Whether the record is about a message: `d` to the server, `r` from it. */
function isDelivery(key: string): boolean {
  return key[0] === 'd' || key[0] === 'r'
}
