/** Passes the bytes of the simulator's TCP sockets on: WebSockets at /tcp, to a port of this machine. */
import { connect } from 'node:net'
import { WebSocketServer } from 'ws'

/** @param {import('node:http').Server} server whose upgrades to /tcp are taken */
export function bridgeTcp(server) {
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    if (pathname !== '/tcp') return
    // other pages of the browser have no business here, nor has the simulator elsewhere
    const isOwn = request.headers.origin === `http://${request.headers.host}`
    if (!isOwn || searchParams.get('host') !== '127.0.0.1') return socket.destroy()
    const tcp = connect(Number(searchParams.get('port')), '127.0.0.1')
    tcp.once('error', () => socket.destroy())
    tcp.once('connect', () => sockets.handleUpgrade(request, socket, head, join(tcp)))
  })
}

/** @param {import('node:net').Socket} tcp */
function join(tcp) {
  return webSocket => {
    tcp.on('data', bytes => webSocket.send(bytes))
    tcp.on('close', () => webSocket.close())
    webSocket.on('message', bytes => tcp.write(bytes))
    webSocket.on('close', () => tcp.end())
  }
}
