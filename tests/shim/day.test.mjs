/**
 * A day of one client on a phone, hours in seconds: the background, Wi-Fi and 4G, a broker that
 * restarts, a token that expires, and an app that is killed. Sensors publish at QoS 1 and 2, the
 * server has commands at QoS 2; not one of them may be lost or come twice. Read the diary:
 * `DIARY=1 node --test tests/shim/day.test.mjs`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Clock } from '../harness/clock.mjs'
import { Phone } from '../harness/phone.mjs'
import { ServerSession } from '../harness/session-broker.mjs'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

class Day {
  session = new ServerSession()
  clock = new Clock()
  storage = new Map()
  begin = this.clock.now - 7 * HOUR // it begins at seven
  diary = []
  sent = []
  commands = []
  given = []
  tokens = 0
  tokenEnds = 0

  /** The app starts: with what storage has, and with the page's code. */
  start() {
    this.phone = new Phone({ clock: this.clock, storage: this.storage })
    const { broker, mqtt } = this.session.serve(this.phone)
    this.broker = broker
    const accept = broker.answers.connect
    broker.answers.connect = packet => {
      const valid = String(packet.password) === `token ${this.tokens}`
      if (valid && this.clock.now < this.tokenEnds) return accept(packet)
      return { cmd: 'connack', returnCode: 5, sessionPresent: false }
    }
    this.client = mqtt.connect('wxs://host', {
      clientId: 'sensor@app',
      username: 'sensor',
      clean: false,
      store: 'wx',
      tokenProvider: () => this.#newToken(),
    })
    const { client, phone } = this
    const living =
      listener =>
      (...args) =>
        phone.fake.dead || listener(...args)
    for (const name of ['connect', 'offline', 'reconnect']) {
      client.on(
        name,
        living(() => this.write(`  ${name}`)),
      )
    }
    client.on(
      'error',
      living(({ message }) => this.write(`  error: ${message}`)),
    )
    client.on(
      'message',
      living((_, payload) => this.given.push(String(payload))),
    )
    client.on('connect', () => client.subscribe('t', { qos: 2 }))
  }

  /** The sensor measures, at QoS 1 and 2 in turn; the server has a command. */
  async busy() {
    for (let at = 0; at < 2; at++) {
      const payload = `measure ${this.sent.length}`
      this.client.publish('t', payload, { qos: 1 + (this.sent.length % 2) })
      this.sent.push(payload)
    }
    const command = `command ${this.commands.length}`
    this.commands.push(command)
    this.session.command(command)
    await this.pass(SECOND)
  }

  async pass(ms) {
    await this.clock.pass(ms)
  }

  async background(ms) {
    this.phone.fake.hide()
    await this.pass(Math.min(ms, 5 * SECOND))
    this.clock.freeze(Math.max(0, ms - 5 * SECOND))
    this.phone.fake.show()
    await this.pass(4 * SECOND)
  }

  /** The connection dies, and nobody tells the phone. */
  dies() {
    const { socket } = this.broker
    socket.onMessage = () => {}
    socket.send = () => {}
  }

  write(text) {
    const time = new Date(this.clock.now - this.begin).toISOString().slice(11, 19)
    this.diary.push(`${time} ${text}`)
  }

  async hour(text, happens) {
    this.write(text)
    await this.busy()
    await happens()
    await this.busy()
    this.write(`  ${this.client.connected ? 'connected' : 'NOT CONNECTED'}`)
    await this.pass(20 * MINUTE)
  }

  #newToken() {
    this.tokens++
    this.tokenEnds = this.clock.now + 4 * HOUR
    this.write(`  token ${this.tokens}`)
    return Promise.resolve({ token: `token ${this.tokens}`, expiresIn: 4 * 3600 })
  }
}

test('a day on a phone', async () => {
  const day = new Day()
  day.start()
  await day.pass(SECOND)
  await day.hour('the app is opened', () => {})
  await day.hour('a look at another app, 3 s', () => day.background(3 * SECOND))
  await day.hour('a phone call, 20 s; the connection lives', () => day.background(20 * SECOND))
  await day.hour('40 minutes in the pocket; iOS does not tell that the socket is gone', () => {
    day.dies()
    return day.background(40 * MINUTE)
  })
  await day.hour('out of the house: from Wi-Fi to 4G, the old socket is dead', async () => {
    day.dies()
    day.phone.fake.network(true, '4g')
    await day.pass(5 * SECOND)
  })
  await day.hour('a tunnel: no network for ten minutes', async () => {
    day.phone.fake.network(false)
    day.broker.socket.close()
    const { onSocket } = day.phone.fake
    day.phone.fake.onSocket = socket => socket.fail('network is down')
    await day.busy()
    await day.pass(10 * MINUTE)
    day.phone.fake.onSocket = onSocket
    day.phone.fake.network(true, '4g')
    await day.pass(5 * SECOND)
  })
  await day.hour('the broker restarts, and is away for two minutes', async () => {
    const { onSocket } = day.phone.fake
    day.phone.fake.onSocket = socket => socket.close(1006, 'refused')
    day.broker.socket.close(1001, 'Stream end encountered')
    await day.busy()
    await day.pass(2 * MINUTE)
    day.phone.fake.onSocket = onSocket
    await day.pass(MINUTE)
  })
  await day.hour('the token has expired when the connection is lost', async () => {
    await day.pass(5 * HOUR)
    day.broker.socket.close()
    await day.pass(10 * SECOND)
  })
  await day.hour(
    'WeChat kills the app while it publishes, and it is opened an hour later',
    async () => {
      let calls = 0
      day.phone.fake.onCall = (name, when) => {
        if (when === 'before' && name === 'send' && ++calls === 3) day.phone.fake.kill()
      }
      await day.busy()
      assert.ok(day.phone.fake.dead)
      await day.pass(HOUR)
      day.start()
      await day.pass(5 * SECOND)
    },
  )
  await day.hour('the server has forgotten the session', async () => {
    day.session.forget()
    day.broker.socket.close()
    await day.pass(10 * SECOND)
  })
  day.write('the end of the day')
  if (process.env.DIARY) console.log(day.diary.join('\n'))

  assert.equal(day.client.connected, true)
  assert.equal(day.diary.filter(entry => entry.includes('NOT CONNECTED')).length, 0)
  const times = (list, payload) => list.filter(other => other === payload).length
  for (const [at, payload] of day.sent.entries()) {
    const reached = times(day.session.taken, payload)
    assert.ok(reached >= 1, `${payload} is lost`)
    if (at % 2) assert.equal(reached, 1, `${payload} came ${reached} times`)
  }
  for (const command of day.commands) assert.equal(times(day.given, command), 1, command)
  assert.ok(day.sent.length >= 40)
  assert.ok(day.tokens <= 6, `${day.tokens} tokens in a day`)
})
