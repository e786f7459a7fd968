/** subscribe() and unsubscribe(): from their arguments to requests, and from answers to callbacks. */
import { ErrorCode } from '#core'
import type { Core } from '#core'
import type * as api from './api'
import { coreError, subscribeError, unsubscribeError } from './core-errors'
import type { Command, Request } from './requests'
import { optionBits, subscriptions } from './filters'
import type { Asked, Filters } from './filters'
import { giveProperties } from './properties'
import { isQos } from './publishing'

type Tell = (error: api.MqttError) => void

export interface Subscribing {
  filters: Filters
  options: Partial<api.IClientSubscribeOptions>
  callback: api.SubscribeCallback | undefined
  /** Filters in one SUBSCRIBE; 0 for all */
  batchSize: number
  /** What was asked for before is not asked for again. */
  thrifty: boolean
  /** Who hears of the messages of a filter from now on; nobody, if it was refused */
  listen(filter: string, handler: api.OnMessageCallback | undefined): void
  tell: Tell
}

/** The requests, one callback for all; or what is wrong with them. */
export function subscribing(call: Subscribing): Request[] | api.MqttError {
  const { filters, options, callback, batchSize, thrifty, listen, tell } = call
  const { wanted, again } = subscriptions(filters, options)
  const strange = invalid(wanted.map(({ topic }) => topic))
  if (strange) return strange
  if (!wanted.every(({ qos }) => isQos(qos))) return coreError(ErrorCode.InvalidQos)
  const all = new Outcome(callback, tell)
  return batches(wanted, batchSize).map(batch => {
    const packet: api.ISubscribePacket = { cmd: 'subscribe', subscriptions: batch.map(entry) }
    if (options.properties) packet.properties = options.properties
    const known = (core: Core, asked: Asked) => core.hasAskedFor(asked.topic, optionBits(asked))
    let asked = batch
    const { command, culprit } = naming(wanted, (core, now) => {
      // what has properties of its own is something else each time
      if (thrifty && !again && !options.properties) asked = batch.filter(one => !known(core, one))
      if (batch.length && !asked.length) return 0
      const names = asked.map(({ topic }) => topic)
      const bits = Uint8Array.from(asked.map(optionBits))
      return giveProperties(core, options.properties) || core.subscribe(names, bits, now)
    })
    all.expect()
    return {
      packet: packet,
      callback,
      command,
      taken() {
        for (const { topic, onMessage } of batch) if (onMessage) listen(topic, onMessage)
      },
      answer(error, { messageId, codes, properties }) {
        if (error) return all.add({ error })
        if (!codes.length) return all.add({})
        const granted = asked.map((one, at) => Object.assign(entry(one), { qos: codes[at]! }))
        const suback: api.ISubackPacket = { cmd: 'suback', messageId, granted: codes }
        if (properties) suback.properties = properties
        const refused = granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic)
        for (const filter of refused) listen(filter, undefined)
        const reason = codes.filter(code => code > 2)[0]
        const answer = { granted, suback }
        if (reason === undefined) return all.add(answer)
        all.add(Object.assign(answer, { error: subscribeError(refused, reason, suback) }))
      },
      refused: code => all.add({ error: coreError(code, 0, culprit()), refused: true }),
    }
  })
}

/** The request; or what is wrong with it. */
export function unsubscribing(
  filters: string | string[],
  options: Partial<api.IClientUnsubscribeOptions>,
  callback: api.UnsubscribeCallback | undefined,
  tell: Tell,
): Request | api.MqttError {
  const names = Array.isArray(filters) ? filters.slice() : [filters]
  const strange = invalid(names)
  if (strange) return strange
  const wanted = names.map(topic => ({ topic }))
  const { command, culprit } = naming(
    wanted,
    (core, now) => giveProperties(core, options.properties) || core.unsubscribe(names, now),
  )
  const packet: api.IUnsubscribePacket = { cmd: 'unsubscribe', unsubscriptions: names }
  if (options.properties) packet.properties = options.properties
  return {
    packet: packet,
    callback,
    command,
    answer(error, { messageId, reasonCode, properties }) {
      if (!callback) return
      if (error) return callback(error)
      const unsuback: api.IUnsubackPacket = { cmd: 'unsuback', messageId }
      if (reasonCode) unsuback.reasonCode = reasonCode
      if (properties) unsuback.properties = properties
      callback(reasonCode < 0x80 ? null : unsubscribeError(reasonCode), unsuback)
    },
    refused: code => tell(coreError(code, 0, culprit())),
  }
}

/** What became of one SUBSCRIBE. */
interface Part {
  error?: api.MqttError
  granted?: api.ISubscriptionGrant[]
  suback?: api.ISubackPacket
  /** It was never sent. */
  refused?: boolean
}

/** What became of one call of subscribe(), however many SUBSCRIBEs it took. */
class Outcome {
  private expected = 0
  private readonly parts: Part[] = []

  constructor(
    private readonly callback: api.SubscribeCallback | undefined,
    private readonly tell: Tell,
  ) {}

  expect(): void {
    this.expected++
  }

  add(part: Part): void {
    this.parts.push(part)
    if (this.parts.length < this.expected) return
    const failed = this.parts.filter(({ error }) => error)[0]
    const lists = this.parts.map(({ granted }) => granted || [])
    const granted = ([] as api.ISubscriptionGrant[]).concat(...lists)
    const answers = this.parts.filter(({ suback }) => suback)
    const last = answers[answers.length - 1]
    const { callback } = this
    if (failed && failed.refused && !granted.length) return this.tell(failed.error!)
    if (!callback) return
    const answer = failed || last
    if (!answer) return callback(null, granted) // there was nothing to ask for
    if (answer.error && !granted.length) return callback(answer.error)
    callback(answer.error || null, granted, answer.suback)
  }
}

function batches(wanted: Asked[], size: number): Asked[][] {
  const step = size || wanted.length || 1
  const parts: Asked[][] = []
  for (let at = 0; at === 0 || at < wanted.length; at += step)
    parts.push(wanted.slice(at, at + step))
  return parts
}

function entry({ topic, qos, nl, rap, rh }: Asked): api.ISubscriptionRequest {
  const subscription: api.ISubscriptionRequest = { topic, qos }
  if (nl !== undefined) subscription.nl = nl
  if (rap !== undefined) subscription.rap = rap
  if (rh !== undefined) subscription.rh = rh
  return subscription
}

/** A command that is only given if all filters are good; else it can tell which one is not. */
function naming(
  wanted: Array<{ topic: string }>,
  command: Command,
): { command: Command; culprit: () => string } {
  let culprit = ''
  return {
    command(core, now, topics) {
      const bad = wanted.filter(({ topic }) => !core.isValidFilter(topic))[0]
      if (!bad) return command(core, now, topics)
      culprit = bad.topic
      return -ErrorCode.InvalidFilter
    },
    culprit: () => culprit,
  }
}

/** What is no text cannot even be asked for. */
function invalid(names: unknown[]): api.MqttError | undefined {
  const strange = names.filter(name => typeof name !== 'string')
  return strange.length ? coreError(ErrorCode.InvalidFilter, 0, String(strange[0])) : undefined
}
