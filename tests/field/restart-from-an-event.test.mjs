/**
 * Pages that connect again from inside an event or a callback, while the server or the network stays bad: the
 * first time at once, after that under a backoff, and never so often that the server has to defend itself.
 */
import assert from 'node:assert/strict'
import { kind } from './pages.mjs'

const page = kind('在事件里重新连接', 'Connecting again from inside an event')

/** What may go wrong with every attempt, told to the broker. */
const FAULTS = {
  'no socket opens': ({ phone }) => {
    phone.fake.onSocket = socket => socket.fail('connectSocket:fail timeout')
  },
  'the server closes': bed => {
    bed.broker.answers.connect = () => {
      bed.broker.socket.close()
      return []
    }
  },
  'the server accepts, and closes': bed => {
    bed.broker.answers.connect = () => {
      const { socket } = bed.broker
      bed.phone.fake.later(() => socket.close())
      return { cmd: 'connack', returnCode: 0, sessionPresent: false }
    }
  },
  'the login is refused': bed => {
    bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  },
}

/** The ways in which a page connects again. */
const RESTARTS = {
  'close: reconnect()': client => client.on('close', () => client.reconnect()),
  'error: reconnect()': client => client.on('error', () => client.reconnect()),
  'offline: reconnect()': client => client.on('offline', () => client.reconnect()),
  'close and error: reconnect()': client =>
    client.on('close', () => client.reconnect()).on('error', () => client.reconnect()),
  'close: end(true), then reconnect()': client =>
    client.on('close', () => client.end(true, () => client.reconnect())),
  'error: end(true), then reconnect()': client =>
    client.on('error', () => client.end(true, () => client.reconnect())),
  'close: end(), and end: reconnect()': client =>
    client.on('close', () => client.end()).on('end', () => client.reconnect()),
  'reconnect: reconnect()': client => {
    let deep = 0 // a page would overflow its stack
    client.on('reconnect', () => deep++ < 50 && client.reconnect())
  },
  'close: reconnect() a moment later': (client, { phone }) =>
    client.on('close', () => phone.clock.setTimeout(() => client.reconnect(), 10)),
  'the callback of a message: reconnect()': client => {
    const send = () => client.publish('t', 'm', error => error && client.reconnect())
    client.on('close', send)
    client.subscribe('t', error => error && client.reconnect())
  },
}

/** Attempts in 20 seconds: an automatic backoff makes about six. */
const MOST = 15

for (const [fault, breaks] of Object.entries(FAULTS)) {
  for (const [restart, listen] of Object.entries(RESTARTS)) {
    page(`${fault}; ${restart}`, async bed => {
      breaks(bed)
      const { client } = bed.connect()
      listen(client, bed)
      for (let second = 0; second < 20; second++) {
        await bed.pass(1000)
        const { length } = bed.phone.fake.sockets
        assert.ok(length >= 1 && length <= MOST, `${length} attempts in 20 s`)
      }
    })
  }
}

page('the login is refused; error: reconnect(), reconnectPeriod 0', async bed => {
  FAULTS['the login is refused'](bed)
  const { client } = bed.connect({ reconnectPeriod: 0 })
  client.on('error', () => client.reconnect())
  await bed.pass(20_000)
  assert.ok(bed.phone.fake.sockets.length <= MOST)
})

page('the first restart is made at once', async bed => {
  const { client } = await bed.connected({ reconnectPeriod: 0 })
  client.once('close', () => client.reconnect())
  await bed.drop()
  assert.equal(client.connected, true)
})

page('a restart that had to wait is made, and connects', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { client } = bed.connect()
  client.on('error', () => client.reconnect())
  await bed.pass(5000)
  bed.accepts({})
  await bed.pass(60_000)
  assert.equal(client.connected, true)
})

page('a button that is tapped after a minute connects at once', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 5, sessionPresent: false })
  const { client } = bed.connect({ reconnectPeriod: 0 })
  for (let tap = 0; tap < 6; tap++) {
    await bed.settle()
    client.reconnect()
  }
  await bed.pass(60_000)
  bed.accepts({})
  client.reconnect()
  await bed.settle()
  assert.equal(client.connected, true)
})

page('a wrong wasmPath, and error: reconnect()', async bed => {
  const loads = []
  const { client } = bed.connect({ wasmPath: '/nowhere.wasm.br' })
  client.on('error', error => loads.push(error)).on('close', () => client.reconnect())
  await bed.pass(60_000)
  assert.ok(bed.phone.fake.sockets.length <= MOST)
  client.removeAllListeners().end(true)
})
