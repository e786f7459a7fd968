/** Topic filters in all forms in which MQTT.js takes them, with their options. */
import type * as api from '../api'
import type { Subscription } from '../engine/request'
import { qosOf } from '../options/numbers'
import { isText } from '../payload/value-types'

export type Filters = api.SubscribeFilters

type Options = Partial<api.IClientSubscribeOptions>

/**
 * One subscription for each filter of a text, a list or a map. In a map a filter has its own options, or its
 * quality of service alone, or those of the call. `subscriptions` is missing if one of them is none of that.
 *
 * `resubscribe` is the switch of MQTT.js's map, which is no filter: also subscribe to what the client is
 * subscribed to already.
 */
export function subscriptionsOf(
  filters: Filters,
  options: Options,
): { subscriptions: Subscription[] | undefined; resubscribe: boolean } {
  const map: Record<string, unknown> = Object(filters)
  const isMap = !isText(filters) && !Array.isArray(filters)
  const topics = isMap ? topicsOf(map) : ([] as string[]).concat(filters as string[])
  const made = topics.map(topic =>
    subscription(topic, isMap ? optionsOf(map[topic], options) : options),
  )
  return {
    subscriptions: made.every(Boolean) ? (made as Subscription[]) : undefined,
    resubscribe: isMap && Boolean(map.resubscribe),
  }
}

/** The filters of a map. */
export function topicsOf(map: object): string[] {
  const isSwitch = (name: string) =>
    name === 'resubscribe' && typeof (map as Record<string, unknown>)[name] !== 'object'
  return Object.keys(map).filter(name => !isSwitch(name))
}

/** A subscription as packets and callbacks show it: with the options that were given. */
export function shown(subscription: Subscription): api.ISubscriptionRequest {
  const { topic, qos } = subscription
  return withOptions({ topic, qos }, subscription)
}

/** The options of a filter in a map. */
function optionsOf(value: unknown, ofCall: Options): Options {
  if (value === undefined || value === null) return ofCall
  return (typeof value === 'object' ? value : { qos: value }) as Options
}

/** `undefined` if the quality of service is not one; `false` is none. */
function subscription(topic: string, options: Options): Subscription | undefined {
  const { onMessage } = options
  const qos = (options.qos as unknown) === false ? undefined : qosOf(options.qos)
  if (qos === undefined) return undefined
  const made: Subscription = withOptions({ topic, qos }, options)
  if (onMessage) made.onMessage = onMessage
  return made
}

/** Only options that were given: the callback of MQTT.js shows no others. */
function withOptions<S extends Subscription>(made: S, given: Options): S {
  for (const name of ['nl', 'rap', 'rh'] as const) {
    if (given[name] !== undefined) Object.assign(made, { [name]: given[name] })
  }
  return made
}
