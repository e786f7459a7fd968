/** An MQTT 3.1.1 broker over WebSocket in this process (npm aedes). */
import { createServer } from 'node:http'
import { Aedes } from 'aedes'
import { WebSocketServer, createWebSocketStream } from 'ws'
import { listen } from './simulator/server.mjs'

/** What nobody may subscribe to. */
export const FORBIDDEN_TOPIC = 'forbidden'

/** @typedef {(clientId: string, username: string, password: string) => boolean} Accepts */

/** @param {Accepts} accepts */
export async function startBroker(accepts) {
  const broker = await createBroker(accepts)
  const server = createServer()
  const sockets = new WebSocketServer({ server, handleProtocols })
  sockets.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket)
    stream.on('error', () => socket.terminate()) // the client is gone
    broker.handle(stream, request)
  })
  const { port } = await listen(server)
  return {
    url: `wx://127.0.0.1:${port}`,
    publish: (topic, payload) => publish(broker, { topic, payload }),
    /** The topic filters that are subscribed to next. */
    nextSubscription: () =>
      new Promise(done => {
        broker.once('subscribe', subscriptions => done(subscriptions.map(({ topic }) => topic)))
      }),
    /** Ends all connections without a word, as a network does that is lost. */
    drop: () => sockets.clients.forEach(socket => socket.terminate()),
    /** At once; what aedes still has to do ends with this process. */
    close() {
      sockets.clients.forEach(socket => socket.terminate())
      server.close()
      broker.close()
    },
  }
}

/** The broker itself, to be handed streams of MQTT. @param {Accepts} accepts */
export function createBroker(accepts) {
  return Aedes.createBroker({
    authenticate({ id }, username, password, done) {
      if (accepts(id, username, String(password))) return done(null, true)
      done(Object.assign(new Error('not authorized'), { returnCode: 5 }), false)
    },
    authorizeSubscribe(client, subscription, done) {
      done(null, subscription.topic === FORBIDDEN_TOPIC ? null : subscription)
    },
  })
}

/** The sub-protocol that a broker takes. */
export function handleProtocols(offered) {
  return offered.has('mqtt') ? 'mqtt' : false
}

/** Publishes as the server itself. */
export function publish(broker, { topic, payload, qos = 0, retain = false }) {
  return new Promise((done, failed) => {
    broker.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, error =>
      error ? failed(error) : done(),
    )
  })
}
