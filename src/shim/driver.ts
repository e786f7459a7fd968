/**
 * Drives one core: loads the module, carries out what the core asks of the socket and the clock, and
 * keeps who waits for an answer. What the application sees of it is up to `client.ts`.
 */
import { Core, ErrorCode } from '#core'
import type { IAuthPacket, IDisconnectOptions, MqttError } from './api'
import { Clock } from './clock'
import { coreError } from './core-errors'
import { mqttError, wordsOf } from './errors'
import { Host } from './host'
import type { Actor, Answer, Events } from './host'
import { discard, enter, leave, load } from './loader'
import type { User } from './loader'
import type { Settings } from './options'
import { toBytes } from './payload'
import { warn } from './platform'
import { giveProperties } from './properties'
import { Socket } from './socket'
import type { SocketOwner } from './socket'
import { TopicSlots } from './topics'
import { later } from './turns'

/** Asks the core for something: the token of the request, or a negative `ErrorCode`. */
export type Command = (core: Core, now: number, topics: TopicSlots) => number

export interface Request {
  command: Command
  /** The answer: exactly once, unless the core refused. */
  answer(error: MqttError | null, answer: Answer): void
  /** The core refused, and did nothing. */
  refused(code: ErrorCode): void
}

type SocketOption = WechatMiniprogram.ConnectSocketOption

export class Driver implements Actor, SocketOwner, User {
  private core: Core | undefined
  private topics = new TopicSlots()
  /** Changes whenever a load that is under way is no longer wanted. */
  private life = 0
  private loading = false
  /** Set by `stop`, until the next `start` */
  private leaving = false
  private observing = false
  /** What ended the core before its time, or kept it from being; `start` may mend it. */
  private failure: MqttError | undefined
  /** What was asked for before the module was loaded, oldest first */
  private waiting: Request[] = []
  /** By token */
  private readonly requests = new Map<number, Request>()
  private readonly host: Host
  private readonly socket = new Socket(this)
  private readonly clock = new Clock(() => this.drive((core, now) => core.timePassed(now)))

  constructor(
    private readonly settings: Settings,
    private readonly socketOption: () => SocketOption,
    private readonly events: Events,
  ) {
    this.host = new Host(this, events)
  }

  /** Whether what is requested now crosses to the core at once. */
  get isReady(): boolean {
    return this.core !== undefined
  }

  get isOpen(): boolean {
    return this.socket.isOpen
  }

  /** Whether a connection is there or being made. */
  get isActive(): boolean {
    return this.loading || this.socket.isActive
  }

  /** Connects, after loading the module if need be. */
  start(): void {
    if (this.core) return this.drive((core, now) => core.connect(now))
    const life = ++this.life
    this.failure = undefined
    this.leaving = false
    this.loading = true
    load(this.settings).then(
      () => life === this.life && this.begin(),
      error => life === this.life && this.fail(error),
    )
  }

  request(request: Request): void {
    const { core, failure } = this
    if (failure) return later(() => request.answer(failure, NO_ANSWER))
    if (!core) {
      this.waiting.push(request)
      return
    }
    this.requests.set(0, request) // has no token yet; it must not be forgotten if the core panics
    const token = this.attempt(now => request.command(core, now, this.topics))
    this.requests.delete(0)
    if (token !== undefined) {
      if (token < 0) later(() => request.refused(-token))
      else this.requests.set(token, request)
    }
    this.host.run()
  }

  /** Ends; `Events.ended` follows, with `force` at once. */
  stop(force: boolean, { reasonCode = 0, properties }: IDisconnectOptions): void {
    this.leaving = true
    if (this.core) {
      return this.drive((core, now) => {
        const refusal = giveProperties(core, properties)
        const deadline = refusal || core.disconnect(force, reasonCode, now)
        if (deadline >= 0) return deadline
        // a farewell that cannot be said is no reason to stay
        this.host.add(() => this.events.error(coreError(-deadline)))
        return core.disconnect(force, 0, now)
      })
    }
    if (this.loading && this.waiting.length && !force) return // `begin` sends what waits first
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

  // what the socket reports

  socketOpened(): void {
    this.drive((core, now) => core.transportOpened(now))
  }

  socketReceived(bytes: Uint8Array): void {
    this.drive((core, now) => core.transportReceived(bytes, now))
  }

  socketLost(error?: MqttError): void {
    if (error) this.host.add(() => this.events.error(error))
    this.drive((core, now) => core.transportClosed(now))
  }

  // what the loader reports

  instanceLost(error: MqttError): void {
    this.fail(error)
  }

  // what the core asks for

  openTransport(): void {
    const { core } = this
    if (!core) return
    let option: SocketOption
    try {
      option = this.socketOption()
    } catch (error) {
      // transformWsUrl is the application's
      return this.socketLost(mqttError('TRANSFORM_WS_URL', `transformWsUrl: ${wordsOf(error)}`))
    }
    const refusal = this.attempt(() => this.setCredentials(core)) // transformWsUrl may have renewed them
    if (refusal === undefined) return
    if (refusal < 0) return this.socketLost(coreError(-refusal))
    this.socket.open(option)
  }

  sendBytes(bytes: ArrayBuffer): void {
    this.socket.send(bytes)
  }

  closeTransport(): void {
    this.socket.close()
  }

  ended(): void {
    this.clock.stop()
    leave(this)
    if (this.core) this.core.free()
    this.core = undefined
    this.events.ended()
  }

  error(code: ErrorCode, reason: number, detail: string): void {
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
  private begin(): void {
    this.loading = false
    enter(this)
    const refusal = this.attempt(() => this.build())
    if (refusal === undefined) return
    if (refusal < 0) {
      this.core!.free()
      return this.fail(coreError(-refusal))
    }
    const { waiting } = this
    this.waiting = []
    this.drive((core, now) => core.connect(now))
    for (const request of waiting) this.request(request)
    if (this.leaving) this.stop(false, {})
  }

  /** Makes the core; 0, or a negative `ErrorCode` if the options are no good. */
  private build(): number {
    const { settings } = this
    const { protocolVersion, clientId, clean, keepalive, connectTimeout, reconnectPeriod } =
      settings
    const seed = Math.floor(Math.random() * 0x100000000)
    const core = new Core(
      this.host,
      protocolVersion,
      clientId,
      clean,
      keepalive,
      connectTimeout,
      reconnectPeriod,
      seed,
    )
    this.core = core
    this.topics = new TopicSlots()
    const { resubscribe, queueQoSZero, reconnectOnConnackError, maxInFlight, will } = settings
    const aliases = settings.autoAssignTopicAlias || settings.autoUseTopicAlias
    core.observePackets(this.observing)
    return (
      core.setPolicy(
        resubscribe,
        queueQoSZero,
        reconnectOnConnackError,
        maxInFlight,
        settings.fallback,
        aliases,
        false,
      ) ||
      giveProperties(core, settings.properties) ||
      core.setConnectProperties() ||
      this.setCredentials(core) ||
      (will
        ? giveProperties(core, will.properties) ||
          core.setWill(will.topic, toBytes(will.payload)!, will.qos || 0, will.retain === true)
        : 0)
    )
  }

  private setCredentials(core: Core): number {
    const { username, password } = this.settings
    return core.setCredentials(
      exists(username) ? String(username) : undefined,
      exists(password) ? toBytes(password) : undefined,
    )
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
    const request = this.requests.get(token)
    this.requests.delete(token)
    if (request) request.answer(error, answer)
  }

  /** This cannot go on: says so, and leaves nobody waiting. */
  private fail(error: MqttError): void {
    this.core = undefined
    this.loading = false
    this.failure = error
    leave(this)
    this.clock.stop()
    this.socket.close()
    this.host.add(() => this.events.error(error))
    this.giveUp(error)
    this.host.add(() => this.events.closed())
    if (this.leaving) this.host.add(() => this.events.ended())
    this.host.run()
  }

  private giveUp(error: MqttError): void {
    const unanswered = Array.from(this.requests.values()).concat(this.waiting)
    this.requests.clear()
    this.waiting = []
    for (const request of unanswered) this.host.add(() => request.answer(error, NO_ANSWER))
  }
}

const NO_ANSWER: Answer = { messageId: 0, codes: [], reasonCode: 0 }

function exists<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null
}
