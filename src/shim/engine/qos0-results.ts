/** What becomes of messages of QoS 0: the server acknowledges none, so the transport tells. */
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import type { Transport } from '../platform/transport'
import type { EngineListener } from './engine-listener'
import { NO_ANSWER } from './request'
import type { Request } from './request'

export class Qos0Results {
  /** `isStopping`: the transport is closed by the client itself, which sends first what it was given. */
  constructor(
    private readonly transport: Transport,
    private readonly listener: EngineListener,
    private readonly isStopping: () => boolean,
  ) {}

  /** Whether so much waits in the memory of the platform that no more should be given to it. */
  get isFull(): boolean {
    const { progress } = this.transport
    return !!progress && progress.pending >= MOST_PENDING
  }

  /** A message was handed to the transport. */
  settle(request: Request): void {
    const { progress } = this.transport
    const settle = (isSent: boolean): void => {
      const error = isSent || this.isStopping() ? null : coreError(ErrorCode.ConnectionLost)
      this.listener.requestSettled(request, error, NO_ANSWER)
    }
    if (progress) progress.whenSent(settle)
    else settle(false)
  }
}

export function isQos0(request: Request): boolean {
  return request.kind === 'publish' && request.qos === 0
}

/** Bytes; the core's own queue takes as many */
const MOST_PENDING = 8 << 20
