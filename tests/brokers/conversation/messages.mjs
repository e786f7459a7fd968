/** Steps about messages: qualities of service, contents, topics. */
import assert from 'node:assert/strict'
import { messages } from '../../harness/tcp-phone.mjs'

export const MESSAGE_STEPS = [
  ...[0, 1, 2].map(qos => ({
    name: `qos${qos}`,
    title: { zh: `QoS ${qos} 双向`, en: `QoS ${qos}, both ways` },
    run: bed => bothWays(bed, qos),
  })),
  ...[1, 2].map(qos => ({
    name: `parallel${qos}`,
    title: { zh: `50 条并发，QoS ${qos}`, en: `50 in parallel, QoS ${qos}` },
    run: bed => inParallel(bed, qos),
  })),
  {
    name: 'retained',
    title: { zh: '保留消息', en: 'Retained message' },
    async run(bed) {
      const [one, two] = await bed.pair()
      const topic = bed.name('retained')
      await one.publishAsync(topic, 'kept', { qos: 1, retain: true })
      const first = messages(two, 1)
      await two.subscribeAsync(topic, { qos: 1 })
      const [{ text, packet }] = await first
      assert.deepEqual([text, packet.retain], ['kept', true])
      await one.publishAsync(topic, '', { qos: 1, retain: true })
      const { client: late } = await bed.online()
      await late.subscribeAsync([topic, `${topic}/end`], { qos: 1 })
      await onlyLast(late, one, `${topic}/end`)
    },
  },
  {
    name: 'wildcards',
    title: { zh: '通配符', en: 'Wildcards' },
    async run(bed) {
      const [one, two] = await bed.pair()
      const root = bed.name('wild')
      await two.subscribeAsync([`${root}/+/c`, `${root}/x/#`], { qos: 1 })
      const found = messages(two, 4)
      const topics = ['b/c', 'x', 'x/y/z', 'b/c/d', 'b', '/c'].map(name => `${root}/${name}`)
      for (const topic of topics) await one.publishAsync(topic, topic, { qos: 1 })
      assert.deepEqual(
        (await found).map(({ topic }) => topic).sort(),
        [`${root}/b/c`, `${root}/x`, `${root}/x/y/z`, `${root}//c`].sort(),
      )
      await onlyLast(two, one, `${root}/x/end`)
    },
  },
  {
    name: 'unicode',
    title: { zh: '中文主题与内容', en: 'Unicode topic and payload' },
    run: bed => carries(bed, '设备/温度🌡/é', '你好，世界 🚀'),
  },
  {
    name: 'empty',
    title: { zh: '空内容', en: 'Empty payload' },
    run: bed => carries(bed, 'empty', ''),
  },
  {
    name: 'large',
    title: { zh: '300 KB 内容', en: '300 KB payload' },
    run: bed => carries(bed, 'large', 'x'.repeat(300_000)),
  },
  {
    name: 'unsubscribe',
    title: { zh: '退订', en: 'Unsubscribe' },
    async run(bed) {
      const [one, two] = await bed.pair()
      const topic = bed.name('unsubscribe')
      await two.subscribeAsync([topic, `${topic}/end`], { qos: 1 })
      await two.unsubscribeAsync(topic)
      await one.publishAsync(topic, 'not for anybody', { qos: 1 })
      await onlyLast(two, one, `${topic}/end`)
    },
  },
  {
    name: 'shared',
    title: { zh: '共享订阅', en: 'Shared subscription' },
    async run(bed) {
      const workers = await bed.pair()
      const { client: publisher } = await bed.online()
      const topic = bed.name('work')
      const heard = []
      const all = new Promise(resolve => {
        for (const worker of workers) {
          worker.on('message', (on, payload) => {
            if (on === topic && heard.push(`${payload}`) === 20) resolve()
          })
        }
      })
      for (const worker of workers) {
        const granted = await worker.subscribeAsync(`$share/group/${topic}`, { qos: 1 })
        assert.equal(granted[0].qos, 1)
      }
      for (let at = 0; at < 20; at++) await publisher.publishAsync(topic, `${at}`, { qos: 1 })
      await all
      for (const worker of workers) await worker.subscribeAsync(`${topic}/end`, { qos: 1 })
      await Promise.all(workers.map(worker => onlyLast(worker, publisher, `${topic}/end`)))
      assert.deepEqual([heard.length, new Set(heard).size], [20, 20], 'each message came once')
    },
  },
]

/**
 * The next message of a client is the last one that another publishes to `topic`, which shows that
 * nothing came before it.
 */
export async function onlyLast(to, from, topic) {
  const next = messages(to, 1)
  await from.publishAsync(topic, 'last', { qos: 1 })
  const [message] = await next
  assert.deepEqual([message.topic, message.text], [topic, 'last'])
}

/** Texts in their order, short enough for a report. */
export function joined(texts) {
  return texts.join(' ')
}

async function bothWays(bed, qos) {
  const [one, two] = await bed.pair()
  const root = bed.name('both')
  for (const [from, to, name] of [
    [one, two, 'there'],
    [two, one, 'back'],
  ]) {
    const topic = `${root}/${name}`
    const [grant] = await to.subscribeAsync(topic, { qos })
    assert.equal(grant.qos, qos, 'granted')
    const next = messages(to, 1)
    await from.publishAsync(topic, 'hello', { qos })
    const [message] = await next
    assert.deepEqual([message.topic, message.text, message.packet.qos], [topic, 'hello', qos])
  }
}

async function inParallel(bed, qos) {
  const [one, two] = await bed.pair()
  const topic = bed.name('parallel')
  await two.subscribeAsync([topic, `${topic}/end`], { qos })
  const texts = Array.from({ length: 50 }, (_, at) => `${at}`)
  const found = messages(two, 50)
  await Promise.all(texts.map(text => one.publishAsync(topic, text, { qos })))
  assert.equal(joined((await found).map(({ text }) => text)), joined(texts))
  await onlyLast(two, one, `${topic}/end`)
}

async function carries(bed, name, text) {
  const [one, two] = await bed.pair()
  const topic = `${bed.name('content')}/${name}`
  await two.subscribeAsync(topic, { qos: 1 })
  for (const qos of [0, 1]) {
    const next = messages(two, 1)
    await one.publishAsync(topic, text, { qos })
    const [message] = await next
    assert.equal(message.topic, topic)
    assert.ok(message.text === text, `${message.text.length} characters in place of ${text.length}`)
  }
}
