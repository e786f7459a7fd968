/** aedes (npm), in this process. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { once } from 'node:events'
import { Aedes } from 'aedes'
import { WebSocketServer, createWebSocketStream } from 'ws'

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

export default {
  name: 'aedes',
  source: 'npm',
  versions: [3, 4],
  install() {}, // a package of this repository
  version: () => manifest.devDependencies.aedes,
  async start({ certificates }) {
    const broker = await Aedes.createBroker()
    const tls = {
      cert: readFileSync(certificates.certificate),
      key: readFileSync(certificates.key),
    }
    const servers = [createServer(), createSecureServer(tls)]
    const sockets = servers.map(server => serve(broker, server))
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
    const [ws, wss] = servers.map(server => server.address().port)
    return {
      urls: { ws: `wx://localhost:${ws}`, wss: `wxs://localhost:${wss}` },
      async close() {
        for (const { clients } of sockets) clients.forEach(socket => socket.terminate())
        for (const server of servers) server.close()
        await new Promise(done => broker.close(done))
      },
    }
  },
  limits: {
    unfinished2: {
      zh: '客户端没有订阅时，重连后称没有会话，送达与否无法确认',
      en: 'says that it has no session if the client has no subscription: unconfirmed',
    },
    shared: { zh: '接受订阅，但不投递', en: 'grants the subscription and delivers nothing' },
  },
}

function serve(broker, server) {
  const sockets = new WebSocketServer({
    server,
    handleProtocols: offered => (offered.has('mqtt') ? 'mqtt' : [...offered][0]),
  })
  sockets.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket)
    stream.on('error', () => socket.terminate()) // the client is gone
    broker.handle(stream, request)
  })
  return sockets
}
