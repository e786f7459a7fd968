/** The options of one client: filled up with defaults, and checked before anything happens. */
import type { IClientOptions, MqttClient } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { messageOf, mqttError } from '../errors/errors'
import { keepAddress, keepSecrets } from '../errors/secrets'
import { toBytes } from '../payload/payload'
import { warn } from '../platform/console'
import { numberOf, qosOf } from './numbers'
import { OPTION_NAMES, ROWS, limitOf } from './table'
import type { OptionName, Settings } from './table'
import { socketUrl } from './url'
import { isFunction, isNumber, isText } from '../payload/value-types'

/**
 * Fills the options up with defaults, in place: `client.options` is the object that the application
 * gave, and may change later. Throws what is wrong with them.
 */
export function settle(options: IClientOptions): Settings {
  const given = options as Record<string, unknown>
  for (const name of OPTION_NAMES) {
    const [fallback, , most] = ROWS[name]
    if (given[name] === undefined && fallback !== undefined) given[name] = fallback
    if (most !== undefined) given[name] = settledNumber(name, given[name])
  }
  given.protocolVersion = numberOf(given.protocolVersion)
  for (const name of ['username', 'password']) {
    if (given[name] === false || given[name] === null) given[name] = undefined // there is none
  }
  const settings = options as Settings
  if (!isText(settings.clientId)) {
    if (settings.clientId !== undefined) {
      warn('mqtt: clientId 不是文本，已改用随机值。 clientId is not text: a random one is used.')
    }
    settings.clientId = randomClientId()
  }
  if (!settings.protocolId) settings.protocolId = settings.protocolVersion === 3 ? 'MQIsdp' : 'MQTT'
  check(settings)
  return settings
}

/** A client id as MQTT.js makes one up. */
export function randomClientId(): string {
  return `mqttjs_${Math.random().toString(16).slice(2, 10)}`
}

/**
 * Options for `wx.connectSocket`, and for a TCP socket if the address begins with `mqtt:`.
 * `transformWsUrl` is called at every attempt; it may throw, and it may change user name and password.
 */
export function socketOption(
  settings: Settings,
  client: MqttClient,
): WechatMiniprogram.ConnectSocketOption {
  const { transformWsUrl, wsOptions, protocolVersion, connectTimeout } = settings
  const plain = socketUrl(settings)
  const isWebSocket = plain[0] === 'w'
  const url =
    transformWsUrl && isWebSocket
      ? transformed(() => transformWsUrl(plain, settings, client))
      : plain
  const protocols = [protocolVersion === 3 ? 'mqttv3.1' : 'mqtt']
  const header = wsOptions.header || wsOptions.headers
  keepAddress(url)
  for (const name of Object.keys(Object(header))) keepSecrets(header![name])
  // An attempt that is given up must not keep its socket: closing a socket before it is open has no
  // effect in WeChat, and there are only five.
  const timeout = Math.min(connectTimeout, LONGEST_HANDSHAKE)
  return Object.assign({ protocols, timeout }, wsOptions, header && { header }, { url })
}

/** Milliseconds that `wx.connectSocket` accepts for its timeout, at most */
const LONGEST_HANDSHAKE = 60_000

function transformed(transform: () => string): string {
  try {
    return transform()
  } catch (error) {
    throw coreError(ErrorCode.TransformWsUrl, 0, messageOf(error))
  }
}

/**
 * A number of seconds, milliseconds or messages, in whatever way it was given. `true` stands for the default,
 * and so does 0, unless it switches off. A positive one below 1 becomes 1, which does not.
 */
function settledNumber(name: OptionName, given: unknown): unknown {
  const [fallback] = ROWS[name]
  const value = given === true ? fallback : numberOf(given)
  if (value === 0 && !SWITCHED_OFF_BY_0[name]) return fallback
  return isNumber(value) && value % 1 ? Math.max(1, Math.floor(value)) : value
}

const SWITCHED_OFF_BY_0: Partial<Record<OptionName, boolean>> = {
  keepalive: true,
  reconnectPeriod: true,
}

function check(settings: Settings): void {
  const { username, password, will, protocolVersion, wasmFallback } = settings
  const { store, tokenProvider } = settings
  const subscribeBatchSize = numberOf(settings.subscribeBatchSize)
  if ([3, 4, 5].indexOf(protocolVersion) < 0) {
    const message = `Unsupported protocolVersion ${protocolVersion}: use 5 (MQTT 5.0), 4 (3.1.1) or 3 (3.1)`
    throw mqttError(
      'UNSUPPORTED_VERSION',
      message,
      'protocolVersion 只能是 3、4、5。 It is 3, 4 or 5.',
    )
  }
  demand(username === undefined || isText(username), 'username')
  demand(toBytes(password) !== undefined, 'password')
  for (const name of OPTION_NAMES) {
    const most = limitOf(name)
    const value: unknown = settings[name]
    demand(most === undefined || (isNumber(value) && value >= 0 && value <= most), name)
  }
  demand(!wasmFallback || isFunction(wasmFallback), 'wasmFallback')
  demand(!tokenProvider || isFunction(tokenProvider), 'tokenProvider')
  demand(!store || store === 'wx', 'store')
  demand(!subscribeBatchSize || (subscribeBatchSize as number) >= 1, 'subscribeBatchSize')
  if (will) {
    demand(isText(will.topic), 'will topic')
    demand(toBytes(will.payload) !== undefined, 'will payload')
    demand(qosOf(will.qos) !== undefined, 'will qos')
  }
}

function demand(valid: boolean, option: string): void {
  if (valid) return
  const hint =
    '该选项的类型或取值不对，说明见 index.d.ts。 Of another type, or out of range: see index.d.ts.'
  throw mqttError('INVALID_OPTION', `Invalid ${option}`, hint)
}
