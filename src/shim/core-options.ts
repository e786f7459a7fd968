/** Tells a core the options; it checks what MQTT has rules for. */
import { Core } from '#core'
import type { Host } from './host'
import type { Settings } from './options'
import { toBytes } from './payload'
import { giveProperties } from './properties'

export function makeCore(host: Host, settings: Settings): Core {
  const { protocolVersion, clientId, clean, keepalive, connectTimeout, reconnectPeriod } = settings
  return new Core(
    host,
    protocolVersion,
    clientId,
    clean,
    keepalive,
    connectTimeout,
    reconnectPeriod,
    Math.floor(Math.random() * 0x100000000),
  )
}

/** Everything that is not said when a core is made; 0, or a negative `ErrorCode`. */
export function configure(core: Core, settings: Settings): number {
  return (
    setPolicy(core, settings) ||
    giveProperties(core, settings.properties) ||
    core.setConnectProperties() ||
    setCredentials(core, settings) ||
    setWill(core, settings)
  )
}

/** 0, or a negative `ErrorCode`. */
export function setPolicy(core: Core, settings: Settings): number {
  return core.setPolicy(
    settings.resubscribe,
    settings.queueQoSZero,
    settings.reconnectOnConnackError,
    settings.maxInFlight,
    settings.fallback,
    settings.autoAssignTopicAlias,
    settings.autoUseTopicAlias,
    settings.tokenProvider !== undefined,
  )
}

/** From the next CONNECT on; 0, or a negative `ErrorCode`. */
export function setCredentials(core: Core, { username, password }: Settings): number {
  return core.setCredentials(
    exists(username) ? String(username) : undefined,
    exists(password) ? toBytes(password) : undefined,
  )
}

function setWill(core: Core, { will }: Settings): number {
  if (!will) return 0
  return (
    giveProperties(core, will.properties) ||
    core.setWill(will.topic, toBytes(will.payload)!, will.qos || 0, will.retain === true)
  )
}

function exists<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null
}
