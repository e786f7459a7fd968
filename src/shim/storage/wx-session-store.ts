/**
 * Session records in the storage of `wx`: the option `store: 'wx'`. Each record has a key of its own. All
 * calls are synchronous, so that a record is stored before the packet that relies on it is sent.
 */
import { messageOf, mqttError } from '../errors/errors'
import type { Settings } from '../options/table'
import { fromBase64, toBase64 } from '../payload/base64'
import { platformApi } from '../platform/wx'
import type { SessionStore, StoredRecord } from './session-store'

export class WxSessionStore implements SessionStore {
  private readonly prefix: string

  /** `failed` is told when the storage fails; the session then goes on in memory. */
  constructor(
    { hostname, host, clientId }: Pick<Settings, 'hostname' | 'host' | 'clientId'>,
    private readonly failed: (error: Error) => void,
  ) {
    const names = [hostname || host || '', clientId].map(encodeURIComponent) // no | in them
    this.prefix = `mqtt|${names.join('|')}|`
  }

  load(): Promise<StoredRecord[]> {
    const records: StoredRecord[] = []
    this.attempt(() => {
      for (const key of this.keys()) {
        this.attempt(() => {
          const text: unknown = platformApi()!.getStorageSync(this.prefix + key)
          // whatever is not text is not a record: the core reports it like a torn one
          records.push({ key, record: fromBase64(typeof text === 'string' ? text : '') })
        })
      }
    })
    return Promise.resolve(records)
  }

  put(key: string, record: Uint8Array): void {
    this.attempt(() => platformApi()!.setStorageSync(this.prefix + key, toBase64(record)))
  }

  delete(key: string): void {
    this.attempt(() => platformApi()!.removeStorageSync(this.prefix + key))
  }

  /** Deletes all records of this session. */
  clear(): void {
    this.attempt(() => this.keys().forEach(key => this.delete(key)))
  }

  private keys(): string[] {
    const all = platformApi()!.getStorageInfoSync().keys
    const own = all.filter(key => key.indexOf(this.prefix) === 0)
    return own.map(key => key.slice(this.prefix.length))
  }

  private attempt(use: () => void): void {
    try {
      use()
    } catch (error) {
      this.failed(mqttError('STORE', `Storage failed: ${messageOf(error)}`, HINT))
    }
  }
}

const HINT =
  '写入本地缓存失败（单个 1 MB，总共 10 MB）：该消息只在内存中，杀掉小程序会丢失。 ' +
  'The storage takes 1 MB a key and 10 MB in all: the message is kept in memory only.'
