/** rumqttd (crates.io); over WebSocket it speaks 3.1.1 alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, launch } from '../../harness/server-process.mjs'
import { cargo } from '../install.mjs'

const VERSION = '0.20.0'

export default {
  name: 'rumqttd',
  source: 'cargo',
  versions: [4],
  install: () => cargo('rumqttd', VERSION),
  version: () => VERSION,
  async start({ certificates, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'rumqttd-'))
    const [tcp, ws, wss] = await Promise.all([1, 2, 3].map(freePort))
    const config = join(folder, 'rumqttd.toml')
    writeFileSync(config, settings(tcp, ws, wss, certificates))
    const server = launch(this.install(), ['--config', config], { cwd: folder, log })
    await server.listens(ws)
    await server.listens(wss)
    return {
      urls: { ws: `wx://localhost:${ws}`, wss: `wxs://localhost:${wss}` },
      async close() {
        await server.stop()
        rmSync(folder, { recursive: true })
      },
    }
  },
  limits: {
    unfinished2: {
      zh: '重连后称会话仍在，却不认得已应答 PUBREC 的消息，收到 PUBREL 就断开，每次重连都是如此',
      en: 'says that it has the session, and closes at the PUBREL of a message whose PUBREC it has sent, again on each connection',
    },
  },
}

function settings(tcp, ws, wss, { caCertificate, certificate, key }) {
  const listener = (name, port, tls = '') => `
[${name}]
name = "${name}"
listen = "127.0.0.1:${port}"
next_connection_delay_ms = 1
${tls}
[${name}.connections]
connection_timeout_ms = 60000
max_payload_size = 33554432
max_inflight_count = 500
dynamic_filters = true
`
  const secure = `[ws.2.tls]
capath = "${caCertificate}"
certpath = "${certificate}"
keypath = "${key}"
`
  return `id = 0
[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
${listener('v4.1', tcp)}${listener('ws.1', ws)}${listener('ws.2', wss, secure)}`
}
