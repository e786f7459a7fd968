/** Sessions that outlive the app: the option `store: 'wx'`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { ServerSession } from '../harness/session-broker.mjs'

const OPTIONS = { clientId: 'device@app', clean: false, store: 'wx', keepalive: 0 }
const SENT = [
  ['one', 1],
  ['two', 2],
  ['three', 1],
  ['four', 2],
  ['five', 2],
]

/**
 * A run of the app: it subscribes, as pages do, and hears of messages until it is killed; where it
 * `handles` them, they are acknowledged when it is done.
 */
function runApp(session, { storage, clock, given = [], handles = false } = {}) {
  const phone = new Phone({ storage, clock })
  const bed = session.serve(phone)
  const client = bed.mqtt.connect('wxs://host', { ...OPTIONS, maxInFlight: 2 })
  client.subscribe('t', { qos: 2 })
  const hear = payload => phone.fake.dead || given.push(String(payload))
  if (!handles) client.on('message', (_, payload) => hear(payload))
  else {
    client.handleMessage = ({ payload }, done) => {
      hear(payload)
      done()
    }
  }
  return { ...bed, client, log: record(client), given, storage: phone.fake.storage }
}

/** What records of deliveries have in them: the payloads that have to arrive. */
function keptPayloads(storage) {
  const records = [...storage].filter(([key]) => /\|d\d+$/.test(key))
  const texts = records.map(([, value]) => Buffer.from(value, 'base64').toString('latin1'))
  return SENT.map(([payload]) => payload).filter(payload =>
    texts.some(text => text.includes(payload)),
  )
}

/** Runs the app, killed before or after a call has done its work, and runs it again. */
async function killAt(call, moment) {
  const session = new ServerSession()
  session.queue('in 1', 1)
  session.queue('in 2', 2)
  session.queue('in 3', 2)
  const handles = moment === 'after'
  const first = runApp(session, { handles })
  let calls = 0
  let killed
  first.phone.fake.onCall = (name, when) => {
    if (when === moment && calls++ === call) {
      killed = name
      first.phone.fake.kill()
    }
  }
  for (const [payload, qos] of SENT) first.client.publish('t', payload, { qos })
  await first.phone.pass(1000)
  if (!killed) return { finished: true, session, ...first }
  const kept = keptPayloads(first.storage)
  const { storage, given } = first
  const second = runApp(session, { storage, given, handles, clock: first.phone.clock })
  await second.phone.pass(20_000)
  return { finished: false, killed, kept, session, ...second }
}

async function killAtEveryCall(moment, assertGiven) {
  let call = 0
  for (; ; call++) {
    const { finished, killed, kept, session, given, storage, log } = await killAt(call, moment)
    const where = `killed ${moment} call ${call}, ${killed}`
    const times = (list, payload) => list.filter(other => other === payload).length
    for (const [payload, qos] of SENT) {
      const reached = times(session.taken, payload)
      if (finished || kept.includes(payload))
        assert.ok(reached >= 1, `${payload} is lost: ${where}`)
      if (qos === 2) assert.ok(reached <= 1, `${payload} came ${reached} times: ${where}`)
    }
    for (const payload of ['in 1', 'in 2', 'in 3']) {
      assertGiven(payload, times(given, payload), `${payload}: ${where}`)
    }
    assert.deepEqual(
      log.filter(entry => entry.startsWith('error')),
      [],
      where,
    )
    const left = [...storage.keys()].filter(key => !key.endsWith('|st'))
    assert.deepEqual(left, [], `nothing is left to do: ${where}`)
    if (finished) break
  }
  assert.ok(call > 40, `${call} calls`)
}

test('killed between any two calls, nothing is lost, and QoS 2 comes once', () =>
  killAtEveryCall('before', (payload, times, where) => {
    if (payload === 'in 1') assert.ok(times >= 1, where)
    else assert.equal(times, 1, where)
  }))

// A message is written down, and then handed over. Who cannot bear that the app dies in between takes
// handleMessage: then it is written down when the handler is done, and may be handed over again.
test('killed as soon as any call returns, handleMessage loses nothing', () =>
  killAtEveryCall('after', (_, times, where) => assert.ok(times >= 1, where)))

test('messages of a day without a network reach the server after a restart, in order', async () => {
  const session = new ServerSession()
  const first = runApp(session)
  first.phone.fake.onSocket = socket => socket.fail('network is down')
  for (let at = 0; at < 20; at++) first.client.publish('t', `m${at}`, { qos: 1 + (at % 2) })
  await first.phone.pass(5000)
  first.phone.fake.kill()
  const second = runApp(session, { storage: first.storage, clock: first.phone.clock })
  await second.phone.pass(5000)
  assert.deepEqual(
    session.taken,
    Array.from({ length: 20 }, (_, at) => `m${at}`),
  )
})

test('a torn, a foreign and an empty record are told, erased, and break nothing', async () => {
  const session = new ServerSession()
  const first = runApp(session)
  first.phone.fake.onSocket = socket => socket.fail('network is down')
  for (const payload of ['a', 'b', 'c', 'd']) first.client.publish('t', payload, { qos: 1 })
  await first.phone.pass(2000)
  first.phone.fake.kill()
  const { storage } = first
  const [torn, foreign, empty] = [...storage.keys()]
  storage.set(torn, storage.get(torn).slice(0, -6))
  storage.set(foreign, { not: 'ours' })
  storage.set(empty, '')
  storage.set('somebody else', 'untouched')
  const second = runApp(session, { storage, clock: first.phone.clock })
  await second.phone.pass(2000)
  assert.deepEqual(session.taken, ['d'])
  const errors = second.log.filter(entry => entry.startsWith('error'))
  assert.deepEqual(errors, ['error A stored record is torn or foreign'], 'told once')
  assert.deepEqual([...storage.keys()].sort(), ['mqtt|host|device%40app|st', 'somebody else'])
})

test('a storage that is full is an error with a hint; the message goes on in memory', async () => {
  const session = new ServerSession()
  const bed = runApp(session)
  await bed.phone.settle()
  bed.phone.fake.quota = 500
  const errors = []
  bed.client.on('error', error => errors.push(error))
  bed.client.publish('t', 'x'.repeat(1000), { qos: 1 })
  await bed.phone.settle()
  assert.equal(errors[0].code, 'STORE')
  assert.match(errors[0].message, /^Storage failed: .*exceed storage max size/)
  assert.match(errors[0].hint, /10 MB/)
  assert.deepEqual(session.taken, ['x'.repeat(1000)])
})

test('a storage that cannot be read is an error, and no reason not to connect', async () => {
  const phone = new Phone()
  const session = new ServerSession()
  const { mqtt } = session.serve(phone)
  phone.run('wx').getStorageInfoSync = () => {
    throw new Error('getStorageInfoSync:fail')
  }
  const log = record(mqtt.connect('wxs://host', OPTIONS))
  await phone.pass(1500) // it is tried for a second
  assert.deepEqual(log, ['error Storage failed: getStorageInfoSync:fail', 'connect'])
})

test('forget() says what is wrong with the storage, also before any client is made', () => {
  const { mqtt, fake } = new Phone()
  fake.wx.getStorageInfoSync = () => {
    throw new Error('getStorageInfoSync:fail')
  }
  assert.throws(
    () => mqtt.forget('wxs://host', OPTIONS),
    ({ code, message, hint }) => {
      assert.equal(code, 'STORE')
      assert.equal(message, 'Storage failed: getStorageInfoSync:fail')
      assert.match(hint, /。 The storage takes/)
      return true
    },
  )
})

test('clients keep apart, and forget() erases one of them', async () => {
  const phone = new Phone()
  const { mqtt } = new ServerSession().serve(phone)
  phone.fake.onSocket = socket => socket.fail('network is down')
  for (const clientId of ['a', 'a|b', 'c']) {
    mqtt.connect('wxs://host', { ...OPTIONS, clientId }).publish('t', clientId, { qos: 1 })
  }
  await phone.settle()
  const owners = () => [...phone.fake.storage.keys()].map(key => key.replace(/\|d\d+$/, '')).sort()
  assert.deepEqual(owners(), ['mqtt|host|a', 'mqtt|host|a%7Cb', 'mqtt|host|c'])
  mqtt.forget('wxs://host', { ...OPTIONS, clientId: 'a' })
  assert.deepEqual(owners(), ['mqtt|host|a%7Cb', 'mqtt|host|c'])
})

test('it needs a clientId, and knows no other storage', () => {
  const { mqtt } = new Phone()
  const message = "Missing clientId for store 'wx'"
  assert.throws(() => mqtt.connect('wxs://host', { store: 'wx' }), { message })
  const connect = () => mqtt.connect('wxs://host', { clientId: 'c', store: 'sd-card' })
  assert.throws(connect, { message: 'Invalid store' })
})

test('without the option nothing is stored', async () => {
  const phone = new Phone()
  const { mqtt } = new ServerSession().serve(phone)
  mqtt.connect('wxs://host', { clientId: 'c', clean: false }).publish('t', 'm', { qos: 2 })
  phone.fake.onCall = name => assert.doesNotMatch(name, /Storage/)
  await phone.settle()
  assert.equal(phone.fake.storage.size, 0)
})

/** Two clients of one app that store the session of one clientId: the first has it. */
async function twoClients() {
  const session = new ServerSession()
  const phone = new Phone()
  const bed = session.serve(phone)
  const errors = []
  const connect = () => {
    const client = bed.mqtt.connect('wxs://host', OPTIONS)
    return client.on('error', ({ code, hint }) => errors.push({ code, hint }))
  }
  const first = connect()
  await phone.settle()
  return { ...bed, phone, session, errors, connect, first }
}

test('a second client with the session of the first says so, and stores nothing', async () => {
  const { phone, broker, errors, connect, first } = await twoClients()
  broker.answers.publish = () => []
  first.publish('t', 'once', { qos: 2 })
  await phone.settle()
  const stored = [...phone.fake.storage]
  assert.equal(keysOf(phone).filter(isDelivery).length, 1)
  const second = connect()
  second.publish('t', 'other', { qos: 1 })
  await phone.pass(2_000)
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['STORE_IN_USE'],
  )
  assert.match(errors[0].hint, /end\(\)/)
  assert.deepEqual([...phone.fake.storage], stored)
})

test('two clients that start at once after a kill send what was stored once', async () => {
  const { phone: killed, first } = await twoClients()
  killed.fake.onSocket = socket => socket.fail('no network')
  killed.fake.socket.close()
  first.publish('t', 'twice is wrong', { qos: 2 })
  await killed.settle()
  killed.fake.kill()

  const storage = killed.fake.storage
  const { phone, broker, mqtt } = withBroker(new Phone({ storage, clock: killed.clock }))
  broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const errors = []
  for (let n = 0; n < 2; n++)
    mqtt.connect('wxs://host', OPTIONS).on('error', ({ code }) => errors.push(code))
  await phone.pass(5_000)
  assert.deepEqual(
    broker.got('publish').map(({ payload }) => `${payload}`),
    ['twice is wrong'],
  )
  assert.deepEqual(errors, ['STORE_IN_USE'])
  assert.equal(keysOf(phone).filter(isDelivery).length, 0)
})

test('a client has the session of one that has ended, or is about to end', async () => {
  for (const pause of [0, 500]) {
    const { phone, errors, connect, first } = await twoClients()
    first.subscribe('t', { qos: 1 })
    await phone.settle()
    first.end()
    await phone.pass(pause)
    const second = connect()
    await phone.pass(2_000)
    assert.deepEqual(errors, [])
    assert.equal(second.connected, true)
    second.publish('t', 'x', { qos: 1 })
    assert.equal(keysOf(phone).filter(isDelivery).length, 1)
  }
})

test('a client that was refused for good does not keep the session', async () => {
  const { phone, broker, errors, connect, first } = await twoClients()
  broker.answers.connect = () => ({ cmd: 'connack', returnCode: 4, sessionPresent: false })
  first.reconnect()
  await phone.pass(2_000)
  assert.equal(first.connected, false)
  assert.deepEqual(
    errors.map(({ code }) => code),
    [4],
  )
  errors.length = 0
  broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: true })
  const second = connect()
  await phone.pass(2_000)
  assert.equal(second.connected, true)
  assert.deepEqual(errors, [])
})

test('a restart of the same client keeps its session', async () => {
  const { phone, errors, first } = await twoClients()
  first.reconnect()
  await phone.pass(2_000)
  assert.equal(first.connected, true)
  assert.deepEqual(errors, [])
})

const keysOf = phone => [...phone.fake.storage.keys()]
const isDelivery = key => /\|d\d+$/.test(key)
