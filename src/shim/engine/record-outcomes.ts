/** Says what becomes of a request when a store has taken the record of its message, or has failed to. */
import type { MqttError } from '../api'
import type { CoreRunner } from './core-runner'
import type { EngineListener } from './engine-listener'
import type { RequestTable } from './request-table'

export class RecordOutcomes {
  constructor(
    private readonly requests: RequestTable,
    private readonly runner: CoreRunner,
    private readonly listener: EngineListener,
  ) {}

  /**
   * The first record of a message decides: with an error the request is over, and its message is taken back
   * if it is still queued. Later records are about its progress, and so is an error of theirs.
   */
  stored(key: string, error: MqttError | undefined): void {
    const { requests, runner, listener } = this
    const id = key[0] === DELIVERY ? Number(key.slice(1)) : 0
    const request = requests.get(id)
    if (!request || request.isStored) {
      if (error) listener.error(error)
      return
    }
    request.isStored = true
    if (!error) return listener.requestStored(request)
    requests.take(id)
    const reserved = -(runner.withCore(core => core.packetId(id)) || 0)
    if (reserved > 0) runner.input((core, now) => core.removeOutgoing(reserved, now))
    listener.requestRefused(request, error)
  }
}

/** The first letter of keys of messages to the server */
const DELIVERY = 'd'
