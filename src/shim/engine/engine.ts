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
import type { IAuthPacket, IDisconnectOptions, MqttError } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { isConfigurationError } from '../errors/socket-errors'
import type { OptionName, Settings } from '../options/table'
import { coreValue } from '../options/table'
import { addAppStateListener, removeAppStateListener } from '../platform/app-state'
import type { AppStateListener } from '../platform/app-state'
import { warn } from '../platform/console'
import type { Transport, TransportListener } from '../platform/transport'
import { defer } from '../platform/turns'
import type { SessionStore, StoredRecord } from '../storage/session-store'
import { configure, setCredentials } from './configure'
import { Connector } from './connector'
import { CoreRunner } from './core-runner'
import { Credentials } from './credentials'
import type { EngineListener } from './engine-listener'
import { addUser, load, removeUser } from './loader'
import type { InstanceUser } from './loader'
import { NO_ANSWER } from './request'
import type { Answer, Request } from './request'
import { ReceiveQueue } from './receive-queue'
import type { Receiver } from './receive-queue'
import { RequestTable } from './request-table'
import type { PendingRequest } from './request-table'
import { RecordWriter } from './record-writer'
import { Restarts } from './restarts'
import { SessionPersistence } from './session-persistence'
import { StepQueue } from './step-queue'
import type { Step, StepRunner } from './step-queue'

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
  /** The application has replaced `handleMessage`. */
  private handlesMessages = false
  /** The option `customHandleAcks` when it was last looked at */
  private seenAckHandler: Settings['customHandleAcks']

  private readonly queue = new StepQueue(this)
  private readonly runner = new CoreRunner(this.queue)
  private readonly requests = new RequestTable()
  private readonly restarts = new Restarts(this.settings)
  private readonly credentials: Credentials | undefined
  private readonly transport: Transport
  private readonly connector: Connector
  private readonly session: SessionPersistence
  private readonly records: RecordWriter

  constructor(
    private readonly settings: Settings,
    private readonly listener: EngineListener,
    transportFor: (listener: TransportListener) => Transport,
    sessionStore: () => SessionStore | undefined,
  ) {
    const { tokenProvider, password } = settings
    this.credentials = tokenProvider && new Credentials(tokenProvider, password)
    const received = new ReceiveQueue(this)
    this.transport = transportFor(received)
    this.connector = new Connector(settings, this.transport, received, this.credentials, this)
    this.session = new SessionPersistence(sessionStore)
    this.records = new RecordWriter(this.session, this.requests, this.runner, this.queue, listener)
  }

  /** Whether a request crosses to the core at once. */
  get isReady(): boolean {
    return this.runner.core !== undefined
  }

  /** Whether `EngineListener.requestStored` follows for messages of QoS 1 and 2. */
  get isStoring(): boolean {
    return this.session.isStoring
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
    const reconnects = () => this.runner.call(core => core.deadline() < Infinity) || false
    this.restarts.run(() => this.startNow(), reconnects)
  }

  /** Passes a request to the core, or keeps it until there is one. Its listener is always told. */
  request(request: Request): void {
    const { failure, requests, runner } = this
    if (failure) return defer(() => this.listener.requestSettled(request, failure, NO_ANSWER))
    if (!runner.core) return requests.queue(request, this.settings.clean)
    requests.ask(request)
    const id = runner.request(request)
    if (id !== undefined) {
      requests.asked(id)
      if (id < 0) this.refuse(request, -id)
      else this.accept(request, id)
    }
    this.queue.run()
  }

  /** Disconnects for good; `EngineListener.ended` follows, at once if `force`d. */
  stop(force: boolean, options: IDisconnectOptions): void {
    this.stopping = options
    this.restarts.cancel()
    if (this.isReady) return this.runner.disconnect(force, options)
    if (this.loading && this.requests.hasQueued && !force) return // `begin` sends those first
    if (this.loading) this.queue.add('closed')
    this.starts++
    this.loading = false
    this.settleAll(coreError(ErrorCode.Ended))
    this.queue.add('ended')
    this.queue.run()
  }

  /** Closes the network connection as if it had broken for this cause. */
  drop(cause?: MqttError): void {
    if (!this.transport.isActive) return
    this.connector.close()
    this.runner.transportClosed(cause)
  }

  ping(): void {
    this.runner.input((core, now) => core.ping(now))
  }

  /** Sends AUTH; the error if it cannot. */
  sendAuth(packet: IAuthPacket): MqttError | undefined {
    return this.isReady ? this.runner.sendAuth(packet) : coreError(ErrorCode.NotConnected)
  }

  /** Acknowledges the last message; 0, or a negative `ErrorCode`. A negative reason: not at all. */
  acknowledge(reason: number): number {
    return this.runner.command((core, now) => core.acknowledge(reason, now))
  }

  removeOutgoing(messageId: number): void {
    const request = this.requests.takeBack(messageId)
    if (!request) return this.runner.input((core, now) => core.removeOutgoing(messageId, now))
    defer(() => this.listener.requestSettled(request, coreError(ErrorCode.Removed), NO_ANSWER))
  }

  /** Whether packets are reported to the listener. */
  observePackets(on: boolean): void {
    this.observing = on
    this.runner.call(core => core.observePackets(on))
  }

  /** Whether the application handles messages, so that each waits for `acknowledge`. */
  setHandlesMessages(on: boolean): void {
    this.handlesMessages = on
    this.updateManualAck()
  }

  /** An option of the core has changed in the settings. */
  optionChanged(name: OptionName): void {
    this.runner.call(core => core.setOption(name, coreValue(this.settings, name)))
  }

  /** The message id that was allocated last; 0 if none was. */
  lastMessageId(): number {
    return this.runner.call(core => core.lastPacketId()) || this.requests.lastMessageId
  }

  topicMatches(filter: string, topic: string): boolean {
    return this.runner.call(core => core.topicMatches(filter, topic)) || false
  }

  /** Requests that are not settled, in the order in which they were made. */
  pendingRequests(): PendingRequest[] {
    return this.requests.list(id => this.runner.call(core => core.packetId(id)) || 0)
  }

  // Reports of the transport

  transportOpening(): void {
    // not before: `transformWsUrl` may change user name and password
    const refused = this.runner.call(core => setCredentials(core, this.settings))
    if (refused === undefined || refused >= 0) return
    const error = this.runner.error(-refused)
    this.connector.close()
    this.transportClosed(error)
  }

  transportOpened(): void {
    this.runner.input((core, now) => core.transportOpened(now))
  }

  /** Whether anything came of `bytes`, which may be part of a packet, or several packets. */
  transportReceived(bytes: Uint8Array): boolean {
    // MQTT.js, too, reads this option at each message
    if (this.settings.customHandleAcks !== this.seenAckHandler) this.updateManualAck()
    return this.runner.receive(bytes)
  }

  /** The core decides whether and when to connect again. */
  transportClosed(error?: MqttError): void {
    if (error && isConfigurationError(error, this.hasConnected)) this.queue.add('error', error)
    this.runner.transportClosed(error)
  }

  // Reports of the app

  appHidden(): void {
    this.runner.input((core, now) => core.appHidden(now))
  }

  appShown(): void {
    this.runner.input((core, now) => core.appShown(now))
  }

  networkChanged(connected: boolean): void {
    this.runner.input((core, now) => core.networkChanged(connected, now))
  }

  // Reports of the loader

  instanceLost(error: MqttError): void {
    this.fail(error)
  }

  carryOut(step: Step, first: unknown, second: unknown): void {
    const { connector, credentials, listener, transport } = this
    switch (step) {
      case 'send':
        return transport.send(first as ArrayBuffer)
      case 'completed':
        return this.settle(first as number, null, second as Answer)
      case 'failed':
        return this.settle(first as number, second as MqttError, NO_ANSWER)
      case 'openTransport':
        return connector.open(() => this.runner.now())
      case 'closeTransport':
        return connector.close()
      case 'putRecord':
        return this.records.put(first as string, second as Uint8Array)
      case 'deleteRecord':
        return this.session.delete(first as string)
      case 'fellBack':
        return this.fallBack()
      case 'credentialsRejected':
        return credentials && credentials.reject()
      case 'connected':
        this.hasConnected = true
        this.restarts.connected()
        if (credentials) credentials.accept()
        break
      case 'closed':
        this.restarts.closed(!first)
        break
      case 'coreEnded':
        this.endCore()
        return listener.ended()
    }
    // all others are named as the method of the listener that they are for; the answer is for requests
    const reports = listener as unknown as Record<Step, (...args: unknown[]) => void>
    reports[step](first, second, NO_ANSWER)
  }

  private startNow(): void {
    if (this.isReady) return this.runner.input((core, now) => core.connect(now))
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
          if (start === this.starts) this.fail(error)
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
      return this.fail(error)
    }
    const queued = this.requests.takeQueued()
    this.runner.input((core, now) => core.connect(now))
    for (const request of queued) this.request(request)
    if (this.stopping) this.stop(false, this.stopping)
  }

  /** Gives a new core all that it needs; 0, or a negative `ErrorCode` if the options are not valid. */
  private prepare(records: StoredRecord[]): number | undefined {
    this.updateManualAck()
    return this.runner.call(core => {
      core.observePackets(this.observing)
      for (const { key } of this.session.restore(core, records)) {
        this.queue.add('error', coreError(ErrorCode.InvalidRecord))
        if (key !== undefined) this.queue.add('deleteRecord', key)
      }
      return configure(core, this.settings)
    })
  }

  private endCore(): void {
    removeUser(this)
    removeAppStateListener(this)
    this.runner.call(core => this.session.keepSubscriptions(core))
    this.runner.free()
  }

  private fallBack(): void {
    this.settings.protocolVersion = 4
    this.updateManualAck()
    warn('mqtt: the server does not speak MQTT 5.0, going on with MQTT 3.1.1')
  }

  /** Tells the core whether messages are acknowledged by the application, if that has changed. */
  private updateManualAck(): void {
    const { customHandleAcks, protocolVersion } = this.settings
    this.seenAckHandler = customHandleAcks
    // MQTT 3 has no reason codes to choose from
    const choosesReason = protocolVersion === 5 && customHandleAcks !== undefined
    this.runner.setManualAck(this.handlesMessages || choosesReason)
  }

  private accept(request: Request, id: number): void {
    this.listener.requestAccepted(request)
    if (id !== 0) return
    // a message of QoS 0 was sent, or there was nothing to subscribe to
    if (request.kind === 'publish') {
      if (request.callback) this.queue.add('requestSettled', request, null)
    } else {
      defer(() => this.listener.requestSettled(request, null, NO_ANSWER))
    }
  }

  /** A mistake of the application is reported in a turn of its own. */
  private refuse(request: Request, code: ErrorCode): void {
    const error = this.runner.refusal(request, code)
    if (error) defer(() => this.listener.requestRefused(request, error))
  }

  /** A request that was taken back, or that another core had, is not in the table. */
  private settle(id: number, error: MqttError | null, answer: Answer): void {
    const { listener, requests } = this
    const request = requests.take(id)
    if (request) listener.requestSettled(request, error, answer)
    if (requests.isIdle) listener.idle()
  }

  private settleAll(error: MqttError): void {
    for (const request of this.requests.takeAll()) this.queue.add('requestSettled', request, error)
  }

  /** The engine cannot continue: reports why, and leaves no request unanswered. */
  private fail(error: MqttError): void {
    this.loading = false
    this.failure = error
    error.final = true
    removeUser(this)
    removeAppStateListener(this)
    this.runner.forget()
    this.connector.close()
    this.queue.add('error', error)
    this.settleAll(error)
    this.queue.add('closed', error)
    if (this.stopping) this.queue.add('ended')
    this.queue.run()
  }
}
