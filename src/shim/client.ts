/** The client as the application sees it: MQTT.js's methods, callbacks and events over a driver. */
import { ErrorCode } from '#core'
import type * as api from './api'
import { coreError, subscribeError, unsubscribeError } from './core-errors'
import { Driver } from './driver'
import type { Command } from './driver'
import { Emitter } from './emitter'
import type { EventName } from './emitter'
import { mqttError } from './errors'
import { optionBits, subscriptions } from './filters'
import type { Filters } from './filters'
import type { Answer, Events } from './host'
import { socketOption } from './options'
import type { Settings } from './options'
import { toBytes } from './payload'
import { warn } from './platform'
import { giveProperties } from './properties'
import { guard, later } from './turns'

type Failed = ((error: api.MqttError) => void) | undefined

export class MqttClient extends Emitter implements api.MqttClient {
  readonly options: Settings
  private readonly driver: Driver
  private accepted = false
  private returning = false
  private ending = false
  private forced = false
  private farewell: api.IDisconnectOptions = {}
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
    const { qos = 0, retain = false, dup = false, properties } = given.options
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
      if (slot < 0) return slot
      return (
        giveProperties(core, properties) || core.publish(slot, payload, qos, !!retain, !!dup, now)
      )
    }
    const done = given.callback
    this.driver.request({
      command,
      answer(error, { messageId, reasonCode, properties: said }) {
        if (!done) return
        if (error || !qos) return done(error)
        const packet: api.IPublishPacket = {
          cmd: 'publish',
          topic,
          payload: message,
          qos,
          retain,
          dup,
          messageId,
        }
        if (reasonCode) packet.reasonCode = reasonCode
        if (said) packet.properties = said
        done(null, packet)
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
    const wanted = subscriptions(filters, given.options)
    if (this.refuses(given.callback)) return this
    const names = wanted.map(({ topic }) => topic)
    if (!wanted.every(({ qos }) => isQos(qos))) {
      return this.refuse(ErrorCode.InvalidQos, '', given.callback)
    }
    const bits = Uint8Array.from(wanted.map(optionBits))
    const done = given.callback
    const command: Command = (core, now) =>
      giveProperties(core, given.options.properties) || core.subscribe(names, bits, now)
    return this.requestFor(names, command, done, ({ messageId, codes, properties }) => {
      if (!done) return
      const granted = wanted.map((asked, at) => Object.assign({}, asked, { qos: codes[at]! }))
      const packet: api.ISubackPacket = { cmd: 'suback', messageId, granted: codes }
      if (properties) packet.properties = properties
      const refused = granted.filter(({ qos }) => qos > 2)
      if (!refused.length) return done(null, granted, packet)
      const error = subscribeError(
        refused.map(({ topic }) => topic),
        refused[0]!.qos,
      )
      done(Object.assign(error, { packet }), granted, packet)
    })
  }

  unsubscribe(
    filters: string | string[],
    options?: api.IClientUnsubscribeOptions | api.UnsubscribeCallback,
    callback?: api.UnsubscribeCallback,
  ): this {
    const given = split<api.IClientUnsubscribeOptions, api.UnsubscribeCallback>(options, callback)
    const names = typeof filters === 'string' ? [filters] : Array.from(filters)
    if (this.refuses(given.callback)) return this
    const done = given.callback
    const command: Command = (core, now) =>
      giveProperties(core, given.options.properties) || core.unsubscribe(names, now)
    return this.requestFor(names, command, done, ({ messageId, reasonCode, properties }) => {
      if (!done) return
      const packet: api.IUnsubackPacket = { cmd: 'unsuback', messageId }
      if (reasonCode) packet.reasonCode = reasonCode
      if (properties) packet.properties = properties
      done(reasonCode < 0x80 ? null : unsubscribeError(reasonCode), packet)
    })
  }

  end(
    force?: boolean | api.IDisconnectOptions | api.EndCallback,
    options?: api.IDisconnectOptions | api.EndCallback,
    callback?: api.EndCallback,
  ): this {
    const done = [force, options, callback].filter(isFunction)[0] as api.EndCallback | undefined
    if (done) this.ends.push(() => done())
    this.ending = true
    this.forced = this.forced || force === true
    this.farewell = Object([force, options].filter(value => typeof value === 'object')[0])
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

  /** Answers the server's AUTH (MQTT 5); to be replaced by an application that uses it. */
  handleAuth(_packet: api.Packet, callback: api.AuthCallback): void {
    callback(null)
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
      disconnected: packet => this.emit('disconnect', packet),
      challenged: auth => this.authenticate(auth),
      error: error => this.tellError(error),
      message: packet => this.emit('message', packet.topic, packet.payload, packet),
      packetSent: packet => this.emit('packetsend', packet),
      packetReceived: packet => this.emit('packetreceive', packet),
    }
  }

  private authenticate(auth: api.Packet): void {
    this.handleAuth(auth, (error, answer) => {
      if (error) return this.tellError(error)
      if (!answer) return
      const refusal = this.driver.sendAuth(answer)
      if (refusal < 0) this.tellError(coreError(-refusal))
    })
  }

  /** A request about topic filters; if one of them is no good, the error names it. */
  private requestFor(
    names: string[],
    command: Command,
    failed: Failed,
    done: (answer: Answer) => void,
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
      answer(error, answer) {
        if (!error) done(answer)
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
    else if (this.ending) this.driver.stop(this.forced, this.farewell)
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

function invalidPayload(): api.MqttError {
  const hint =
    '对象请先 JSON.stringify，数字请先 String()。 Turn objects and numbers into text first.'
  return mqttError('INVALID_PAYLOAD', 'Invalid payload: not text, Uint8Array or ArrayBuffer', hint)
}
