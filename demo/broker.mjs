/** An MQTT 3.1.1 broker over WebSocket in this process (npm aedes). */
import { createServer } from 'node:http'
import { Aedes } from 'aedes'
import { WebSocketServer, createWebSocketStream } from 'ws'
import { listen } from './simulator/server.mjs'

/** What nobody may subscribe to, nor to what is below. */
export const FORBIDDEN_TOPIC = 'forbidden'

/** What is published here, or below, reaches nobody. */
export const UNHEARD_TOPIC = 'unheard'

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
      done(null, isWithin(FORBIDDEN_TOPIC, subscription.topic) ? null : subscription)
    },
    authorizeForward: (client, packet) => (isWithin(UNHEARD_TOPIC, packet.topic) ? null : packet),
  })
}

function isWithin(parent, topic) {
  return topic === parent || topic.startsWith(`${parent}/`)
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
