/** The arguments of `connect`, in all forms in which MQTT.js takes them, as one object of options. */
import type { IClientOptions } from '../api'
import { mqttError } from '../errors/errors'
import { URL_HINT, parseUrl, socketUrl } from './url'
import { isText } from '../payload/value-types'

/**
 * The options for `connect(url, options)`; throws what MQTT.js throws. An object that is given alone is
 * not copied: the application may change it later.
 */
export function optionsFor(
  url: string | IClientOptions | undefined,
  options?: IClientOptions,
): IClientOptions {
  const given = isText(url) ? Object.assign(parseUrl(url), defined(options)) : options || url || {}
  given.protocol = secured(given)
  Object.assign(given, credentials(given))
  const { clientId } = Object(given.query)
  if (isText(clientId)) given.clientId = clientId
  if (given.protocol) given.defaultProtocol = given.protocol
  if (given.clean === false && !given.clientId) {
    throw mqttError('MISSING_CLIENT_ID', 'Missing clientId for unclean clients', CLIENT_ID_HINT)
  }
  if (given.store === 'wx' && !given.clientId) {
    throw mqttError('MISSING_CLIENT_ID', "Missing clientId for store 'wx'", CLIENT_ID_HINT)
  }
  const servers = given.servers || []
  for (const server of servers.length ? servers : [given]) {
    socketUrl(Object.assign({}, given, serverOptions(server)))
  }
  return given
}

/** The options that an entry of the option `servers` stands for. */
export function serverOptions(server: string | IClientOptions): IClientOptions {
  return isText(server) ? parseUrl(server) : defined(server)
}

/** Without options that are `undefined`: those were not given. */
function defined(options: IClientOptions = {}): IClientOptions {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(options)) {
    const value = options[name as keyof IClientOptions]
    if (value !== undefined) given[name] = value
  }
  return given
}

/** The protocol; with a certificate and its key, a secure one. */
function secured({ protocol, cert, key }: IClientOptions): IClientOptions['protocol'] {
  const plain = protocol && (protocol.replace(/:$/, '').toLowerCase() as typeof protocol)
  if (!cert || !key || plain === 'wss' || plain === 'wxs') return plain
  if (!plain) throw mqttError('MISSING_PROTOCOL', 'Missing secure protocol key', URL_HINT)
  if (plain === 'ws') return 'wss'
  if (plain === 'wx') return 'wxs'
  const message = `Unknown protocol for secure connection: "${plain}"!`
  throw mqttError('UNKNOWN_PROTOCOL', message, URL_HINT)
}

/** User name and password of `auth`, which the last colon separates. */
function credentials({ auth }: IClientOptions): IClientOptions {
  if (!auth) return {}
  const parts = /^(.+):(.+)$/.exec(auth)
  return parts ? { username: parts[1]!, password: parts[2]! } : { username: auth }
}

const CLIENT_ID_HINT =
  '要保留会话，请给出固定的 clientId。 A session that is kept needs a clientId that stays the same.'
