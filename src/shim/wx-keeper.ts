/**
 * Keeps the records of a session in the storage of `wx`, so that messages outlive the app: the option
 * `store: 'wx'`. Each record has a key of its own; all calls are synchronous, so that a record is
 * there before the packet that relies on it is sent. What the records say is the core's matter.
 */
import { mqttError, wordsOf } from './errors'
import type { Keeper, KeptRecord } from './kept-packets'
import type { Settings } from './options'
import { fromBase64, toBase64 } from './payload'

export class WxKeeper implements Keeper {
  private readonly prefix: string

  constructor(
    { hostname, host, clientId }: Pick<Settings, 'hostname' | 'host' | 'clientId'>,
    private readonly failed: (error: Error) => void,
  ) {
    const names = [hostname || host || '', clientId].map(encodeURIComponent) // no | in them
    this.prefix = `mqtt|${names.join('|')}|`
  }

  read(): Promise<KeptRecord[]> {
    const records: KeptRecord[] = []
    this.attempt(() => {
      for (const key of this.keys()) {
        // what is no text is torn for the core, too
        this.attempt(() => {
          const text: unknown = wx.getStorageSync(this.prefix + key)
          records.push({ key, record: fromBase64(typeof text === 'string' ? text : '') })
        })
      }
    })
    return Promise.resolve(records)
  }

  store(key: string, record: Uint8Array): void {
    this.attempt(() => wx.setStorageSync(this.prefix + key, toBase64(record)))
  }

  erase(key: string): void {
    this.attempt(() => wx.removeStorageSync(this.prefix + key))
  }

  /** Erases all there is. */
  clear(): void {
    this.attempt(() => this.keys().forEach(key => this.erase(key)))
  }

  private keys(): string[] {
    const mine = wx.getStorageInfoSync().keys.filter(key => key.indexOf(this.prefix) === 0)
    return mine.map(key => key.slice(this.prefix.length))
  }

  /** Storage that fails is told; the session goes on in memory. */
  private attempt(use: () => void): void {
    try {
      use()
    } catch (error) {
      this.failed(mqttError('STORE', `Storage failed: ${wordsOf(error)}`, HINT))
    }
  }
}

const HINT =
  '写入本地缓存失败（单个 1 MB，总共 10 MB）：该消息只在内存中，杀掉小程序会丢失。 ' +
  'The storage takes 1 MB a key and 10 MB in all: the message is kept in memory only.'
