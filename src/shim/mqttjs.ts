/** Small things that MQTT.js exports, and nothing here needs. */
import { later } from './turns'

/** The version of MQTT.js whose interface this is. */
export const MQTTJS_VERSION = '5.16.0'

/** Calls back in a turn of its own. */
export function nextTick(callback: (...args: never[]) => void, ...args: unknown[]): void {
  later(() => callback(...(args as never[])))
}

type Class = { prototype: object }

/** Gives the members of a class and of those that it extends to another one. */
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
 * Whether wildcards stand where they may. It can be asked before the core is loaded, which knows the
 * other rules too, and is asked when something is subscribed to.
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

/** The first that is no good; null if all are. */
export function validateTopics(topics: string[]): string | null {
  if (!topics.length) return 'empty_topic_list'
  const bad = topics.filter(topic => !validateTopic(topic))
  return bad.length ? bad[0]! : null
}
