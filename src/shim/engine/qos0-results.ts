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
    return this.transport.pending >= MOST_PENDING
  }

  /** A message was handed to the transport. */
  settle(request: Request): void {
    this.transport.whenSent(isSent => {
      const error = isSent || this.isStopping() ? null : coreError(ErrorCode.ConnectionLost)
      this.listener.requestSettled(request, error, NO_ANSWER)
    })
  }
}

export function isQos0(request: Request): boolean {
  return request.kind === 'publish' && request.qos === 0
}

/** Bytes; the core's own queue takes as many */
const MOST_PENDING = 8 << 20
