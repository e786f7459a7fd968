/** The strict broker of our own, which stands for MQTT 5.0 where nothing can be installed. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { once } from 'node:events'
import { StrictBroker } from '../../harness/strict-broker/index.mjs'

export default {
  name: 'strict',
  source: 'tests/harness',
  versions: [5],
  install() {},
  version: () => '',
  async start({ certificates }) {
    const broker = new StrictBroker()
    const tls = {
      cert: readFileSync(certificates.certificate),
      key: readFileSync(certificates.key),
    }
    const servers = [createServer(), createSecureServer(tls)]
    const sockets = servers.map(server => broker.attach(server))
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
    const [ws, wss] = servers.map(server => server.address().port)
    return {
      urls: { ws: `wx://localhost:${ws}`, wss: `wxs://localhost:${wss}` },
      violations: broker.violations,
      async close() {
        for (const { clients } of sockets) clients.forEach(socket => socket.terminate())
        for (const server of servers) server.close()
      },
    }
  },
  limits: {},
}
