/** Addresses of brokers, as MQTT.js reads them, without the URL class, which phones lack. */
import type { IClientOptions } from '../api'
import { mqttError } from '../errors/errors'

/** The options that a URL stands for. */
export function parseUrl(url: string): IClientOptions {
  const parts = URL_PARTS.exec(url)
  if (!parts) {
    if (/^[a-z][\w+.-]*:/i.test(url)) throw mqttError('INVALID_URL', 'Invalid URL', URL_HINT)
    throw mqttError('MISSING_PROTOCOL', 'Missing protocol', URL_HINT)
  }
  const [, protocol, auth, host, port, pathname, search] = parts
  const options: IClientOptions = {
    protocol: protocol!.toLowerCase() as IClientOptions['protocol'],
    host: host!.toLowerCase(),
    path: (pathname || '/') + (search || ''),
    query: parseQuery(search || ''),
  }
  if (port) options.port = Number(port)
  if (auth) options.auth = decodeURIComponent(auth)
  return options
}

/** The scheme that `wx.connectSocket` knows, or `mqtt` for TCP, for any spelling of it. */
export function schemeOf(protocol: string | undefined): Scheme {
  if (!protocol) throw mqttError('MISSING_PROTOCOL', 'Missing protocol', URL_HINT)
  const scheme = SCHEMES[protocol.replace(/:$/, '').toLowerCase()]
  if (scheme) return scheme
  const message = `Unknown protocol "${protocol}": use wxs, wss, wx, ws or mqtt`
  throw mqttError('UNKNOWN_PROTOCOL', message, URL_HINT)
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
  const port = Number(options.port) || (scheme === 'mqtt' && 1883)
  // the list of allowed domains may not match an address with the default port in it
  const suffix = port && port !== DEFAULT_PORTS[scheme] ? `:${port}` : ''
  const path = options.path || '/'
  return `${scheme}://${host}${suffix}${path[0] === '/' ? '' : '/'}${path}`
}

/** protocol, auth, host, port, pathname, search; a password may have an `@` in it. */
const URL_PARTS =
  /^([a-z][\w+.-]*):\/\/(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#]+)(?::(\d*))?(\/[^?#]*)?(\?[^#]*)?(?:#.*)?$/i

/** Of a name that occurs twice the last value counts. */
function parseQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {}
  for (const pair of search.slice(1).split('&')) {
    const [name = '', value = ''] = pair.split('=').map(decode)
    if (name) query[name] = value
  }
  return query
}

/** Decodes a part of a query, in which a plus is a space; left as it is if the encoding is wrong. */
function decode(text: string): string {
  const spaced = text.replace(/\+/g, ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
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

/** Ports that an address leaves out */
const DEFAULT_PORTS: Partial<Record<Scheme, number>> = { wss: 443, ws: 80 }

export const URL_HINT =
  '地址形如 wxs://host/path，局域网可用 mqtt://ip（无 TLS）。 ' +
  'An address is like wxs://host/path; in the LAN mqtt://ip, without TLS.'
