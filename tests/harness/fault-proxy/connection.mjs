/** One connection through the proxy: the handshake as planned, and then a lane each way. */
import { connect } from 'node:net'
import { FrameDecoder, OPCODE, encodeClose, encodeFrame } from './frames.mjs'
import { Lane } from './lane.mjs'

export class Connection {
  /** `waiting`, `unanswered`, `rejected`, `open`, `half-open`, and in the end `closed` */
  state = 'waiting'
  #timers = new Map()
  #sockets = new Set()

  constructor({ index, client, target, plan, random, turn }) {
    Object.assign(this, { index, client, target, plan, random })
    this.#adopt(client)
    client.on('close', () => this.close())
    const options = { random, sleep: ms => this.#sleep(ms) }
    const { up = {}, down = {} } = plan
    this.up = new Lane(up, {
      ...options,
      write: bytes => this.server?.write(bytes),
      cut: how => this.cut(how),
      mask: () => Buffer.from(Array.from({ length: 4 }, () => Math.floor(random() * 256))),
    })
    this.down = new Lane(down, {
      ...options,
      write: bytes => client.write(bytes),
      cut: how => this.cut(how),
    })
    this.#begin(turn)
  }

  /**
   * Breaks the connection: `rst`, `fin`, `half-open` (both ends stay, nothing passes any more), or a
   * WebSocket close frame with a code, when it is a number.
   */
  cut(how = 'rst') {
    if (this.state === 'closed') return
    this.up.stop()
    this.down.stop()
    if (how === 'half-open') {
      this.state = 'half-open'
      return
    }
    if (typeof how === 'number') this.client.end(encodeFrame(OPCODE.close, encodeClose(how)))
    else if (how === 'fin') this.client.end()
    else if (how === 'rst') this.client.resetAndDestroy()
    else throw new Error(`a connection is cut by rst, fin, half-open or a code, not by "${how}"`)
    this.server?.destroy()
    this.state = 'closed'
  }

  /** Ends it, with everything that waits. */
  close() {
    this.state = 'closed'
    this.up.stop()
    this.down.stop()
    for (const socket of this.#sockets) socket.destroy()
    for (const [timer, done] of this.#timers) {
      clearTimeout(timer)
      done()
    }
    this.#timers.clear()
  }

  get counts() {
    const of = ({ frames, bytes, messages, empty }) => ({ frames, bytes, messages, empty })
    return { state: this.state, up: of(this.up), down: of(this.down) }
  }

  async #begin(turn) {
    const { upgrade = true, reject } = this.plan
    this.client.pause()
    await turn
    if (this.state === 'closed') return
    this.client.resume()
    if (!upgrade) {
      this.state = 'unanswered'
      this.client.on('data', () => {})
    } else if (reject) {
      this.client.once('data', () => {
        this.state = 'rejected'
        this.client.end(rejection(reject))
      })
    } else this.#carry()
  }

  #carry() {
    const { client, target } = this
    this.server = connect(target.port, target.host)
    this.#adopt(this.server)
    this.server.on('close', () => this.state === 'open' && client.end())
    const decoders = { up: new FrameDecoder(), down: new FrameDecoder() }
    const heads = { up: Buffer.alloc(0), down: Buffer.alloc(0) }
    const carry = (way, upgraded) => bytes => {
      if (heads[way]) {
        heads[way] = Buffer.concat([heads[way], bytes])
        const end = heads[way].indexOf('\r\n\r\n')
        if (end < 0) return
        upgraded(heads[way].subarray(0, end + 4).toString('latin1'))
        bytes = heads[way].subarray(end + 4)
        heads[way] = undefined
      }
      for (const message of decoders[way].decode(bytes)) this[way].take(message)
    }
    client.on(
      'data',
      carry('up', head => this.server.write(head, 'latin1')),
    )
    this.server.on(
      'data',
      carry('down', head => {
        this.state = 'open'
        client.write(withSubProtocol(head, this.plan.subProtocol), 'latin1')
      }),
    )
  }

  #adopt(socket) {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {}) // 'close' follows
  }

  #sleep(ms) {
    return new Promise(done => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        done()
      }, ms)
      this.#timers.set(timer, done)
    })
  }
}

function rejection(status) {
  const body = `${status}`
  return `HTTP/1.1 ${status} Rejected\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
}

function withSubProtocol(head, subProtocol) {
  if (subProtocol === undefined) return head
  const without = head.replace(/\r\nsec-websocket-protocol:[^\r]*/i, '')
  if (subProtocol === null) return without
  return without.replace(/\r\n\r\n$/, `\r\nSec-WebSocket-Protocol: ${subProtocol}\r\n\r\n`)
}
