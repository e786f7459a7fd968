/** end() in every state: close, end, callback, in this order, always; and back by reconnect(). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { exportName } from '../harness/source.mjs'

const STATES = {
  'before the module is loaded': async () => {},
  'before the socket is open': async ({ phone }) => {
    phone.fake.onSocket = () => {}
    await phone.settle()
  },
  'before CONNACK': async ({ phone, broker }) => {
    broker.answers.connect = () => []
    await phone.settle()
  },
  'while connected': async ({ phone }) => phone.settle(),
  'with a QoS 1 message under way': async ({ phone, broker, client }) => {
    await phone.settle()
    broker.answers.publish = () => []
    client.publish('t', 'x', { qos: 1 }, () => {})
    await phone.settle()
  },
  'between two attempts': async ({ phone, broker }) => {
    await phone.settle()
    broker.socket.close()
    await phone.settle()
  },
  'after a refusal': async ({ phone, broker }) => {
    broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
    await phone.settle()
  },
}

for (const [state, reach] of Object.entries(STATES)) {
  for (const force of [false, true]) {
    test(`end(${force}) ${state}`, async () => {
      const bed = withBroker(new Phone())
      const { phone, mqtt } = bed
      const client = mqtt.connect('wxs://host')
      const log = record(client)
      await reach({ ...bed, client })
      assert.equal(client.disconnecting, false)
      log.length = 0
      client.end(force, () => log.push('callback'))
      client.end(force, () => log.push('second callback'))
      assert.deepEqual([client.disconnecting, client.disconnected], [true, false])
      await phone.pass(31_000) // what is under way may take as long as connectTimeout
      const wasClosed = state === 'between two attempts' || state === 'after a refusal'
      assert.deepEqual(log, [...(wasClosed ? [] : ['close']), 'end', 'callback', 'second callback'])
      assert.deepEqual(
        [client.connected, client.reconnecting, client.disconnected],
        [false, false, true],
      )

      client.end(() => log.push('late callback'))
      await phone.settle()
      assert.equal(log.at(-1), 'late callback')
      for (const socket of phone.fake.sockets) {
        if (socket.state === 'connecting') socket.open()
      }
      await phone.pass(100_000)
      assert.equal(log.at(-1), 'late callback', 'nothing comes after the end')
      assert.deepEqual(phone.fake.openSockets, [])
      assert.equal(phone.clock.pending, 0)
      assert.deepEqual(phone.violations, [])
      assert.deepEqual(phone.uncaught, [])
    })
  }
}

test('end() sends what was asked for before, even before the module is loaded', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const client = mqtt.connect('wxs://host')
  const log = record(client)
  client.publish('t', 'x', { qos: 2 }, error => log.push(`published ${error}`))
  client.end(() => log.push('ended'))
  await phone.settle()
  assert.deepEqual(log, ['connect', 'published null', 'close', 'end', 'ended'])
  assert.equal(broker.packets.at(-1).cmd, 'disconnect')
})

test('end(true) leaves unfinished requests with an error, and sends no DISCONNECT', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const client = mqtt.connect('wxs://host')
  const log = record(client)
  await phone.settle()
  broker.answers.publish = broker.answers.subscribe = () => []
  for (const qos of [1, 2])
    client.publish('t', 'x', { qos }, error => log.push(`publish ${error.message}`))
  client.subscribe('t', error => log.push(`subscribe ${error.message}`))
  client.end(true)
  await phone.settle()
  assert.deepEqual(log.slice(1).sort(), [
    'close',
    'end',
    'publish Connection closed',
    'publish Connection closed',
    'subscribe Connection closed',
  ])
  assert.deepEqual(broker.got('disconnect'), [])
})

test('end(true) does not wait for an end() that does', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const client = mqtt.connect('wxs://host')
  const log = record(client)
  await phone.settle()
  broker.answers.publish = () => []
  client.publish('t', 'x', { qos: 1 })
  client.end()
  await phone.settle()
  assert.deepEqual(log, ['connect'])
  client.end(true)
  await phone.settle()
  assert.deepEqual(log, ['connect', 'close', 'end'])
})

test('all argument forms of end have their callback run', async () => {
  const forms = [
    callback => [callback],
    callback => [false, callback],
    callback => [true, callback],
    callback => [{}, callback],
    callback => [false, {}, callback],
    callback => [undefined, undefined, callback],
  ]
  for (const form of forms) {
    const { phone, mqtt } = withBroker(new Phone())
    const client = mqtt.connect('wxs://host')
    await phone.settle()
    let calls = 0
    client.end(...form(() => calls++))
    await phone.settle()
    assert.equal(calls, 1, form)
  }
})

test('reconnect() after end() begins anew', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const client = mqtt.connect('wxs://host')
  const log = record(client)
  await phone.settle()
  client.publish('t', '1')
  client.end()
  client.reconnect() // waits for the end
  await phone.settle()
  assert.deepEqual(log, ['connect', 'close', 'end', 'reconnect', 'connect'])
  assert.deepEqual(
    [client.connected, client.disconnecting, client.disconnected],
    [true, false, false],
  )
  client.publish('t', '2')
  await phone.settle()
  assert.deepEqual(
    broker.got('publish').map(({ payload }) => `${payload}`),
    ['1', '2'],
  )
})

test('reconnect() in the turn of a second end() leaves no callback behind', async () => {
  const { phone, mqtt } = withBroker(new Phone())
  const client = mqtt.connect('wxs://host')
  await phone.settle()
  client.end()
  await phone.settle()
  let ends = 0
  client.end(() => ends++)
  client.reconnect()
  await phone.settle()
  assert.deepEqual([ends, client.connected], [1, true])
  client.end()
  await phone.settle()
  assert.equal(ends, 1)
})

test('a core is freed when its client has ended', async () => {
  const phone = new Phone()
  let alive = 0
  phone.wasmApi.exportsOf = exports => ({
    ...exports,
    [exportName('core_new')](...args) {
      alive++
      return exports[exportName('core_new')](...args)
    },
    [exportName('__wbg_core_free')](...args) {
      alive--
      return exports[exportName('__wbg_core_free')](...args)
    },
  })
  const { mqtt } = withBroker(phone)
  const clients = ['a', 'b'].map(clientId => mqtt.connect('wxs://host', { clientId }))
  const refused = mqtt.connect('wxs://host', { password: 'without a user name' })
  await phone.settle()
  assert.equal(alive, 2)
  for (const client of [...clients, refused]) client.end()
  await phone.settle()
  assert.equal(alive, 0)
})
