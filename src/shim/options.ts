/** Options of a client: MQTT.js's names and defaults, checked before anything happens. */
import type { IClientOptions, MqttClient } from './api'
import { mqttError, wordsOf } from './errors'
import { toBytes } from './payload'
import { warn } from './platform'
import { parseUrl, socketUrl } from './url'

/** What a client works with: every option that has a default is there. */
export type Settings = IClientOptions & typeof DEFAULTS & { clientId: string }

/**
 * The options for `connect(url, options)`; throws what MQTT.js throws. An object that is given alone
 * is used as it is, and filled up: the application may change it later.
 */
export function optionsFor(
  url: string | IClientOptions | undefined,
  options?: IClientOptions,
): IClientOptions {
  const given =
    typeof url === 'string' ? Object.assign(parseUrl(url), defined(options)) : options || url || {}
  given.protocol = secured(given)
  Object.assign(given, credentials(given))
  const { clientId } = Object(given.query)
  if (typeof clientId === 'string') given.clientId = clientId
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

/** Fills the options up with defaults, in place, and checks them. */
export function settle(options: IClientOptions): Settings {
  const defaults: Partial<Settings> = Object.assign({ clientId: randomClientId() }, DEFAULTS)
  for (const name of Object.keys(defaults) as Array<keyof IClientOptions>) {
    if (options[name] === undefined) Object.assign(options, { [name]: defaults[name] })
  }
  const settings = options as Settings
  if (typeof settings.clientId !== 'string') {
    warn('mqtt: clientId 不是文本，已改用随机值。 clientId is not text: a random one is used.')
    settings.clientId = randomClientId()
  }
  if (!options.protocolId) settings.protocolId = options.protocolVersion === 3 ? 'MQIsdp' : 'MQTT'
  check(settings)
  return settings
}

/** What an entry of the option `servers` stands for. */
export function serverOptions(server: string | IClientOptions): IClientOptions {
  return typeof server === 'string' ? parseUrl(server) : defined(server)
}

/** What `wx.connectSocket` wants to know; `transformWsUrl` is asked at every attempt. */
export function socketOption(
  settings: Settings,
  client: MqttClient,
): WechatMiniprogram.ConnectSocketOption {
  const { transformWsUrl, wsOptions, protocolVersion } = settings
  const plain = socketUrl(settings)
  const url = transformWsUrl ? transformed(() => transformWsUrl(plain, settings, client)) : plain
  const protocols = [protocolVersion === 3 ? 'mqttv3.1' : 'mqtt']
  const header = wsOptions.header || wsOptions.headers
  return Object.assign({ protocols }, wsOptions, header && { header }, { url })
}

/** What the application makes of an address. */
function transformed(transform: () => string): string {
  try {
    return transform()
  } catch (error) {
    throw mqttError('TRANSFORM_WS_URL', `transformWsUrl: ${wordsOf(error)}`)
  }
}

export function randomClientId(): string {
  return `mqttjs_${Math.random().toString(16).slice(2, 10)}`
}

const DEFAULTS = {
  keepalive: 60,
  reschedulePings: true,
  protocolVersion: 4 as number,
  clean: true,
  reconnectPeriod: 1000,
  connectTimeout: 30000,
  resubscribe: true,
  queueQoSZero: true,
  reconnectOnConnackError: false,
  manualConnect: false,
  maxInFlight: 100,
  lifecycle: true,
  fallback: false,
  autoAssignTopicAlias: false,
  autoUseTopicAlias: false,
  wasmPath: '/utils/mqtt.wasm.br',
  wsOptions: {} as NonNullable<IClientOptions['wsOptions']>,
}

/** An option that is `undefined` is one that was not given. */
function defined(options: IClientOptions = {}): IClientOptions {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(options)) {
    const value = options[name as keyof IClientOptions]
    if (value !== undefined) given[name] = value
  }
  return given
}

/** The protocol; a certificate and its key ask for a secure one. */
function secured({ protocol, cert, key }: IClientOptions): IClientOptions['protocol'] {
  const plain = protocol && (protocol.replace(/:$/, '').toLowerCase() as typeof protocol)
  if (!cert || !key || plain === 'wss' || plain === 'wxs') return plain
  if (!plain) throw mqttError('MISSING_PROTOCOL', 'Missing secure protocol key')
  if (plain === 'ws') return 'wss'
  if (plain === 'wx') return 'wxs'
  const message = `Unknown protocol for secure connection: "${plain}"!`
  throw mqttError('UNKNOWN_PROTOCOL', message)
}

/** `user:password`, the last colon counts. */
function credentials({ auth }: IClientOptions): IClientOptions {
  if (!auth) return {}
  const parts = /^(.+):(.+)$/.exec(auth)
  return parts ? { username: parts[1]!, password: parts[2]! } : { username: auth }
}

function check(settings: Settings): void {
  const { username, password, will, protocolVersion, subscribeBatchSize, wasmFallback } = settings
  const { store, tokenProvider } = settings
  if ([3, 4, 5].indexOf(protocolVersion) < 0) {
    const message = `Unsupported protocolVersion ${protocolVersion}: use 5 (MQTT 5.0), 4 (3.1.1) or 3 (3.1)`
    throw mqttError('UNSUPPORTED_VERSION', message, 'protocolVersion 只能是 3、4、5。')
  }
  demand(!username || typeof username === 'string', 'username')
  demand(toBytes(password) !== undefined, 'password')
  for (const [name, most] of LIMITS) {
    const value = settings[name]
    demand(typeof value === 'number' && value >= 0 && value <= most, name)
  }
  demand(!wasmFallback || typeof wasmFallback === 'function', 'wasmFallback')
  demand(!tokenProvider || typeof tokenProvider === 'function', 'tokenProvider')
  demand(!store || store === 'wx', 'store')
  demand(!subscribeBatchSize || subscribeBatchSize >= 1, 'subscribeBatchSize')
  if (will) {
    demand(typeof will.topic === 'string', 'will topic')
    demand(toBytes(will.payload) !== undefined, 'will payload')
    demand([undefined, 0, 1, 2].indexOf(will.qos) >= 0, 'will qos')
  }
}

function demand(valid: boolean, option: string): void {
  if (valid) return
  const hint =
    '该选项的类型或取值不对，说明见 index.d.ts。 Of another type, or out of range: see index.d.ts.'
  throw mqttError('INVALID_OPTION', `Invalid ${option}`, hint)
}

const CLIENT_ID_HINT =
  '要保留会话，请给出固定的 clientId。 A session that is kept needs a clientId that stays the same.'

type Amount = 'keepalive' | 'maxInFlight' | 'reconnectPeriod' | 'connectTimeout'

const LIMITS: Array<[name: Amount, most: number]> = [
  ['keepalive', 0xffff],
  ['maxInFlight', 0xffff],
  ['reconnectPeriod', Number.MAX_SAFE_INTEGER],
  ['connectTimeout', Number.MAX_SAFE_INTEGER],
]
