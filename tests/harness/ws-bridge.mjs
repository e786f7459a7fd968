/** WebSocket in front of a server that listens on TCP, or whose own WebSocket is slow. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocketServer, createWebSocketStream } from 'ws'

/** Each WebSocket to `port` is joined with a TCP connection to `tcpPort`. */
export async function bridge(tcpPort) {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    handleProtocols: offered => [...offered][0],
  })
  server.on('connection', socket => {
    const tcp = connect(tcpPort, '127.0.0.1')
    const stream = createWebSocketStream(socket)
    stream.on('error', () => tcp.destroy()).on('close', () => tcp.destroy())
    tcp.on('error', () => socket.terminate()).on('close', () => socket.close())
    stream.pipe(tcp).pipe(stream)
  })
  await once(server, 'listening')
  return {
    port: server.address().port,
    close() {
      server.clients.forEach(socket => socket.terminate())
      server.close()
    },
  }
}
