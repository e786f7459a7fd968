/** Says what becomes of a request when a store has taken the record of its message, or has failed to. */
import type { MqttError } from '../api'
import { Input } from './calls'
import type { CoreRunner } from './core-runner'
import type { EngineListener } from './engine-listener'
import type { RequestTable } from './request-table'

/** To be called with the key of the record. `isHeld`: the core waits for this. */
export type RecordOutcome = (key: string, isHeld: boolean, error: MqttError | undefined) => void

/**
 * The first record of a message decides: with an error the request is over, and its message is not sent.
 * Later records are about its progress, and so is an error of theirs.
 */
export function recordOutcome(
  requests: RequestTable,
  runner: CoreRunner,
  listener: EngineListener,
): RecordOutcome {
  return (key, isHeld, error) => {
    const id = key[0] === DELIVERY ? Number(key.slice(1)) : 0
    const request = requests.get(id)
    const isFirst = request && !request.isStored
    if (isFirst) {
      request.isStored = true
      if (!error) listener.requestStored(request)
      else listener.requestRefused(requests.take(id)!, error)
    } else if (error) listener.errorReported(error)
    if (id && isHeld)
      runner.input(isFirst && error ? Input.RecordNotStored : Input.RecordStored, id)
  }
}

/** The first letter of keys of messages to the server */
const DELIVERY = 'd'
