/** The option `servers`: which of them each attempt connects to. */
import type { MqttProtocol } from '../api'
import { serverOptions } from '../options/connect-options'
import type { Settings } from '../options/table'

/**
 * Sets the address of the next server in the settings, if there are servers. `count` is MQTT.js's
 * `_reconnectCount`, from 1 on; returns the next one. `path` is for servers without a path of their own.
 */
export function nextServer(settings: Settings, count: number, path: string | undefined): number {
  const { servers } = settings
  if (!servers || !servers.length) return count
  const at = count % servers.length
  const server = serverOptions(servers[at]!)
  const host = server.hostname || server.host
  Object.assign(settings, {
    host,
    hostname: host,
    port: server.port,
    protocol: server.protocol || (settings.defaultProtocol as MqttProtocol | undefined),
    path: server.path || path,
  })
  return at + 1
}
