/**
 * A proxy in front of a broker's WebSocket listener that does to each connection what a plan says. It
 * knows frames, so that it can cut inside of one, and knows nothing of MQTT.
 *
 * A plan, all of it optional:
 *   upgrade: false     accepts TCP, and never answers the handshake
 *   reject: 403        answers the handshake with this HTTP status
 *   subProtocol: 'x'   names another sub-protocol than the broker; null names none
 *   after: n           is answered only after n later connections have been accepted
 *   up, down           what happens to messages of the client, and of the broker:
 *     hold: true         they get lost, and the connection stays
 *     delay: ms          each comes so much later
 *     rate: n            n bytes a second
 *     rechunk: n         one message in frames of n bytes, or of 'random' sizes from 1 to 8
 *     coalesce: ms       what comes within this time is one frame
 *     text: true         binary frames become text frames
 *     empty: true        an empty binary frame before each
 *     ping: true         a ping before each
 *     duplicate: n       every n-th message comes twice
 *     tamper: f          f(bytes, lane) gives the bytes to pass on
 *     cut: {after, where, how}   after so many bytes of messages, inside of a 'frame' (default), of a
 *                        frame's 'header', or of a 'packet' with whole frames; `how` as in `cut`
 */
import { createServer } from 'node:net'
import { Connection } from './fault-proxy/connection.mjs'
import { seeded } from './random.mjs'

/** Starts it; `plan` is one for all connections, or a function of a connection's number, from 0. */
export async function startFaultProxy({ port, host = '127.0.0.1', plan = {}, seed = 1 }) {
  const proxy = new FaultProxy({ port, host }, plan, seed)
  await proxy.listen()
  return proxy
}

class FaultProxy {
  /** All of them, oldest first; each has `counts` and `cut(how)` */
  connections = []
  #waiting = []
  #server = createServer(client => this.#accept(client))

  constructor(target, plan, seed) {
    Object.assign(this, { target, plan, seed })
  }

  listen() {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  get port() {
    return this.#server.address().port
  }

  get url() {
    return `ws://127.0.0.1:${this.port}`
  }

  /** The plan for connections to come; without one they are well. */
  use(plan = {}) {
    this.plan = plan
  }

  /** Breaks all connections that are there. */
  cut(how) {
    for (const connection of this.connections) connection.cut(how)
  }

  /** Ends all connections and listens no more. */
  close() {
    for (const connection of this.connections) connection.close()
    return new Promise(done => this.#server.close(done))
  }

  #accept(client) {
    const index = this.connections.length
    const plan = typeof this.plan === 'function' ? (this.plan(index) ?? {}) : this.plan
    const random = seeded(this.seed * 65_537 + index)
    const turn = this.#turnAfter(index + (plan.after ?? 0))
    const { target } = this
    this.connections.push(new Connection({ index, client, target, plan, random, turn }))
    this.#waiting = this.#waiting.filter(({ last, go }) => last > index || go())
  }

  /** Resolves when the connection of this number has been accepted. */
  #turnAfter(last) {
    return new Promise(go => this.#waiting.push({ last, go }))
  }
}
