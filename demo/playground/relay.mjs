/**
 * The server that phones connect to: a WebSocket server that hands what it gets to the broker, and
 * applies the playground's switches on the way. Every packet that goes by is put on the time line.
 */
import { STATUS_CODES, createServer } from 'node:http'
import { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { handleProtocols } from '../broker.mjs'
import { listen } from '../simulator/server.mjs'
import { Line } from './line.mjs'
import { decoder, detail, summary } from './packets.mjs'

/** A path that no switch disturbs: for a backend, or a test, that publishes meanwhile. */
export const BACKEND_PATH = '/backend'

/** Milliseconds that a restarted server is away. */
const AWAY = 2_500

/**
 * @param {object} options
 * @param {import('aedes').Aedes} options.broker
 * @param {number} options.port 0: any that is free
 * @param {() => {http: number, silent: boolean, slow: boolean}} options.switches as they are now
 * @param {(row: object) => object} options.show puts a row on the time line, and returns it
 * @param {(row: object) => void} options.changed a row has changed
 */
export async function startRelay({ broker, port, switches, show, changed }) {
  const connections = new Set()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols })
  let server
  const open = async wanted => {
    server = createServer((request, response) => response.writeHead(426).end())
    server.on('upgrade', upgrade)
    return (await listen(server, wanted)).port
  }

  function upgrade(request, socket, head) {
    const isBackend = request.url === BACKEND_PATH
    const { http } = switches()
    if (http && !isBackend) {
      show({ kind: 'server', name: 'http', text: `${http} ${STATUS_CODES[http]}` })
      socket.end(`HTTP/1.1 ${http} ${STATUS_CODES[http]}\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, webSocket => {
      const wellBehaved = () => ({ silent: false, slow: false })
      const connection = new Connection(webSocket, {
        broker,
        request,
        show,
        changed,
        switches: isBackend ? wellBehaved : switches,
      })
      connections.add(connection)
      webSocket.on('close', () => connections.delete(connection))
    })
  }

  const bound = await open(port)
  let isAway = false
  const drop = () => connections.forEach(connection => connection.terminate())
  return {
    port: bound,
    /** Lets go what a switch held back that is off now. */
    switched: () => connections.forEach(connection => connection.pass()),
    drop,
    /** Ends all connections; for a while nobody can connect. The broker keeps its sessions. */
    async restart() {
      if (isAway) return
      isAway = true
      const closed = new Promise(done => server.close(done))
      drop()
      server.closeAllConnections()
      await closed
      await new Promise(done => setTimeout(done, AWAY))
      await open(bound)
      isAway = false
    },
    close() {
      drop()
      server.close()
      server.closeAllConnections()
    },
  }
}

/** One client, from its socket to the broker and back. */
class Connection {
  /** The client's identifier, once it has said it. */
  #peer = ''
  #protocolVersion = 4

  constructor(webSocket, { broker, request, switches, show, changed }) {
    this.webSocket = webSocket
    this.show = show
    const fate = (rows, name) => {
      for (const row of rows) {
        row.fate = name
        if (row.at !== undefined) row.late = Date.now() - row.at
        changed(row)
      }
    }
    const stream = new Duplex({
      read() {},
      write: (bytes, _encoding, done) => {
        this.#relay(this.down, bytes)
        done()
      },
      writev: (chunks, done) => {
        this.#relay(this.down, Buffer.concat(chunks.map(({ chunk }) => chunk)))
        done()
      },
      final: done => {
        webSocket.close()
        done()
      },
      destroy: (error, done) => {
        webSocket.terminate()
        done(error)
      },
    })
    this.up = {
      dir: 'up',
      line: new Line(switches, bytes => stream.push(bytes), fate),
      decode: this.#decoder('up'),
    }
    this.down = {
      dir: 'down',
      line: new Line(switches, bytes => webSocket.send(bytes), fate),
      decode: this.#decoder('down'),
    }
    webSocket.on('message', bytes => this.#relay(this.up, bytes))
    webSocket.on('error', () => webSocket.terminate())
    webSocket.on('close', () => {
      this.up.line.close()
      this.down.line.close()
      stream.destroy()
    })
    stream.on('error', () => webSocket.terminate()) // the client is gone
    broker.handle(stream, request)
  }

  pass() {
    this.up.line.pass()
    this.down.line.pass()
  }

  terminate() {
    this.webSocket.terminate()
  }

  #relay(direction, bytes) {
    this.rows = []
    this.size = bytes.length
    direction.decode.write(bytes, this.#protocolVersion)
    const { rows } = this
    const isWaiting = direction.line.send(bytes, rows)
    if (isWaiting) for (const row of rows) row.fate ??= 'waiting'
    for (const row of rows) this.show(row)
  }

  #decoder(dir) {
    return decoder(
      packet => {
        if (packet.cmd === 'connect') {
          this.#peer = packet.clientId
          this.#protocolVersion = packet.protocolVersion
        }
        this.rows.push({
          kind: 'packet',
          dir,
          peer: this.#peer,
          cmd: packet.cmd,
          text: summary(packet),
          size: packet.length === undefined ? this.size : packet.length + headerLength(packet),
          detail: detail(packet),
        })
      },
      error => this.rows.push({ kind: 'server', name: 'malformed', text: error.message }),
    )
  }
}

/** Of the fixed header: its first byte, and one to four for the length. */
function headerLength({ length }) {
  return length < 128 ? 2 : length < 16_384 ? 3 : length < 2_097_152 ? 4 : 5
}
