/** Topic filters in all forms in which MQTT.js takes them, with their options. */
import type * as api from './api'

export type Filters = string | string[] | api.ISubscriptionMap

type Options = Partial<api.IClientSubscribeOptions>

/** One filter, and how its messages are wanted. */
export interface Asked {
  topic: string
  qos: api.QoS
  nl?: boolean
  rap?: boolean
  rh?: 0 | 1 | 2
  onMessage?: api.OnMessageCallback
}

/** `again` is MQTT.js's `resubscribe: true` among the topics: ask even for what was asked for. */
export function subscriptions(
  filters: Filters,
  options: Options,
): { wanted: Asked[]; again: boolean } {
  if (typeof filters === 'string') return { wanted: [asked(filters, options)], again: false }
  if (Array.isArray(filters)) {
    return { wanted: filters.map(topic => asked(topic, options)), again: false }
  }
  const map: api.ISubscriptionMap = Object(filters)
  const topics = Object.keys(map).filter(topic => typeof map[topic] !== 'boolean')
  const wanted = topics.map(topic => asked(topic, (map[topic] || options) as Options))
  return { wanted, again: map.resubscribe === true }
}

/** The options as the core takes them: the byte of MQTT 5, section 3.8.3.1. */
export function optionBits({ qos, nl, rap, rh }: Asked): number {
  return qos | (nl ? 4 : 0) | (rap ? 8 : 0) | ((rh || 0) << 4)
}

function asked(topic: string, { qos = 0, nl, rap, rh, onMessage }: Options): Asked {
  const subscription: Asked = { topic, qos }
  if (nl !== undefined) subscription.nl = nl
  if (rap !== undefined) subscription.rap = rap
  if (rh !== undefined) subscription.rh = rh
  if (onMessage) subscription.onMessage = onMessage
  return subscription
}
