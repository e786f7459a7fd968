/** What comes in: the message event, its packet, and how it is acknowledged. */
import assert from 'node:assert/strict'
import { noted, pick, same, scenario } from './scenario.mjs'

function publish(qos, more = {}) {
  const id = qos ? { messageId: 77 } : {}
  return {
    cmd: 'publish',
    topic: 't',
    payload: 'x',
    qos,
    retain: false,
    dup: false,
    ...id,
    ...more,
  }
}

/** The answers to messages, as `cmd messageId`. */
function acks(broker) {
  const types = ['puback', 'pubrec', 'pubcomp']
  const sent = broker.packets.filter(({ cmd }) => types.includes(cmd))
  return sent.map(({ cmd, messageId }) => `${cmd} ${messageId}`)
}

scenario('message has topic, payload and packet', async bed => {
  const { client } = await bed.connected()
  const message = noted()
  client.on('message', message)
  bed.broker.send(publish(1, { topic: '设备/1', payload: '你好', retain: true, dup: true }))
  await bed.settle()
  const [[topic, payload, packet]] = message.calls
  assert.equal(topic, '设备/1')
  assert.equal(payload.toString(), '你好')
  assert.equal(`${payload}`, '你好')
  same(pick(packet, 'cmd', 'topic', 'qos', 'retain', 'dup', 'messageId', 'length'), {
    cmd: 'publish',
    topic: '设备/1',
    qos: 1,
    retain: true,
    dup: true,
    messageId: 77,
    length: 18,
  })
  assert.equal(packet.payload, payload)
})

scenario('a payload is bytes with the reading methods of Buffer', async bed => {
  const { client } = await bed.connected()
  let payload
  client.on('message', (_, bytes) => (payload = bytes))
  bed.broker.send(publish(0, { payload: Buffer.from('{"a":[1,2]}') }))
  await bed.settle()
  assert.equal(payload.length, 11)
  assert.equal(payload[0], 0x7b)
  assert.equal(payload.toString(), '{"a":[1,2]}')
  assert.equal(payload.toString('utf8'), '{"a":[1,2]}')
  same(JSON.parse(payload), { a: [1, 2] })
  assert.equal(ArrayBuffer.isView(payload), true)
  assert.equal(payload + '', '{"a":[1,2]}')
})

for (const [encoding, text] of [
  ['hex', '00ff10'],
  ['base64', 'AP8Q'],
  ['latin1', '\u0000\u00ff\u0010'],
]) {
  scenario(`payload.toString('${encoding}')`, async bed => {
    const { client } = await bed.connected()
    let payload
    client.on('message', (_, bytes) => (payload = bytes))
    bed.broker.send(publish(0, { payload: Buffer.from([0, 255, 16]) }))
    await bed.settle()
    assert.equal(payload.toString(encoding), text)
  })
}

scenario('an empty payload is no bytes', async bed => {
  const { client } = await bed.connected()
  const lengths = []
  client.on('message', (_, payload) => lengths.push(payload.length))
  bed.broker.send(publish(0, { payload: '' }))
  await bed.settle()
  same(lengths, [0])
})

scenario('QoS 0 is not acknowledged, QoS 1 is', async bed => {
  const { log } = await bed.connected()
  bed.broker.send(publish(0))
  bed.broker.send(publish(1))
  await bed.settle()
  same(log, ['message t x', 'message t x'])
  same(acks(bed.broker), ['puback 77'])
})

scenario('QoS 2 is told once, though it comes twice', async bed => {
  const { log } = await bed.connected()
  const answer = bed.mute('pubrec')
  bed.broker.send(publish(2))
  bed.broker.send(publish(2, { dup: true }))
  await bed.settle()
  answer()
  bed.broker.send({ cmd: 'pubrel', messageId: 77 })
  bed.broker.send({ cmd: 'pubrel', messageId: 77 })
  await bed.settle()
  same(log, ['message t x'])
  same(acks(bed.broker), ['pubrec 77', 'pubrec 77', 'pubcomp 77', 'pubcomp 77'])
})

scenario('a PUBREL of nothing gets its PUBCOMP', async bed => {
  const { log } = await bed.connected()
  bed.broker.send({ cmd: 'pubrel', messageId: 5 })
  await bed.settle()
  same(acks(bed.broker), ['pubcomp 5'])
  same(log, [])
})

scenario('many messages in one socket message come in order', async bed => {
  const { log } = await bed.connected()
  const payloads = Array.from({ length: 50 }, (_, at) => `${at}`)
  bed.broker.sendTogether(payloads.map(payload => publish(0, { payload })))
  await bed.settle()
  same(
    log,
    payloads.map(payload => `message t ${payload}`),
  )
})

scenario('a message may come in pieces', async bed => {
  const { log } = await bed.connected()
  for (const byte of bed.broker.generate(publish(1))) bed.broker.socket.send(Buffer.of(byte))
  await bed.settle()
  same(log, ['message t x'])
  same(acks(bed.broker), ['puback 77'])
})

scenario('handleMessage holds the acknowledgement and the next message', async bed => {
  const { client, log } = await bed.connected()
  const held = []
  client.handleMessage = (packet, done) => held.push({ packet, done })
  bed.broker.sendTogether([
    publish(1, { payload: 'one', messageId: 1 }),
    publish(1, { payload: 'two', messageId: 2 }),
  ])
  await bed.settle()
  same(log, ['message t one'])
  same(acks(bed.broker), [])
  assert.equal(`${held[0].packet.payload}`, 'one')
  held[0].done()
  await bed.settle()
  same(acks(bed.broker), ['puback 1'])
  held[1].done()
  await bed.settle()
  same(log, ['message t one', 'message t two'])
  same(acks(bed.broker), ['puback 1', 'puback 2'])
})

scenario('what handleMessage refuses is not acknowledged', async bed => {
  const { client } = await bed.connected()
  client.handleMessage = (packet, done) => done(new Error('not now'))
  bed.broker.send(publish(1))
  await bed.settle()
  same(acks(bed.broker), [])
})

scenario(
  'a listener that throws does not stop the messages',
  {
    defect: 'the listener tears its stream: nothing comes any longer',
  },
  async bed => {
    const { client, log } = await bed.connected()
    client.once('message', () => {
      throw new Error('of the application')
    })
    bed.broker.send(publish(1, { payload: 'one' }))
    await bed.settle()
    bed.phone.uncaught.length = 0
    bed.broker.send(publish(1, { payload: 'two' }))
    await bed.settle()
    same(log, ['message t one', 'message t two'])
  },
)

scenario('answers to nothing are ignored', async bed => {
  const { client, log } = await bed.connected()
  bed.broker.send({ cmd: 'puback', messageId: 9 })
  bed.broker.send({ cmd: 'pubcomp', messageId: 9 })
  bed.broker.send({ cmd: 'unsuback', messageId: 9 })
  bed.broker.send({ cmd: 'pingresp' })
  await bed.settle()
  same(log, [])
  assert.equal(client.connected, true)
})

scenario(
  'bytes that are no MQTT end the connection with an error',
  {
    defect: 'it tells the error and keeps the connection [MQTT-4.8.0-1]',
  },
  async bed => {
    const { client, log } = await bed.connected()
    bed.broker.socket.send(Buffer.from('HTTP/1.1 404 Not Found'))
    await bed.settle()
    assert.match(log[0], /^error /)
    assert.ok(log.includes('close'))
    assert.equal(client.connected, false)
  },
)

scenario(
  'a message of QoS 3 ends the connection',
  {
    defect: 'it tells the error and keeps the connection [MQTT-3.3.1-4]',
  },
  async bed => {
    const { log } = await bed.connected()
    bed.broker.socket.send(Buffer.from([0x36, 5, 0, 1, 0x74, 0, 1]))
    await bed.settle()
    assert.match(log[0], /^error /)
    assert.ok(log.includes('close'))
  },
)
