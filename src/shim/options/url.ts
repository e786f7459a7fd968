/** Addresses of brokers, as MQTT.js reads them, without the URL class, which phones lack. */
import type { IClientOptions } from '../api'
import { mqttError } from '../errors/errors'
import { decoded } from '../errors/secrets'

/**
 * The options that a URL stands for. As for Node's `url.parse`, there may be blanks around it, backslashes in
 * place of slashes, and no `//` behind the protocol. Without a protocol it is an address if the options have
 * one (`hasProtocol`).
 */
export function parseUrl(given: string, hasProtocol = false): IClientOptions {
  const url = given.trim().replace(/^[^?#]*/, start => start.replace(/\\/g, '/'))
  const parts = URL_PARTS.exec(url)
  const [, protocol, auth, host, port, pathname, search = ''] = parts || []
  const isPath = url[0] === '/' && url[1] !== '/'
  // `wss:///path`, `wss:/host` and the like: a protocol without a host
  const lacksHost = parts ? !protocol && port === '' : /^[a-z][\w+.-]*:/i.test(url)
  if (!isPath && lacksHost) throw mqttError('INVALID_URL', 'Invalid URL', URL_HINT)
  if (!protocol && !hasProtocol) throw missingProtocol()
  if (!parts) return { path: url }
  const options: IClientOptions = {
    host: host!.toLowerCase(),
    path: (pathname || '/') + search,
    query: parseQuery(search),
  }
  if (protocol) options.protocol = protocol.toLowerCase() as IClientOptions['protocol']
  if (port) options.port = Number(port)
  if (auth) options.auth = decoded(auth)
  return options
}

/**
 * What a host stands for that holds a protocol, a port or a path; `undefined` if it is a host and nothing
 * else.
 */
export function parseHost(host: unknown): IClientOptions | undefined {
  if (typeof host !== 'string' || !/[:/\\?#]/.test(host) || IP_V6.test(host)) return undefined
  const parts = parseUrl(host, true)
  if (parts.path === '/') delete parts.path
  return parts
}

/** The scheme that `wx.connectSocket` knows, or `mqtt` for TCP, for any spelling of it. */
function schemeOf(protocol: string | undefined): Scheme {
  if (!protocol) throw missingProtocol()
  const scheme = SCHEMES[plainProtocol(protocol)]
  if (scheme) return scheme
  const message = `Unknown protocol "${protocol}": use wxs, wss, wx, ws or mqtt`
  throw mqttError('UNKNOWN_PROTOCOL', message, URL_HINT)
}

/** A protocol in any spelling: `wss`, `wss:`, `WSS://`. */
export function plainProtocol(protocol: string): string {
  return protocol.trim().replace(/:\/*$/, '').toLowerCase()
}

/**
 * The address for `wx.connectSocket`, or `mqtt://host:port/` for a TCP socket. It never has a user name
 * or a password in it.
 */
export function socketUrl(options: IClientOptions): string {
  const scheme = schemeOf(options.protocol)
  const host = options.hostname || options.host
  if (!host) {
    const message = 'Could not determine host. Specify host manually.'
    throw mqttError('MISSING_HOST', message, URL_HINT)
  }
  const port = Number(options.port || (scheme === 'mqtt' && 1883))
  if (!(port >= 0 && port <= MOST_PORT && port % 1 === 0)) {
    throw mqttError('INVALID_URL', `Invalid port ${options.port}`, URL_HINT)
  }
  // the list of allowed domains may not match an address with the default port in it; MQTT.js leaves out both
  const isUsual = scheme !== 'mqtt' && (port === 80 || port === 443)
  const suffix = port && !isUsual ? `:${port}` : ''
  const path = encoded(options.path || '/')
  return `${scheme}://${host}${suffix}${path[0] === '/' ? '' : '/'}${path}`
}

/** Encodes what may not be in an address. */
function encoded(path: string): string {
  return path.replace(/[\s"<>`{}|\\^']/g, character => {
    return '%' + (0x100 + character.charCodeAt(0)).toString(16).slice(1).toUpperCase()
  })
}

function missingProtocol(): Error {
  return mqttError('MISSING_PROTOCOL', 'Missing protocol', URL_HINT)
}

/** protocol, auth, host, port, pathname, search; a password may have an `@` in it. */
const URL_PARTS =
  /^(?:([a-z][\w+.-]*):(?!\d+(?:[/?#]|$)))?(?:\/\/)?(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#\s]+)(?::(\d*))?(\/[^?#]*)?(\?[^#]*)?(?:#.*)?$/i

/** An address of version 6, in brackets or not */
const IP_V6 = /^\[?[\da-f]*:[\da-f]*:[\da-f:.]*\]?$/i

const MOST_PORT = 65535

/** Of a name that occurs twice the last value counts. */
function parseQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {}
  for (const pair of search.slice(1).split('&')) {
    const [name = '', value = ''] = pair.replace(/\+/g, ' ').split('=').map(decoded)
    if (name) query[name] = value
  }
  return query
}

type Scheme = 'wss' | 'ws' | 'mqtt'

/** `wx` and `wxs` are MQTT.js's names for a socket of WeChat's */
const SCHEMES: Record<string, Scheme> = {
  wxs: 'wss',
  wss: 'wss',
  wx: 'ws',
  ws: 'ws',
  mqtt: 'mqtt',
  tcp: 'mqtt',
}

export const URL_HINT =
  '地址形如 wxs://host/path，局域网可用 mqtt://ip（无 TLS）。 ' +
  'An address is like wxs://host/path; in the LAN mqtt://ip, without TLS.'
