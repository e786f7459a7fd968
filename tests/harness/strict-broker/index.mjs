/**
 * A broker of MQTT 5.0 over WebSocket that takes the standard at its word: a client that breaks a rule
 * is disconnected, and the rule is noted in `violations`. It announces small limits, and keeps those of
 * the client. Sessions live as long as the broker.
 */
import { WebSocketServer } from 'ws'
import { Connection, LIMITS } from './connection.mjs'
import { Session, matches } from './session.mjs'

export class StrictBroker {
  /** The rules that clients broke, oldest first */
  violations = []
  #sessions = new Map()
  #connections = new Set()
  #retained = new Map()
  #turn = 0
  #assigned = 0

  /** Serves the WebSockets of an HTTP server. */
  attach(server) {
    // [MQTT-6.0.0-3]
    const handleProtocols = offered => (offered.has('mqtt') ? 'mqtt' : false)
    const sockets = new WebSocketServer({ server, handleProtocols })
    sockets.on('connection', socket => this.#connections.add(new Connection(socket, this)))
    return sockets
  }

  connect(connection, packet) {
    const clientId = packet.clientId || `assigned${++this.#assigned}`
    for (const other of this.#connections) {
      if (other !== connection && other.session?.clientId === clientId) other.end(0x8e)
    }
    const kept = packet.clean ? undefined : this.#sessions.get(clientId)
    const session = kept ?? new Session(clientId)
    this.#sessions.set(clientId, session)
    connection.session = session
    connection.lasts = (packet.properties?.sessionExpiryInterval ?? 0) > 0
    connection.will = packet.will
    const properties = { ...LIMITS }
    if (!packet.clientId) properties.assignedClientIdentifier = clientId
    connection.send({
      cmd: 'connack',
      reasonCode: 0,
      sessionPresent: Boolean(kept),
      properties,
    })
    for (const again of session.resend()) connection.send(again)
  }

  /** Gives a message of a session to all who want it. */
  publish({ topic, payload, qos, retain, properties = {} }, from) {
    const message = { cmd: 'publish', topic, payload, qos, retain, properties }
    delete properties.topicAlias
    const expires = Date.now() + (properties.messageExpiryInterval ?? Infinity) * 1000
    if (retain && payload.length === 0) this.#retained.delete(topic)
    else if (retain) this.#retained.set(topic, { message, expires })

    const groups = new Map()
    for (const session of this.#sessions.values()) {
      const found = [...session.subscriptions.values()].filter(
        ({ filter, nl }) => matches(filter, topic) && !(nl && session === from),
      )
      const own = found.filter(({ group }) => !group)
      if (own.length) give(session, own, message, expires)
      for (const each of found.filter(({ group }) => group)) {
        const key = `${each.group}/${each.filter}`
        groups.set(key, [...(groups.get(key) ?? []), [session, each]])
      }
    }
    for (const members of groups.values()) {
      const [session, subscription] = members[this.#turn++ % members.length]
      give(session, [subscription], message, expires)
    }
    for (const connection of this.#connections) if (connection.session) connection.flush()
  }

  subscribe({ session }, { messageId, subscriptions, properties = {} }) {
    for (const { topic, qos, nl, rap, rh } of subscriptions) {
      const [, group, filter] = /^\$share\/([^/]+)\/(.*)$/.exec(topic) ?? [
        undefined,
        undefined,
        topic,
      ]
      const isNew = !session.subscriptions.has(topic)
      const identifier = properties.subscriptionIdentifier
      const subscription = { filter, group, qos, nl, rap, identifier }
      session.subscriptions.set(topic, subscription)
      if (group || rh === 2 || (rh === 1 && !isNew)) continue
      for (const { message, expires } of this.#retained.values()) {
        if (matches(filter, message.topic)) {
          give(session, [{ ...subscription, rap: true }], message, expires)
        }
      }
    }
    return { cmd: 'suback', messageId, granted: subscriptions.map(({ qos }) => qos) }
  }

  unsubscribe({ session }, { messageId, unsubscriptions }) {
    const granted = unsubscriptions.map(topic => (session.subscriptions.delete(topic) ? 0 : 0x11))
    return { cmd: 'unsuback', messageId, granted }
  }

  /** A connection is over: its will is published, its session may end. */
  ended(connection) {
    this.#connections.delete(connection)
    const { session, will, lasts } = connection
    if (!session) return
    const taken = [...this.#connections].some(other => other.session === session)
    if (!lasts && !taken && this.#sessions.get(session.clientId) === session) {
      this.#sessions.delete(session.clientId)
    }
    if (will) this.publish({ properties: {}, ...will, topic: `${will.topic}` }, session)
  }
}

/** One copy, whichever of the subscriptions match, at the highest quality of service of them. */
function give(session, subscriptions, message, expires) {
  const qos = Math.min(message.qos, Math.max(...subscriptions.map(each => each.qos)))
  const retain = message.retain && subscriptions.some(({ rap }) => rap)
  const identifiers = subscriptions.map(each => each.identifier).filter(Boolean)
  const properties = { ...message.properties }
  if (identifiers.length) properties.subscriptionIdentifier = identifiers
  session.give({ ...message, qos, retain, dup: false, properties }, expires)
}
