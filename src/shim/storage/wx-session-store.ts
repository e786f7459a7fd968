/**
 * Session records in the storage of `wx`: the option `store: 'wx'`. Each record has a key of its own. All
 * calls are synchronous, so that a record is stored before the packet that relies on it is sent.
 */
import { messageOf, mqttError } from '../errors/errors'
import type { Settings } from '../options/table'
import { fromBase64, toBase64 } from '../payload/base64'
import { after } from '../platform/turns'
import { platformApi } from '../platform/wx'
import type { SessionStore, StoredRecord } from './session-store'

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

  put(
    key: string,
    record: Uint8Array,
    _packetOf: unknown,
    _pause: unknown,
    stored: () => void,
  ): void {
    if (!this.unreadable) this.write(key, record)
    stored()
  }

  private write(key: string, record: Uint8Array): void {
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
    this.failed(mqttError('STORE', message, this.unreadable ? UNREADABLE_HINT : HINT))
  }
}

/** Milliseconds before storage is read again */
const RETRY_DELAY = 100

const HINT =
  '写入本地缓存失败（单个 1 MB，总共 10 MB）：该消息只在内存中，杀掉小程序会丢失。 ' +
  'The storage takes 1 MB a key and 10 MB in all: the message is kept in memory only.'

const UNREADABLE_HINT =
  '读不出本地缓存：本次运行不保存会话，已存的记录保持不变。 ' +
  'The storage cannot be read: this run stores nothing, and leaves stored records as they are.'
