/**
 * The memory of WebAssembly, which cannot shrink: an instance that grew with a burst is replaced when
 * nobody needs it, or when its only client connects anew and has nothing left to do.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../harness/phone.mjs'
import { record, withBroker } from '../harness/scripted-broker.mjs'

const MEGABYTE = 1 << 20
const BURST = 5 * MEGABYTE

/** A phone that shows the memory of its instance, with a broker. */
function setup() {
  const phone = new Phone()
  const memories = []
  phone.wasmApi.exportsOf = exports => {
    memories.push(Object.values(exports).find(value => value instanceof WebAssembly.Memory))
    return exports
  }
  const size = () => memories.at(-1).buffer.byteLength
  return { size, memories, ...withBroker(phone) }
}

async function subscribed({ mqtt, phone }, name, options) {
  const client = mqtt.connect('wxs://host', { clientId: name, ...options })
  client.subscribe(name, { qos: 2 })
  await phone.settle()
  return client
}

async function burst({ broker, phone }, topic) {
  broker.send({ cmd: 'publish', topic, payload: Buffer.alloc(BURST), qos: 0 })
  await phone.pass(1_000)
}

test('a burst that grew the memory is forgotten with the next connection', async () => {
  const bed = setup()
  const { phone, broker, size, memories } = bed
  const client = await subscribed(bed, 'one')
  await burst(bed, 'one')
  assert.ok(size() > 4 * MEGABYTE, `${size()} bytes`)
  const log = record(client)
  broker.packets.length = 0
  broker.socket.close()
  await phone.pass(5_000)
  assert.equal(memories.length, 2)
  assert.ok(size() < 2 * MEGABYTE, `${size()} bytes`)
  assert.deepEqual(log, ['offline', 'close', 'reconnect', 'connect'])
  assert.equal(broker.got('subscribe').length, 1)
  client.publish('one', 'again', { qos: 2 })
  await phone.settle()
  assert.equal(log.at(-1), 'message one again')
})

test('the instance is dropped with its last client', async () => {
  const bed = setup()
  const { phone, size, memories } = bed
  const client = await subscribed(bed, 'one')
  await burst(bed, 'one')
  client.end()
  await phone.settle()
  const next = await subscribed(bed, 'two')
  assert.equal(next.connected, true)
  assert.equal(memories.length, 2)
  assert.ok(size() < 2 * MEGABYTE, `${size()} bytes`)
})

test('an instance of ordinary size is kept', async () => {
  const bed = setup()
  const client = await subscribed(bed, 'one')
  for (let n = 0; n < 3; n++) {
    bed.broker.socket.close()
    await bed.phone.pass(10_000)
  }
  client.end()
  await bed.phone.settle()
  await subscribed(bed, 'two')
  assert.equal(bed.memories.length, 1)
})

test('no instance is replaced while a client has something in it', async () => {
  const unfinished = {
    'a message to be answered': ({ broker }, client) => {
      broker.answers.publish = () => []
      client.publish('t', 'x', { qos: 1 })
    },
    'a message to be released': ({ broker }) => {
      broker.answers.pubrec = () => []
      broker.send({ cmd: 'publish', topic: 'one', payload: 'x', qos: 2, messageId: 7 })
    },
    'another client': bed => subscribed(bed, 'two'),
  }
  for (const [name, leave] of Object.entries(unfinished)) {
    const bed = setup()
    const client = await subscribed(bed, 'one', { clean: false })
    await burst(bed, 'one')
    await leave(bed, client)
    await bed.phone.settle()
    for (const socket of bed.phone.fake.openSockets) socket.close()
    await bed.phone.pass(10_000)
    assert.equal(client.connected, true, name)
    assert.equal(bed.memories.length, 1, name)
  }
})
