// @ts-check
/** wx's storage: JSON values, read at once; the view keeps them in the browser's own storage. */

const LARGEST_ENTRY = 1024 * 1024

/**
 * @param {Array<[key: string, json: string]>} stored what an earlier run left
 * @param {(key: string, json?: string) => void} save keeps an entry, or without `json` erases it
 */
export function makeStorage(stored, save) {
  const entries = new Map(stored)
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
      entries.set(key, json)
      save(key, json)
    },
    removeStorageSync(/** @type {string} */ key) {
      entries.delete(key)
      save(key)
    },
    getStorageInfoSync: () => ({
      keys: [...entries.keys()],
      currentSize: Math.ceil([...entries.values()].join('').length / 1024),
      limitSize: 10 * 1024,
    }),
  }
}
