/**
 * One run of one fault: a client on a sealed phone and a server with virtual time between them, traffic
 * both ways before, during and after the fault, and a judgement of what became of it.
 */
import { Clock } from '../harness/clock.mjs'
import { fakeWxWebAssembly } from '../harness/fake-wx.mjs'
import { wasm } from '../harness/package.mjs'
import { Phone } from '../harness/phone.mjs'
import { guardCallbacks, withRejections } from './guards.mjs'
import { seeded } from '../harness/random.mjs'
import { judge } from './judge.mjs'
import { Sequence } from './sequence.mjs'
import { Server, soundNetwork } from './server.mjs'

const SECOND = 1000

/**
 * Runs a fault (the fields are in `table.mjs`) with a version of MQTT, 4 or 5, and a quality of
 * service. The report has `failures`: what is not as it should be, in words.
 */
export async function runFault(fault, { version, qos }) {
  const bed = new Bed(fault, { version, qos })
  await withRejections(
    reason => bed.thrownAtPlatform.push(reason),
    () => bed.run(),
  )
  return judge(bed, fault)
}

export class Bed {
  up = new Sequence('up')
  down = new Sequence('down')
  clock = new Clock()
  storage = new Map()
  phones = []
  /** What the client said was wrong, by event or callback */
  errors = []
  /** Requests of the page, with the answers they got */
  requests = []
  /** Events, as a page hears them */
  events = []
  /** What callbacks of the client threw at `wx`, and what it left as unhandled rejections */
  thrownAtPlatform = []
  ended = 0
  /** Most sockets that were there at once */
  mostSockets = 0
  /** Milliseconds from the end of the fault until all was well; undefined if that never came */
  recovery

  constructor(fault, { version, qos }) {
    Object.assign(this, { fault, version, qos, random: seeded(version * 3 + qos) })
    this.server = new Server({ version, qos, taken: payload => this.up.receive(payload) })
  }

  get fake() {
    return this.phone.fake
  }

  async run() {
    const { fault } = this
    this.install()
    if (fault.from === 'start') this.#begin()
    this.start()
    await this.pass(SECOND)
    if (fault.from !== 'start') {
      await this.traffic(3)
      for (let burst = 0; burst < 3; burst++) this.exchange() // this is on its way when it begins
      this.#begin()
    }
    await this.traffic(4)
    await this.#askMore()
    await this.pass(fault.lasts ?? 10 * SECOND)
    if (fault.during) await fault.during(this)
    if (!fault.untilEnd) this.#over()
    if (this.hasGivenUp) this.client.reconnect()
    await this.#recover()
    await this.#close()
  }

  /** The app is there, on a phone that has the storage of earlier runs. */
  install() {
    const { clock, storage } = this
    const wasmApi = { instantiate: (path, imports) => MODULES.instantiate(path, imports) }
    this.phone = new Phone({ clock, storage, wasmApi })
    this.phone.run('Math').random = this.random
    this.phones.push(this.phone)
    this.guard = guardCallbacks(this.fake, error => this.thrownAtPlatform.push(error))
    this.#watchSockets()
    this.server.serve(this.phone)
  }

  /** The app connects. */
  start() {
    const { mqtt, fake } = this.phone
    const client = mqtt.connect('wxs://host/mqtt', {
      clientId: 'c',
      clean: false,
      keepalive: 20,
      protocolVersion: this.version,
      ...(this.version === 5 && { properties: { sessionExpiryInterval: 86_400 } }),
      ...this.fault.options?.(this),
    })
    const living =
      hear =>
      (...args) =>
        fake.dead || hear(...args)
    for (const name of ['connect', 'reconnect', 'offline', 'close', 'end'])
      client.on(
        name,
        living(() => this.events.push(name)),
      )
    client.on(
      'error',
      living(error => this.#note(error, 'error')),
    )
    client.on(
      'close',
      living(error => error && this.#note(error, 'close')),
    )
    client.on(
      'message',
      living((topic, payload) => topic === 'down' && this.down.receive(`${payload}`)),
    )
    this.client = client
    this.asks('subscribe down', done => client.subscribe('down', { qos: this.qos }, done))
  }

  /** WeChat kills the app: nobody hears of what it asked for. */
  kill() {
    this.fake.kill()
    for (const request of this.requests) request.orphaned = true
  }

  /** A message each way; none for the client before it has subscribed. */
  exchange() {
    const payload = this.up.next()
    this.asks(payload, done => this.client.publish('up', payload, { qos: this.qos }, done))
    if (this.server.isSubscribed) this.server.publish(this.down.next())
  }

  async traffic(count) {
    for (let at = 0; at < count; at++) {
      this.exchange()
      await this.pass(SECOND)
    }
  }

  pass(ms) {
    return this.clock.pass(ms)
  }

  asks(what, ask) {
    const request = { what, answers: [] }
    this.requests.push(request)
    const { fake } = this
    ask(error => {
      if (fake.dead) return
      request.answers.push(error ?? null)
      if (error) this.#note(error, what)
      if (error && what.startsWith('up ')) this.up.refuse(what)
    })
  }

  /** The server hangs up, and is well. */
  restartServer() {
    this.server.hangUp(1001, 'going away')
  }

  /** The network is as it should be. */
  healNetwork() {
    this.server.network = soundNetwork()
  }

  /** A function of `wx`, or of another object of the platform, becomes `make(original)`. */
  replace(object, name, make) {
    const original = object[name]
    const made = make(original)
    object[name] = made && this.guard(made)
    return () => {
      object[name] = original
    }
  }

  #begin() {
    this.undo = this.fault.begin(this)
  }

  #over() {
    this.server.answers = {}
    this.undo?.()
    this.undo = undefined
  }

  async #askMore() {
    const { client, qos } = this
    this.asks('subscribe other', done => client.subscribe('other', { qos }, done))
    await this.pass(SECOND)
    this.asks('unsubscribe other', done => client.unsubscribe('other', done))
    await this.pass(SECOND)
  }

  async #recover() {
    const { within = 60 * SECOND } = this.fault
    let waited = 0
    for (; !this.isWell && waited < within; waited += 100) await this.pass(100)
    if (this.isWell) this.recovery = waited
    const before = [this.up.report.sent, this.down.report.sent]
    await this.traffic(3)
    await this.pass(5 * SECOND)
    this.afterwards = before
  }

  /** A page connects again when it was told that the client does not by itself. */
  get hasGivenUp() {
    const isFinal = this.fault.final || this.errors.some(error => error.final === true)
    return isFinal && !this.client.connected
  }

  /** Connected, everything answered, and nothing under way. */
  get isWell() {
    const { client, server, requests, qos, up, down } = this
    const answered = requests.every(({ answers, orphaned }) => answers.length || orphaned)
    const { forgets = 0 } = this.fault
    const arrived = qos === 0 || (server.isIdle && up.missing + down.missing <= forgets)
    return client.connected && answered && arrived
  }

  async #close() {
    this.closes = this.events.filter(name => name === 'close').length
    this.client.end(() => this.ended++)
    await this.pass(65 * SECOND) // WeChat gives a socket up that does not open after 60 s
    if (this.fault.untilEnd) this.#over()
  }

  /** A socket that does not open fails after the time that was asked for, 60 s at the most. */
  #watchSockets() {
    const { fake, clock } = this
    const { connectSocket } = fake.wx
    fake.wx.connectSocket = option => {
      const task = connectSocket(option)
      const socket = fake.sockets.at(-1)
      this.mostSockets = Math.max(this.mostSockets, fake.openSockets.length)
      clock.setTimeout(
        () => socket.state === 'connecting' && socket.fail('connectSocket:fail timeout'),
        Math.min(option.timeout ?? 60_000, 60_000),
      )
      return task
    }
  }

  #note(error, via) {
    this.errors.push({ via, ...describe(error) })
  }
}

function describe(error) {
  const { code, hint, final, message } = Object(error)
  return { code, hint, final, message: message ?? String(error) }
}

/** Compiled once for all phones. */
const MODULES = fakeWxWebAssembly({ '/utils/mqtt.wasm.br': wasm })
