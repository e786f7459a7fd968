/**
 * Where the records of a session are stored, so that it can go on after the app was killed. A record is
 * bytes under a key, and both are the core's: what they mean is of no concern here.
 */
import type { MqttError, Packet } from '../api'

export interface StoredRecord {
  /** Missing for a record that no store has */
  key?: string
  record: Uint8Array
}

export interface SessionStore {
  /** A record is stored when `put` returns; otherwise a message waits to be sent until it is `stored`. */
  readonly isSynchronous: boolean
  /** All records that an earlier client has stored. Failures are reported, never rejected. */
  load(): Promise<StoredRecord[]>
  /**
   * Stores a record, in place of one with the same key. `packetOf` gives the packet that it is about, or
   * `null`. A store that takes its time calls `pause`: until what that returns is called, nothing is sent.
   * `stored` is called when that is done, with the error if it failed and nobody was told.
   */
  put(
    key: string,
    record: Uint8Array,
    packetOf: () => Packet | null,
    pause: () => () => void,
    stored: (error?: MqttError) => void,
  ): void
  /** Does nothing if there is no such record. */
  delete(key: string): void
}
