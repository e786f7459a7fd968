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
}

export function subscriptions(filters: Filters, options: Options): Asked[] {
  if (typeof filters === 'string') return [asked(filters, options)]
  if (Array.isArray(filters)) return filters.map(topic => asked(topic, options))
  const map: api.ISubscriptionMap = Object(filters)
  return Object.keys(map)
    .filter(topic => typeof map[topic] !== 'boolean') // MQTT.js's `resubscribe: true` among the topics
    .map(topic => asked(topic, map[topic] as Options))
}

/** The options as the core takes them: the byte of MQTT 5, section 3.8.3.1. */
export function optionBits({ qos, nl, rap, rh }: Asked): number {
  return qos | (nl ? 4 : 0) | (rap ? 8 : 0) | ((rh || 0) << 4)
}

function asked(topic: string, { qos = 0, nl, rap, rh }: Options): Asked {
  const subscription: Asked = { topic, qos }
  if (nl !== undefined) subscription.nl = nl
  if (rap !== undefined) subscription.rap = rap
  if (rh !== undefined) subscription.rh = rh
  return subscription
}
