/**
 * What a conversation has: clients of the built library, each on a sealed phone of its own whose
 * sockets are real WebSockets to one broker, in one version of MQTT.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { wsPhone } from '../harness/ws-phone.mjs'

export class Bed {
  #clients = new Map()

  /** `peer` is what a broker's start() gave; `ca` is the certificate that the phones trust. */
  constructor({ peer, transport, version, ca, url = peer.urls[transport] }) {
    Object.assign(this, { peer, version, ca, url })
  }

  /** A name that nothing else has, for topics and clients. */
  name(prefix) {
    return `${prefix}${++lastName}`
  }

  /** A client that begins to connect. */
  connect(options) {
    const { client, phone, drop } = this.open({
      clientId: this.name('c'),
      protocolVersion: this.version,
      reconnectPeriod: 50,
      ...this.peer.login,
      ...options,
    })
    const life = { phone, drop, closes: 0, errors: [] }
    client.on('close', () => life.closes++)
    client.on('error', error => life.errors.push(error))
    this.#clients.set(client, life)
    return client
  }

  /** A client, the phone that it is on, and what ends its connection without a word. */
  open(options) {
    const { phone, mqtt, drop } = wsPhone({ ca: this.ca })
    return { client: mqtt.connect(this.url, options), phone, drop }
  }

  /** A client that is connected, and its CONNACK. */
  async online(options) {
    const client = this.connect(options)
    const connack = await this.connack(client)
    return { client, connack }
  }

  /** The next CONNACK of a client, or the error that it gets in its place. */
  async connack(client) {
    const [connack] = await once(client, 'connect')
    return connack
  }

  /** Two that are connected. */
  async pair() {
    const [one, two] = await Promise.all([this.online(), this.online()])
    return [one.client, two.client]
  }

  /** Options of a session that outlives its connection. */
  lasting() {
    const clientId = this.name('c')
    if (this.version < 5) return { clientId, clean: false }
    return { clientId, clean: false, properties: { sessionExpiryInterval: 300 } }
  }

  /** Ends a client's connection without a word. */
  drop(client) {
    this.#clients.get(client).drop()
  }

  /** How often a client's connection has ended, and the errors that it was told. */
  life(client) {
    return this.#clients.get(client)
  }

  /** All errors that clients were told since the last end(), as text. */
  errors() {
    return [...this.#clients.values()].flatMap(({ errors }) =>
      errors.map(({ code, message }) => (code === undefined ? message : `${code}: ${message}`)),
    )
  }

  /** Ends all clients, and checks that their phones were used as they allow it. */
  end() {
    const lives = [...this.#clients]
    this.#clients.clear()
    for (const [client] of lives) client.end(true)
    for (const [, { phone }] of lives) {
      assert.deepEqual([phone.violations, phone.uncaught], [[], []])
    }
  }
}

let lastName = 0
