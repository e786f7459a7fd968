/** The methods that give promises, and connectAsync. */
import assert from 'node:assert/strict'
import { errors, noted, pick, same, scenario } from './scenario.mjs'

/** What becomes of a promise: notes it as a callback would. */
function outcome(promise) {
  const done = noted()
  promise.then(
    value => done(null, value),
    error => done(error),
  )
  return done
}

scenario('publishAsync', async bed => {
  const { client } = await bed.connected()
  const [zero, one] = [
    outcome(client.publishAsync('t', 'x')),
    outcome(client.publishAsync('t', 'x', { qos: 1 })),
  ]
  await bed.settle()
  same(errors(zero), [null])
  same(pick(one.calls[0][1], 'cmd', 'topic', 'qos'), { cmd: 'publish', topic: 't', qos: 1 })
})

scenario('subscribeAsync has the granted, unsubscribeAsync the UNSUBACK', async bed => {
  const { client } = await bed.connected()
  const subscribed = outcome(client.subscribeAsync(['a', 'b'], { qos: 1 }))
  await bed.settle()
  same(
    subscribed.calls[0][1].map(entry => pick(entry, 'topic', 'qos')),
    [
      { topic: 'a', qos: 1 },
      { topic: 'b', qos: 1 },
    ],
  )
  const unsubscribed = outcome(client.unsubscribeAsync('a'))
  await bed.settle()
  assert.equal(unsubscribed.calls[0][1].cmd, 'unsuback')
})

scenario('a failure is a rejection', async bed => {
  const { client, log } = await bed.connected()
  bed.broker.answers.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId, granted: [128] })
  const refused = outcome(client.subscribeAsync('bad'))
  const invalid = outcome(client.subscribeAsync('a+'))
  const empty = outcome(client.unsubscribeAsync([]))
  await bed.settle()
  same(errors(refused), ['Subscribe error: Unspecified error'])
  same(errors(invalid), ['Invalid topic a+'])
  same(errors(empty), ['Invalid topic empty_topic_list'])
  same(log, [])
})

for (const args of [[], [true], [false, {}]]) {
  scenario(`endAsync(${args.map(arg => JSON.stringify(arg))})`, async bed => {
    const { client, log } = await bed.connected()
    const ended = outcome(client.endAsync(...args))
    await bed.settle()
    same(errors(ended), [null])
    same(log, ['close', 'end'])
    const rejected = outcome(client.publishAsync('t', 'x'))
    await bed.settle()
    same(errors(rejected), ['client disconnecting'])
  })
}

for (const [form, args] of [
  ['a URL', ['wxs://host/mqtt']],
  ['a URL and options', ['wxs://host/mqtt', { clientId: 'id' }]],
  ['options', [{ protocol: 'wxs', host: 'host', path: '/mqtt' }]],
]) {
  scenario(`connectAsync with ${form} gives a client that is connected`, async bed => {
    const made = outcome(bed.mqtt.connectAsync(...args))
    await bed.settle()
    const [[error, client]] = made.calls
    assert.equal(error, null)
    assert.equal(client.connected, true)
    assert.ok(client instanceof bed.mqtt.MqttClient)
  })
}

scenario('connectAsync fails with the refusal', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const made = outcome(bed.mqtt.connectAsync('wxs://host/mqtt'))
  await bed.settle()
  same(errors(made), ['Connection refused: Not authorized'])
  await bed.pass(120_000)
  assert.equal(bed.phone.fake.openSockets.length, 0, 'nobody has the client: it is let go')
})

scenario('connectAsync tries again where it may', async bed => {
  const { onSocket } = bed.phone.fake
  bed.phone.fake.onSocket = socket => socket.close()
  const made = outcome(bed.mqtt.connectAsync('wxs://host/mqtt'))
  await bed.settle()
  assert.equal(made.calls.length, 0)
  bed.phone.fake.onSocket = onSocket
  await bed.pass(2000)
  same(errors(made), [null])
})

scenario('connectAsync without retries fails at the first close', async bed => {
  bed.phone.fake.onSocket = socket => socket.close()
  const made = outcome(bed.mqtt.connectAsync('wxs://host/mqtt', {}, false))
  await bed.pass(120_000)
  same(errors(made), ["Couldn't connect to server"])
  assert.equal(bed.phone.fake.sockets.length, 1)
})
