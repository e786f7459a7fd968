/** Functions that MQTT.js exports and this library itself has no need of. */
import { defer } from '../platform/turns'

/** The version of MQTT.js whose interface this is. */
export const MQTTJS_VERSION = '5.16.0'

/** Calls back in a turn of its own. */
export function nextTick(callback: (...args: never[]) => void, ...args: unknown[]): void {
  defer(() => callback(...(args as never[])))
}

type Class = { prototype: object }

/** Copies the members of a class, and of those that it extends, to another class. */
export function applyMixin(target: Class, mixin: Class, includeConstructor = false): void {
  const base = Object.getPrototypeOf(mixin) as Class | null
  if (base && base.prototype) applyMixin(target, base, includeConstructor)
  for (const name of Object.getOwnPropertyNames(mixin.prototype)) {
    if (name === 'constructor' && !includeConstructor) continue
    const member = Object.getOwnPropertyDescriptor(mixin.prototype, name)!
    Object.defineProperty(target.prototype, name, member)
  }
}

/**
 * Whether wildcards are in valid places. This can be asked before the core is loaded, which knows the
 * other rules too and checks them when something is subscribed to.
 */
export function validateTopic(topic: string): boolean {
  const levels = topic.split('/')
  return levels.every(
    (level, at) =>
      level === '+' ||
      (level === '#' && at === levels.length - 1) ||
      (level.indexOf('+') < 0 && level.indexOf('#') < 0),
  )
}

/** The first topic with a wildcard in an invalid place; `null` if there is none. */
export function validateTopics(topics: string[]): string | null {
  if (!topics.length) return 'empty_topic_list'
  const invalid = topics.filter(topic => !validateTopic(topic))
  return invalid.length ? invalid[0]! : null
}
