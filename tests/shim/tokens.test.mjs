/** Passwords that expire: the option `tokenProvider`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, reports, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

const HOUR = 3_600_000

/** A server that takes tokens of `token N` for as long as they are good. */
function start({ lifetime = 24 * HOUR, provide, ...options } = {}) {
  const bed = withBroker(new Phone())
  const { phone, broker, mqtt } = bed
  const good = new Map()
  let asked = 0
  const provider = () => {
    const token = `token ${++asked}`
    good.set(token, phone.clock.now + lifetime)
    return provide ? provide(token) : Promise.resolve({ token, expiresIn: lifetime / 1000 })
  }
  broker.answers.connect = ({ password }) => {
    const takes = good.get(String(password)) > phone.clock.now
    return { cmd: 'connack', returnCode: takes ? 0 : 5, sessionPresent: false }
  }
  const client = mqtt.connect('wxs://host', { username: 'u', tokenProvider: provider, ...options })
  const passwords = () => broker.got('connect').map(({ password }) => String(password))
  return { ...bed, client, log: record(client), good, passwords, asked: () => asked }
}

test('a token is asked for before the first CONNECT, and is its password', async () => {
  const { phone, passwords, log } = start()
  await phone.settle()
  assert.deepEqual(passwords(), ['token 1'])
  assert.deepEqual(log, ['connect'])
})

test('three days with a token of 24 hours and a connection lost every five hours', async () => {
  const { phone, broker, client, log, asked } = start()
  for (let hours = 0; hours < 72; hours += 5) {
    await phone.settle()
    assert.equal(client.connected, true, `after ${hours} hours`)
    await phone.pass(5 * HOUR)
    broker.socket.close()
    await phone.pass(5000)
  }
  assert.equal(asked(), 4, 'one a day, and the first')
  assert.deepEqual(
    log.filter(entry => entry.startsWith('error')),
    [],
  )
})

test('a token that expires does not end the connection that it has made', async () => {
  const { phone, client, log, asked } = start({ lifetime: HOUR })
  await phone.pass(10 * HOUR)
  assert.equal(client.connected, true)
  assert.deepEqual(log, ['connect'])
  assert.equal(asked(), 1)
})

test('a token that is about to expire is not used any more', async () => {
  const { phone, broker, passwords } = start({ lifetime: HOUR })
  await phone.pass(HOUR - 61_000)
  broker.socket.close()
  await phone.pass(900)
  await phone.pass(101)
  await phone.settle()
  assert.deepEqual(passwords(), ['token 1', 'token 2'])
})

test('a token that the server has revoked is replaced', async () => {
  const { phone, broker, client, good, passwords, log } = start({ provide: token => token })
  const told = reports(client)
  await phone.settle()
  good.clear()
  broker.socket.close()
  await phone.pass(60_000)
  assert.deepEqual(passwords().slice(0, 2), ['token 1', 'token 1'])
  assert.equal(passwords().at(-1), 'token 2')
  assert.equal(client.connected, true)
  assert.deepEqual(log, [
    'connect',
    'offline',
    'close',
    'reconnect',
    'close',
    'reconnect',
    'connect',
  ])
  assert.equal(told.at(-1)[0], 'close')
  assert.equal(told.at(-1)[1].message, 'Connection refused: Not authorized')
})

test('a password that is given is the first token', async () => {
  const { phone, passwords, asked } = start({ password: 'mine' })
  await phone.pass(30_000)
  assert.deepEqual(passwords(), ['mine', 'token 1'])
  assert.equal(asked(), 1)
})

test('tokens that are never taken are not asked for in a loop', async () => {
  const { phone, asked, broker } = start({ lifetime: 0, provide: token => token })
  await phone.pass(HOUR)
  const requests = asked()
  assert.ok(requests >= 8 && requests <= 24, `${requests} requests in an hour`)
  assert.ok(broker.got('connect').length <= requests, 'a refused token is not tried again')
})

for (const [name, provide, words] of [
  ['rejects', () => Promise.reject(new Error('backend is down')), 'backend is down'],
  [
    'throws',
    () => {
      throw new Error('a mistake')
    },
    'a mistake',
  ],
  ['gives nothing', () => undefined, 'it gave no token'],
  ['gives nonsense', () => Promise.resolve({ token: 7 }), 'it gave no token'],
]) {
  test(`a provider that ${name} is told with close, and is asked again later`, async () => {
    let broken = true
    const { phone, client, log, asked } = start({ provide: token => (broken ? provide() : token) })
    const told = reports(client)
    await phone.settle()
    assert.equal(told[0][0], 'close')
    const errors = [told[0][1]]
    assert.equal(errors[0].final, false)
    assert.equal(errors[0].message, `tokenProvider: ${words}`)
    assert.equal(errors[0].code, 'TOKEN_PROVIDER')
    assert.match(errors[0].hint, /Token/)
    await phone.pass(10 * 60_000)
    assert.ok(asked() <= 10, `${asked()} requests in ten minutes`)
    broken = false
    await phone.pass(6 * 60_000)
    assert.equal(client.connected, true)
    assert.equal(log.filter(entry => entry === 'offline').length, 1)
  })
}

test('end() while the provider thinks: a late answer does nothing', async () => {
  let answer
  const { phone, client, log } = start({
    provide: () => new Promise(resolve => (answer = resolve)),
  })
  await phone.settle()
  client.end()
  await phone.settle()
  assert.deepEqual(log, ['close', 'end'])
  answer('late')
  await phone.pass(60_000)
  assert.deepEqual(phone.fake.sockets, [])
})

test('a provider that never answers is given up with the attempt, and asked again', async () => {
  let silent = true
  const provide = token => (silent ? new Promise(() => {}) : token)
  const { phone, client, log, asked } = start({ connectTimeout: 5000, provide })
  await phone.pass(5100)
  assert.deepEqual(log.slice(0, 1), ['error connack timeout'])
  silent = false
  await phone.pass(60_000)
  assert.equal(client.connected, true)
  assert.equal(asked(), 2)
})

test('a subscription that is refused says nothing of the token, a DISCONNECT does', async () => {
  const world = withBroker(new Phone(), 5)
  const { phone, broker, mqtt } = world
  let asked = 0
  broker.answers.connect = () => ({ cmd: 'connack', reasonCode: 0, sessionPresent: false })
  const tokenProvider = () => `token ${++asked}`
  const client = mqtt.connect('wxs://host', { username: 'u', tokenProvider, protocolVersion: 5 })
  const log = record(client)
  client.subscribe('t')
  await phone.settle()
  const { subscribe } = broker.answers
  broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0x87] })
  broker.socket.close()
  await phone.pass(5000) // it is subscribed to again, and refused
  assert.ok(log.includes('error Subscribe error: t was refused after reconnecting'), log.join())
  broker.answers.subscribe = subscribe
  broker.socket.close()
  await phone.pass(5000)
  assert.equal(client.connected, true)
  assert.equal(asked, 1, 'the token is good')
  broker.send({ cmd: 'disconnect', reasonCode: 0x87 })
  await phone.pass(10_000)
  assert.equal(asked, 2)
})

test('the provider of Easemob asks its token API, and knows when the token ends', async () => {
  const bed = withBroker(new Phone())
  const { phone, broker, mqtt } = bed
  let tokens = 0
  phone.fake.onRequest = ({ url }) => {
    const access_token = url.endsWith('/user/token') ? `user ${++tokens}` : 'app'
    return { statusCode: 200, data: { code: 200, body: { access_token, expires_in: 86_400 } } }
  }
  const tokenProvider = mqtt.easemob.tokenProvider({
    restApiUrl: 'https://api/app/x',
    appClientId: 'id',
    appClientSecret: 'secret',
    username: 'u',
    clientId: 'd@x',
  })
  mqtt.connect('wxs://host', { clientId: 'd@x', username: 'u', tokenProvider })
  await phone.settle()
  await phone.pass(25 * HOUR)
  broker.socket.close()
  await phone.pass(5000)
  const passwords = broker.got('connect').map(({ password }) => String(password))
  assert.deepEqual(passwords, ['user 1', 'user 2'])
})
