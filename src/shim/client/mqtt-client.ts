/**
 * The client as a page holds it: MQTT.js's methods, properties and events. It has a connection, which does
 * the work, and an emitter. Both are hidden from walks, copies and reactive proxies of the page (see
 * `platform/hidden.ts`): its own enumerable properties are data that leads nowhere.
 */
import type * as api from '../api'
import { MQTTJS_VERSION } from '../compat/helpers'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { randomClientId, settle } from '../options/settings'
import type { Settings } from '../options/table'
import { Emitter, delegateToEmitter } from '../platform/emitter'
import type { Listener } from '../platform/emitter'
import { INNER, hide, setInner } from '../platform/hidden'
import { isFunction } from '../payload/value-types'
import { noop, promised, split } from './arguments'
import { REAUTHENTICATE, answerOf } from './authentication'
import { Connection } from './connection'
import { CoreMessageIds } from './core-message-ids'
import { acceptMessage } from './manual-acknowledgement'
import { filtersOf, outgoingOf, queueOf } from './pending'
import { publishRequest } from './publishing'
import type { Stream } from './stream'
import { subscribeRequests, unsubscribeRequests } from './subscribing'
import type { Filters } from './topic-filters'

type Events = api.MqttEvents
type EventName = keyof Events
type ListenerMethod<Self> = <E extends EventName>(event: E, listener: Events[E]) => Self
type HandleMessage = (packet: api.IPublishPacket, callback: api.HandledCallback) => void

/** What a client consists of. */
interface Inner {
  readonly connection: Connection
  readonly emitter: Emitter<Events>
  /** Whether the application wants a log */
  readonly logs: boolean
  handler: HandleMessage
}

export class MqttClient implements api.MqttClient {
  static readonly VERSION = MQTTJS_VERSION

  declare readonly [INNER]: () => Inner
  // The state. It is defined on each client, so that copies of one show it, as they do with MQTT.js.
  declare readonly connected: boolean
  declare readonly reconnecting: boolean
  declare readonly disconnecting: boolean
  declare readonly disconnected: boolean
  declare readonly log: (...args: unknown[]) => void
  readonly options: Settings
  readonly messageIdProvider: api.IMessageIdProvider
  readonly stream: Stream
  declare incomingStore: api.IStore
  declare outgoingStore: api.IStore
  /** Which of the option `servers` comes next */
  _reconnectCount = 0

  static defaultId(): string {
    return randomClientId()
  }

  /** Without a stream builder it connects by `wx.connectSocket`. Throws if an option is not valid. */
  constructor(streamBuilder: api.StreamBuilder | null | undefined, options: api.IClientOptions) {
    const settings = settle(options)
    const connection = new Connection(this, settings, streamBuilder)
    const { engine } = connection
    const emitter: Emitter<Events> = new Emitter<Events>(this, event => {
      if (PACKET_EVENTS.indexOf(event as EventName) < 0) return
      engine.observePackets(PACKET_EVENTS.some(name => emitter.listenerCount(name)))
    })
    const logs = settings.log !== undefined
    setInner(this, { connection, emitter, logs, handler: acceptMessage })
    defineState(this, connection)
    hide(this, 'log', settings.log || noop)
    this.options = settings
    this.stream = connection.stream
    connection.useStores(settings)
    const lastId = () => engine.lastPacketId() || null
    this.messageIdProvider = settings.messageIdProvider || new CoreMessageIds(lastId)
    if (!settings.manualConnect) connection.start()
  }

  // Requests. Mistakes are reported to the callback, or by the event `error`, in a turn of their own.

  /** Queued while there is no connection. The callback is called once: at QoS 0 when the message is sent. */
  publish(
    topic: string,
    message: api.Message,
    options?: api.IClientPublishOptions | api.AnyCallback | null,
    callback?: api.AnyCallback,
  ): this {
    // no helper: this is the most frequent call
    const isCallback = isFunction(options)
    const given = isCallback ? undefined : options
    const done = isCallback ? (options as api.PublishCallback) : callback
    const { connection, logs } = this[INNER]()
    if (logs) this.log('publish :: to topic `%s`', topic)
    const { engine, isDisconnecting } = connection
    const request = isDisconnecting
      ? coreError(ErrorCode.Disconnecting)
      : publishRequest(topic, message, given, done, engine.isReady)
    if (request instanceof Error) connection.refuseLater(request, done)
    else engine.submit(request)
    return this
  }

  /** Resolves with the packet at QoS 1 and 2. */
  publishAsync(
    topic: string,
    message: api.Message,
    options?: api.IClientPublishOptions | null,
  ): Promise<api.IPublishPacket | undefined> {
    return promised(done => this.publish(topic, message, options, done))
  }

  /** What the client is subscribed to already is not asked for again, unless that would change it. */
  subscribe(
    filters: Filters,
    options?: Partial<api.IClientSubscribeOptions> | api.SubscribeCallback | null,
    callback?: api.SubscribeCallback,
  ): this {
    const { given, callback: done } = split<
      Partial<api.IClientSubscribeOptions>,
      api.SubscribeCallback
    >(options, callback)
    const { connection } = this[INNER]()
    this.log('subscribe :: to %o', filters)
    connection.submit(subscribeRequests(filters, given, done, this.options, connection), done)
    return this
  }

  /** Resolves with the result of each filter. */
  subscribeAsync(
    filters: Filters,
    options?: Partial<api.IClientSubscribeOptions> | null,
  ): Promise<api.ISubscriptionGrant[]> {
    return promised<api.ISubscriptionGrant[]>(done => this.subscribe(filters, options, done))
  }

  /** The handlers of the filters are called no longer, also if the server never answers. */
  unsubscribe(
    filters: string | string[],
    options?: api.IClientUnsubscribeOptions | api.AnyCallback | null,
    callback?: api.AnyCallback,
  ): this {
    const { given, callback: done } = split<api.IClientUnsubscribeOptions, api.UnsubscribeCallback>(
      options,
      callback,
    )
    this.log('unsubscribe :: from %o', filters)
    this[INNER]().connection.submit(unsubscribeRequests(filters, given, done), done)
    return this
  }

  /** Resolves with UNSUBACK. */
  unsubscribeAsync(
    filters: string | string[],
    options?: api.IClientUnsubscribeOptions | null,
  ): Promise<api.IUnsubackPacket | undefined> {
    return promised(done => this.unsubscribe(filters, options, done))
  }

  /** Takes back a QoS 1 or 2 message that is in flight; its callback gets an error. */
  removeOutgoingMessage(messageId: number): this {
    this[INNER]().connection.engine.removeOutgoing(messageId)
    return this
  }

  /** The message id that was allocated last; `null` if none was. */
  getLastMessageId(): number | null {
    return this[INNER]().connection.engine.lastPacketId() || null
  }

  /** Snapshot of the requests that have not been sent. */
  get queue(): api.IQueuedRequest[] {
    return queueOf(this[INNER]().connection.engine.pendingRequests())
  }

  /** Snapshot of the requests that the server has not answered, by message id. */
  get outgoing(): Record<number, api.IOutgoingRequest> {
    return outgoingOf(this[INNER]().connection.engine.pendingRequests())
  }

  /** Snapshot of the filters that the server has not answered for, by message id. */
  get messageIdToTopic(): Record<number, string[]> {
    return filtersOf(this[INNER]().connection.engine.pendingRequests())
  }

  // Connecting and disconnecting

  /** Connects, unless it does already. */
  connect(): this {
    this[INNER]().connection.start()
    return this
  }

  /** Disconnects when all requests are answered, or at once if `force` is true. */
  end(
    force?: boolean | api.IDisconnectOptions | api.EndCallback | null,
    options?: api.IDisconnectOptions | api.EndCallback | null,
    callback?: api.EndCallback,
  ): this {
    this.log('end :: force %s', force === true)
    const done = [force, options, callback].filter(isFunction)[0] as api.EndCallback | undefined
    const given = Object([force, options].filter(value => value && typeof value === 'object')[0])
    this[INNER]().connection.end(force === true, given, done)
    return this
  }

  /** Resolves when the client has ended. */
  endAsync(
    force?: boolean | api.IDisconnectOptions | null,
    options?: api.IDisconnectOptions | null,
  ): Promise<void> {
    return promised<void>(done => this.end(force, options, done))
  }

  /** Connects anew: after an outage, after `end`, or in place of the present connection. */
  reconnect(stores: api.IClientReconnectOptions = {}): this {
    this[INNER]().connection.restart(stores)
    return this
  }

  /** Sends PINGREQ. */
  sendPing(): void {
    this[INNER]().connection.engine.ping()
  }

  /** Has no effect. Code calls it to put off the next ping, which [MQTT-3.1.2-23] forbids. */
  reschedulePing(_force?: boolean): void {
    // the core counts from what was really sent
  }

  /** Closes the network connection, as if the server no longer answered. */
  onKeepaliveTimeout(): void {
    const { connection } = this[INNER]()
    const error = coreError(ErrorCode.KeepAliveTimeout)
    connection.report(error)
    connection.engine.drop(error)
  }

  // What an application may replace

  /**
   * Called with each message; the message is acknowledged when it calls back without an error. An
   * application assigns it, or overrides it in a class that extends the client.
   */
  get handleMessage(): HandleMessage {
    return this[INNER]().handler
  }

  set handleMessage(handler: HandleMessage) {
    // assigned to the prototype of this class or of one that extends it, it is for all clients
    if (!(INNER in this)) {
      hide(this, 'handleMessage', handler)
    } else {
      const inner = this[INNER]()
      inner.handler = handler
      inner.connection.updateHandlesMessages()
    }
  }

  /** Answers AUTH of the server (MQTT 5). */
  handleAuth(packet: api.IAuthPacket, callback: api.AuthCallback): void {
    callback(null, answerOf(packet, this.options))
  }

  /** Authenticates again on the present connection (MQTT 5); `handleAuth` continues. */
  reauthenticate(properties: api.IProperties): this {
    const { connection } = this[INNER]()
    const packet: api.IAuthPacket = { cmd: 'auth', reasonCode: REAUTHENTICATE, properties }
    const refused = connection.engine.sendAuth(packet)
    if (refused) connection.refuseLater(refused, undefined)
    return this
  }

  // What the connection is like

  get queueQoSZero(): boolean {
    return this.options.queueQoSZero
  }

  set queueQoSZero(on: boolean) {
    this.options.queueQoSZero = on
    this[INNER]().connection.engine.optionChanged('queueQoSZero')
  }

  /** What the server said of itself in CONNACK, while connected (MQTT 5). */
  get serverProperties(): api.IProperties | undefined {
    const { connack } = this[INNER]().connection
    return connack && connack.properties
  }

  /** Seconds: the server's value if it has set one. */
  get keepalive(): number {
    const { serverKeepAlive } = this.serverProperties || {}
    return serverKeepAlive === undefined ? this.options.keepalive : serverKeepAlive
  }

  /** When the next attempt to reconnect is due, in ms since the epoch; `undefined` while none is. */
  get reconnectAt(): number | undefined {
    return this[INNER]().connection.nextAttempt
  }

  // Node's EventEmitter

  /** Every event goes through here, so that an application may replace it to see them all. */
  emit<E extends EventName>(event: E, ...args: Parameters<Events[E]>): boolean {
    const { emitter, logs } = this[INNER]()
    if (logs) this.log('emit :: %s', String(event))
    return emitter.emit(event, ...args)
  }

  declare on: ListenerMethod<this>
  declare once: ListenerMethod<this>
  declare off: ListenerMethod<this>
  declare addListener: ListenerMethod<this>
  declare prependListener: ListenerMethod<this>
  declare prependOnceListener: ListenerMethod<this>
  declare removeListener: ListenerMethod<this>
  declare removeAllListeners: (event?: EventName) => this
  declare listeners: (event: EventName) => Listener[]
  declare rawListeners: (event: EventName) => Listener[]
  declare listenerCount: (event: EventName) => number
  declare eventNames: () => EventName[]
  declare setMaxListeners: (count: number) => this
  declare getMaxListeners: () => number
}

delegateToEmitter(MqttClient.prototype, client => client[INNER]().emitter)

/** Defines the state of a client: enumerable, and computed when it is read. */
function defineState(client: MqttClient, connection: Connection): void {
  const state = {
    connected: () => connection.isOpen,
    reconnecting: () => connection.isReconnecting,
    disconnecting: () => connection.isDisconnecting,
    disconnected: () => connection.isDisconnected,
  }
  for (const name of Object.keys(state) as Array<keyof typeof state>) {
    Object.defineProperty(client, name, { get: state[name], enumerable: true, configurable: true })
  }
}

/** Packets are observed while these have listeners */
const PACKET_EVENTS: EventName[] = ['packetsend', 'packetreceive']
