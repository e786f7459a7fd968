/** A promise of a client that is connected. */
import type { MqttError } from './api'
import type { MqttClient } from './client'
import type { Listener } from './emitter'
import { mqttError } from './errors'

/**
 * Rejects at an error, and without retries when the first attempt is over; then the client ends. A
 * network that fails is no error for one that tries again: that is what it is for.
 */
export function connectedClient(
  connect: () => MqttClient,
  allowRetries: boolean,
): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = connect()
    let cause: MqttError | undefined
    const settle = (done: () => void) => {
      for (const event of Object.keys(listeners)) client.off(event, listeners[event]!)
      done()
    }
    const fail = (error: MqttError) =>
      settle(() => {
        client.end()
        reject(error)
      })
    const listeners: Record<string, Listener> = {
      connect: () => settle(() => resolve(client)),
      end: () => settle(() => resolve(client)),
      error: (error: MqttError) => {
        if (PASSING.indexOf(error.code) < 0) fail(error)
        else cause = error
      },
      close: () => {
        if (!allowRetries || !client.reconnecting) fail(notConnected(cause))
      },
    }
    for (const event of Object.keys(listeners)) client.on(event, listeners[event]!)
  })
}

function notConnected(cause: MqttError | undefined): MqttError {
  const hint = cause ? `${cause.message}: ${cause.hint}` : ''
  return mqttError('CONNECT_FAILED', "Couldn't connect to server", hint)
}

/** What another attempt may not meet again */
const PASSING: Array<string | number> = ['SOCKET', 'SUSPENDED', 'TIMEOUT', 'TOO_MANY_SOCKETS']
