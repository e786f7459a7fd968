/** A promise of a client that is connected. */
import type { MqttClient } from './client'
import type { Listener } from './emitter'
import { mqttError } from './errors'

/** Rejects at an error, or, without retries, when the first attempt is over; then the client ends. */
export function connectedClient(
  connect: () => MqttClient,
  allowRetries: boolean,
): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = connect()
    const listeners: Record<string, Listener> = {
      connect: () => settle(() => resolve(client)),
      end: () => settle(() => resolve(client)),
      error: error => fail(error),
    }
    if (!allowRetries) {
      listeners.close = () => fail(mqttError('CONNECT_FAILED', "Couldn't connect to server"))
    }
    const settle = (done: () => void) => {
      for (const event of Object.keys(listeners)) client.off(event, listeners[event]!)
      done()
    }
    const fail = (error: unknown) =>
      settle(() => {
        client.end()
        reject(error)
      })
    for (const event of Object.keys(listeners)) client.on(event, listeners[event]!)
  })
}
