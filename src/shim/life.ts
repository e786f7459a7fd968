/**
 * The life of a client: how it connects, ends and comes back, what it says of itself, and its events,
 * in MQTT.js's terms. What it is used for is in `client.ts`.
 */
import { ErrorCode } from '#core'
import type * as api from './api'
import { isFunction, promised } from './arguments'
import { authenticate, givenAnswer } from './authentication'
import { coreError } from './core-errors'
import { Driver } from './driver'
import type { Pending } from './requests'
import { Emitter } from './emitter'
import type { EventName } from './emitter'
import type { Events } from './host'
import { PacketKeeper } from './kept-packets'
import type { Keeper } from './kept-packets'
import { CoreMessageIds } from './message-ids'
import { Store } from './message-store'
import { serverOptions, settle, socketOption } from './options'
import type { Settings } from './options'
import { warn } from './platform'
import { Socket } from './socket'
import { Stream, StreamTransport } from './stream'
import { guard, later } from './turns'
import { WxKeeper } from './wx-keeper'

export abstract class Life extends Emitter {
  readonly options: Settings
  readonly log: (...args: unknown[]) => void
  readonly messageIdProvider: api.IMessageIdProvider
  readonly stream: Stream
  incomingStore: api.IStore
  outgoingStore: api.IStore
  /** Which of the servers comes next */
  _reconnectCount = 0
  protected readonly driver: Driver
  /** Of the connection that is there */
  private connack: api.IConnackPacket | undefined
  private returning = false
  private ending = false
  private forced = false
  private farewell: api.IDisconnectOptions = {}
  private hasEnded = false
  private afterEnd: (() => void) | undefined
  private ends: api.EndCallback[] = []
  /** The application has brought stores along. */
  private keeps: boolean
  /** For servers that have none of their own */
  private readonly path: string | undefined

  /** Without a stream builder it connects by a WebSocket of `wx`. */
  constructor(streamBuilder: api.StreamBuilder | null | undefined, options: api.IClientOptions) {
    super()
    this.options = settle(options)
    this.path = options.path
    this.log = options.log || (() => undefined)
    this.incomingStore = options.incomingStore || new Store()
    this.outgoingStore = options.outgoingStore || new Store()
    this.keeps = Boolean(options.incomingStore || options.outgoingStore)
    this.driver = new Driver(
      this.options,
      owner =>
        streamBuilder
          ? new StreamTransport(owner, () => streamBuilder(this as never, this.options))
          : new Socket(owner, () => this.address()),
      this.events(),
      () => this.keeper(),
    )
    this.stream = new Stream(() => this.driver.drop())
    const lastId = () => this.driver.lastPacketId() || null
    this.messageIdProvider = options.messageIdProvider || new CoreMessageIds(lastId)
    if (!this.options.manualConnect) this.driver.start()
  }

  get connected(): boolean {
    return this.connack !== undefined && this.driver.isOpen
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

  get queueQoSZero(): boolean {
    return this.options.queueQoSZero
  }

  set queueQoSZero(on: boolean) {
    this.options.queueQoSZero = on
    this.driver.policyChanged()
  }

  /** What the server said of itself, while connected. MQTT 5. */
  get serverProperties(): api.IProperties | undefined {
    return this.connack && this.connack.properties
  }

  /** Seconds: the server's, if it has a wish. */
  get keepalive(): number {
    const { serverKeepAlive } = this.serverProperties || {}
    return serverKeepAlive === undefined ? this.options.keepalive : serverKeepAlive
  }

  /** Requests that have not been sent. */
  get queue(): api.IQueuedRequest[] {
    const waiting = this.driver.pending().filter(({ messageId }) => !messageId)
    return waiting.map(({ request: { packet, callback } }) => ({ packet, cb: callback || noop }))
  }

  /** Requests that the server has not answered, by message id. */
  get outgoing(): Record<number, api.IOutgoingRequest> {
    return byId(this.driver.pending(), ({ request: { packet, callback } }) => ({
      volatile: packet.cmd !== 'publish',
      cmd: packet.cmd as api.PendingCommand,
      cb: callback || noop,
    }))
  }

  /** Topic filters that the server has not answered for, by message id. */
  get messageIdToTopic(): Record<number, string[]> {
    return byId(this.driver.pending(), ({ request: { packet } }) =>
      packet.cmd === 'subscribe' ? packet.subscriptions.map(({ topic }) => topic) : undefined,
    )
  }

  /** Connects, if it does not yet. */
  connect(): this {
    if (this.ending && !this.hasEnded) {
      this.afterEnd = () => this.connect()
      return this
    }
    this.ending = this.forced = this.hasEnded = false
    if (!this.driver.isActive) this.driver.start()
    return this
  }

  end(
    force?: boolean | api.IDisconnectOptions | api.EndCallback | null,
    options?: api.IDisconnectOptions | api.EndCallback | null,
    callback?: api.EndCallback,
  ): this {
    this.log('end :: force %s', force === true)
    const done = [force, options, callback].filter(isFunction)[0] as api.EndCallback | undefined
    if (done) this.ends.push(done)
    this.ending = true
    this.forced = this.forced || force === true
    this.farewell = Object([force, options].filter(value => value && typeof value === 'object')[0])
    later(() => this.stop())
    return this
  }

  endAsync(
    force?: boolean | api.IDisconnectOptions | null,
    options?: api.IDisconnectOptions | null,
  ): Promise<void> {
    return promised<void>(done => this.end(force, options, done))
  }

  /** Connects anew: after an outage, after `end`, or in place of the connection that is there. */
  reconnect(stores: api.IClientReconnectOptions = {}): this {
    if (this.ending && !this.hasEnded) {
      this.afterEnd = () => this.reconnect(stores)
      return this
    }
    this.incomingStore = stores.incomingStore || new Store()
    this.outgoingStore = stores.outgoingStore || new Store()
    this.keeps = Boolean(stores.incomingStore || stores.outgoingStore)
    if (this.connected) {
      this.emit('reconnect')
      return this.end(() => this.connect())
    }
    if (!this.driver.isActive && !this.returning) this.emit('reconnect') // else the core says so
    return this.connect()
  }

  /** Sends PINGREQ. */
  sendPing(): void {
    this.driver.ping()
  }

  /** For code that calls it: the core itself counts from what was sent last. */
  reschedulePing(_force?: boolean): void {
    // a ping that is put off for no reason breaks [MQTT-3.1.2-23]
  }

  /** Gives the connection up. */
  onKeepaliveTimeout(): void {
    this.tellError(coreError(ErrorCode.KeepAliveTimeout))
    this.driver.drop()
  }

  /** Answers the server's AUTH (MQTT 5); to be replaced by an application that uses it. */
  handleAuth(packet: api.IAuthPacket, callback: api.AuthCallback): void {
    callback(null, givenAnswer(packet, this.options))
  }

  /** Begins the authentication once more on this connection (MQTT 5). `handleAuth` goes on with it. */
  reauthenticate(properties: api.IProperties): this {
    const refusal = this.driver.sendAuth({ cmd: 'auth', reasonCode: REAUTHENTICATE, properties })
    if (refusal < 0) later(() => this.tellError(coreError(-refusal)))
    return this
  }

  override emit(event: EventName, ...args: unknown[]): boolean {
    this.log('emit :: %s', String(event))
    return super.emit(event, ...args)
  }

  /** Whether messages wait for their acknowledgement by the application. */
  protected abstract holdsMessages(): boolean
  protected abstract messageCame(packet: api.IPublishPacket, held: boolean): void

  protected override listenersChanged(event: EventName): void {
    if (event === 'packetsend' || event === 'packetreceive') {
      this.driver.observe(
        this.listenerCount('packetsend') + this.listenerCount('packetreceive') > 0,
      )
    }
  }

  protected tellError(error: Error): void {
    const { hint = '' } = error as Partial<api.MqttError>
    if (!this.emit('error', error)) warn(`mqtt: ${error.message}\n${hint}`)
  }

  /** What the driver tells, as MQTT.js's events. */
  private events(): Events {
    return {
      connected: connack => {
        this.connack = connack
        this.returning = false
        this.emit('connect', connack)
      },
      reconnecting: () => this.emit('reconnect'),
      offline: () => {
        this.emit('offline')
        this.returning = true
      },
      closed: () => {
        this.connack = undefined
        this.emit('close')
        this.stream.emit('close')
      },
      ended: () => this.finish(),
      disconnected: packet => this.emit('disconnect', packet),
      challenged: auth =>
        authenticate(auth, {
          handleAuth: (packet, callback) => this.handleAuth(packet, callback),
          sendAuth: packet => this.driver.sendAuth(packet),
          failed: error => {
            this.tellError(error)
            this.driver.drop()
          },
        }),
      error: error => this.tellError(error),
      message: (packet, held) => this.messageCame(packet, held),
      holdsMessages: () => this.holdsMessages(),
      idle: () => this.ending && this.emit('outgoingEmpty'),
      packetSent: packet => this.emit('packetsend', packet),
      packetReceived: packet => this.emit('packetreceive', packet),
    }
  }

  private keeper(): Keeper | undefined {
    const failed = (error: Error): void => this.tellError(error)
    if (this.keeps) return new PacketKeeper(this.incomingStore, this.outgoingStore, failed)
    return this.options.store === 'wx' ? new WxKeeper(this.options, failed) : undefined
  }

  /** Where to connect to, this time. */
  private address(): WechatMiniprogram.ConnectSocketOption {
    const { servers } = this.options
    if (servers && servers.length) {
      const { host, hostname, port, protocol, path } = serverOptions(
        servers[this._reconnectCount % servers.length]!,
      )
      this._reconnectCount = (this._reconnectCount % servers.length) + 1
      Object.assign(this.options, {
        host: hostname || host,
        hostname: hostname || host,
        port,
        protocol: protocol || this.options.defaultProtocol,
        path: path || this.path,
      })
    }
    const option = socketOption(this.options, this as never)
    this.log('connect :: opening %s', option.url.replace(/\?.*$/, '')) // a query may hold a token
    return option
  }

  /** In a turn of its own: listeners may come after the call of `end`, and so may `reconnect`. */
  private stop(): void {
    if (this.ending && !this.hasEnded) this.driver.stop(this.forced, this.farewell)
    else this.tellEnded()
  }

  private finish(): void {
    this.hasEnded = true
    this.returning = false
    this.incomingStore.close(incoming => {
      this.outgoingStore.close(outgoing => {
        this.emit('end')
        this.tellEnded(incoming || outgoing)
        const { afterEnd, options } = this
        this.afterEnd = undefined
        if (afterEnd) afterEnd()
        else if (options.reconnectPeriod === 0 || options.manualConnect) this.ending = false
      })
    })
  }

  private tellEnded(error?: Error | null): void {
    const { ends } = this
    this.ends = []
    for (const end of ends) guard(() => (error ? end(error as api.MqttError) : end()))
  }
}

function byId<T>(pending: Pending[], view: (one: Pending) => T | undefined): Record<number, T> {
  const views: Record<number, T> = {}
  for (const one of pending) {
    const seen = one.messageId ? view(one) : undefined
    if (seen !== undefined) views[one.messageId] = seen
  }
  return views
}

function noop(): void {
  // nobody wants to know
}

/** Re-authenticate */
const REAUTHENTICATE = 0x19
