/** subscribe() and unsubscribe(): from their arguments to requests, and from answers to callbacks. */
import type * as api from '../api'
import type { Answer, SubscribeCall, SubscribeRequest, UnsubscribeRequest } from '../engine/request'
import type { Subscription } from '../engine/request'
import { coreError, subscribeError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import type { Settings } from '../options/table'
import { shown, subscriptionsOf, topicsOf } from './topic-filters'
import type { Filters } from './topic-filters'
import { isText } from '../payload/value-types'
import { withProperties } from './properties'

/** Who is told what becomes of a call of subscribe(). */
export interface Subscriber {
  /** The server refused these filters: their handlers are no longer called. */
  filtersRefused(filters: string[]): void
  /** The call was refused as a whole. */
  refuse(error: Error, callback: ((error: api.MqttError) => void) | undefined): void
}

/** One request for each SUBSCRIBE that the call takes, or what is wrong with its arguments. */
export function subscribeRequests(
  filters: Filters,
  options: Partial<api.IClientSubscribeOptions>,
  callback: api.SubscribeCallback | undefined,
  { resubscribe: resubscribes, reconnectPeriod, subscribeBatchSize, protocolVersion }: Settings,
  subscriber: Subscriber,
): SubscribeRequest[] | api.MqttError {
  const { subscriptions, resubscribe } = subscriptionsOf(filters, options)
  if (!subscriptions) return coreError(ErrorCode.InvalidQos)
  const topics = subscriptions.map(({ topic }) => topic)
  const invalid = invalidName(topics)
  if (invalid) return invalid
  // several SUBSCRIBEs are one call of the application's: its callback is called once
  const parts = batches(subscriptions, Number(subscribeBatchSize))
  const call = new Call(topics, parts.length, protocolVersion === 5, callback, subscriber)
  const { properties } = options
  // a client that is subscribed again after each outage need not ask twice
  const skipSubscribed = resubscribes && reconnectPeriod > 0 && !resubscribe
  return parts.map((part): SubscribeRequest => ({
    kind: 'subscribe',
    requested: part,
    sent: part,
    skipSubscribed,
    properties,
    callback,
    call,
  }))
}

/** One request, or what is wrong with the arguments. */
export function unsubscribeRequests(
  given: string | string[] | object,
  { properties }: Partial<api.IClientUnsubscribeOptions>,
  callback: api.UnsubscribeCallback | undefined,
): UnsubscribeRequest[] | api.MqttError {
  const filters = Array.isArray(given)
    ? given.slice()
    : given && typeof given === 'object'
      ? topicsOf(given)
      : [given]
  return invalidName(filters) || [{ kind: 'unsubscribe', filters, properties, callback }]
}

/** The packet of a request, as `queue` shows it. */
export function subscribePacket(request: SubscribeRequest): api.ISubscribePacket {
  const subscriptions = request.requested.map(shown)
  const packet: api.ISubscribePacket = { cmd: 'subscribe', subscriptions }
  return withProperties(packet, request.properties)
}

/** The packet of a request, as `queue` shows it. */
export function unsubscribePacket(request: UnsubscribeRequest): api.IUnsubscribePacket {
  const packet: api.IUnsubscribePacket = { cmd: 'unsubscribe', unsubscriptions: request.filters }
  return withProperties(packet, request.properties)
}

/** Calls back with UNSUBACK. */
export function unsubscribeSettled(
  { callback }: UnsubscribeRequest,
  error: api.MqttError | null,
  { packetId, reasonCode, properties }: Answer,
): void {
  if (!callback) return
  if (error) return callback(error)
  const unsuback: api.IUnsubackPacket = { cmd: 'unsuback', messageId: packetId }
  if (reasonCode) unsuback.reasonCode = reasonCode
  const refused = reasonCode < 0x80 ? null : coreError(ErrorCode.UnsubscribeRefused, reasonCode)
  callback(refused, withProperties(unsuback, properties))
}

/** What became of one SUBSCRIBE. */
interface Outcome {
  error?: Error
  grants?: api.ISubscriptionGrant[]
  answer?: api.ISubackPacket
  /** It was never sent. */
  refused?: boolean
}

/** Collects what became of its SUBSCRIBEs, and calls back once. */
class Call implements SubscribeCall {
  private readonly outcomes: Outcome[] = []

  constructor(
    readonly filters: string[],
    /** How many SUBSCRIBEs the call takes */
    private readonly count: number,
    /** MQTT 5: what was granted is shown with all options, as in MQTT.js */
    private readonly showsAll: boolean,
    private readonly callback: api.SubscribeCallback | undefined,
    private readonly subscriber: Subscriber,
  ) {}

  refused(error: Error): void {
    this.add({ error, refused: true })
  }

  settled(request: SubscribeRequest, error: Error | null, answer: Answer): void {
    const { packetId, codes, properties } = answer
    if (error) return this.add({ error })
    if (!codes.length) return this.add({}) // there was nothing to ask for
    const grants = request.sent.map((one, at) => {
      const { nl = false, rap = false, rh = 0 } = one
      const all = this.showsAll ? { nl, rap, rh, properties: request.properties } : {}
      return Object.assign(all, shown(one), { qos: codes[at]! })
    })
    const suback: api.ISubackPacket = { cmd: 'suback', messageId: packetId, granted: codes }
    withProperties(suback, properties)
    const refused = grants.filter(({ qos }) => qos > 2).map(({ topic }) => topic)
    this.subscriber.filtersRefused(refused)
    const reason = codes.filter(code => code > 2)[0]
    if (reason === undefined) return this.add({ grants, answer: suback })
    this.add({ grants, answer: suback, error: subscribeError(refused, reason, suback) })
  }

  private add(outcome: Outcome): void {
    const { callback, outcomes } = this
    outcomes.push(outcome)
    if (outcomes.length < this.count) return
    // the first error counts; filters that were granted by other SUBSCRIBEs are shown beside it
    const failed = outcomes.filter(({ error }) => error)[0]
    const granted = ([] as api.ISubscriptionGrant[]).concat(
      ...outcomes.map(({ grants }) => grants || []),
    )
    if (failed && failed.refused && !granted.length) {
      return this.subscriber.refuse(failed.error!, callback)
    }
    if (!callback) return
    const answered = outcomes.filter(({ answer }) => answer)
    const shownOutcome = failed || answered[answered.length - 1]
    if (!shownOutcome) return callback(null, granted)
    const error = (shownOutcome.error || null) as api.MqttError | null
    if (error && !granted.length) return callback(error)
    callback(error, granted, shownOutcome.answer)
  }
}

/** Lists of at most `size` subscriptions, in order; one list if `size` is 0, also of an empty one. */
function batches(subscriptions: Subscription[], size: number): Subscription[][] {
  const step = size || subscriptions.length || 1
  const parts: Subscription[][] = []
  for (let at = 0; at === 0 || at < subscriptions.length; at += step) {
    parts.push(subscriptions.slice(at, at + step))
  }
  return parts
}

/** The error for something that is not even text, which could not cross to the core. */
function invalidName(names: unknown[]): api.MqttError | undefined {
  const invalid = names.filter(name => !isText(name))
  return invalid.length ? coreError(ErrorCode.InvalidFilter, 0, String(invalid[0])) : undefined
}
