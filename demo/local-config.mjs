/**
 * The mini-program's config.js with the addresses of this machine, and the stand-in's account in the
 * place of the user's own.
 */
import config from '../miniprogram/config.js'
import { ACCOUNT } from './token-api.mjs'

/** @param {Partial<typeof config>} changes `url` and `restApiUrl` at least */
export function localConfig(changes) {
  const local = { ...config, ...ACCOUNT, ...changes }
  return `export default ${JSON.stringify(local, undefined, 2)}\n`
}
