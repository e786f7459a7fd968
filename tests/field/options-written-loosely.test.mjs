/** Options as pages really write them: switches that are no booleans, and numbers from forms or storage. */
import assert from 'node:assert/strict'
import { pick, same } from '../parity/scenario.mjs'
import { kind } from './pages.mjs'

const switched = kind(
  '开关不写布尔值（1、0、非空文本）',
  'Switches that are not booleans (1, 0, a text)',
)

for (const retain of [1, 'true', {}]) {
  switched(`will: { retain: ${JSON.stringify(retain)} } is retained`, async bed => {
    await bed.connected({ will: { topic: 'w', payload: 'gone', retain } })
    assert.equal(bed.broker.got('connect')[0].will.retain, true)
  })
}

switched('will: { retain: 0 } is not retained', async bed => {
  await bed.connected({ will: { topic: 'w', payload: 'gone', retain: 0 } })
  assert.equal(bed.broker.got('connect')[0].will.retain, false)
})

for (const [clean, expected] of [
  [1, true],
  ['yes', true],
  [0, false],
  ['', false],
  [null, false],
]) {
  switched(`clean: ${JSON.stringify(clean)} is ${expected}`, async bed => {
    await bed.connected({ clean, clientId: 'c' })
    assert.equal(bed.broker.got('connect')[0].clean, expected)
  })
}

switched('publish with retain: 1 and dup: 1', async bed => {
  const { client } = await bed.connected()
  client.publish('t', 'm', { qos: 1, retain: 1, dup: 1 })
  await bed.settle()
  same(pick(bed.broker.got('publish')[0], 'retain', 'dup'), { retain: true, dup: true })
})

switched('queueQoSZero: 0 does not keep a message', async bed => {
  const { client } = bed.connect({ queueQoSZero: 0 })
  client.publish('t', 'm')
  await bed.settle()
  assert.equal(client.connected, true)
  same(bed.broker.got('publish'), [])
})

for (const [resubscribe, expected] of [
  [0, 0],
  ['', 0],
  [1, 1],
]) {
  switched(`resubscribe: ${JSON.stringify(resubscribe)}`, async bed => {
    const { client } = await bed.connected({ resubscribe })
    client.subscribe('t')
    await bed.settle()
    bed.broker.packets.length = 0
    await bed.outage()
    assert.equal(bed.broker.got('subscribe').length, expected)
  })
}

switched('subscribe with nl: 1 and rap: 1', { version: 5 }, async bed => {
  const { client } = await bed.connected()
  client.subscribe('t', { qos: 1, nl: 1, rap: 1 })
  await bed.settle()
  same(pick(bed.broker.got('subscribe')[0].subscriptions[0], 'nl', 'rap'), { nl: true, rap: true })
})

switched('manualConnect: 1 waits for connect()', async bed => {
  const { client } = bed.connect({ manualConnect: 1 })
  await bed.settle()
  assert.equal(bed.broker.packets.length, 0)
  client.connect()
  await bed.settle()
  assert.equal(client.connected, true)
})

switched('a property that is a flag, as a number', { version: 5 }, async bed => {
  const { client } = await bed.connected()
  client.publish('t', 'm', { properties: { payloadFormatIndicator: 1 } })
  await bed.settle()
  assert.equal(bed.broker.got('publish')[0].properties.payloadFormatIndicator, true)
})

const numbered = kind('数字选项写成文本、false、null', 'Numbers written as text, false or null')

for (const reconnectPeriod of [false, null, '', '0']) {
  numbered(`reconnectPeriod: ${JSON.stringify(reconnectPeriod)} does not reconnect`, async bed => {
    const { client } = await bed.connected({ reconnectPeriod })
    await bed.drop()
    await bed.pass(60_000)
    assert.equal(bed.broker.got('connect').length, 1)
    assert.equal(client.connected, false)
  })
}

numbered("reconnectPeriod: '1000' reconnects", async bed => {
  const { client } = await bed.connected({ reconnectPeriod: '1000' })
  await bed.outage()
  assert.equal(client.connected, true)
})

for (const [keepalive, expected] of [
  ['60', 60],
  [' 30 ', 30],
  ['0', 0],
  [false, 0],
  [null, 0],
  ['', 0],
]) {
  numbered(`keepalive: ${JSON.stringify(keepalive)} is ${expected}`, async bed => {
    await bed.connected({ keepalive })
    assert.equal(bed.broker.got('connect')[0].keepalive, expected)
  })
}

numbered("connectTimeout: '5000' is five seconds", async bed => {
  bed.mute('connect')
  const { log } = bed.connect({ connectTimeout: '5000', reconnectPeriod: 0 })
  await bed.pass(4000)
  assert.equal(log.includes('close'), false)
  await bed.pass(2000)
  assert.equal(log.includes('close'), true)
})

for (const connectTimeout of [null, false, '', 0]) {
  numbered(`connectTimeout: ${JSON.stringify(connectTimeout)} connects`, async bed => {
    const { client } = bed.connect({ connectTimeout })
    await bed.settle()
    assert.equal(client.connected, true)
  })
}

numbered("protocolVersion: '4'", async bed => {
  await bed.connected({ protocolVersion: '4' })
  assert.equal(bed.broker.got('connect')[0].protocolVersion, 4)
})

numbered("publish with qos: '1'", async bed => {
  const { client } = await bed.connected()
  let answered
  client.publish('t', 'm', { qos: '1' }, error => (answered = error ?? 'ok'))
  await bed.settle()
  assert.equal(bed.broker.got('publish')[0].qos, 1)
  assert.equal(answered, 'ok')
})

numbered('publish with qos: null', async bed => {
  const { client } = await bed.connected()
  client.publish('t', 'm', { qos: null })
  await bed.settle()
  assert.equal(bed.broker.got('publish')[0].qos, 0)
})

numbered("subscribe with qos: '1'", async bed => {
  const { client } = await bed.connected()
  client.subscribe('t', { qos: '1' })
  await bed.settle()
  assert.equal(bed.broker.got('subscribe')[0].subscriptions[0].qos, 1)
})

numbered("will: { qos: '1' }", async bed => {
  await bed.connected({ will: { topic: 'w', payload: 'gone', qos: '1' } })
  assert.equal(bed.broker.got('connect')[0].will.qos, 1)
})

numbered("port: '8084'", async bed => {
  bed.connect({ port: '8084' })
  await bed.settle()
  assert.equal(bed.phone.fake.socket.url, 'wss://host:8084/mqtt')
})

numbered('user name and password that are null', async bed => {
  await bed.connected({ username: null, password: null })
  same(pick(bed.broker.got('connect')[0], 'username', 'password'), {})
})

numbered('a property that is a number, as text', { version: 5 }, async bed => {
  await bed.connected({ properties: { sessionExpiryInterval: '3600' } })
  assert.equal(bed.broker.got('connect')[0].properties.sessionExpiryInterval, 3600)
})

const refused = kind('没有意义的取值', 'Values without a meaning')

for (const options of [
  { keepalive: 'soon' },
  { keepalive: 70_000 },
  { keepalive: -1 },
  { reconnectPeriod: 'never' },
  { connectTimeout: {} },
  { protocolVersion: 'five' },
  { port: 'abc' },
  { port: 99_999 },
  { username: 5 },
  { password: 5 },
  { will: { topic: 'w', payload: {} } },
  { will: { topic: 'w', payload: 'x', qos: 3 } },
]) {
  refused(`connect with ${JSON.stringify(options)} is a clear error`, async bed => {
    assert.throws(() => bed.connect(options), /Invalid|Unsupported/)
  })
}

for (const qos of [3, 'high', {}, true]) {
  refused(`publish with qos: ${JSON.stringify(qos)} is a clear error`, async bed => {
    const { client } = await bed.connected()
    let failure
    client.publish('t', 'm', { qos }, error => (failure = error))
    await bed.settle()
    assert.match(failure?.message ?? 'no error', /qos/i)
    assert.equal(client.connected, true)
  })
}
