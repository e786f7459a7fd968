/** Calls that are wrong, or come too late: which error, and by which way. */
import assert from 'node:assert/strict'
import { errors, noted, same, scenario } from './scenario.mjs'

const CALLS = [
  ['publish', (client, done) => client.publish('t', 'x', done)],
  ['subscribe', (client, done) => client.subscribe('t', done)],
  ['unsubscribe', (client, done) => client.unsubscribe('t', done)],
]

for (const [name, call] of CALLS) {
  scenario(`${name} after end() is refused to its callback`, async bed => {
    const { client, log } = await bed.connected()
    client.end()
    const [soon, late] = [noted(), noted()]
    assert.equal(call(client, soon), client)
    await bed.settle()
    call(client, late)
    await bed.settle()
    same(errors(soon), ['client disconnecting'])
    same(errors(late), ['client disconnecting'])
    same(log, ['close', 'end'])
  })
}

scenario('publish after end() without a callback is an error event', async bed => {
  const { client, log } = await bed.connected()
  client.end()
  await bed.settle()
  client.publish('t', 'x')
  await bed.settle()
  same(log, ['close', 'end', 'error client disconnecting'])
})

scenario(
  'an invalid filter without a callback is an error event',
  {
    defect: 'nobody hears of it',
  },
  async bed => {
    const { client, log } = await bed.connected()
    client.subscribe('a+')
    await bed.settle()
    client.unsubscribe([])
    await bed.settle()
    same(log, ['error Invalid topic a+', 'error Invalid topic empty_topic_list'])
  },
)

scenario('an error event without a listener is not thrown', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  bed.mqtt.connect('wxs://host')
  await bed.settle()
  same(bed.phone.uncaught.map(String), [])
})

scenario('unknown options are let through', async bed => {
  const { client } = await bed.connected({
    nonsense: 1,
    rejectUnauthorized: false,
    log: () => {},
  })
  const done = noted()
  client.publish('t', 'x', { nonsense: 1 }, done)
  client.subscribe('t', { qos: 0, nonsense: 1 }, done)
  await bed.settle()
  same(errors(done), [null, null])
})

scenario(
  'a socket that cannot be made is an outage, not a throw',
  {
    defect: 'the error is thrown out of connect()',
  },
  async bed => {
    bed.phone.fake.wx.connectSocket = () => {
      throw new Error('no sockets here')
    }
    let client
    assert.doesNotThrow(() => (client = bed.mqtt.connect('wxs://host')))
    await bed.settle()
    assert.equal(client.connected, false)
  },
)

scenario('on, once, off and the rest of an EventEmitter', async bed => {
  const { client } = await bed.connected()
  const calls = []
  const listener = topic => calls.push(topic)
  assert.equal(client.on('message', listener), client)
  client.once('message', () => calls.push('once'))
  client.prependListener('message', () => calls.push('first'))
  assert.ok(client.listenerCount('message') >= 3)
  const send = () => bed.broker.send({ cmd: 'publish', topic: 't', payload: '', qos: 0 })
  send()
  await bed.settle()
  same(calls, ['first', 't', 'once'])
  client.off('message', listener)
  send()
  await bed.settle()
  same(calls, ['first', 't', 'once', 'first'])
  client.removeAllListeners('message')
  assert.equal(client.listenerCount('message'), 0)
  assert.equal(client.emit('nobody'), false)
})

scenario('a client is read for what it has on its way', async bed => {
  const { client } = await bed.connected()
  assert.equal(client.queueQoSZero, true)
  assert.ok(Array.isArray(client.queue) || client.queue.length === 0)
  same(client.outgoing, {})
  assert.equal(typeof client.messageIdProvider.allocate, 'function')
  assert.equal(typeof client.incomingStore.put, 'function')
  assert.equal(typeof client.outgoingStore.put, 'function')
  await bed.drop()
  client.publish('t', 'x')
  assert.equal(client.queue.length, 1)
})

scenario(
  'a qos that is none is refused',
  {
    defect: 'it throws a TypeError',
  },
  async bed => {
    const { client, log } = await bed.connected()
    const done = noted()
    assert.doesNotThrow(() => client.publish('t', 'x', { qos: 3 }, done))
    client.subscribe('t', { qos: 3 }, done)
    await bed.settle()
    same(errors(done), ['Invalid qos', 'Invalid qos'])
    same(log, [])
  },
)

for (const [what, message] of [
  ['an object', { a: 1 }],
  ['a number', 42],
]) {
  scenario(
    `${what} is no message`,
    {
      defect: 'it throws a TypeError out of its buffers',
    },
    async bed => {
      const { client, log } = await bed.connected()
      const done = noted()
      assert.doesNotThrow(() => client.publish('t', message, done))
      await bed.settle()
      assert.equal(done.calls.length, 1)
      assert.match(done.calls[0][0].message, /^Invalid payload/)
      same(log, [])
    },
  )
}

scenario('options that are no object are none', async bed => {
  const { client } = await bed.connected()
  const done = noted()
  client.subscribe('t', '{qos: 2}', done)
  client.publish('t', 'x', 'retain', done)
  await bed.settle()
  same(errors(done), [null, null])
  assert.equal(bed.broker.got('subscribe')[0].subscriptions[0].qos, 0)
})

scenario('a clientId that is no text is replaced by a random one', async bed => {
  const { client } = await bed.connected({ clientId: 1700000000000 })
  assert.match(client.options.clientId, /^mqttjs_[0-9a-f]{1,8}$/)
})
