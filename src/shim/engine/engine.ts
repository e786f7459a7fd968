/**
 * Runs cores for one client, one at a time. The engine is responsible for
 *
 * - starting and stopping: a core is made when the module and the session are loaded, and freed when it
 *   has ended or the instance is lost;
 * - passing on requests, and what the transport and the app report;
 * - carrying out, step by step, what the core wants done.
 *
 * What an MQTT.js client makes of the events is for its listener, in `client/`. How the core is called is
 * in `core-runner.ts`, connecting in `connector.ts`, and session records in `session-persistence.ts`.
 */
import type { IAuthPacket, IConnackPacket, IDisconnectOptions, MqttError } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { isConfigurationError } from '../errors/socket-errors'
import { CoreOption } from '../options/table'
import type { OptionName, Settings } from '../options/table'
import { addAppStateListener, removeAppStateListener } from '../platform/app-state'
import type { AppStateListener } from '../platform/app-state'
import { warn } from '../platform/console'
import type { Transport, TransportListener } from '../platform/transport'
import { defer } from '../platform/turns'
import type { SessionStore, StoredRecord } from '../storage/session-store'
import { AcknowledgementMode } from './acknowledgement-mode'
import { Command, Input, Query } from './calls'
import { configure, setCredentials, setOption } from './configure'
import { Connector } from './connector'
import { CoreRunner } from './core-runner'
import { Credentials } from './credentials'
import type { EngineListener } from './engine-listener'
import { addUser, isWorn, load, removeUser } from './loader'
import type { InstanceUser } from './loader'
import { Qos0Results, isQos0 } from './qos0-results'
import { NO_ANSWER } from './request'
import type { Answer, Request } from './request'
import { ReceiveQueue } from './receive-queue'
import type { Receiver } from './receive-queue'
import { RequestTable } from './request-table'
import type { PendingRequest } from './request-table'
import { recordOutcome } from './record-outcomes'
import { Restarts } from './restarts'
import { SessionPersistence } from './session-persistence'
import { StepQueue } from './step-queue'
import type { StepRunner } from './step-queue'

export class Engine implements AppStateListener, InstanceUser, Receiver, StepRunner {
  private loading = false
  /** Counts starts and stops, so that a module which is loaded too late is known to be late */
  private starts = 0
  /** What ended the core before its time, or kept it from being made. `start` tries again. */
  private failure: MqttError | undefined
  /** The argument of `stop`, until the next `start` */
  private stopping: IDisconnectOptions | undefined
  private observing = false
  /** The server has accepted a connection. */
  private hasConnected = false

  private readonly steps = new StepQueue(this)
  private readonly runner = new CoreRunner(this.steps)
  /** Whether each message waits for `acknowledge` */
  readonly mode: AcknowledgementMode
  private readonly requests = new RequestTable()
  private readonly restarts = new Restarts(this.settings)
  readonly credentials: Credentials | undefined
  readonly transport: Transport
  readonly connector: Connector
  readonly session: SessionPersistence
  readonly qos0: Qos0Results

  constructor(
    private readonly settings: Settings,
    readonly listener: EngineListener,
    transportFor: (listener: TransportListener) => Transport,
    sessionStore: () => SessionStore | undefined,
  ) {
    const { tokenProvider, password } = settings
    this.mode = new AcknowledgementMode(settings, this.runner)
    this.credentials = tokenProvider && new Credentials(tokenProvider, password)
    const received = new ReceiveQueue(this)
    this.transport = transportFor(received)
    this.connector = new Connector(settings, this.transport, received, this.credentials, this)
    this.qos0 = new Qos0Results(this.transport, listener, () => !!this.stopping)
    const stored = recordOutcome(this.requests, this.runner, listener)
    this.session = new SessionPersistence(this.runner, this.steps, sessionStore, stored)
  }

  /** Whether a request crosses to the core at once. */
  get isReady(): boolean {
    return !!this.runner.core
  }

  /** Whether the network connection is open. */
  get isOpen(): boolean {
    return this.transport.isOpen
  }

  /** Whether there is a network connection, or one is being made. */
  get isActive(): boolean {
    return this.loading || this.transport.isActive || this.restarts.isWaiting
  }

  /** Connects, after loading the module and the session if need be; later if that was done just before. */
  start(): void {
    this.restarts.run(() => this.startNow(), this.deadline)
  }

  /** Passes a request to the core, or keeps it until there is one. Its listener is always told. */
  submit(request: Request): void {
    const { failure, requests, runner } = this
    if (failure) return defer(() => this.listener.requestSettled(request, failure, NO_ANSWER))
    if (!runner.core) return requests.enqueue(request, this.settings.clean)
    if (isQos0(request) && this.qos0.isFull) return this.refuse(request, ErrorCode.QueueFull)
    requests.ask(request)
    const id = runner.submit(request)
    if (id !== undefined) {
      requests.asked(id)
      if (id < 0) this.refuse(request, -id)
      else this.accept(request, id)
    }
    this.steps.run()
  }

  /** Disconnects for good; `EngineListener.ended` follows, at once if `force`d. */
  stop(force: boolean, options: IDisconnectOptions): void {
    this.stopping = options
    this.restarts.cancel()
    if (this.isReady) return this.runner.disconnect(force, options)
    if (this.loading && this.requests.hasQueued && !force) return // `begin` sends those first
    if (this.loading) this.report(listener => listener.connectionClosed())
    this.starts++
    this.loading = false
    this.settleAll(coreError(ErrorCode.Ended))
    this.report(listener => listener.ended())
    this.steps.run()
  }

  /** Closes the network connection as if it had broken for this cause. */
  drop(cause?: MqttError): void {
    if (!this.transport.isActive) return
    this.connector.close()
    this.runner.transportClosed(cause)
  }

  ping(): void {
    this.runner.input(Input.Ping)
  }

  /** Sends AUTH; the error if it cannot. */
  sendAuth(packet: IAuthPacket): MqttError | undefined {
    return this.isReady ? this.runner.sendAuth(packet) : coreError(ErrorCode.NotConnected)
  }

  /** Acknowledges the last message; 0, or a negative `ErrorCode`. A negative reason: not at all. */
  acknowledge(reason: number): number {
    return this.runner.command(Command.Acknowledge, reason)
  }

  removeOutgoing(packetId: number): void {
    const request = this.requests.takeBack(packetId)
    if (!request) return this.runner.input(Input.RemoveOutgoing, packetId)
    defer(() => this.listener.requestSettled(request, coreError(ErrorCode.Removed), NO_ANSWER))
  }

  /** Whether packets are reported to the listener. */
  observePackets(on: boolean): void {
    this.observing = on
    this.runner.withCore(core => core.setOption(CoreOption.ObservePackets, Number(on)))
  }

  /** An option of the core has changed in the settings. */
  optionChanged(name: OptionName): void {
    this.runner.withCore(core => setOption(core, name, this.settings))
  }

  /** The packet identifier that was allocated last; 0 if none was. */
  lastPacketId(): number {
    return this.runner.query(Query.LastPacketId) || this.requests.lastPacketId
  }

  /** The core's next deadline, in milliseconds since the epoch: between two attempts, the next one. */
  readonly deadline = (): number | undefined => this.runner.deadline()

  topicMatches(filter: string, topic: string): boolean {
    return this.runner.withCore(core => core.topicMatches(filter, topic)) || false
  }

  /** Requests that are not settled, in the order in which they were made. */
  pendingRequests(): PendingRequest[] {
    return this.requests.list(id => this.runner.query(Query.PacketId, id) || 0)
  }

  // Reports of the transport

  transportOpening(): void {
    // not before: `transformWsUrl` may change user name and password
    const refused = this.runner.withCore(core => setCredentials(core, this.settings))
    if (refused === undefined || refused >= 0) return
    const error = this.runner.error(-refused)
    this.connector.close()
    this.transportClosed(error)
  }

  transportOpened(): void {
    this.runner.input(Input.TransportOpened)
  }

  /** Whether anything came of `bytes`, which may be part of a packet, or several packets. */
  transportReceived(bytes: Uint8Array): boolean {
    this.mode.check()
    return this.runner.receive(bytes)
  }

  /** The core decides whether and when to connect again. */
  transportClosed(error?: MqttError): void {
    if (error && isConfigurationError(error, this.hasConnected))
      this.report(listener => listener.errorReported(error))
    this.runner.transportClosed(error)
  }

  // Reports of the app

  appHidden(): void {
    this.runner.input(Input.AppHidden)
  }

  appShown(): void {
    this.runner.input(Input.AppShown)
  }

  networkChanged(connected: boolean): void {
    this.runner.input(connected ? Input.NetworkChanged : Input.NetworkLost)
  }

  // Reports of the loader

  /** Goes on with another instance, unless that would hardly do better. */
  instanceLost(error: MqttError): void {
    const wasOpen = this.isOpen
    if (error.final) this.failure = error
    this.lose(error)
    if (error.final || this.stopping) return
    if (wasOpen) this.report(listener => listener.connectionLost())
    this.report(listener => listener.reconnectionStarted())
    this.startNow()
    this.steps.run()
  }

  // Steps

  openTransport(): void {
    if (!this.isReplaceable()) return this.connector.open(() => this.runner.now())
    this.endCore()
    this.startNow()
  }

  connectionAccepted(packet: IConnackPacket): void {
    this.hasConnected = true
    this.restarts.connectionAccepted()
    if (this.credentials) this.credentials.accept()
    this.listener.connectionAccepted(packet)
  }

  connectionClosed(cause?: MqttError): void {
    this.restarts.connectionClosed(!cause)
    this.listener.connectionClosed(cause)
  }

  fellBack(): void {
    this.settings.protocolVersion = 4
    this.mode.update()
    warn('mqtt: the server does not speak MQTT 5.0, going on with MQTT 3.1.1')
  }

  coreEnded(): void {
    this.endCore()
    this.listener.ended()
  }

  /** A request that was taken back, or that another core had, is not in the table. */
  settle(id: number, error: MqttError | null, answer: Answer): void {
    const { listener, requests } = this
    const request = requests.take(id)
    if (request && isQos0(request) && !error) this.qos0.settle(request)
    else if (request) listener.requestSettled(request, error, answer)
    if (requests.isIdle) listener.idle()
  }

  private startNow(): void {
    if (this.isReady) return this.runner.input(Input.Connect)
    const start = ++this.starts
    this.failure = undefined
    this.stopping = undefined
    this.loading = true
    const loadRecords = this.session.open()
    load(this.settings)
      .then(loadRecords)
      .then(
        records => {
          if (start === this.starts) this.begin(records)
        },
        error => {
          if (start === this.starts) this.giveUp(error)
        },
      )
  }

  /** The module and the records are loaded. */
  private begin(records: StoredRecord[]): void {
    this.loading = false
    addUser(this)
    if (this.settings.lifecycle) addAppStateListener(this)
    this.runner.make(this.settings)
    const refused = this.prepare(records)
    if (refused === undefined) return // the instance is lost
    if (refused < 0) {
      const { will } = this.settings // the only topic among the options
      const error = this.runner.error(-refused, will && will.topic)
      this.runner.free()
      return this.giveUp(error)
    }
    const queued = this.requests.takeQueued()
    this.runner.input(Input.Connect)
    for (const request of queued) this.submit(request)
    if (this.stopping) this.stop(false, this.stopping)
  }

  /** Gives a new core all that it needs; 0, or a negative `ErrorCode` if the options are not valid. */
  private prepare(records: StoredRecord[]): number | undefined {
    this.mode.update()
    return this.runner.withCore(core => {
      core.setOption(CoreOption.ObservePackets, Number(this.observing))
      for (const { key } of this.session.restore(core, records)) {
        const error = coreError(ErrorCode.InvalidRecord)
        this.report(listener => listener.errorReported(error))
        if (key !== undefined) this.steps.enqueue(runner => runner.session.delete(key))
      }
      return configure(core, this.settings)
    })
  }

  /** What is left of the session are the records of its subscriptions. */
  private endCore(): void {
    this.runner.withCore(core => core.command(Command.PutSubscriptions, 0, 0))
    this.runner.free()
    removeUser(this)
    removeAppStateListener(this)
  }

  private accept(request: Request, id: number): void {
    this.listener.requestAccepted(request)
    if (id !== 0) return
    // a message of QoS 0 was sent, or there was nothing to subscribe to
    if (request.kind !== 'publish')
      defer(() => this.listener.requestSettled(request, null, NO_ANSWER))
    else if (request.callback) this.steps.enqueue(({ qos0 }) => qos0.settle(request))
  }

  /** A mistake of the application is reported in a turn of its own. */
  private refuse(request: Request, code: ErrorCode): void {
    const error = this.runner.refusal(request, code)
    if (error) defer(() => this.listener.requestRefused(request, error))
  }

  /** A step of its own, which `steps.run` carries out. */
  private report(tell: (listener: EngineListener) => void): void {
    this.steps.enqueue(({ listener }) => tell(listener))
  }

  private settleAll(error: MqttError): void {
    for (const request of this.requests.takeAll()) {
      this.report(listener => listener.requestSettled(request, error, NO_ANSWER))
    }
  }

  /** Before an attempt to connect: whether the instance is worn, and nothing in the core would be missed. */
  private isReplaceable(): boolean {
    return isWorn() && this.runner.query(Query.IsReplaceable) === 1
  }

  /** The engine cannot continue. */
  private giveUp(error: MqttError): void {
    this.failure = error
    error.final = true
    this.lose(error)
  }

  /** There is no core any more: reports why, and leaves no request unanswered. */
  private lose(error: MqttError): void {
    this.loading = false
    removeUser(this)
    removeAppStateListener(this)
    this.runner.forget()
    this.connector.close()
    this.report(listener => listener.errorReported(error))
    this.settleAll(error)
    this.report(listener => listener.connectionClosed(error))
    if (this.stopping) this.report(listener => listener.ended())
    this.steps.run()
  }
}
