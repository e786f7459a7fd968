/**
 * Session records in the storage of `wx`: the option `store: 'wx'`. Each record has a key of its own. All
 * calls are synchronous, so that a record is stored before the packet that relies on it is sent.
 *
 * A session has one owner in an app: a second client that sent the same messages would send them twice.
 */
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { isMqttError, messageOf } from '../errors/errors'
import type { Settings } from '../options/table'
import { fromBase64, toBase64 } from '../payload/base64'
import { after } from '../platform/turns'
import { platformApi } from '../platform/wx'
import type { SessionStore, StoredRecord } from './session-store'
import { isText } from '../payload/value-types'

export class WxSessionStore implements SessionStore {
  readonly isSynchronous = true
  private readonly prefix: string
  /** The records are not this client's to change: they could not be read, or are another client's. */
  private detached = false
  /** The last failure that was reported, so that a full storage is reported once */
  private reported = ''

  /**
   * `failed` is told when the storage fails; the session then goes on in memory. `owner` is the client,
   * which keeps the session until `releaseSessions`.
   */
  constructor(
    { hostname, host, clientId }: Pick<Settings, 'hostname' | 'host' | 'clientId'>,
    private readonly failed: (error: Error) => void,
    private readonly owner?: object,
  ) {
    const names = [hostname || host || '', clientId].map(encodeURIComponent) // no | in them
    this.prefix = `mqtt|${names.join('|')}|`
  }

  /**
   * Tries for a second: storage may fail for a moment when an app has just started, and the client of a
   * page that was closed may be about to end.
   */
  load(attempts = ATTEMPTS): Promise<StoredRecord[]> {
    try {
      this.claim()
      return Promise.resolve(this.keys().map(key => ({ key, record: this.read(key) })))
    } catch (error) {
      if (attempts > 1) return after(RETRY_DELAY).then(() => this.load(attempts - 1))
      this.detached = true
      if (isMqttError(error)) this.failed(error)
      else this.report(error)
      return Promise.resolve([])
    }
  }

  put(
    key: string,
    record: Uint8Array,
    _packetOf: unknown,
    _pause: unknown,
    stored: () => void,
  ): void {
    this.change(api => {
      api.setStorageSync(this.prefix + key, toBase64(record))
      this.reported = ''
    })
    stored()
  }

  delete(key: string): void {
    this.change(api => api.removeStorageSync(this.prefix + key))
  }

  /** Deletes all records of this session. */
  clear(): void {
    this.change(() => this.keys().forEach(key => this.delete(key)))
  }

  /** Makes the session this client's; throws if it is another's. */
  private claim(): void {
    const { owner, prefix } = this
    const current = owners.get(prefix) || owner
    if (current !== owner) throw coreError(ErrorCode.StoreInUse)
    if (owner) owners.set(prefix, owner)
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

  private change(make: (api: WechatMiniprogram.Wx) => void): void {
    if (this.detached) return
    try {
      make(platformApi()!)
    } catch (error) {
      this.report(error)
    }
  }

  private report(error: unknown): void {
    const code = this.detached ? ErrorCode.StoreUnreadable : ErrorCode.Store
    const failure = coreError(code, 0, messageOf(error))
    if (failure.message === this.reported) return
    this.reported = failure.message
    this.failed(failure)
  }
}

/** The client gives up its sessions: it has ended, or will not connect by itself any more. */
export function releaseSessions(owner: object): void {
  owners.forEach((current, prefix) => {
    if (current === owner) owners.delete(prefix)
  })
}

/** Whose each session is, by the prefix of its keys */
const owners = new Map<string, object>()

/** Milliseconds before storage is read again, and how often it is read */
const RETRY_DELAY = 100
const ATTEMPTS = 10
