/** Options of a client: MQTT.js's names and defaults, checked before anything happens. */
import type { IClientOptions, MqttClient } from './api'
import { mqttError } from './errors'
import { toBytes } from './payload'
import { parseUrl, socketUrl } from './url'

/** What a client works with: every option that has a default is there. */
export type Settings = IClientOptions & typeof DEFAULTS & { clientId: string }

/** The settings for `connect(url, options)`; throws what MQTT.js throws. */
export function settingsFor(url: string | IClientOptions, options?: IClientOptions): Settings {
  const given =
    typeof url === 'string' ? Object.assign(parseUrl(url), defined(options)) : defined(url)
  if (options && options.host && !options.hostname) delete given.hostname // as the option overrides the URL
  const settings: Settings = Object.assign({ clientId: '' }, DEFAULTS, given)
  if (settings.clean === false && !settings.clientId) {
    throw mqttError('MISSING_CLIENT_ID', 'Missing clientId for unclean clients')
  }
  if (given.clientId === undefined) settings.clientId = randomClientId()
  Object.assign(settings, credentials(settings))
  check(settings)
  return settings
}

/** What `wx.connectSocket` wants to know; `transformWsUrl` is asked at every attempt. */
export function socketOption(
  settings: Settings,
  client: MqttClient,
): WechatMiniprogram.ConnectSocketOption {
  const { transformWsUrl, wsOptions, protocolVersion } = settings
  const plain = socketUrl(settings)
  const url = transformWsUrl ? transformWsUrl(plain, settings, client) : plain
  const protocols = [protocolVersion === 3 ? 'mqttv3.1' : 'mqtt']
  const header = wsOptions.header || wsOptions.headers
  return Object.assign({ protocols }, wsOptions, header && { header }, { url })
}

const DEFAULTS = {
  keepalive: 60,
  protocolVersion: 4 as number,
  clean: true,
  reconnectPeriod: 1000,
  connectTimeout: 30000,
  resubscribe: true,
  queueQoSZero: true,
  reconnectOnConnackError: false,
  maxInFlight: 100,
  fallback: false,
  autoAssignTopicAlias: false,
  autoUseTopicAlias: false,
  wasmPath: '/utils/mqtt.wasm.br',
  wsOptions: {} as NonNullable<IClientOptions['wsOptions']>,
}

/** An option that is `undefined` is one that was not given. */
function defined(options: IClientOptions = {}): IClientOptions {
  const given: Record<string, unknown> = {}
  for (const [name, value] of entries(options)) {
    if (value !== undefined) given[name] = value
  }
  return given
}

function entries(options: IClientOptions): Array<[string, unknown]> {
  return Object.keys(options).map(name => [name, options[name as keyof IClientOptions]])
}

/** `user:password`, the last colon counts. */
function credentials({ auth }: IClientOptions): IClientOptions {
  if (!auth) return {}
  const parts = /^(.+):(.+)$/.exec(auth)
  return parts ? { username: parts[1]!, password: parts[2]! } : { username: auth }
}

function check(settings: Settings): void {
  const { clientId, username, password, will, protocolVersion, wasmFallback } = settings
  if ([3, 4, 5].indexOf(protocolVersion) < 0) {
    const message = `Unsupported protocolVersion ${protocolVersion}: use 5 (MQTT 5.0), 4 (3.1.1) or 3 (3.1)`
    throw mqttError('UNSUPPORTED_VERSION', message)
  }
  demand(typeof clientId === 'string', 'clientId')
  demand(!username || typeof username === 'string', 'username')
  demand(toBytes(password) !== undefined, 'password')
  for (const [name, most] of LIMITS) {
    const value = settings[name]
    demand(typeof value === 'number' && value >= 0 && value <= most, name)
  }
  demand(!wasmFallback || typeof wasmFallback === 'function', 'wasmFallback')
  if (will) {
    demand(typeof will.topic === 'string', 'will topic')
    demand(toBytes(will.payload) !== undefined, 'will payload')
    demand([undefined, 0, 1, 2].indexOf(will.qos) >= 0, 'will qos')
  }
  socketUrl(settings)
}

function demand(valid: boolean, option: string): void {
  if (!valid) throw mqttError('INVALID_OPTION', `Invalid ${option}`)
}

const LIMITS: Array<
  ['keepalive' | 'maxInFlight' | 'reconnectPeriod' | 'connectTimeout', most: number]
> = [
  ['keepalive', 0xffff],
  ['maxInFlight', 0xffff],
  ['reconnectPeriod', Number.MAX_SAFE_INTEGER],
  ['connectTimeout', Number.MAX_SAFE_INTEGER],
]

function randomClientId(): string {
  return `mqttjs_${Math.random().toString(16).slice(2, 10)}`
}
