/** What takes time: keep alive, connectTimeout and reconnectPeriod. */
import assert from 'node:assert/strict'
import { noted, same, scenario } from './scenario.mjs'

scenario('an idle connection is kept alive', async bed => {
  const { client, log } = await bed.connected({ keepalive: 10 })
  await bed.pass(100_000)
  const pings = bed.broker.got('pingreq').length
  assert.ok(pings >= 9 && pings <= 20, `${pings} pings in ten keep alives`)
  same(log, [])
  assert.equal(client.connected, true)
})

scenario('the server hears from the client within each keep alive', async bed => {
  await bed.connected({ keepalive: 10 })
  for (let at = 0; at < 20; at++) {
    const before = bed.broker.packets.length
    await bed.pass(10_100)
    assert.ok(bed.broker.packets.length > before, `[MQTT-3.1.2-20], keep alive ${at}`)
  }
})

scenario('keepalive 0 pings never', async bed => {
  const { client } = await bed.connected({ keepalive: 0 })
  await bed.pass(3_600_000)
  assert.equal(bed.broker.got('pingreq').length, 0)
  assert.equal(client.connected, true)
})

scenario(
  'a PINGRESP that does not come is the error Keepalive timeout, and an outage',
  async bed => {
    const { client, log } = await bed.connected({ keepalive: 10, reconnectPeriod: 60_000 })
    bed.mute('pingreq')
    await bed.pass(16_000)
    assert.equal(client.connected, false)
    same([...log].sort(), ['close', 'error Keepalive timeout', 'offline'])
  },
)

scenario('sendPing sends PINGREQ', async bed => {
  const { client } = await bed.connected()
  client.sendPing()
  await bed.settle()
  assert.equal(bed.broker.got('pingreq').length, 1)
})

const silenceDefect = 'it is silent for longer than the keep alive time [MQTT-3.1.2-23]'
scenario('reschedulePing does not break the keep alive', { defect: silenceDefect }, async bed => {
  const { client } = await bed.connected({ keepalive: 10 })
  for (let at = 0; at < 20; at++) {
    await bed.pass(4000)
    client.reschedulePing()
  }
  assert.ok(bed.broker.got('pingreq').length >= 7)
})

scenario('client.keepalive is in seconds', async bed => {
  const { client } = await bed.connected({ keepalive: 10 })
  assert.equal(client.keepalive, 10)
})

scenario('a socket that does not open is a connack timeout', async bed => {
  bed.phone.fake.onSocket = () => {}
  const { log } = bed.connect({ connectTimeout: 5000, reconnectPeriod: 60_000 })
  await bed.pass(4500)
  same(log, [])
  await bed.pass(1000)
  assert.ok(log.includes('error connack timeout'), log.join())
})

scenario('a CONNACK that does not come is a connack timeout, then an outage', async bed => {
  bed.mute('connect')
  const { client, log } = bed.connect({ connectTimeout: 5000, reconnectPeriod: 60_000 })
  await bed.pass(4500)
  same(log, [])
  await bed.pass(1000)
  same([...log].sort(), ['close', 'error connack timeout', 'offline'])
  assert.equal(client.reconnecting, true)
})

scenario('connectTimeout is 30 s', async bed => {
  bed.mute('connect')
  const { log } = bed.connect()
  await bed.pass(29_500)
  same(log, [])
  await bed.pass(1000)
  assert.ok(log.includes('error connack timeout'))
})

for (const [name, options, period] of [
  ['1 s', {}, 1000],
  ['reconnectPeriod', { reconnectPeriod: 7000 }, 7000],
]) {
  scenario(`the first attempt comes after ${name}`, async bed => {
    const { log } = await bed.connected(options)
    bed.broker.socket.close()
    await bed.pass(period - 50)
    assert.ok(!log.includes('reconnect'))
    await bed.pass(100)
    assert.ok(log.includes('reconnect'))
  })
}

scenario(
  'attempts do not come at the same interval for ever',
  {
    defect: 'its period is fixed: all phones of a broker come back in the same second',
  },
  async bed => {
    bed.phone.fake.onSocket = socket => socket.close()
    const { client } = bed.connect()
    const times = []
    client.on('reconnect', () => times.push(bed.phone.clock.now))
    await bed.pass(120_000)
    assert.ok(times.length >= 3)
    const gaps = times.slice(1).map((time, at) => Math.round((time - times[at]) / 100))
    assert.ok(new Set(gaps).size > 1, `${gaps}`)
  },
)

scenario('a refused connection is not tried again by itself', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { log } = bed.connect()
  await bed.settle()
  bed.broker.socket.close()
  await bed.pass(120_000)
  assert.equal(log.filter(event => event === 'reconnect').length, 0)
})

scenario('it is with reconnectOnConnackError', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { client, log } = bed.connect({ reconnectOnConnackError: true })
  await bed.settle()
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 0, sessionPresent: false })
  await bed.drop()
  await bed.pass(60_000)
  assert.ok(log.includes('reconnect'))
  assert.equal(client.connected, true)
})

scenario('after end() no timer is left', async bed => {
  const { client } = await bed.connected({ keepalive: 10 })
  const done = noted()
  client.end(done)
  await bed.settle()
  assert.equal(done.calls.length, 1)
  await bed.pass(3_600_000)
  assert.equal(bed.phone.clock.pending, 0)
  assert.equal(bed.broker.got('pingreq').length, 0)
})
