/** The client as the application sees it: MQTT.js's methods, callbacks and events over a driver. */
import { ErrorCode } from '#core'
import type * as api from './api'
import { coreError, subscribeError } from './core-errors'
import { Driver } from './driver'
import type { Command } from './driver'
import { Emitter } from './emitter'
import type { EventName } from './emitter'
import { mqttError } from './errors'
import type { Events } from './host'
import { socketOption } from './options'
import type { Settings } from './options'
import { toBytes } from './payload'
import { warn } from './platform'
import { guard, later } from './turns'

type Failed = ((error: api.MqttError) => void) | undefined
type Filters = string | string[] | api.ISubscriptionMap

export class MqttClient extends Emitter implements api.MqttClient {
  readonly options: Settings
  private readonly driver: Driver
  private accepted = false
  private returning = false
  private ending = false
  private forced = false
  private hasEnded = false
  private reconnectWhenEnded = false
  private ends: Array<() => void> = []

  /** Takes settings that were checked, see `settingsFor`; begins to connect. */
  constructor(settings: Settings) {
    super()
    this.options = settings
    this.driver = new Driver(settings, () => socketOption(settings, this), this.events())
    this.driver.start()
  }

  get connected(): boolean {
    return this.accepted && this.driver.isOpen
  }

  get reconnecting(): boolean {
    return this.returning
  }

  get disconnecting(): boolean {
    return this.ending
  }

  get disconnected(): boolean {
    return this.hasEnded
  }

  publish(
    topic: string,
    message: api.Message,
    options?: api.IClientPublishOptions | api.PublishCallback,
    callback?: api.PublishCallback,
  ): this {
    const given = split<api.IClientPublishOptions, api.PublishCallback>(options, callback)
    const { qos = 0, retain = false, dup = false } = given.options
    const bytes = toBytes(message)
    if (this.refuses(given.callback)) return this
    if (typeof topic !== 'string')
      return this.refuse(ErrorCode.InvalidTopic, String(topic), given.callback)
    if (!isQos(qos)) return this.refuse(ErrorCode.InvalidQos, '', given.callback)
    if (!bytes) {
      this.report(invalidPayload(), given.callback)
      return this
    }
    const payload = this.driver.isReady ? bytes : bytes.slice() // the caller may use its buffer again
    const command: Command = (core, now, topics) => {
      const slot = topics.slot(topic, (free, name) => core.defineTopic(free, name))
      return slot < 0 ? slot : core.publish(slot, payload, qos, !!retain, !!dup, now)
    }
    const done = given.callback
    this.driver.request({
      command,
      answer(error, messageId) {
        if (!done) return
        if (error || !qos) return done(error)
        done(null, { cmd: 'publish', topic, payload: message, qos, retain, dup, messageId })
      },
      refused: code => this.refuse(code, topic, done),
    })
    return this
  }

  subscribe(
    filters: Filters,
    options?: api.IClientSubscribeOptions | api.SubscribeCallback,
    callback?: api.SubscribeCallback,
  ): this {
    const given = split<api.IClientSubscribeOptions, api.SubscribeCallback>(options, callback)
    const wanted = subscriptions(filters, given.options.qos)
    if (this.refuses(given.callback)) return this
    const names = wanted.map(({ topic }) => topic)
    if (!wanted.every(({ qos }) => isQos(qos))) {
      return this.refuse(ErrorCode.InvalidQos, '', given.callback)
    }
    const qos = Uint8Array.from(wanted.map(subscription => subscription.qos))
    const done = given.callback
    return this.requestFor(
      names,
      (core, now) => core.subscribe(names, qos, now),
      done,
      (id, codes) => {
        if (!done) return
        const granted = wanted.map(({ topic }, at) => ({
          topic,
          qos: codes[at]! as api.GrantedQos,
        }))
        const packet: api.ISubackPacket = { cmd: 'suback', messageId: id, granted: codes }
        const refused = granted.filter(({ qos: code }) => code > 2).map(({ topic }) => topic)
        done(
          refused.length ? Object.assign(subscribeError(refused), { packet }) : null,
          granted,
          packet,
        )
      },
    )
  }

  unsubscribe(
    filters: string | string[],
    options?: object | api.UnsubscribeCallback,
    callback?: api.UnsubscribeCallback,
  ): this {
    const given = split<object, api.UnsubscribeCallback>(options, callback)
    const names = typeof filters === 'string' ? [filters] : Array.from(filters)
    if (this.refuses(given.callback)) return this
    const done = given.callback
    return this.requestFor(
      names,
      (core, now) => core.unsubscribe(names, now),
      done,
      messageId => {
        if (done) done(null, { cmd: 'unsuback', messageId })
      },
    )
  }

  end(
    force?: boolean | object | api.EndCallback,
    options?: object | api.EndCallback,
    callback?: api.EndCallback,
  ): this {
    const done = [force, options, callback].filter(isFunction)[0] as api.EndCallback | undefined
    if (done) this.ends.push(() => done())
    this.ending = true
    this.forced = this.forced || force === true
    later(() => this.stop())
    return this
  }

  reconnect(): this {
    if (this.ending && !this.hasEnded) {
      this.reconnectWhenEnded = true
      return this
    }
    this.ending = this.forced = this.hasEnded = false
    if (!this.driver.isActive) {
      if (!this.returning) this.emit('reconnect') // else the core says so
      this.driver.start()
    }
    return this
  }

  protected override listenersChanged(event: EventName): void {
    if (event === 'packetsend' || event === 'packetreceive') {
      this.driver.observe(
        this.listenerCount('packetsend') + this.listenerCount('packetreceive') > 0,
      )
    }
  }

  /** What the driver tells, as MQTT.js's events. */
  private events(): Events {
    return {
      connected: connack => {
        this.accepted = true
        this.returning = false
        this.emit('connect', connack)
      },
      reconnecting: () => this.emit('reconnect'),
      offline: () => {
        this.returning = true
        this.emit('offline')
      },
      closed: () => {
        this.accepted = false
        this.emit('close')
      },
      ended: () => {
        this.hasEnded = true
        this.returning = false
        this.emit('end')
        this.tellEnded()
        if (this.reconnectWhenEnded) {
          this.reconnectWhenEnded = false
          this.reconnect()
        }
      },
      error: error => this.tellError(error),
      message: packet => this.emit('message', packet.topic, packet.payload, packet),
      packetSent: packet => this.emit('packetsend', packet),
      packetReceived: packet => this.emit('packetreceive', packet),
    }
  }

  /** A request about topic filters; if one of them is no good, the error names it. */
  private requestFor(
    names: string[],
    command: Command,
    failed: Failed,
    done: (messageId: number, codes: number[]) => void,
  ): this {
    const strange = names.filter(name => typeof name !== 'string')
    if (strange.length) return this.refuse(ErrorCode.InvalidFilter, String(strange[0]), failed)
    let culprit = ''
    this.driver.request({
      command(core, now, topics) {
        const token = command(core, now, topics)
        if (token < 0) culprit = names.filter(name => !core.isValidFilter(name))[0] || ''
        return token
      },
      answer(error, messageId, codes) {
        if (!error) done(messageId, codes)
        else if (failed) failed(error)
      },
      refused: code => this.refuse(code, culprit, failed),
    })
    return this
  }

  /** Whether the client takes no requests any longer. */
  private refuses(failed: Failed): boolean {
    if (this.ending) this.refuse(ErrorCode.Disconnecting, '', failed)
    return this.ending
  }

  private refuse(code: ErrorCode, detail: string, failed: Failed): this {
    this.report(coreError(code, 0, detail), failed)
    return this
  }

  /** A mistake of the application is told in a turn of its own, and never to nobody. */
  private report(error: api.MqttError, failed: Failed): void {
    later(() => {
      if (failed) failed(error)
      else this.tellError(error)
    })
  }

  private tellError(error: api.MqttError): void {
    if (!this.emit('error', error)) warn(`mqtt: ${error.message}\n${error.hint}`)
  }

  /** In a turn of its own: listeners may come after the call of `end`. */
  private stop(): void {
    if (this.hasEnded) this.tellEnded()
    else if (this.ending) this.driver.stop(this.forced)
  }

  private tellEnded(): void {
    const { ends } = this
    this.ends = []
    for (const end of ends) guard(end)
  }
}

/** Options and callback, either of which may have been left out. */
function split<O extends object, C>(options: O | C | undefined, callback: C | undefined) {
  return isFunction(options)
    ? { options: {} as Partial<O>, callback: options as C }
    : { options: (options || {}) as Partial<O>, callback }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isQos(value: unknown): value is api.QoS {
  return value === 0 || value === 1 || value === 2
}

/** All forms in which MQTT.js takes filters. */
function subscriptions(filters: Filters, qos: api.QoS = 0): Array<{ topic: string; qos: api.QoS }> {
  if (typeof filters === 'string') return [{ topic: filters, qos }]
  if (Array.isArray(filters)) return filters.map(topic => ({ topic, qos }))
  const map: api.ISubscriptionMap = Object(filters)
  return Object.keys(map)
    .filter(topic => typeof map[topic] !== 'boolean') // MQTT.js's `resubscribe: true` among the topics
    .map(topic => ({ topic, qos: (map[topic] as api.IClientSubscribeOptions).qos || 0 }))
}

function invalidPayload(): api.MqttError {
  const hint =
    '对象请先 JSON.stringify，数字请先 String()。 Turn objects and numbers into text first.'
  return mqttError('INVALID_PAYLOAD', 'Invalid payload: not text, Uint8Array or ArrayBuffer', hint)
}
