/**
 * docs/events.md and docs/errors.md, with their English twins, are true: each row of the first is provoked
 * on a sealed phone, and each code of the library has a row in the second.
 */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { Traps } from '../harness/traps.mjs'

const read = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const PAGES = language => [`docs/events${language}.md`, `docs/errors${language}.md`]

/** Cells of the rows of all tables whose first cell is code. */
function rows(page) {
  const lines = read(page).match(/^\| `(?!code`).*$/gm)
  return lines.map(line =>
    line
      .slice(1, -1)
      .split(' | ')
      .map(cell => cell.trim()),
  )
}

const ticked = cell => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word]) => word)

const failing = words => ({ onSocket: socket => socket.fail(words) })
const connack = (returnCode, version = 4) => ({
  version,
  connect: { cmd: 'connack', returnCode, reasonCode: returnCode, sessionPresent: false },
})
const CONNACK_5 = { cmd: 'connack', reasonCode: 0, sessionPresent: false }
const disconnect = reasonCode => ({
  version: 5,
  connect: CONNACK_5,
  then: ({ broker }) => broker.send({ cmd: 'disconnect', reasonCode }),
})
const rejecting = error => ({
  options: { username: 'u', tokenProvider: () => Promise.reject(error) },
})
const breaking = bytes => ({ then: ({ broker }) => broker.socket.send(bytes) })
const thrown = (error, fields) => Object.assign(new Error(error), fields)

const STORED = { store: 'wx', clientId: 'c', clean: false }

/** How each cause is provoked, by the first cell of its row. */
const CAUSES = {
  wasmPath: { phone: { files: {} } },
  WXWebAssembly: { phone: { wasmApi: null } },
  panic: { panics: 1 },
  'panic, panic': { panics: 2 },
  'username: "\\0"': { options: { username: 'u\0' } },
  'url not in domain list': failing('url not in domain list'),
  'ssl hand shake error': failing('ssl hand shake error'),
  subprotocol: failing('no response: subprotocol'),
  'Invalid HTTP status': failing('exception onOpen fail code:20, msg:Invalid HTTP status.'),
  'invalid url': failing('invalid url'),
  'wx.connectSocket': { spoil: ({ phone }) => delete phone.fake.wx.connectSocket },
  'wx.createTCPSocket': {
    url: 'mqtt://192.168.1.5',
    spoil: ({ phone }) => delete phone.fake.wx.createTCPSocket,
  },
  'mqtt://192.168.1.5:80': { url: 'mqtt://192.168.1.5:80' },
  'mqtt://8.8.8.8': { url: 'mqtt://8.8.8.8' },
  'errno:111': { url: 'mqtt://192.168.1.5', ...failing('connect socket fail: errno:111') },
  transformWsUrl: {
    options: {
      transformWsUrl() {
        throw new Error('a mistake')
      },
    },
  },
  streamBuilder: {
    builder() {
      throw new Error('a mistake')
    },
  },
  stream: {
    builder() {
      const stream = {
        on: (event, listener) => ((stream[event] = listener), stream),
        write() {},
        end() {},
      }
      setImmediate(() => stream.error(new Error('torn')))
      return stream
    },
  },
  'tokenProvider: 401': rejecting(thrown('HTTP 401', { statusCode: 401 })),
  'tokenProvider: 503': rejecting(thrown('HTTP 503', { statusCode: 503 })),
  tokenProvider: rejecting(new Error('backend is down')),
  'reach max websocket connect count': failing('fail reach max websocket connect count 5'),
  'HTTP 502': failing('Unexpected response code: 502'),
  'suspend state': failing('network api interrupted in suspend state'),
  'connection timed out': failing('connection timed out'),
  'network is down': failing('network is down'),
  'reconnectPeriod: 0': { options: { reconnectPeriod: 0 }, ...failing('network is down') },
  'close 1006': { then: ({ broker }) => broker.socket.close() },
  connectTimeout: { connect: [], options: { connectTimeout: 1000 }, time: 1100 },
  keepalive: {
    options: { keepalive: 10 },
    time: 16_000,
    then: ({ broker }) => (broker.answers.pingreq = () => []),
  },
  'CONNACK 1': connack(1),
  'CONNACK 2': connack(2),
  'CONNACK 3': connack(3),
  'CONNACK 4': connack(4),
  'CONNACK 5': connack(5),
  'CONNACK 132': connack(132, 5),
  'CONNACK 133': connack(133, 5),
  'CONNACK 134': connack(134, 5),
  'CONNACK 135': connack(135, 5),
  'CONNACK 136': connack(136, 5),
  'CONNACK 137': connack(137, 5),
  'CONNACK 138': connack(138, 5),
  'CONNACK 140': connack(140, 5),
  'DISCONNECT 139': disconnect(139),
  'DISCONNECT 142': disconnect(142),
  'DISCONNECT 152': disconnect(152),
  'HTTP/1.1 400': breaking('HTTP/1.1 400 Bad Request'),
  'CONNACK, CONNACK': breaking([0x20, 2, 0, 0]),
  'SUBACK 128': {
    then: async ({ phone, broker, client }) => {
      client.subscribe('t')
      await phone.settle()
      broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [128] })
      client.silent = true
      broker.socket.close()
      await phone.pass(2000)
    },
    ignore: 'CLOSED',
  },
  'publish("")': { then: ({ client }) => client.publish('', 'x') },
  "store: 'wx'": {
    options: STORED,
    then: ({ phone, client }) => {
      phone.fake.quota = 10
      client.publish('t', 'x', { qos: 1 })
    },
  },
  "store: 'wx', store: 'wx'": {
    options: STORED,
    before: ({ mqtt }) => mqtt.connect('wxs://host/mqtt', { ...STORED, reconnectPeriod: 0 }),
    time: 1000,
  },
  'PUBLISH a/#': breaking([0x30, 6, 0, 3, 0x61, 0x2f, 0x23, 0x78]),
  'end()': { then: ({ client }) => client.end() },
}

/** What a client reports of a cause: [events, code, final, hint]. */
async function provoke(cause) {
  const { version = 4, url = 'wxs://host/mqtt', options, builder, panics = 0, ignore } = cause
  const { phone, broker, mqtt } = withBroker(new Phone(cause.phone), version)
  const traps = new Traps()
  if (panics) phone.wasmApi.exportsOf = exports => traps.over(exports)
  if (cause.onSocket) phone.fake.onSocket = cause.onSocket
  if (cause.connect) broker.answers.connect = () => cause.connect
  if (cause.spoil) cause.spoil({ phone })
  if (cause.before) cause.before({ mqtt })
  const given = { protocolVersion: version, ...options }
  const client = builder ? new mqtt.MqttClient(builder, given) : mqtt.connect(url, given)
  const found = []
  for (const event of ['disconnect', 'warning', 'error', 'close'])
    client.on(event, error => found.push([event, event === 'disconnect' ? undefined : error]))
  if (builder) await new Promise(setImmediate)
  if (!cause.time || cause.then) await phone.settle()
  for (let n = 0; n < panics; n++) {
    await phone.settle()
    found.length = 0
    traps.set('unreachable')
    client.publish('t', 'x')
  }
  if (cause.then) await cause.then({ phone, broker, client })
  await phone.pass(cause.time ?? 100)
  const seen = found.filter(([, error]) => !ignore || error?.code !== ignore)
  const events = [...new Set(seen.map(([event]) => event))]
  const errors = new Set(seen.map(([, error]) => error).filter(Boolean))
  assert.ok(errors.size <= 1, 'every event has the same error')
  const [error] = errors
  return { events, error, client, phone, attempts: phone.fake.sockets.length }
}

for (const language of ['', '.en']) {
  const [events, errors] = PAGES(language)

  test(`${events} has exactly the causes that are provoked`, () => {
    const causes = rows(events).map(([cause]) => ticked(cause)[0])
    assert.deepEqual(causes, Object.keys(CAUSES))
  })

  for (const [cause, names, code, final, hint] of rows(events)) {
    const [name] = ticked(cause)
    test(`${events}: ${name}`, async () => {
      const { events, error } = await provoke(CAUSES[name])
      assert.deepEqual(events, ticked(names))
      assert.equal(error === undefined ? '–' : `\`${error.code}\``, code)
      assert.equal(error === undefined ? '–' : `\`${error.final}\``, final)
      assert.equal(error === undefined ? '–' : hintIn(language, error.hint), hint)
    })
  }

  test(`${errors} and ${events} agree on final`, () => {
    const final = new Map(rows(errors).map(([code, , , final]) => [code, final]))
    for (const [cause, , code, shown] of rows(events)) {
      if (final.has(code) && !cause.includes('reconnectPeriod')) {
        assert.ok(final.get(code).includes(shown), cause)
      }
    }
  })

  test(`${errors} has every code of the library once`, () => {
    const documented = rows(errors).map(([cell]) => ticked(cell)[0])
    assert.deepEqual([...documented].sort(), codesOfTheSource())
  })
}

/** What pages do in a listener, and what must not end the client. */
const HABITS = {
  "on('error', () => client.end())": client => client.on('error', () => client.end()),
  "on('close', () => client.reconnect())": client => client.on('close', () => client.reconnect()),
  "on('offline', () => client.reconnect())": client =>
    client.on('offline', () => client.reconnect()),
  'on close, end if final': client => client.on('close', cause => cause?.final && client.end()),
}

for (const [habit, adopt] of Object.entries(HABITS)) {
  for (const words of [
    'network is down',
    'connection timed out',
    'Unexpected response code: 503',
  ]) {
    test(`${habit} lives through "${words}", first and later`, async () => {
      const { phone, broker, mqtt } = withBroker(new Phone())
      const { onSocket } = phone.fake
      const fails = socket => phone.clock.setTimeout(() => socket.fail(words), 100)
      phone.fake.onSocket = fails
      const client = mqtt.connect('wxs://host/mqtt')
      adopt(client)
      await phone.pass(3_000)
      phone.fake.onSocket = onSocket
      await phone.pass(60_000)
      assert.equal(client.connected, true)
      phone.fake.onSocket = fails
      broker.socket.close()
      await phone.pass(60_000)
      phone.fake.onSocket = onSocket
      await phone.pass(120_000)
      assert.equal(client.connected, true)
    })
  }
}

test('a later 404, certificate or domain list is no error for an address that has worked', async () => {
  for (const words of ['Invalid HTTP status', 'ssl hand shake error', 'url not in domain list']) {
    const { phone, broker, mqtt } = withBroker(new Phone())
    const { onSocket } = phone.fake
    const client = mqtt.connect('wxs://host/mqtt').on('error', () => client.end())
    await phone.settle()
    phone.fake.onSocket = socket => socket.fail(words)
    broker.socket.close()
    await phone.pass(10_000)
    phone.fake.onSocket = onSocket
    await phone.pass(60_000)
    assert.equal(client.connected, true, words)
  }
})

test('a cause is told once an outage, and again in the next', async () => {
  const { phone, mqtt } = withBroker(new Phone())
  const { onSocket } = phone.fake
  const errors = []
  const client = mqtt.connect('wxs://host/mqtt').on('error', ({ code }) => errors.push(code))
  phone.fake.onSocket = socket => socket.fail('ssl hand shake error')
  await phone.pass(60_000)
  assert.deepEqual(errors, ['CERTIFICATE'])
  const shown = phone.warnings.length
  assert.equal(shown, 0, 'it was heard')
  phone.fake.onSocket = onSocket
  await phone.pass(60_000)
  assert.equal(client.connected, true)
})

test('final tells whether another attempt is made', async () => {
  for (const [name, cause] of Object.entries(CAUSES)) {
    const { error, events, phone, client, attempts } = await provoke(cause)
    if (!error || cause.builder || !events.includes('close')) continue
    await phone.pass(700_000)
    const goesOn = phone.fake.sockets.length > attempts || client.connected || client.reconnecting
    assert.equal(goesOn, !error.final, name)
  }
})

/** A hint is in Chinese, and then in English. */
function hintIn(language, hint) {
  const end = hint.lastIndexOf('。 ') + 1
  assert.ok(end > 1, hint)
  return language ? hint.slice(end + 1) : hint.slice(0, end)
}

/** Names of errors in capitals, wherever one is made. */
function codesOfTheSource() {
  const found = new Set()
  const note = (text, pattern) => {
    for (const [, code] of text.matchAll(pattern)) found.add(code)
  }
  note(read('src/wasm/error_text.rs'), /"([A-Z][A-Z_0-9]+)\\n/g)
  for (const name of readdirSync(new URL('../../src/shim', import.meta.url), { recursive: true })) {
    if (!name.endsWith('.ts')) continue
    const text = read(`src/shim/${name}`)
    note(text, /mqttError\(\s*'([A-Z_0-9]+)'/g)
    if (name.endsWith('core-errors.ts')) note(text, /'([A-Z][A-Z_]+)\\n/g)
    if (name.endsWith('tokens.ts'))
      (note(text, /\? '([A-Z]+)' : '[A-Z]+'/g), note(text, /: '([A-Z]+)'/g))
  }
  // these have the number that the server gave
  for (const name of ['CONNECTION_REFUSED', 'SUBSCRIBE_REFUSED', 'UNSUBSCRIBE_REFUSED'])
    found.delete(name)
  return [...found].sort()
}
