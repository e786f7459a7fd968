/**
 * Session records in the storage of `wx`: the option `store: 'wx'`. Each record has a key of its own. All
 * calls are synchronous, so that a record is stored before the packet that relies on it is sent.
 *
 * A session has one owner in an app: a second client that sent the same messages would send them twice.
 */
import { isMqttError, messageOf, mqttError } from '../errors/errors'
import type { Settings } from '../options/table'
import { fromBase64, toBase64 } from '../payload/base64'
import { after } from '../platform/turns'
import { platformApi } from '../platform/wx'
import type { SessionStore, StoredRecord } from './session-store'

export class WxSessionStore implements SessionStore {
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

  put(key: string, record: Uint8Array): void {
    if (this.detached) return
    this.attempt(() => {
      platformApi()!.setStorageSync(this.prefix + key, toBase64(record))
      this.reported = ''
    })
  }

  delete(key: string): void {
    if (!this.detached) this.attempt(() => platformApi()!.removeStorageSync(this.prefix + key))
  }

  /** Deletes all records of this session. */
  clear(): void {
    this.attempt(() => this.keys().forEach(key => this.delete(key)))
  }

  /** Makes the session this client's; throws if it is another's. */
  private claim(): void {
    const { owner, prefix } = this
    const current = owners.get(prefix) || owner
    if (current !== owner) throw mqttError('STORE_IN_USE', IN_USE, IN_USE_HINT)
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
    return fromBase64(typeof text === 'string' ? text : '')
  }

  private attempt(use: () => void): void {
    try {
      use()
    } catch (error) {
      this.report(error)
    }
  }

  private report(error: unknown): void {
    const message = `Storage failed: ${messageOf(error)}`
    if (message === this.reported) return
    this.reported = message
    this.failed(mqttError('STORE', message, this.detached ? UNREADABLE_HINT : HINT))
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

const HINT =
  '写入本地缓存失败（单个 1 MB，总共 10 MB）：该消息只在内存中，杀掉小程序会丢失。 ' +
  'The storage takes 1 MB a key and 10 MB in all: the message is kept in memory only.'

const UNREADABLE_HINT =
  '读不出本地缓存：本次运行不保存会话，已存的记录保持不变。 ' +
  'The storage cannot be read: this run stores nothing, and leaves stored records as they are.'

const IN_USE = 'Another client of this app has the stored session of this clientId'

const IN_USE_HINT =
  '同一个小程序里已有客户端使用这个 clientId 的会话：请共用它，或先 end()。本客户端不保存会话。 ' +
  'Share that client, or end() it first. This one runs without a stored session.'
