/**
 * Passes the options to a core. Functions return 0, or a negative `ErrorCode`.
 *
 * Numbers and flags cross by name, from the table of options. What has a shape of its own (properties, the
 * will, user name and password) has a call of its own. Whether CONNECT can carry it all is checked once, at
 * the end.
 */
import { Core } from '#core'
import { Command } from './calls'
import type { Host } from './host'
import { keepSecrets } from '../errors/secrets'
import { qosOf } from '../options/numbers'
import { CORE_OPTIONS, coreOption, coreValue } from '../options/table'
import type { OptionName, Settings } from '../options/table'
import { toBytes } from '../payload/payload'
import { giveProperties } from './properties'

/** A core for these options, which is not configured yet. The seed is for the delays of reconnecting. */
export function makeCore(host: Host, settings: Settings): Core {
  const { protocolVersion, clientId, clean } = settings
  const seed = Math.floor(Math.random() * 0x100000000)
  return new Core(host, protocolVersion, clientId, Boolean(clean), seed)
}

/** All options that were not given to the constructor. */
export function configure(core: Core, settings: Settings): number {
  for (const name of CORE_OPTIONS) setOption(core, name, settings)
  return (
    giveProperties(core, settings.properties) ||
    core.command(Command.SetConnectProperties, 0, 0) ||
    setWill(core, settings) ||
    setCredentials(core, settings)
  )
}

/** An option that has a number in the core. */
export function setOption(core: Core, name: OptionName, settings: Settings): void {
  core.setOption(coreOption(name)!, coreValue(settings, name))
}

/** User name and password, for the CONNECTs that follow. `password` is text or bytes. */
export function setCredentials(core: Core, { username, password }: Settings): number {
  keepSecrets(username, password)
  core.setCredentials(
    exists(username) ? String(username) : undefined,
    exists(password) ? toBytes(password) : undefined,
  )
  return core.command(Command.Validate, 0, 0)
}

function setWill(core: Core, { will }: Settings): number {
  if (!will) return 0
  return (
    giveProperties(core, will.properties) ||
    core.setWill(will.topic, toBytes(will.payload)!, qosOf(will.qos)!, Boolean(will.retain))
  )
}

function exists<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null
}
