/**
 * Whatever a page, a phone and a network do, in whatever order, also from inside of callbacks: every
 * callback is called once, nothing is lost or taken twice, and nothing is left behind. In one walk of
 * three the page ends its client now and then, in another the app is killed and the client keeps its
 * session in `wx`'s storage. Each walk is drawn from its seed; `WALKS=20000` makes more of them,
 * `WALK=17` repeats one and tells it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../harness/phone.mjs'
import { ServerSession } from '../harness/session-broker.mjs'

const { WALKS = 300, WALK } = process.env
const STEPS = 60

test(`${WALK ? `walk ${WALK}` : `${WALKS} random walks`}`, async () => {
  const seeds = WALK ? [+WALK] : Array.from({ length: +WALKS }, (_, at) => at + 1)
  for (const seed of seeds) {
    const walk = new Walk(seed)
    try {
      await walk.run()
    } catch (error) {
      error.message = `WALK=${seed}: ${error.message}`
      throw error
    }
  }
})

class Walk {
  server = new ServerSession()
  /** What the page asked for, with the answers it got; of the current run of the app */
  asked = []
  /** QoS 1 and 2 messages of earlier runs, that nobody is told of any more */
  bequeathed = []
  /** QoS 2 messages of the server, as the page got them */
  heard = []
  /** Messages that the server was given to deliver */
  commands = []
  requests = 0
  depth = 0
  /** The broker refuses so many CONNECTs to come. */
  refusals = 0

  constructor(seed) {
    this.state = seed * 2_654_435_761
    this.kind = this.draw(['stays', 'ends', 'is killed'])
    this.live(new Phone())
  }

  /** The app starts. */
  live(phone) {
    this.phone = phone
    const { broker, mqtt } = this.server.serve(phone)
    this.broker = broker
    const { connect } = broker.answers
    broker.answers.connect = packet => {
      if (this.refusals === 0) return connect(packet)
      this.refusals--
      return { cmd: 'connack', returnCode: 3, sessionPresent: false }
    }
    const store = this.kind === 'is killed' ? 'wx' : undefined
    const options = { clientId: 'c', clean: false, keepalive: 30, store }
    this.client = mqtt.connect('wxs://host', options)
    this.client.on('message', (topic, payload) => {
      this.heard.push(`${payload}`)
      this.inside()
    })
    for (const event of ['connect', 'reconnect', 'offline', 'close', 'end', 'error'])
      this.client.on(event, () => {
        this.tell(event)
        this.inside()
      })
  }

  async run() {
    this.asks('subscribe t', done => this.client.subscribe('t', { qos: 2 }, done))
    for (let step = 0; step < STEPS; step++) {
      const [kind, act] = this.draw(this.one(3) ? this.page() : this.environment())
      this.tell(kind)
      act()
      await this.phone.pass(this.draw([0, 1, 5, 50, 50, 1_000, 1_000, 20_000]))
      const { connected } = this.client
      assert.ok(!connected || this.broker.socket.state === 'open', 'connected on a dead socket')
    }
    await this.recover()
    await this.finish()
    this.judge()
  }

  /** What a page may do. */
  page() {
    const publish = qos => [
      `publish ${qos}`,
      () => {
        const payload = `${qos}.${this.requests}`
        this.asks(payload, done => this.client.publish('t', payload, { qos }, done))
      },
    ]
    const acts = [
      ...[publish(0), publish(1), publish(2), publish(2)],
      ['subscribe', () => this.asks('subscribe', done => this.client.subscribe('u', done))],
      ['unsubscribe', () => this.asks('unsubscribe', done => this.client.unsubscribe('u', done))],
      ['sendPing()', () => this.client.sendPing()],
      // of a connected client it is an end, and a beginning
      [
        'reconnect()',
        () => (this.kind !== 'ends' && this.client.connected) || this.client.reconnect(),
      ],
    ]
    if (this.kind !== 'ends') return acts
    const end = force => [
      `end(${force})`,
      () => this.asks('end', done => this.client.end(force, () => done())),
    ]
    return [...acts, end(true), end(false)]
  }

  /** What happens to it. */
  environment() {
    const { fake, clock } = this.phone
    const socket = this.broker.socket
    const open = socket?.state === 'open'
    const acts = [
      ['the socket breaks', () => open && socket.close()],
      ['the socket fails', () => open && socket.fail('The operation couldn’t be completed.')],
      ['the socket falls silent', () => open && (socket.onMessage = () => {})],
      ['sending fails', () => open && (socket.refuseToSend = true)],
      ['the next CONNECT is refused', () => this.refusals++],
      ['hidden', () => fake.hide()],
      ['shown', () => fake.show()],
      ['frozen', () => clock.freeze(this.draw([3_000, 20_000, 2_400_000]))],
      ['offline', () => fake.network(false)],
      ['online', () => fake.network(true)],
      ['another network', () => fake.network(true, 'wifi')],
      ['the clock is set', () => clock.set(this.draw([-3_600_000, 3_600_000]))],
      ...Array.from({ length: 4 }, () => ['the server has a message', () => this.command()]),
    ]
    return this.kind === 'is killed' ? [...acts, ['killed', () => this.die()]] : acts
  }

  /** WeChat kills the app, and the user starts it again. */
  die() {
    const { fake, clock } = this.phone
    fake.kill()
    this.judgePhone()
    const waiting = this.asked.filter(({ what, answers }) => !answers[0] && /^[12]\./.test(what))
    this.bequeathed.push(...waiting.map(({ what }) => what))
    this.asked = []
    this.live(new Phone({ storage: fake.storage, clock }))
  }

  command() {
    const payload = `command ${this.commands.length}`
    this.commands.push(payload)
    this.server.command(payload)
  }

  /** Now and then a page acts in a callback. */
  inside() {
    if (this.depth > 2 || this.one(8)) return
    this.depth++
    const [kind, act] = this.draw(this.page())
    this.tell(`  inside: ${kind}`)
    act()
    this.depth--
  }

  asks(what, ask) {
    const request = { what, answers: [] }
    this.asked.push(request)
    this.requests++
    ask(error => {
      request.answers.push(error ?? null)
      this.tell(`${what}: ${error?.message ?? 'done'}`)
      this.inside()
    })
  }

  /** The network and the server are well again, and the client there. */
  async recover() {
    this.tell('recovery')
    this.depth = 99 // no more surprises
    this.refusals = 0
    this.phone.fake.network(true)
    this.phone.fake.show()
    await this.phone.pass(1_000)
    if (this.client.disconnecting || this.client.disconnected) this.client.reconnect()
    await this.phone.pass(120_000)
    assert.ok(this.client.connected, 'it is connected at last')
    // the client may have ended before it had subscribed
    this.asks('subscribe t', done => this.client.subscribe('t', { qos: 2 }, done))
    await this.phone.pass(60_000)
  }

  async finish() {
    this.open = this.asked.filter(({ answers }) => answers.length === 0)
    this.asks('last end', done => this.client.end(() => done()))
    await this.phone.pass(10_000)
  }

  judge() {
    this.judgePhone()
    const { clock, fake } = this.phone
    const left = [clock.pending, fake.openSockets.length, fake.listeners]
    assert.deepEqual(left, [0, 0, 0], 'timers, sockets and listeners left behind')

    assert.deepEqual(this.open, [], 'no answer before the end')
    for (const { what, answers } of this.asked)
      assert.equal(answers.length, 1, `${what} has ${answers.length} answers`)

    const deliveries = this.asked.filter(({ what }) => /^[12]\./.test(what))
    const confirmed = deliveries.filter(({ answers }) => answers[0] === null)
    for (const what of [...this.bequeathed, ...confirmed.map(({ what }) => what)])
      assert.ok(this.server.taken.includes(what), `${what} was lost`)
    const exact = this.server.taken.filter(payload => payload.startsWith('2.'))
    assert.equal(new Set(exact).size, exact.length, `a QoS 2 message was taken twice: ${exact}`)
    if (this.kind === 'ends') return // what an end gave up may come once more, or never

    assert.equal(confirmed.length, deliveries.length, 'all is delivered')
    assert.deepEqual(this.heard, this.commands, 'messages of the server')
    for (const qos of ['1.', '2.']) {
      const firsts = [...new Set(this.server.taken.filter(payload => payload.startsWith(qos)))]
      const sorted = [...firsts].sort((a, b) => a.slice(2) - b.slice(2))
      assert.deepEqual(firsts, sorted, 'the order of messages')
    }
  }

  judgePhone() {
    const { violations, uncaught } = this.phone
    // why a connection was lost is shown to the developer, once an outage
    const isCause = /sendSocketMessage:fail|operation couldn’t be completed|Disconnected by/
    const warnings = this.phone.warnings.filter(text => !isCause.test(text))
    assert.deepEqual([violations, uncaught, warnings], [[], [], []])
  }

  tell(line) {
    if (WALK) console.log(line)
  }

  draw(values) {
    return values[this.one(values.length)]
  }

  /** One of so many numbers, from 0. */
  one(of) {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0
    return (this.state >>> 8) % of
  }
}
