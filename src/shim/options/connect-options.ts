/** The arguments of `connect`, in all forms in which MQTT.js takes them, as one object of options. */
import type { IClientOptions } from '../api'
import { mqttError } from '../errors/errors'
import { isText } from '../payload/value-types'
import { URL_HINT, parseHost, parseUrl, plainProtocol, socketUrl } from './url'

/**
 * The options for `connect(url, options)`; throws what MQTT.js throws. An object that is given alone is
 * not copied: the application may change it later.
 */
export function optionsFor(
  url: string | IClientOptions | undefined,
  options?: IClientOptions,
): IClientOptions {
  const given = url && isText(url) ? merged(url, options) : options || Object(url)
  Object.assign(given, addressOf(given))
  given.protocol = secured(given)
  Object.assign(given, credentials(given))
  const { clientId } = Object(given.query)
  if (isText(clientId)) given.clientId = clientId
  if (given.protocol) given.defaultProtocol = given.protocol
  const kept = given.clean === false ? 'unclean clients' : given.store === 'wx' && "store 'wx'"
  if (kept && !given.clientId) {
    throw mqttError('MISSING_CLIENT_ID', `Missing clientId for ${kept}`, CLIENT_ID_HINT)
  }
  const servers = given.servers || []
  for (const server of servers.length ? servers : [given]) {
    socketUrl(Object.assign({}, given, serverOptions(server)))
  }
  return given
}

/**
 * The URL with the options, which come before it. A host that holds more than a host only adds a port that the
 * URL leaves out: pages give the address twice, and MQTT.js 4.x connects to the URL then.
 */
function merged(url: string, options: IClientOptions | undefined): IClientOptions {
  const given = defined(options)
  const parsed = parseUrl(url, Boolean(given.protocol))
  for (const name of ['host', 'hostname'] as const) {
    const parts = parsed.host && parseHost(given[name])
    if (!parts) continue
    delete given[name]
    const { port } = parts
    if (port && parts.host === parsed.host) Object.assign(parsed, Object.assign({ port }, parsed))
  }
  return Object.assign(parsed, given)
}

/** What a host holds beyond a host, where the options do not say it. */
function addressOf(given: IClientOptions): IClientOptions {
  const parts = parseHost(given.hostname || given.host)
  if (!parts) return {}
  const { host } = parts
  return Object.assign(parts, defined(given), { host, hostname: host })
}

/** The options that an entry of the option `servers` stands for. */
export function serverOptions(server: string | IClientOptions): IClientOptions {
  const given = isText(server) ? parseUrl(server, true) : defined(server)
  return Object.assign(given, addressOf(given))
}

/** Without options that are `undefined`, and parts of an address that are empty: those were not given. */
function defined(options: IClientOptions | null | undefined): IClientOptions {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(Object(options))) {
    const value = options![name as keyof IClientOptions]
    const isEmpty = value === undefined || (!value && ADDRESS.indexOf(name) >= 0)
    if (!isEmpty) given[name] = value
  }
  return given
}

/** The protocol; with a certificate and its key, a secure one. */
function secured({ protocol, cert, key }: IClientOptions): IClientOptions['protocol'] {
  const plain = protocol && (plainProtocol(protocol) as typeof protocol)
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

const ADDRESS = ['protocol', 'host', 'hostname', 'port', 'path']

const CLIENT_ID_HINT =
  '要保留会话，请给出固定的 clientId。 A session that is kept needs a clientId that stays the same.'
