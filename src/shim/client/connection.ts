/**
 * The connection of one client, in MQTT.js's terms. It is responsible for
 *
 * - starting and ending the engine as `connect`, `end` and `reconnect` say;
 * - the state: connected, reconnecting, disconnecting, disconnected;
 * - turning what the engine reports into events and callbacks of the client.
 *
 * It is never reachable from the client by enumerable properties; see `platform/hidden.ts`.
 */
import type * as api from '../api'
import { Store } from '../compat/store'
import { Engine } from '../engine/engine'
import type { EngineListener } from '../engine/engine-listener'
import type { Answer, Request } from '../engine/request'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { redact } from '../errors/secrets'
import { socketOption } from '../options/settings'
import type { Settings } from '../options/table'
import { warn } from '../platform/console'
import { Socket } from '../platform/socket'
import { StreamTransport } from '../platform/stream-transport'
import { defer, guard } from '../platform/turns'
import { PacketSessionStore } from '../storage/packet-session-store'
import type { SessionStore } from '../storage/session-store'
import { WxSessionStore, releaseSessions } from '../storage/wx-session-store'
import { authenticate } from './authentication'
import { ManualAcknowledgement, acceptMessage } from './manual-acknowledgement'
import type { Receiver } from './manual-acknowledgement'
import { MessageHandlers } from './message-handlers'
import { publishSettled } from './publishing'
import { nextServer } from './server-list'
import { Stream } from './stream'
import { unsubscribeSettled } from './subscribing'
import type { Subscriber } from './subscribing'

type ErrorCallback = (error: api.MqttError) => void

export class Connection implements EngineListener, Receiver, Subscriber {
  readonly engine: Engine
  readonly stream = new Stream(() => this.engine.drop())
  private readonly handlers: MessageHandlers
  /** CONNACK of the present connection */
  connack: api.IConnackPacket | undefined
  /** Between an outage and the next CONNACK */
  isReconnecting = false
  /** Between two attempts */
  private isWaiting = false
  /** `end` was called. */
  isDisconnecting = false
  /** The end is complete. */
  isDisconnected = false
  private readonly acknowledgement = new ManualAcknowledgement(this)
  /** Of the `end` that is under way */
  private forced = false
  private disconnectOptions: api.IDisconnectOptions = {}
  private endCallbacks: api.EndCallback[] = []
  /** What was reported since the last connection */
  private readonly causes = new Set<string>()
  /** What was shown last, so that a repeated message is not shown again */
  private lastWarning = ''
  /** What was asked for while the client ended */
  private afterEnd: (() => void) | undefined
  /** The stores of the client are the application's, and keep its session. */
  private usesStores = false
  /** The path of the options, for servers without one of their own */
  private readonly path: string | undefined

  constructor(
    readonly client: api.MqttClient,
    private readonly settings: Settings,
    streamBuilder: api.StreamBuilder | null | undefined,
  ) {
    this.path = settings.path
    this.engine = new Engine(
      settings,
      this,
      listener =>
        streamBuilder
          ? new StreamTransport(listener, () => streamBuilder(client, settings))
          : new Socket(listener, () => this.socketOption()),
      () => this.sessionStore(),
    )
    this.handlers = new MessageHandlers((filter, topic) => this.engine.topicMatches(filter, topic))
  }

  get isOpen(): boolean {
    return !!this.connack && this.engine.isOpen
  }

  /** When the next attempt to reconnect is due, if one is. */
  get nextAttempt(): number | undefined {
    return this.isWaiting ? this.engine.deadline() : undefined
  }

  /** Starts the engine, unless it is active. While the client ends, that is done afterwards. */
  start(): void {
    if (this.waitsForEnd(() => this.start())) return
    this.isDisconnecting = this.forced = this.isDisconnected = false
    if (this.engine.isActive) return
    this.updateHandlesMessages()
    this.engine.start()
  }

  /** Ends after what was asked for before, or at once if `force`d. The callback is always called. */
  end(force: boolean, options: api.IDisconnectOptions, callback?: api.EndCallback): void {
    if (callback) this.endCallbacks.push(callback)
    this.isDisconnecting = true
    this.forced = this.forced || force
    this.disconnectOptions = options
    // listeners may be added after the call of `end`, and `reconnect` may follow it
    defer(() => {
      if (this.isDisconnecting && !this.isDisconnected) {
        this.engine.stop(this.forced, this.disconnectOptions)
      } else {
        this.callEndCallbacks()
      }
    })
  }

  /** Connects anew, with other stores for the session if some are given. */
  restart(stores: api.IClientReconnectOptions): void {
    if (this.waitsForEnd(() => this.restart(stores))) return
    const { client } = this
    this.useStores(stores)
    if (this.isOpen) {
      client.emit('reconnect')
      return this.end(false, {}, () => this.start())
    }
    const isReported = this.engine.isActive || this.isReconnecting // by the core
    this.start()
    if (!isReported) client.emit('reconnect')
  }

  /** Takes the application's stores for the session; a client without them has empty ones. */
  useStores({ incomingStore, outgoingStore }: api.IClientReconnectOptions): void {
    this.usesStores = Boolean(incomingStore || outgoingStore)
    this.client.incomingStore = incomingStore || new Store()
    this.client.outgoingStore = outgoingStore || new Store()
  }

  /** Submits requests, or reports what is wrong with them; while the client ends there are none. */
  submit(requests: Request[] | Error, callback: ErrorCallback | undefined): void {
    const allowed = this.isDisconnecting ? coreError(ErrorCode.Disconnecting) : requests
    if (!Array.isArray(allowed)) this.refuseLater(allowed, callback)
    else for (const request of allowed) this.engine.submit(request)
  }

  /** Notices whether the application has replaced `handleMessage`. */
  updateHandlesMessages(): void {
    this.engine.mode.setHandlesMessages(this.client.handleMessage !== acceptMessage)
  }

  /** Reports a mistake of the application to its callback, or else by the event `error`. */
  refuse(error: Error, callback: ErrorCallback | undefined): void {
    if (callback) callback(error as api.MqttError)
    else this.report(error)
  }

  /** The same in a turn of its own: a callback never runs within the call that it was given to. */
  refuseLater(error: Error, callback: ErrorCallback | undefined): void {
    defer(() => this.refuse(error, callback))
  }

  /** Emits `error`. An error never goes unnoticed, and is never thrown. */
  report(error: Error): void {
    const heard = this.client.emit('error', error as api.MqttError)
    if (!heard) show(error as api.MqttError)
  }

  /** The server refused to subscribe to these: their handlers are not called. */
  filtersRefused(filters: string[]): void {
    for (const filter of filters) this.handlers.remove(filter)
  }

  // Reports of the engine

  connectionAccepted(connack: api.IConnackPacket): void {
    this.connack = connack
    this.causes.clear()
    this.isReconnecting = false
    this.updateHandlesMessages() // fields of a class that extends the client are defined late
    this.client.emit('connect', connack)
  }

  reconnectionStarted(): void {
    this.isWaiting = false
    this.client.emit('reconnect')
  }

  connectionLost(): void {
    this.client.emit('offline')
    // as in MQTT.js, the event itself still finds it not reconnecting
    this.isReconnecting = true
  }

  connectionClosed(cause?: api.MqttError): void {
    this.connack = undefined
    this.isWaiting = true
    if (cause && cause.final) {
      this.isReconnecting = false
      releaseSessions(this)
    }
    if (!cause) this.client.emit('close')
    else {
      // whoever develops the page has to see why, and most listeners take no argument; that an open
      // connection is lost is part of every day
      if (cause.code !== 'CLOSED' && this.isNew(cause)) show(cause)
      this.client.emit('close', cause)
    }
    this.stream.emit('close')
  }

  ended(): void {
    releaseSessions(this)
    this.isDisconnected = true
    this.isReconnecting = this.isWaiting = false
    const { client, settings } = this
    // the stores are the application's, and may take their time
    client.incomingStore.close(incoming => {
      client.outgoingStore.close(outgoing => {
        client.emit('end')
        this.callEndCallbacks(incoming || outgoing)
        const { afterEnd } = this
        this.afterEnd = undefined
        if (afterEnd) afterEnd()
        // as in MQTT.js, requests are then queued for another `connect`
        else if (settings.reconnectPeriod === 0 || settings.manualConnect) {
          this.isDisconnecting = false
        }
      })
    })
  }

  errorReported(error: api.MqttError): void {
    if (error.final) this.isReconnecting = false
    const isNew = this.isNew(error)
    // after a final one the application has asked for another attempt, and has to hear what became of it
    if (isNew || error.final) this.report(error)
  }

  /** Whatever another publisher sends, a page does not end its client over it: this is no `error`. */
  warningReported(warning: api.MqttError): void {
    if (this.client.emit('warning', warning) || warning.message === this.lastWarning) return
    this.lastWarning = warning.message
    show(warning)
  }

  disconnectReceived(packet: api.IDisconnectPacket): void {
    this.client.emit('disconnect', packet)
  }

  authenticate(challenge: api.IAuthPacket): void {
    authenticate(challenge, this)
  }

  /** Delivers a message: to the event first, then to the handlers of its subscriptions. */
  messageReceived(packet: api.IPublishPacket): void {
    const { topic } = packet
    const payload = packet.payload as api.Payload
    this.client.emit('message', topic, payload, packet)
    const handlers = this.handlers.of(topic)
    for (let at = 0; at < handlers.length; at++) {
      guard(() => handlers[at]!(topic, payload, packet))
    }
  }

  messageToAcknowledge(packet: api.IPublishPacket): void {
    this.acknowledgement.receive(packet)
  }

  /** Handlers belong to a subscription from the moment that it is asked for. */
  requestAccepted(request: Request): void {
    if (request.kind === 'publish') {
      if (request.qos && !this.engine.session.isStoring) this.requestStored(request)
    } else if (request.kind === 'subscribe') {
      for (const { topic, onMessage } of request.requested) {
        if (onMessage) this.handlers.set(topic, onMessage)
      }
    } else {
      for (const filter of request.filters) this.handlers.remove(filter)
    }
  }

  requestStored(request: Request): void {
    if (request.kind === 'publish' && request.whenStored) guard(request.whenStored)
  }

  /** An error of a request that was never sent goes to the event `error` if there is no callback. */
  requestRefused(request: Request, error: api.MqttError): void {
    if (request.kind === 'subscribe') request.call.refused(error)
    else this.refuse(error, request.callback)
  }

  requestSettled(request: Request, error: api.MqttError | null, answer: Answer): void {
    if (request.kind === 'publish') publishSettled(request, error, answer)
    else if (request.kind === 'subscribe') request.call.settled(request, error, answer)
    else unsubscribeSettled(request, error, answer)
  }

  idle(): void {
    if (this.isDisconnecting) this.client.emit('outgoingEmpty')
  }

  packetSent(packet: api.Packet): void {
    this.client.emit('packetsend', packet)
  }

  packetReceived(packet: api.Packet): void {
    this.client.emit('packetreceive', packet)
  }

  /** Whether it was not reported since the last connection: an outage repeats its cause. */
  private isNew({ code, message, final }: api.MqttError): boolean {
    const { causes } = this
    const cause = `${code} ${final} ${message}`
    if (causes.has(cause)) return false
    if (causes.size === MOST_CAUSES) causes.clear()
    causes.add(cause)
    return true
  }

  /** Whether the client is ending; then `after` is called when it has ended. */
  private waitsForEnd(after: () => void): boolean {
    const waits = this.isDisconnecting && !this.isDisconnected
    if (waits) this.afterEnd = after
    return waits
  }

  /** `error` is one of a store that could not be closed. */
  private callEndCallbacks(error?: Error | null): void {
    const callbacks = this.endCallbacks
    this.endCallbacks = []
    for (const callback of callbacks) {
      guard(() => (error ? callback(error as api.MqttError) : callback()))
    }
  }

  /** Where the session is stored, if anywhere. */
  private sessionStore(): SessionStore | undefined {
    const { client, settings } = this
    const failed = (error: Error): void => this.report(error)
    if (this.usesStores) {
      return new PacketSessionStore(client.incomingStore, client.outgoingStore, failed)
    }
    return settings.store === 'wx' ? new WxSessionStore(settings, failed, this) : undefined
  }

  /** For an attempt over `wx.connectSocket`. */
  private socketOption(): WechatMiniprogram.ConnectSocketOption {
    const { client, settings } = this
    client._reconnectCount = nextServer(settings, client._reconnectCount, this.path)
    const option = socketOption(settings, client)
    client.log('connect :: opening %s', redact(option.url))
    return option
  }
}

function show({ message, hint = '' }: api.MqttError): void {
  warn(`mqtt: ${message}\n${hint}`)
}

/** Causes that are remembered during an outage */
const MOST_CAUSES = 32
