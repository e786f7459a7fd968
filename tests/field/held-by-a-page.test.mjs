/** Pages that hold the client where others walk, copy or wrap it. */
import assert from 'node:assert/strict'
import { kind } from './pages.mjs'

const walked = kind('页面遍历或复制 client', 'A client that is walked or copied')

/** As setData and stores copy: own enumerable properties, and no end if there is a circle. */
function copied(value, depth = 0) {
  assert.ok(depth < 200, 'a circle')
  if (value === null || typeof value !== 'object') return value
  const copy = Array.isArray(value) ? [] : {}
  for (const name of Object.keys(value)) copy[name] = copied(value[name], depth + 1)
  return copy
}

walked('JSON.stringify', async bed => {
  const { client } = await bed.connected()
  assert.equal(typeof JSON.stringify({ client }), 'string')
})

walked('a deep copy', async bed => {
  const { client } = await bed.connected()
  copied({ client })
  client.publish('t', 'm')
  await bed.settle()
  assert.equal(bed.broker.got('publish').length, 1)
})

const wrapped = kind(
  'client 放进响应式代理（Vue 3 ref 等）',
  'A client behind a deep proxy (Vue 3 ref and the like)',
)

/** As Vue's reactive: plain objects and lists that are read through a proxy are proxies, too. */
function reactive(target, known = new WeakMap()) {
  if (!/^\[object (Object|Array)\]$/.test(Object.prototype.toString.call(target))) return target
  if (!known.has(target)) {
    const get = (object, name, receiver) => {
      const value = Reflect.get(object, name, receiver)
      const { configurable = true, writable } = Reflect.getOwnPropertyDescriptor(object, name) ?? {}
      return configurable || writable ? reactive(value, known) : value
    }
    const set = (object, name, value, receiver) => Reflect.set(object, name, value, receiver)
    known.set(target, new Proxy(target, { get, set }))
  }
  return known.get(target)
}

wrapped('reconnect() comes back, with its subscriptions', async bed => {
  const { client } = await bed.connected()
  const held = reactive(client)
  held.subscribe('t', { qos: 1 })
  await bed.settle()
  held.reconnect()
  await bed.pass(5000)
  assert.equal(held.connected, true)
  assert.ok(bed.phone.fake.sockets.length <= 3)
})

wrapped('publish, subscribe, receive, and end', async bed => {
  const { client } = await bed.connected()
  const held = reactive(client)
  const heard = []
  held.on('message', (topic, payload) => heard.push(`${topic} ${payload}`))
  held.subscribe('t')
  await bed.settle()
  held.publish('t', 'hello')
  await bed.settle()
  assert.deepEqual(heard, ['t hello'])
  let ended = false
  held.end(true, () => (ended = true))
  await bed.settle()
  assert.equal(ended, true)
})
