/**
 * One core and what it needs to run: its time, its topics, and the host that it calls. All calls of the
 * core go through here. A core never throws unless it panics; then the whole instance is discarded, and
 * every engine is told by the loader. After a call its deadline is minded and its steps are carried out.
 */
import type { Core } from '#core'
import type { IAuthPacket, IDisconnectOptions, IProperties, MqttError } from '../api'
import { coreError } from '../errors/core-errors'
import type { ErrorCode } from '../errors/error-code'
import { CoreOption } from '../options/table'
import type { Settings } from '../options/table'
import { Command, Input, Query } from './calls'
import { Clock } from './clock'
import { command, refusal, refusalError } from './commands'
import { makeCore } from './configure'
import { Host } from './host'
import { discard } from './loader'
import { giveProperties } from './properties'
import type { Request } from './request'
import type { StepQueue } from './step-queue'
import { TopicSlots } from './topic-slots'

export class CoreRunner {
  core: Core | undefined
  private readonly clock = new Clock(() => this.input(Input.Timeout))
  private readonly host: Host
  private topicSlots = new TopicSlots()

  /** Steps that calls of the core add go to this queue. */
  constructor(private readonly steps: StepQueue) {
    this.host = new Host(steps)
  }

  now(): number {
    return this.clock.now()
  }

  /** Makes a core. */
  make(settings: Settings): void {
    this.topicSlots = new TopicSlots()
    this.host.acknowledges = false
    try {
      this.core = makeCore(this.host, settings)
    } catch (error) {
      discard(error)
    }
  }

  /** Frees the core. */
  free(): void {
    this.withCore(core => core.free())
    this.forget()
  }

  /** There is no core any more. */
  forget(): void {
    this.core = undefined
    this.clock.stop()
  }

  /**
   * Passes on a request. Returns its id, 0 if nothing more will be reported, a negative number if it was
   * refused, or `undefined` if the core was lost over it. The steps are left to the caller.
   */
  submit(request: Request): number | undefined {
    try {
      return command(this.core!, request, this.topicSlots, this.clock.now())
    } catch (error) {
      discard(error)
      return undefined
    }
  }

  /** The error of the last call, which was refused; `topic` is what it was about. */
  error(code: ErrorCode, topic?: string): MqttError {
    return this.withCore(core => refusalError(core, code, topic)) || coreError(code, 0, topic)
  }

  /** The error of a request that was refused. */
  refusal(request: Request, code: ErrorCode): MqttError | undefined {
    return this.withCore(core => refusal(core, request, code))
  }

  /**
   * Passes on bytes; whether anything came of them. As this is the most frequent call, it makes no
   * closure.
   */
  receive(bytes: Uint8Array): boolean {
    const { core, clock, steps } = this
    if (core) {
      try {
        clock.wakeAt(core.transportReceived(bytes, clock.now()))
      } catch (error) {
        discard(error)
      }
    }
    const outcome = !steps.isEmpty
    steps.run()
    return outcome
  }

  /** The transport closed, or could not be opened, for this cause. */
  transportClosed(cause: MqttError | undefined): void {
    this.host.cause = cause
    this.input(Input.TransportClosed)
  }

  /** Disconnects for good. */
  disconnect(force: boolean, { reasonCode = 0, properties }: IDisconnectOptions): void {
    const command = force ? Command.DisconnectNow : Command.Disconnect
    const refused = this.command(command, reasonCode, properties)
    if (refused === 0) return
    // a DISCONNECT that cannot be sent is no reason to stay connected
    const error = this.error(-refused)
    this.steps.enqueue(({ listener }) => listener.errorReported(error))
    this.command(command, 0)
  }

  /** Sends AUTH; the error if it cannot. */
  sendAuth({ reasonCode, properties }: IAuthPacket): MqttError | undefined {
    const refused = this.command(Command.Authenticate, reasonCode, properties)
    return refused < 0 ? this.error(-refused) : undefined
  }

  /** Whether the application acknowledges messages. */
  setManualAck(on: boolean): void {
    if (on === this.host.acknowledges || !this.core) return
    this.host.acknowledges = on
    this.withCore(core => core.setOption(CoreOption.ManualAck, on ? 1 : 0))
  }

  /** An input; `value` is the request id or the message id that it is about. */
  input(input: Input, value = 0): void {
    this.wakeAt(this.withCore((core, now) => core.input(input, value, now)))
  }

  /** A command of a packet with this reason code and these properties; 0, or a negative `ErrorCode`. */
  command(command: Command, reason: number, properties?: IProperties): number {
    const result = this.withCore(
      (core, now) => giveProperties(core, properties) || core.command(command, reason, now),
    )
    this.wakeAt(this.query(Query.Deadline))
    return result || 0
  }

  /** What the core answers, about the request with this id; `undefined` if there is no core. */
  query(query: Query, id = 0): number | undefined {
    return this.withCore(core => core.query(query, id))
  }

  /** The core's next deadline, in milliseconds since the epoch; `undefined` if it has none. */
  deadline(): number | undefined {
    const deadline = this.query(Query.Deadline)
    return deadline! < Infinity ? this.clock.dateOf(deadline!) : undefined
  }

  /** A call without consequences; `undefined` if there is no core, or none any more. */
  withCore<T>(use: (core: Core, now: number) => T): T | undefined {
    const { core } = this
    if (!core) return undefined
    try {
      return use(core, this.clock.now())
    } catch (error) {
      discard(error)
      return undefined
    }
  }

  /** After a call: minds the deadline, if there is still a core, and carries out the steps. */
  private wakeAt(deadline: number | undefined): void {
    if (deadline !== undefined) this.clock.wakeAt(deadline)
    this.steps.run()
  }
}
