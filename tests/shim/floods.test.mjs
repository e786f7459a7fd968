/** Large socket messages: passed on in slices, with turns of the page between them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connected } from '../harness/scenario.mjs'

/** A PUBLISH at QoS 0 to topic "t". */
function publish(payload) {
  const body = Buffer.concat([Buffer.from([0, 1, 0x74]), Buffer.from(payload)])
  const length = []
  for (let rest = body.length; ; rest >>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    if (rest <= 0x7f) break
  }
  return Buffer.concat([Buffer.from([0x30, ...length]), body])
}

const numbered = count => Array.from({ length: count }, (_, n) => publish(String(n)))

test('a hundred thousand packets in one message come in order, and before the close behind it', async () => {
  const { client, broker, phone, settle } = await connected({ reconnectPeriod: 0 })
  const got = []
  client.on('message', (_, payload) => got.push(Number(payload)))
  client.on('close', () => got.push('close'))
  broker.socket.send(Buffer.concat(numbered(100_000)))
  phone.fake.later(() => broker.socket.close())
  await settle()
  assert.equal(got.length, 100_001)
  assert.ok(got.every((value, at) => value === (at < 100_000 ? at : 'close')))
})

test('packets of all sizes survive the slices', async () => {
  const { client, broker, settle } = await connected()
  const sizes = [1, 20_000, 20_480, 20_481, 100_000, 3, 5_000_000, 2, 65_536, 1]
  const got = []
  client.on('message', (_, payload) => got.push(payload.length))
  const stream = Buffer.concat(sizes.map(size => publish(Buffer.alloc(size, 7))))
  broker.socket.send(stream.subarray(0, 1_000_003))
  broker.socket.send(stream.subarray(1_000_003))
  await settle()
  assert.deepEqual(got, sizes)
})

test('the page has a turn when a message takes long', async () => {
  const { client, broker, phone } = await connected()
  const log = []
  client.on('message', () => {
    phone.clock.now += 1 // each message takes a millisecond
    if (log.push('message') === 1) phone.fake.later(() => log.push('turn'))
  })
  broker.socket.send(Buffer.concat(numbered(50_000)))
  for (let turn = 0; turn < 1_000 && log.length < 50_001; turn++) await phone.pass(100)
  assert.equal(log.length, 50_001)
  assert.ok(log.indexOf('turn') < 10_000, 'long before the last message')
})

test('a client that is ended hears nothing more of what was received', async () => {
  const { client, broker, settle } = await connected()
  let messages = 0
  client.on('message', () => {
    if (++messages === 10) client.end(true)
  })
  client.on('message', () => {
    if (messages === 10) client.stream.destroy()
  })
  broker.socket.send(Buffer.concat(numbered(50_000)))
  await settle()
  assert.ok(messages < 6_000, `${messages}: no slice after the one in which it was dropped`)
})

test('nothing of a connection that was dropped reaches the next one', async () => {
  const { client, broker, phone, settle, log } = await connected()
  let messages = 0
  client.on('message', () => {
    phone.clock.now += 1
    if (++messages === 5) client.stream.destroy()
  })
  broker.socket.send(Buffer.concat([...numbered(50_000), Buffer.from([0xff, 0xff])]))
  await settle()
  await phone.pass(5_000)
  assert.equal(client.connected, true)
  assert.deepEqual(
    log.filter(entry => /^(error|close|connect)/.test(entry)),
    ['close', 'connect'],
  )
})
