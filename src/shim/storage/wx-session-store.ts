/**
 * Session records in the storage of `wx`: the option `store: 'wx'`. Each record has a key of its own. All
 * calls are synchronous, so that a record is stored before the packet that relies on it is sent.
 */
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { messageOf } from '../errors/errors'
import type { Settings } from '../options/table'
import { fromBase64, toBase64 } from '../payload/base64'
import { after } from '../platform/turns'
import { platformApi } from '../platform/wx'
import type { SessionStore, StoredRecord } from './session-store'
import { isText } from '../payload/value-types'

export class WxSessionStore implements SessionStore {
  private readonly prefix: string
  /** Records may be there that could not be read: nothing is written over them. */
  private unreadable = false
  /** The last failure that was reported, so that a full storage is reported once */
  private reported = ''

  /** `failed` is told when the storage fails; the session then goes on in memory. */
  constructor(
    { hostname, host, clientId }: Pick<Settings, 'hostname' | 'host' | 'clientId'>,
    private readonly failed: (error: Error) => void,
  ) {
    const names = [hostname || host || '', clientId].map(encodeURIComponent) // no | in them
    this.prefix = `mqtt|${names.join('|')}|`
  }

  /** Storage may fail for a moment, when an app has just started: it is read up to three times. */
  load(attempts = 3): Promise<StoredRecord[]> {
    try {
      return Promise.resolve(this.keys().map(key => ({ key, record: this.read(key) })))
    } catch (error) {
      if (attempts > 1) return after(RETRY_DELAY).then(() => this.load(attempts - 1))
      this.unreadable = true
      this.report(error)
      return Promise.resolve([])
    }
  }

  put(key: string, record: Uint8Array): void {
    if (this.unreadable) return
    this.attempt(() => {
      platformApi()!.setStorageSync(this.prefix + key, toBase64(record))
      this.reported = ''
    })
  }

  delete(key: string): void {
    if (!this.unreadable) this.attempt(() => platformApi()!.removeStorageSync(this.prefix + key))
  }

  /** Deletes all records of this session. */
  clear(): void {
    this.attempt(() => this.keys().forEach(key => this.delete(key)))
  }

  private keys(): string[] {
    const { keys } = Object(platformApi()!.getStorageInfoSync()) as { keys?: string[] }
    if (!Array.isArray(keys)) throw new Error('getStorageInfoSync gives no keys')
    const own = keys.filter(key => key.indexOf(this.prefix) === 0)
    return own.map(key => key.slice(this.prefix.length))
  }

  private read(key: string): Uint8Array {
    const text: unknown = platformApi()!.getStorageSync(this.prefix + key)
    // whatever is not text is not a record: the core reports it like a torn one
    return fromBase64(isText(text) ? text : '')
  }

  private attempt(use: () => void): void {
    try {
      use()
    } catch (error) {
      this.report(error)
    }
  }

  private report(error: unknown): void {
    const code = this.unreadable ? ErrorCode.StoreUnreadable : ErrorCode.Store
    const failure = coreError(code, 0, messageOf(error))
    if (failure.message === this.reported) return
    this.reported = failure.message
    this.failed(failure)
  }
}

/** Milliseconds before storage is read again */
const RETRY_DELAY = 100
