/**
 * No password, token, secret or authentication data appears in anything that a client shows: errors,
 * warnings, its log, packet events. Success and failure are played, and everything is searched.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

const SECRETS = {
  password: 'pa55word-of-the-user',
  token: 'tok3n-of-the-provider',
  appClientSecret: 's3cret-of-the-app',
  appToken: 'app-t0ken',
  authenticationData: 'auth-d4ta',
  url: 'in-the-qu3ry',
}

/** Everything that a client, and the phone that it is on, let anybody see. */
class Witness {
  seen = []

  watch(client) {
    for (const event of [
      ...['connect', 'reconnect', 'offline', 'close', 'end', 'error', 'disconnect'],
      ...['packetsend', 'packetreceive'],
    ]) {
      client.on(event, (...args) => this.note(event, ...args))
    }
    return client
  }

  log = (...args) => this.note('log', ...args)

  note(where, ...args) {
    for (const arg of args) this.seen.push(`${where}: ${everything(arg)}`)
  }

  assertSilent(phone) {
    for (const warning of phone.warnings) this.note('warning', warning)
    for (const error of phone.uncaught) this.note('thrown', error)
    assert.ok(this.seen.length > 5, 'something was to be seen')
    for (const [name, secret] of Object.entries(SECRETS)) {
      const found = this.seen.filter(text => text.includes(secret))
      assert.deepEqual(found, [], `${name} is shown`)
    }
  }
}

/** All fields of a value, of errors too, bytes as text. */
function everything(value, depth = 0) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (value === null || typeof value !== 'object' || depth > 6) return String(value)
  const fields = Object.getOwnPropertyNames(value).map(
    name => `${name}=${everything(value[name], depth + 1)}`,
  )
  return `${Object.prototype.toString.call(value)} ${fields.join(' ')}`
}

const { password, token, appClientSecret, appToken, authenticationData } = SECRETS
const ADDRESS = `wxs://host/mqtt?access=${SECRETS.url}`

test('connected, refused, lost, and ended with a password', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const witness = new Witness()
  const options = { username: 'u', password, log: witness.log }
  const client = witness.watch(mqtt.connect(ADDRESS, options))
  await phone.settle()
  broker.socket.fail(`connect to wss://host/mqtt?access=${SECRETS.url} failed`)
  await phone.pass(5000)
  for (const returnCode of [4, 5, 2]) {
    broker.answers.connect = () => ({ cmd: 'connack', returnCode, sessionPresent: false })
    broker.socket.close()
    client.reconnect()
    await phone.pass(3000)
  }
  broker.answers.connect = () => ({ cmd: 'publish', topic: 'before CONNACK', payload: '', qos: 0 })
  client.reconnect()
  await phone.pass(3000)
  client.end()
  await phone.settle()
  assert.equal(String(broker.got('connect')[0].password), password, 'it was used')
  witness.assertSilent(phone)
})

test('a token from a provider, taken, refused, and a provider that fails with it', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const witness = new Witness()
  let fails = false
  const tokenProvider = () =>
    fails ? Promise.reject(new Error('backend is down')) : Promise.resolve({ token })
  witness.watch(mqtt.connect(ADDRESS, { username: 'u', tokenProvider, log: witness.log }))
  await phone.settle()
  broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  broker.socket.close()
  await phone.pass(60_000)
  fails = true
  await phone.pass(60_000)
  assert.equal(String(broker.got('connect')[0].password), token, 'it was used')
  witness.assertSilent(phone)
})

test('MQTT 5 authentication data, and a password in options that CONNECT cannot carry', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone(), 5)
  const witness = new Witness()
  const data = Buffer.from(authenticationData)
  const properties = { authenticationMethod: 'm', authenticationData: data }
  const challenge = { authenticationMethod: 'm', authenticationData: data }
  broker.answers.connect = () => ({ cmd: 'auth', reasonCode: 0x18, properties: challenge })
  broker.answers.auth = () => ({
    cmd: 'connack',
    reasonCode: 0,
    sessionPresent: false,
    properties: challenge,
  })
  const client = mqtt.connect(ADDRESS, {
    protocolVersion: 5,
    properties,
    log: witness.log,
    authPacket: { cmd: 'auth', reasonCode: 0x18, properties },
  })
  for (const event of ['error', 'packetsend', 'packetreceive', 'close', 'offline']) {
    client.on(event, (...args) => witness.note(event, ...args))
  }
  await phone.settle()
  assert.ok(broker.got('auth').length, 'it was used')
  const wrong = { username: 'u\\0', password, log: witness.log }
  witness.watch(mqtt.connect(ADDRESS, wrong))
  await phone.settle()
  witness.assertSilent(phone)
})

test('tokens of Easemob, given and refused in words that repeat them', async () => {
  const { phone, mqtt } = withBroker(new Phone())
  const witness = new Witness()
  const options = {
    restApiUrl: 'https://api/app/x',
    appClientId: 'id',
    appClientSecret,
    username: 'u',
    clientId: 'd@x',
  }
  const replies = [
    ({ url }) =>
      url.includes('/app/token')
        ? { statusCode: 200, data: { code: 200, body: { access_token: appToken } } }
        : {
            statusCode: 401,
            data: { code: 401, body: `${appToken} is no token of ${appClientSecret}` },
          },
    () => ({ statusCode: 400, data: `<p>client_secret=${appClientSecret}</p>` }),
    () => ({ errMsg: `request:fail ${appClientSecret}` }),
  ]
  for (const reply of replies) {
    phone.fake.onRequest = reply
    const failed = mqtt.easemob.fetchUserToken(options).catch(error => error)
    await phone.settle()
    witness.note('error', await failed)
    const tokenProvider = mqtt.easemob.tokenProvider(options)
    witness.watch(mqtt.connect(ADDRESS, { clientId: 'd@x', tokenProvider, log: witness.log }))
    await phone.pass(10_000)
  }
  witness.assertSilent(phone)
})

test('what wx quotes: user, password, path, query and header, as they are and encoded', async () => {
  const hidden = {
    user: 'us3r-name',
    inUrl: 'p@ss in url',
    path: 'path-t0ken-0123',
    query: 'qu3ry value',
    header: 'he4der-value',
    bearer: 'b3arer-0123456789',
  }
  const { phone, mqtt } = withBroker(new Phone())
  const shown = []
  const encoded = encodeURIComponent
  const url =
    `wxs://${hidden.user}:${encoded(hidden.inUrl)}@host/mqtt/${hidden.path}` +
    `?access=${encoded(hidden.query)}`
  const client = mqtt.connect(url, {
    wsOptions: { header: { 'X-Key': hidden.header } },
    log: (...args) => shown.push(args.join(' ')),
  })
  for (const event of ['error', 'close'])
    client.on(event, error => shown.push(everything(error ?? event)))
  for (const quote of [
    `connect to ${url} failed`,
    `open /mqtt/${hidden.path}, X-Key=${hidden.header}`,
    `user ${hidden.user} with ${hidden.inUrl} and ${hidden.query}`,
    `Authorization: Bearer ${hidden.bearer}`,
    `{"password":"${hidden.bearer}"}`,
  ]) {
    phone.fake.onSocket = socket => socket.fail(quote)
    client.reconnect()
    await phone.pass(1000)
  }
  assert.ok(shown.length > 5)
  for (const text of shown.concat(phone.warnings)) {
    for (const [name, secret] of Object.entries(hidden)) {
      assert.ok(!text.includes(secret) && !text.includes(encoded(secret)), `${name}: ${text}`)
    }
  }
})

test('a provider that rejects, and a server that disconnects, with the token in their words', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone(), 5)
  broker.answers.connect = () => ({ cmd: 'connack', reasonCode: 0, sessionPresent: false })
  const witness = new Witness()
  let fails = false
  const tokenProvider = () =>
    fails ? Promise.reject({ errMsg: `refresh of ${token} failed` }) : Promise.resolve(token)
  const options = { username: 'u', tokenProvider, protocolVersion: 5 }
  const client = mqtt.connect('wxs://host', options)
  for (const event of ['connect', 'reconnect', 'offline', 'close', 'error'])
    client.on(event, (...args) => witness.note(event, ...args))
  await phone.settle()
  fails = true
  broker.send({ cmd: 'disconnect', reasonCode: 135, properties: { reasonString: `bad ${token}` } })
  await phone.pass(60_000)
  witness.assertSilent(phone)
})
