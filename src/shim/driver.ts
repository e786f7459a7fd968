/**
 * Drives one core: loads the module, carries out what the core asks of the socket and the clock, and
 * keeps who waits for an answer. What the application sees of it is up to `client.ts`.
 */
import { ErrorCode } from '#core'
import type { Core } from '#core'
import type { IAuthPacket, IConnackPacket, IDisconnectOptions, MqttError } from './api'
import { Clock } from './clock'
import { coreError } from './core-errors'
import { configure, makeCore, setCredentials, setPolicy } from './core-options'
import { Host, printable } from './host'
import type { Actor, Answer, Events } from './host'
import type { Keeper, KeptRecord } from './kept-packets'
import { moveIn, moveOut } from './lifecycle'
import type { Dweller } from './lifecycle'
import { discard, enter, leave, load } from './loader'
import type { User } from './loader'
import type { Settings } from './options'
import { warn } from './platform'
import { giveProperties } from './properties'
import { NO_ANSWER, Requests } from './requests'
import type { Pending, Request } from './requests'
import type { SocketOwner } from './socket'
import { Tokens } from './tokens'
import { TopicSlots } from './topics'
import type { Transport } from './transport'
import { later } from './turns'

export class Driver implements Actor, Dweller, SocketOwner, User {
  private core: Core | undefined
  private topics = new TopicSlots()
  /** Records of the subscriptions of a client that has ended, for when it starts again */
  private subscribed: KeptRecord[] = []
  /** Who keeps the records of the session, if anybody does */
  private keeper: Keeper | undefined
  /** Where the password comes from, if it has to be asked for */
  private readonly tokens: Tokens | undefined
  /** Counts what is opened and closed: an answer to an earlier question is no answer. */
  private attempts = 0
  /** Changes whenever a load that is under way is no longer wanted. */
  private life = 0
  private loading = false
  /** What `stop` was called with, until the next `start` */
  private farewell: IDisconnectOptions | undefined
  private observing = false
  /** What ended the core before its time, or kept it from being; `start` may mend it. */
  private failure: MqttError | undefined
  private readonly requests = new Requests()
  private readonly host: Host
  private readonly transport: Transport
  private readonly clock = new Clock(() => this.drive((core, now) => core.timePassed(now)))

  constructor(
    private readonly settings: Settings,
    connector: (owner: SocketOwner) => Transport,
    private readonly events: Events,
    private readonly keepers: () => Keeper | undefined,
  ) {
    const { tokenProvider, password } = settings
    const tokens = tokenProvider && new Tokens(tokenProvider, password)
    this.tokens = tokens
    const connected = (connack: IConnackPacket): void => {
      if (tokens) tokens.accept()
      events.connected(connack)
    }
    this.host = new Host(this, Object.assign({}, events, { connected }))
    this.transport = connector(this)
  }

  /** Whether what is requested now crosses to the core at once. */
  get isReady(): boolean {
    return this.core !== undefined
  }

  get isOpen(): boolean {
    return this.transport.isOpen
  }

  /** Whether a connection is there or being made. */
  get isActive(): boolean {
    return this.loading || this.transport.isActive
  }

  /** Connects, after loading the module if need be. */
  start(): void {
    if (this.core) return this.drive((core, now) => core.connect(now))
    const life = ++this.life
    this.failure = undefined
    this.farewell = undefined
    this.loading = true
    const keeper = (this.keeper = this.keepers())
    load(this.settings)
      .then(() => (keeper ? keeper.read() : []))
      .then(
        records => life === this.life && this.begin(records),
        error => life === this.life && this.fail(error),
      )
  }

  request(request: Request): void {
    const { core, failure } = this
    if (failure) return later(() => request.answer(failure, NO_ANSWER))
    if (!core) return this.requests.wait(request)
    const command = (now: number) => request.command(core, now, this.topics)
    this.requests.give(request, () => this.attempt(command))
    this.host.run()
  }

  /** Ends; `Events.ended` follows, with `force` at once. */
  stop(force: boolean, farewell: IDisconnectOptions): void {
    this.farewell = farewell
    if (this.core) {
      const { reasonCode = 0, properties } = farewell
      return this.drive((core, now) => {
        const refusal = giveProperties(core, properties)
        const deadline = refusal || core.disconnect(force, reasonCode, now)
        if (deadline >= 0) return deadline
        // a farewell that cannot be said is no reason to stay
        this.host.add(() => this.events.error(coreError(-deadline)))
        return core.disconnect(force, 0, now)
      })
    }
    if (this.loading && this.requests.areWaiting && !force) return // `begin` sends what waits first
    if (this.loading) this.host.add(() => this.events.closed())
    this.life++
    this.loading = false
    this.giveUp(coreError(ErrorCode.Ended))
    this.host.add(() => this.events.ended())
    this.host.run()
  }

  /** Sends AUTH; 0, or a negative `ErrorCode`. */
  sendAuth({ reasonCode, properties }: IAuthPacket): number {
    const { core } = this
    if (!core) return -ErrorCode.NotConnected
    const refusal = this.attempt(
      now => giveProperties(core, properties) || core.authenticate(reasonCode, now),
    )
    this.host.run()
    return refusal || 0
  }

  observe(observing: boolean): void {
    this.observing = observing
    if (this.core) this.core.observePackets(observing)
  }

  /** Acknowledges the message that is held; 0, or a negative `ErrorCode`. */
  acknowledge(reason: number): number {
    let refusal = 0
    this.drive((core, now) => {
      const deadline = core.acknowledge(reason, now)
      if (deadline >= 0) return deadline
      refusal = deadline
      return Infinity
    })
    return refusal
  }

  removeOutgoing(messageId: number): void {
    this.drive((core, now) => core.removeOutgoing(messageId, now))
  }

  ping(): void {
    this.drive((core, now) => core.ping(now))
  }

  /** The settings say otherwise than before. */
  policyChanged(): void {
    const { core } = this
    if (core) this.attempt(() => setPolicy(core, this.settings))
  }

  /** 0 if none was given. */
  lastPacketId(): number {
    const { core } = this
    return (core && this.attempt(() => core.lastPacketId())) || 0
  }

  matches(filter: string, topic: string): boolean {
    const { core } = this
    return (core && this.attempt(() => core.topicMatches(filter, topic))) || false
  }

  /** What has no answer yet, in the order in which it was asked for. */
  pending(): Pending[] {
    const { core } = this
    return this.requests.pending(token => (core && this.attempt(() => core.packetId(token))) || 0)
  }

  /** Drops the network connection, as if it had broken. */
  drop(): void {
    if (!this.transport.isActive) return
    this.transport.close()
    this.socketLost()
  }

  // what the socket reports

  socketOpened(): void {
    this.drive((core, now) => core.transportOpened(now))
  }

  socketReceived(bytes: Uint8Array): void {
    this.drive((core, now) => {
      const held = this.events.holdsMessages()
      if (held !== this.host.held) core.setManualAck(held)
      this.host.held = held
      return core.transportReceived(bytes, now)
    })
  }

  socketLost(error?: MqttError): void {
    if (error) this.host.add(() => this.events.error(error))
    this.drive((core, now) => core.transportClosed(now))
  }

  // what the phone reports

  hidden(): void {
    this.drive((core, now) => core.hidden(now))
  }

  shown(): void {
    this.drive((core, now) => core.shown(now))
  }

  networkChanged(connected: boolean): void {
    this.drive((core, now) => core.networkChanged(connected, now))
  }

  // what the loader reports

  instanceLost(error: MqttError): void {
    this.fail(error)
  }

  // what the core asks for

  openTransport(): void {
    const attempt = ++this.attempts
    if (!this.tokens) return this.connectTransport()
    const current = (run: () => void): void => {
      if (attempt === this.attempts) run()
    }
    this.tokens
      .get(() => this.clock.now())
      .then(
        token => current(() => this.connectTransport(token)),
        error => current(() => this.socketLost(error)),
      )
  }

  sendBytes(bytes: ArrayBuffer): void {
    this.transport.send(bytes)
  }

  closeTransport(): void {
    this.attempts++
    this.transport.close()
  }

  keep(key: string, record: Uint8Array): void {
    const { core, keeper } = this
    if (!core || !keeper) return
    const show = () => {
      const packet = core.storedPacket(record)
      return packet && printable(packet)
    }
    keeper.store(key, record, show, () => this.host.wait())
  }

  forget(key: string): void {
    if (this.keeper) this.keeper.erase(key)
  }

  ended(): void {
    this.clock.stop()
    leave(this)
    moveOut(this)
    const { core } = this
    if (core) {
      const records = this.attempt(() => core.subscriptionRecords()) || []
      this.subscribed = records.map(record => ({ record }))
      core.free()
    }
    this.core = undefined
    this.events.ended()
  }

  error(code: ErrorCode, reason: number, detail: string): void {
    const { core, tokens } = this
    if (core && tokens && core.isAboutCredentials(reason)) tokens.refuse()
    this.events.error(coreError(code, reason, detail))
  }

  fellBack(): void {
    this.settings.protocolVersion = 4
    warn('mqtt: the server does not speak MQTT 5.0, going on with MQTT 3.1.1')
  }

  completed(token: number, answer: Answer): void {
    this.answer(token, null, answer)
  }

  failed(token: number, code: ErrorCode, reason: number): void {
    this.answer(token, coreError(code, reason), NO_ANSWER)
  }

  /** The module is loaded. */
  private begin(records: KeptRecord[]): void {
    this.loading = false
    enter(this)
    if (this.settings.lifecycle) moveIn(this)
    const refusal = this.attempt(() => this.build(records))
    if (refusal === undefined) return
    if (refusal < 0) {
      this.core!.free()
      const { will } = this.settings // the only topic among the options
      return this.fail(coreError(-refusal, 0, will && will.topic))
    }
    const waiting = this.requests.takeWaiting()
    this.drive((core, now) => core.connect(now))
    for (const request of waiting) this.request(request)
    if (this.farewell) this.stop(false, this.farewell)
  }

  /** Makes the core; 0, or a negative `ErrorCode` if the options are no good. */
  private build(records: KeptRecord[]): number {
    const core = makeCore(this.host, this.settings)
    this.core = core
    this.host.held = false
    this.topics = new TopicSlots()
    core.observePackets(this.observing)
    if (this.keeper) core.keepRecords(true)
    for (const { key, record } of this.subscribed.concat(records)) {
      if (core.restore(record) >= 0) continue
      // one that is torn is of no use to anybody: the rest is
      this.host.add(() => this.error(ErrorCode.InvalidRecord, 0, ''))
      if (key && this.keeper) this.keeper.erase(key)
    }
    return configure(core, this.settings)
  }

  /** A WebSocket for a client that logs in with this token, or as its options say. */
  private connectTransport(token?: string): void {
    const { core } = this
    if (!core) return
    if (token !== undefined) this.settings.password = token
    this.transport.open()
    if (!this.transport.isActive) return
    const refusal = this.attempt(() => setCredentials(core, this.settings)) // transformWsUrl may have renewed them
    if (refusal === undefined || refusal >= 0) return
    this.transport.close()
    this.socketLost(coreError(-refusal))
  }

  /** A call that may change the deadline, and what follows from it. */
  private drive(call: (core: Core, now: number) => number): void {
    const { core } = this
    if (core) {
      const deadline = this.attempt(now => call(core, now))
      if (deadline !== undefined) this.clock.wakeAt(deadline)
    }
    this.host.run()
  }

  /** Calls the core. It does not throw: if it does, the whole instance is lost. */
  private attempt<T>(call: (now: number) => T): T | undefined {
    try {
      return call(this.clock.now())
    } catch (error) {
      discard(error)
      return undefined
    }
  }

  private answer(token: number, error: MqttError | null, answer: Answer): void {
    if (this.requests.answer(token, error, answer)) this.events.idle()
  }

  /** This cannot go on: says so, and leaves nobody waiting. */
  private fail(error: MqttError): void {
    this.core = undefined
    this.loading = false
    this.failure = error
    leave(this)
    moveOut(this)
    this.clock.stop()
    this.transport.close()
    this.host.add(() => this.events.error(error))
    this.giveUp(error)
    this.host.add(() => this.events.closed())
    if (this.farewell) this.host.add(() => this.events.ended())
    this.host.run()
  }

  private giveUp(error: MqttError): void {
    for (const request of this.requests.takeAll()) {
      this.host.add(() => request.answer(error, NO_ANSWER))
    }
  }
}
