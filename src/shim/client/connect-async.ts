/** `mqtt.connectAsync`: a promise of a client that is connected. */
import type { MqttError } from '../api'
import { mqttError } from '../errors/errors'
import type { Listener } from '../platform/emitter'
import type { MqttClient } from './mqtt-client'

/**
 * Rejects, and ends the client, at an error that another attempt would meet again; without retries, also
 * when the first attempt is over. A network that fails is no error for a client that retries.
 */
export function connectedClient(
  connect: () => MqttClient,
  allowRetries: boolean,
): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = connect()
    const settle = (done: () => void) => {
      for (const event of events) client.off(event, listeners[event])
      done()
    }
    const succeed = () => settle(() => resolve(client))
    const fail = (error: MqttError) =>
      settle(() => {
        client.end()
        reject(error)
      })
    const listeners: Record<'connect' | 'end' | 'error' | 'close', Listener> = {
      connect: succeed,
      end: succeed,
      error: fail,
      close: (cause?: MqttError) => {
        if (!allowRetries || !client.reconnecting) fail(notConnected(cause))
      },
    }
    const events = Object.keys(listeners) as Array<keyof typeof listeners>
    for (const event of events) client.on(event, listeners[event])
  })
}

function notConnected(cause: MqttError | undefined): MqttError {
  const hint = cause ? `${cause.message}: ${cause.hint}` : ''
  return mqttError('CONNECT_FAILED', "Couldn't connect to server", hint)
}
