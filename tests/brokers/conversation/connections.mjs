/** Steps about connections and sessions. */
import assert from 'node:assert/strict'
import { messages } from '../../harness/tcp-phone.mjs'
import { joined, onlyLast } from './messages.mjs'

export const CONNECTION_STEPS = [
  {
    name: 'connect',
    title: { zh: '连接', en: 'Connect' },
    async run(bed) {
      const { client, connack } = await bed.online()
      assert.deepEqual([client.connected, connack.sessionPresent], [true, false])
      await client.endAsync()
    },
  },
  {
    name: 'emptyId',
    title: { zh: '空客户端标识', en: 'Empty client identifier' },
    applies: version => version > 3, // which wants 1 to 23 characters
    run: bed => bed.online({ clientId: '' }),
  },
  {
    name: 'keepAlive',
    title: { zh: '心跳', en: 'Keep alive' },
    async run(bed) {
      const { client } = await bed.online({ keepalive: 2 })
      let answers = 0
      await new Promise(resolve => {
        client.on('packetreceive', ({ cmd }) => cmd === 'pingresp' && ++answers === 2 && resolve())
      })
      assert.equal(bed.life(client).closes, 0, 'the connection ended')
    },
  },
  {
    name: 'will',
    title: { zh: '遗嘱', en: 'Will' },
    async run(bed) {
      const { client: watcher } = await bed.online()
      const topic = bed.name('will')
      await watcher.subscribeAsync(topic, { qos: 1 })
      const will = { topic, payload: 'gone', qos: 1 }
      const { client: dying } = await bed.online({ will, reconnectPeriod: 0 })
      const gone = messages(watcher, 1)
      bed.drop(dying)
      assert.equal((await gone)[0].text, 'gone')
    },
  },
  {
    name: 'noWill',
    title: { zh: '正常断开后无遗嘱', en: 'No will after a clean end' },
    async run(bed) {
      const { client: watcher } = await bed.online()
      const topic = bed.name('will')
      await watcher.subscribeAsync(topic, { qos: 1 })
      const will = { topic, payload: 'gone', qos: 1 }
      const { client: leaving } = await bed.online({ will })
      await leaving.endAsync()
      const { client: later } = await bed.online() // by then the broker has seen the end
      await onlyLast(watcher, later, topic)
    },
  },
  {
    name: 'session',
    title: { zh: '持久会话与离线消息', en: 'Kept session, offline message' },
    async run(bed) {
      const topic = bed.name('offline')
      const options = bed.lasting()
      const { client: first } = await bed.online(options)
      await first.subscribeAsync(topic, { qos: 1 })
      await first.endAsync()
      const { client: publisher } = await bed.online()
      await publisher.publishAsync(topic, 'while you were away', { qos: 1 })
      const back = bed.connect(options)
      const missed = messages(back, 1)
      const { sessionPresent } = await bed.connack(back)
      assert.equal((await missed)[0].text, 'while you were away')
      // MQTT 3.1 has no such flag
      if (bed.version > 3) assert.equal(sessionPresent, true, 'session present')
    },
  },
  {
    name: 'cleanAgain',
    title: { zh: '清除会话', en: 'Session ended by clean' },
    async run(bed) {
      const topic = bed.name('clean')
      const { clientId, ...kept } = bed.lasting()
      const { client: first } = await bed.online({ clientId, ...kept })
      await first.subscribeAsync(topic, { qos: 1 })
      await first.endAsync()
      const { client: anew, connack } = await bed.online({ clientId, clean: true })
      assert.equal(connack.sessionPresent, false)
      await anew.subscribeAsync(`${topic}/end`, { qos: 1 })
      const { client: publisher } = await bed.online()
      await publisher.publishAsync(topic, 'for the one before', { qos: 1 })
      await onlyLast(anew, publisher, `${topic}/end`)
    },
  },
  {
    name: 'reconnect',
    title: { zh: '断线重连与重新订阅', en: 'Reconnect, subscribed again' },
    async run(bed) {
      const [one, two] = await bed.pair()
      const topic = bed.name('reconnect')
      await two.subscribeAsync(topic, { qos: 1 })
      for (const text of ['first', 'second']) {
        const again = event(two, 'connect')
        bed.drop(two)
        await event(two, 'close')
        const published = two.publishAsync(`${topic}/up`, text, { qos: 1 }) // offline: it waits
        await again
        await published
        await subscribed(two, topic)
        const next = messages(two, 1)
        await one.publishAsync(topic, text, { qos: 1 })
        assert.equal((await next)[0].text, text)
      }
    },
  },
  {
    name: 'unfinished',
    title: { zh: '断线后续传，QoS 1', en: 'QoS 1 finished after a break' },
    run: bed => finishedAfterBreak(bed, 1),
  },
  {
    name: 'unfinished2',
    title: { zh: '断线后续传，QoS 2', en: 'QoS 2 finished after a break, once' },
    run: bed => finishedAfterBreak(bed, 2),
  },
  {
    name: 'takeover',
    title: { zh: '同标识登录顶替', en: 'Taken over by the same identifier' },
    async run(bed) {
      const clientId = bed.name('same')
      const { client: first } = await bed.online({ clientId, reconnectPeriod: 0 })
      const closed = event(first, 'close')
      const { client: second } = await bed.online({ clientId })
      await closed
      await second.publishAsync(bed.name('takeover'), 'x', { qos: 1 })
      assert.deepEqual([first.connected, second.connected], [false, true])
    },
  },
]

/** The next event, whatever errors come before it. */
export function event(client, name) {
  return new Promise(resolve => client.once(name, resolve))
}

/** A subscription that the client makes by itself is the server's once a later one is granted. */
async function subscribed(client, topic) {
  await client.subscribeAsync(topic, { qos: 1, resubscribe: true })
}

/** 20 messages; the connection of the publisher breaks once five are acknowledged. */
async function finishedAfterBreak(bed, qos) {
  const { client: to } = await bed.online()
  const { client: from } = await bed.online(bed.lasting())
  const topic = bed.name('break')
  await to.subscribeAsync([topic, `${topic}/end`], { qos })
  const heard = []
  to.on('message', (on, payload) => on === topic && heard.push(`${payload}`))
  const texts = Array.from({ length: 20 }, (_, at) => `${at}`)
  let acknowledged = 0
  from.on('packetreceive', ({ cmd }) => {
    if (['puback', 'pubrec'].includes(cmd) && ++acknowledged === 5) bed.drop(from)
  })
  const published = texts.map(text => from.publishAsync(topic, text, { qos }))
  await Promise.all(published)
  const last = new Promise(resolve => to.on('message', on => on !== topic && resolve()))
  await from.publishAsync(`${topic}/end`, 'last', { qos })
  await last
  const once = heard.filter((text, at) => heard.indexOf(text) === at)
  assert.equal(joined(once), joined(texts))
  if (qos === 2) assert.equal(heard.length, texts.length, 'a message came twice')
}
