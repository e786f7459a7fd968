/** Properties of MQTT 5 on their way to the core, which knows their names, types and packets. */
import type { Core } from '#core'
import type { IProperties } from '../api'
import { encodeUtf8 } from '../payload/utf8'
import { isNumber, isText } from '../payload/value-types'
import { Command, PropertyType } from './calls'

/** Adds properties for the call of the core that follows; 0, or a negative `ErrorCode` and none was added. */
export function giveProperties(core: Core, properties: IProperties | undefined): number {
  const given: Record<string, unknown> = Object(properties)
  for (const name of Object.keys(given)) {
    if (name === 'userProperties') {
      giveUserProperties(core, Object(given[name]))
      continue
    }
    for (const value of listOf(given[name])) {
      const refusal = giveProperty(core, name, value)
      if (refusal === 0) continue
      core.command(Command.DropProperties, 0, 0)
      return refusal
    }
  }
  return 0
}

function giveProperty(core: Core, name: string, value: unknown): number {
  if (isText(value)) return core.property(PropertyType.Text, name, encodeUtf8(value))
  if (isNumber(value) || typeof value === 'boolean') return core.numberProperty(name, Number(value))
  return core.property(PropertyType.Binary, name, new Uint8Array(value as ArrayBuffer))
}

/** Names and values are the application's: everything becomes text. */
function giveUserProperties(core: Core, properties: Record<string, unknown>): void {
  for (const name of Object.keys(properties)) {
    for (const value of listOf(properties[name]))
      core.property(PropertyType.User, name, encodeUtf8(String(value)))
  }
}

/** A property that occurs several times is an array of its values. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? [] : [value]
}
