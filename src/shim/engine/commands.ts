/** Passes a request to the core. */
import type { Core } from '#core'
import { ErrorCode } from '../errors/error-code'
import { coreError } from '../errors/core-errors'
import type { MqttError } from '../api'
import { CoreOption } from '../options/table'
import { Command, FilterUse } from './calls'
import { giveProperties } from './properties'
import type { PublishRequest, Request, SubscribeRequest, Subscription } from './request'
import type { TopicSlots } from './topic-slots'

/**
 * Asks the core for something. Returns the request id, 0 if nothing more will be reported, or a negative
 * `ErrorCode` and nothing was done.
 */
export function command(core: Core, request: Request, slots: TopicSlots, now: number): number {
  if (request.packetId) core.setOption(CoreOption.NextPacketId, request.packetId)
  if (request.kind === 'publish') return publish(core, request, slots, now)
  if (invalidFilter(core, request) !== undefined) return -ErrorCode.InvalidFilter
  if (request.kind === 'subscribe') return subscribe(core, request, now)
  const refused = giveProperties(core, request.properties)
  if (refused) return refused
  for (const filter of request.filters) core.useFilter(FilterUse.Add, filter, 0)
  return core.command(Command.Unsubscribe, 0, now)
}

/** The error of a request that the core refused; it names the topic, the filter or the property. */
export function refusal(core: Core, request: Request, code: ErrorCode): MqttError {
  const topic = request.kind === 'publish' ? request.topic : invalidFilter(core, request)
  return refusalError(core, code, topic)
}

/** The error of a call that the core refused; it names `topic`, or the property that is not valid. */
export function refusalError(core: Core, code: ErrorCode, topic?: string): MqttError {
  return coreError(code, 0, code === ErrorCode.InvalidProperty ? core.invalidProperty() : topic)
}

/** The options of a subscription as the core takes them: the byte of MQTT 5, section 3.8.3.1. */
export function subscriptionOptions({ qos, nl, rap, rh }: Subscription): number {
  return qos | (nl ? 4 : 0) | (rap ? 8 : 0) | ((rh || 0) << 4)
}

function publish(core: Core, request: PublishRequest, slots: TopicSlots, now: number): number {
  const { payload, properties, qos, retain, dup } = request
  const slot = slots.slotOf(request.topic, core)
  if (slot < 0) return slot
  const refused = properties ? giveProperties(core, properties) : 0
  if (refused) return refused
  const flags = (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0) // as in the first byte of PUBLISH
  return typeof payload === 'string'
    ? core.publishText(slot, payload, flags, now)
    : core.publish(slot, payload, flags, now)
}

function subscribe(core: Core, request: SubscribeRequest, now: number): number {
  const { requested, properties } = request
  // a SUBSCRIBE with properties is another one each time
  if (request.skipSubscribed && !properties) {
    request.sent = requested.filter(
      subscription => !useFilter(core, FilterUse.IsSubscribed, subscription),
    )
    if (requested.length && !request.sent.length) return 0
  }
  const refused = giveProperties(core, properties)
  if (refused) return refused
  for (const subscription of request.sent) useFilter(core, FilterUse.Add, subscription)
  return core.command(Command.Subscribe, 0, now)
}

function useFilter(core: Core, purpose: FilterUse, subscription: Subscription): boolean {
  return core.useFilter(purpose, subscription.topic, subscriptionOptions(subscription))
}

/** The first filter that is not one, if any. */
function invalidFilter(core: Core, request: Exclude<Request, PublishRequest>): string | undefined {
  const filters = request.kind === 'subscribe' ? request.call.filters : request.filters
  return filters.filter(filter => !core.useFilter(FilterUse.IsValid, filter, 0))[0]
}
