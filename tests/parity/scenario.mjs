/**
 * A scenario is written once, in MQTT.js's terms, and runs twice: on npm `mqtt` and on ours, each
 * over a fake `wx`, a scripted broker and a clock that passes when the scenario says so.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectDefect } from './defects.mjs'
import { plain } from '../harness/scenario.mjs'
import { withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { ReferencePhone } from './reference.mjs'

/**
 * `defect` says what npm `mqtt` does wrong here: the scenario must then fail on it, just as
 * `defects.json` records it, so that the mark goes when the defect does. `version` is the broker's,
 * and the client's default.
 */
export function scenario(name, given, run = given) {
  const { version = 4, defect } = given
  test(`MQTT.js: ${name}`, () => {
    const played = play(new ReferencePhone(), version, run)
    return defect ? expectDefect(name, defect, played) : played
  })
  test(`ours: ${name}`, () => play(new Phone(), version, run))
}

/** Runs a scenario on this phone: `Phone` or `ReferencePhone`. */
export async function play(phone, version, run) {
  const bed = withBroker(phone, version)
  await run(new TestBed(bed, version))
  assert.deepEqual(phone.uncaught.map(String), [], 'nothing is thrown to nobody')
  assert.deepEqual(phone.violations, [], 'nothing is asked of wx that a phone would refuse')
}

/** What a scenario has at hand. */
class TestBed {
  constructor({ phone, broker, mqtt }, version) {
    Object.assign(this, { phone, broker, mqtt, version })
    if (version === 5) this.#speakMqtt5()
  }

  /** CONNACK is this from now on. */
  accepts(connack) {
    const accepted = { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false }
    this.broker.answers.connect = () => ({ ...accepted, ...connack })
  }

  #speakMqtt5() {
    this.accepts({})
    this.broker.answers.unsubscribe = ({ messageId, unsubscriptions }) => ({
      cmd: 'unsuback',
      messageId,
      granted: unsubscriptions.map(() => 0),
    })
  }

  /** A client that has begun to connect, with its log. */
  connect(options = {}, url = 'wxs://host/mqtt') {
    const client = this.mqtt.connect(url, { protocolVersion: this.version, ...options })
    return { client, log: diary(client) }
  }

  /** A client that is connected, with a log that begins now. */
  async connected(options) {
    const made = this.connect(options)
    await this.settle()
    assert.equal(made.client.connected, true)
    made.log.length = 0
    return made
  }

  /** The other end drops the connection. */
  async drop() {
    this.broker.socket.close()
    await this.settle()
  }

  /** Drops the connection, and lets the client find its way back. */
  async outage() {
    await this.drop()
    await this.pass(LONGEST_WAY_BACK)
  }

  /** The server answers packets of these types no longer; gives back what makes it answer again. */
  mute(...types) {
    const before = { ...this.broker.answers }
    for (const type of types) this.broker.answers[type] = () => []
    return () => Object.assign(this.broker.answers, before)
  }

  pass(ms) {
    return this.phone.pass(ms)
  }

  settle() {
    return this.phone.settle()
  }
}

/** Of the first attempt after an outage. */
const LONGEST_WAY_BACK = 2000

/** A callback that notes its calls. */
export function noted() {
  const calls = []
  return Object.assign((...args) => void calls.push(args), { calls })
}

/** The texts of the errors that a callback got; null where there was none. */
export function errors({ calls }) {
  return calls.map(([error]) => error?.message ?? null)
}

/** Compares values of the phone's realm by what is in them. */
export function same(actual, expected, message) {
  assert.deepEqual(plain(actual), plain(expected), message)
}

export { plain }

/** What of a packet or a granted entry a scenario is about. */
export function pick(value, ...names) {
  return plain(Object.fromEntries(names.map(name => [name, value[name]])))
}

/** Notes a client's events in order, as `name argument`. */
function diary(client) {
  const log = []
  for (const name of ['connect', 'reconnect', 'offline', 'close', 'end', 'disconnect'])
    client.on(name, () => log.push(name))
  client.on('error', error => log.push(`error ${error.message}`))
  client.on('message', (topic, payload) => log.push(`message ${topic} ${payload}`))
  return log
}

/** The state of a client in words: those of its four flags that are up. */
export function state(client) {
  const flags = ['connected', 'reconnecting', 'disconnecting', 'disconnected']
  return flags.filter(flag => client[flag]).join(' ')
}
