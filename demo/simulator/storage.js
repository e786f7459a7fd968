// @ts-check
/**
 * wx's storage: JSON values, read at once; the view keeps them in the browser's own storage, where
 * each phone of the playground has names of its own.
 */
import { conditions, phone } from './conditions.js'
import { STORAGE_FULL } from './wx-words.js'

const LARGEST_ENTRY = 1024 * 1024
const PREFIX = phone ? `${phone}:` : ''

/**
 * @param {Array<[key: string, json: string]>} stored what an earlier run left
 * @param {(key: string, json?: string) => void} save keeps an entry, or without `json` erases it
 */
export function makeStorage(stored, save) {
  const entries = new Map(
    stored
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, json]) => [name.slice(PREFIX.length), json]),
  )
  return {
    getStorageSync(/** @type {string} */ key) {
      const json = entries.get(key)
      return json === undefined ? '' : JSON.parse(json)
    },
    setStorageSync(/** @type {string} */ key, /** @type {unknown} */ value) {
      const json = JSON.stringify(value ?? null)
      if (json.length > LARGEST_ENTRY) {
        throw new Error('setStorageSync:fail entry size limit reached')
      }
      if (conditions.storageFull) {
        conditions.report('fail', STORAGE_FULL)
        throw new Error(STORAGE_FULL)
      }
      entries.set(key, json)
      save(PREFIX + key, json)
    },
    removeStorageSync(/** @type {string} */ key) {
      entries.delete(key)
      save(PREFIX + key)
    },
    getStorageInfoSync: () => ({
      keys: [...entries.keys()],
      currentSize: Math.ceil([...entries.values()].join('').length / 1024),
      limitSize: 10 * 1024,
    }),
  }
}
