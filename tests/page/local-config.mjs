/** The mini-program's config.js with the addresses of this machine, and the stand-in's account. */
import { ACCOUNT } from './token-api.mjs'

export function localConfig(changes) {
  const config = {
    url: '',
    appId: ACCOUNT.appId,
    deviceId: 'device001',
    restApiUrl: '',
    protocolVersion: 4,
    appClientId: ACCOUNT.appClientId,
    appClientSecret: ACCOUNT.appClientSecret,
    username: 'test',
    expiresIn: 86400,
    ...changes,
  }
  return `export default ${JSON.stringify(config, undefined, 2)}\n`
}
