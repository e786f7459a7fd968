/** A platform or a server that never answers: nothing hangs for longer than connectTimeout. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'

/** Servers at `hung…` accept TCP and never answer the handshake. */
function phoneWithHungServers() {
  const phone = new Phone()
  const bed = withBroker(phone)
  const { onSocket } = phone.fake
  phone.fake.onSocket = socket => {
    if (!/hung/.test(socket.url)) onSocket(socket)
  }
  return bed
}

test('handshakes that hang do not lock a healthy client out', async () => {
  const { phone, mqtt } = phoneWithHungServers()
  const hung = [1, 2, 3].map(n => mqtt.connect(`wxs://hung${n}`, { connectTimeout: 5_000 }))
  for (const client of hung) client.on('error', () => {})
  await phone.pass(60_000)
  const log = record(mqtt.connect('wxs://healthy'))
  await phone.settle()
  assert.deepEqual(log, ['connect'])
  assert.ok(phone.fake.openSockets.length <= 4, 'one for each client')
})

test('one client never has more than one handshake under way', async () => {
  const { phone, mqtt } = phoneWithHungServers()
  mqtt.connect('wxs://hung', { connectTimeout: 1_000 }).on('error', () => {})
  for (let second = 0; second < 120; second++) {
    await phone.pass(1_000)
    assert.ok(phone.fake.openSockets.length <= 1, `after ${second} s`)
  }
  assert.ok(phone.fake.sockets.length > 4, 'it tries again')
})

test('the application may choose another timeout of the handshake', async () => {
  const { phone, mqtt } = phoneWithHungServers()
  const timeouts = []
  const { connectSocket } = phone.fake.wx
  phone.fake.wx.connectSocket = option => {
    timeouts.push(option.timeout)
    return connectSocket(option)
  }
  for (const options of [{}, { connectTimeout: 90_000 }, { wsOptions: { timeout: 7_000 } }])
    mqtt.connect('wxs://hung', options)
  await phone.settle()
  assert.deepEqual(timeouts, [30_000, 60_000, 7_000])
})

test('a socket that opens after it was given up is closed', async () => {
  const { phone, mqtt } = phoneWithHungServers()
  const client = mqtt.connect('wxs://hung')
  await phone.settle()
  client.end(true)
  await phone.settle()
  phone.fake.socket.open()
  await phone.settle()
  assert.deepEqual(phone.fake.openSockets, [])
  assert.deepEqual(phone.violations, [])
})

/** A phone whose `WXWebAssembly.instantiate` is not answered until `answers` says so. */
function phoneWithHungModule() {
  const bed = withBroker(new Phone())
  const { wasmApi } = bed.phone
  const { instantiate } = wasmApi
  let answer
  const hang = () => {
    wasmApi.instantiate = (path, imports) =>
      new Promise(resolve => {
        answer = () => resolve(instantiate.call(wasmApi, path, imports))
      })
  }
  hang()
  return { ...bed, late: () => answer(), answers: () => (wasmApi.instantiate = instantiate) }
}

test('a module that is never loaded is an error after connectTimeout, and then loaded anew', async () => {
  const { phone, mqtt, late, answers } = phoneWithHungModule()
  const client = mqtt.connect('wxs://host', { connectTimeout: 5_000 })
  const log = record(client)
  let failure
  client.on('error', error => (failure = error))
  let published
  client.publish('t', 'm', error => (published = error))
  await phone.pass(4_900)
  assert.deepEqual(log, [])
  await phone.pass(200)
  assert.equal(failure.code, 'WASM_LOAD')
  assert.match(failure.message, /no answer within 5000 ms/)
  assert.equal(published, failure, 'nobody is left waiting')
  assert.equal(log.at(-1), 'close')

  answers()
  const other = record(mqtt.connect('wxs://host'))
  client.reconnect()
  await phone.settle()
  assert.deepEqual(other, ['connect'])
  assert.equal(log.at(-1), 'connect')
  late() // the first instance, now that another one is used
  await phone.settle()
  client.publish('t', 'm', error => (published = error))
  await phone.settle()
  assert.equal(published, null)
})
