/**
 * What of a session outlives a core: its records, in a session store if the client has one; and its
 * subscriptions, in memory, for a client that ends and is started again.
 */
import type { Core } from '#core'
import type { MqttError } from '../api'
import { printable } from '../payload/printable'
import type { SessionStore, StoredRecord } from '../storage/session-store'

export class SessionPersistence {
  private store: SessionStore | undefined
  /** Records of the subscriptions of a core that has ended */
  private subscriptions: StoredRecord[] = []

  /** `storeOf` is called at each start: the application may have exchanged its stores. */
  constructor(private readonly storeOf: () => SessionStore | undefined) {}

  /** Chooses the store. Returns what loads the records from it. */
  open(): () => Promise<StoredRecord[]> | StoredRecord[] {
    const store = (this.store = this.storeOf())
    return () => (store ? store.load() : [])
  }

  /** Gives a new core all records; returns those that are not valid. */
  restore(core: Core, records: StoredRecord[]): StoredRecord[] {
    core.setOption('storeSession', this.store ? 1 : 0)
    return this.subscriptions.concat(records).filter(({ record }) => core.restoreRecord(record) < 0)
  }

  /** Whether messages are stored. */
  get isStoring(): boolean {
    return this.store !== undefined
  }

  put(
    core: Core,
    key: string,
    record: Uint8Array,
    pause: () => () => void,
    stored: (error?: MqttError) => void,
  ): void {
    const packetOf = () => {
      const packet = core.storedPacket(record)
      return packet && printable(packet)
    }
    if (this.store) this.store.put(key, record, packetOf, pause, stored)
  }

  delete(key: string): void {
    if (this.store) this.store.delete(key)
  }

  /** The core has ended. */
  keepSubscriptions(core: Core): void {
    this.subscriptions = core.subscriptionRecords().map(record => ({ record }))
  }
}
