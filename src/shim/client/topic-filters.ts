/** Topic filters in all forms in which MQTT.js takes them, with their options. */
import type * as api from '../api'
import type { Subscription } from '../engine/request'
import { isText } from '../payload/value-types'

export type Filters = api.SubscribeFilters

type Options = Partial<api.IClientSubscribeOptions>

/**
 * One subscription for each filter of a text, a list or a map. In a map a filter has its own options, or
 * those of the call if it has none; entries that are true or false are switches and no filters.
 *
 * `resubscribe` is that of MQTT.js's map: also subscribe to what the client is subscribed to
 * already.
 */
export function subscriptionsOf(
  filters: Filters,
  options: Options,
): { subscriptions: Subscription[]; resubscribe: boolean } {
  if (isText(filters)) {
    return { subscriptions: [subscription(filters, options)], resubscribe: false }
  }
  if (Array.isArray(filters)) {
    const subscriptions = filters.map(topic => subscription(topic, options))
    return { subscriptions, resubscribe: false }
  }
  const map: Record<string, unknown> = Object(filters)
  const topics = Object.keys(map).filter(topic => typeof map[topic] !== 'boolean')
  const subscriptions = topics.map(topic => subscription(topic, (map[topic] || options) as Options))
  return { subscriptions, resubscribe: map.resubscribe === true }
}

/** A subscription as packets and callbacks show it: with the options that were given. */
export function shown({ topic, qos, nl, rap, rh }: Subscription): api.ISubscriptionRequest {
  return withOptions({ topic, qos }, { nl, rap, rh } as Options)
}

function subscription(topic: string, options: Options): Subscription {
  const { qos = 0, onMessage } = options
  const made: Subscription = withOptions({ topic, qos }, options)
  if (onMessage) made.onMessage = onMessage
  return made
}

/** Only options that were given: the callback of MQTT.js shows no others. */
function withOptions<S extends Subscription>(made: S, { nl, rap, rh }: Options): S {
  if (nl !== undefined) made.nl = nl
  if (rap !== undefined) made.rap = rap
  if (rh !== undefined) made.rh = rh
  return made
}
