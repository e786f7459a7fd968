/** What other publishers and well-known brokers do wrong costs a warning, not the connection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connected, noted } from '../harness/scenario.mjs'

/** PUBLISH at QoS 1 with this topic, as bytes that no library would write. */
function publish(topic, payload, id = 7) {
  const body = [0, topic.length, ...topic, 0, id, ...Buffer.from(payload)]
  return Buffer.from([0x32, body.length, ...body])
}

const text = bytes => [...Buffer.from(bytes)]

async function withMessages(options) {
  const bed = await connected(options)
  const { client, broker } = bed
  const warnings = noted()
  client.on('warning', warnings)
  const receive = async (...packets) => {
    for (const packet of packets) broker.socket.send(packet)
    await bed.settle()
  }
  return { ...bed, warnings, receive }
}

test('a message with an invalid topic is a warning, and the good one behind it arrives', async () => {
  for (const topic of [text('a/#'), text('a\0b'), [0x61, 0xff], [0xed, 0xa0, 0x80]]) {
    const { broker, log, warnings, receive } = await withMessages()
    await receive(publish(topic, 'poison', 7), publish(text('t'), 'good', 8))
    assert.deepEqual(log, ['message t good'])
    assert.equal(warnings.calls.length, 1)
    const [{ code, hint, message }] = warnings.calls[0]
    assert.equal(code, 'INVALID_MESSAGE')
    assert.match(message, /^A message was dropped: .* \(topic /)
    assert.match(hint, /发布方.*publisher/)
    assert.deepEqual(
      broker.got('puback').map(({ messageId }) => messageId),
      [7, 8],
    )
  }
})

test('without a listener a warning is shown once', async () => {
  const { phone, broker, settle } = await connected()
  for (let n = 0; n < 3; n++) broker.socket.send(publish(text('a/#'), 'poison'))
  await settle()
  assert.equal(phone.warnings.length, 1)
  assert.match(phone.warnings[0], /topic a\/#/)
})

test('strict closes the connection instead', async () => {
  const { log, receive } = await withMessages({ strict: true })
  await receive(publish(text('a/#'), 'poison'))
  assert.equal(log[0], 'error Malformed packet: invalid topic name')
  assert.ok(log.includes('close'))
})

test('PUBACK for a QoS 2 message completes it, with one warning', async () => {
  const { client, broker, warnings, receive, settle } = await withMessages()
  broker.answers.publish = ({ messageId }) => ({ cmd: 'puback', messageId })
  const done = noted()
  client.publish('t', '1', { qos: 2 }, done)
  client.publish('t', '2', { qos: 2 }, done)
  await settle()
  await receive()
  assert.deepEqual(
    done.calls.map(([error]) => error ?? null),
    [null, null],
  )
  assert.deepEqual(
    warnings.calls.map(([{ code }]) => code),
    ['TOLERATED'],
  )
})
