/**
 * Clients that a page holds in its data. Pages and their frameworks walk, copy and wrap what they hold:
 * JSON, setData, deep copies, the getters of Vue 2, the deep reactive proxies of Vue 3.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record } from '../harness/scripted-broker.mjs'
import { ADDRESS, connected, mute, noted, plain, setup } from '../harness/scenario.mjs'

/** Everything that a page can hold, in a state in which it has listeners and requests. */
async function held() {
  const world = await connected({ clientId: 'c' })
  const { client, mqtt, broker, settle } = world
  mute(broker, 'publish')
  client.subscribe('a', { onMessage: () => undefined })
  client.publish('t', 'x', { qos: 1 })
  client.stream.on('close', () => undefined)
  await settle()
  const store = new mqtt.Store()
  store.put({ cmd: 'publish', messageId: 1, topic: 't', payload: 'x', qos: 1 })
  const things = {
    client,
    stream: client.stream,
    incomingStore: client.incomingStore,
    messageIdProvider: client.messageIdProvider,
    store,
    packetStream: store.createStream(),
    defaultIds: new mqtt.DefaultMessageIdProvider(),
    uniqueIds: new mqtt.UniqueMessageIdProvider(),
    keepaliveManager: new mqtt.KeepaliveManager(client),
  }
  return { ...world, things }
}

test('a client is written as JSON, with its state and its options', async () => {
  const { things, client } = await held()
  for (const [name, thing] of Object.entries(things)) {
    assert.doesNotThrow(() => JSON.stringify(thing), name)
  }
  const { connected, reconnecting, disconnecting, disconnected, options } = plain(client)
  assert.deepEqual(
    [connected, reconnecting, disconnecting, disconnected],
    [true, false, false, false],
  )
  assert.equal(options.clientId, 'c')
  client.end()
  assert.equal(plain(client).disconnecting, true)
})

test('what a page holds can be copied deeply, and nothing of it leads back to a client', async () => {
  const { things, client } = await held()
  for (const [name, thing] of Object.entries(things)) {
    assert.doesNotThrow(() => structuredClone({ ...thing }), name)
    assert.doesNotThrow(() => deepCopy(thing), name)
    for (const { path, value } of walk(thing, name)) {
      assert.ok(value !== client || path === name, `${path} is the client`)
      assert.notEqual(typeof value, 'function', `${path} is a function`)
    }
  }
})

test('for…in finds data only', async () => {
  const { client } = await held()
  const names = []
  for (const name in client) names.push(name)
  assert.deepEqual(names.sort(), [
    '_reconnectCount',
    'connected',
    'disconnected',
    'disconnecting',
    'incomingStore',
    'messageIdProvider',
    'options',
    'outgoingStore',
    'reconnecting',
    'stream',
  ])
})

test('a client whose properties became getters, as in Vue 2, goes on as before', async () => {
  const world = setup()
  const { mqtt, broker, phone } = world
  const client = mqtt.connect(ADDRESS, { clientId: 'c', clean: false })
  observe(client)
  const log = record(client)
  await phone.settle()
  await useIt({ ...world, client, log })
  assert.deepEqual(phone.uncaught, [])
  assert.equal(broker.got('connect').length, 3)
})

test('a client behind a deep reactive proxy, as in Vue 3, works in full', async () => {
  const world = setup()
  const { mqtt, broker, phone } = world
  const page = reactive({ client: null })
  const client = mqtt.connect(ADDRESS, { clientId: 'c', clean: false })
  page.client = client
  assert.notEqual(page.client, client, 'the page has a proxy')
  const log = record(page.client)
  await phone.settle()
  await useIt({ ...world, client: page.client, log })
  assert.deepEqual(phone.uncaught, [])
  assert.deepEqual(phone.violations, [])
  assert.equal(broker.got('connect').length, 3)
})

test('listeners that were added through a proxy get the real events, and the client as this', async () => {
  const { client, broker, settle } = await connected()
  const proxy = reactive({ client }).client
  const heard = noted()
  proxy.on('message', function (topic, payload) {
    heard(this === client, topic, `${payload}`, payload.constructor === client.constructor)
  })
  const once = noted()
  proxy.once('message', once).prependListener('packetreceive', noted())
  broker.send({ cmd: 'publish', topic: 't', payload: '好', qos: 0 })
  broker.send({ cmd: 'publish', topic: 't', payload: '好', qos: 0 })
  await settle()
  assert.deepEqual(heard.calls[0].slice(0, 3), [true, 't', '好'])
  assert.equal(once.calls.length, 1)
  assert.equal(client.listenerCount('message'), 2, 'of the log and of the page')
  const listener = noted()
  proxy.on('close', listener)
  client.off('close', listener)
  assert.equal(proxy.listenerCount('close'), 1)
})

test('what an application replaces or brings along through a proxy is used', async () => {
  const { client, broker, mqtt, phone, settle } = await connected({ clean: false })
  const page = reactive({ client, store: new mqtt.Store({ clean: false }) })
  const messages = noted()
  page.client.handleMessage = (packet, done) => {
    messages(packet.topic)
    done()
  }
  broker.send({ cmd: 'publish', topic: 'held', payload: 'x', qos: 1, messageId: 1 })
  await settle()
  assert.deepEqual(messages.calls, [['held']])
  assert.equal(broker.got('puback').length, 1)

  page.client.end(true)
  await settle()
  page.client.reconnect({ outgoingStore: page.store, incomingStore: new mqtt.Store() })
  await settle()
  const answer = mute(broker, 'publish')
  page.client.publish('t', 'x', { qos: 1 })
  await settle()
  const found = noted()
  page.store.get({ messageId: page.client.getLastMessageId() }, found)
  assert.equal(found.calls[0][1].topic, 't')
  answer()
  broker.socket.close()
  await phone.pass(5000)
  page.client.queueQoSZero = false
  assert.equal(client.queueQoSZero, false)
  assert.deepEqual(plain(page.client.outgoing), {})
})

test('stores, ids and streams work behind a proxy', async () => {
  const { mqtt, settle } = setup()
  const page = reactive({ store: new mqtt.Store(), ids: new mqtt.UniqueMessageIdProvider() })
  page.store.put({ cmd: 'publish', messageId: 7 }, () => undefined)
  const found = noted()
  page.store.get({ messageId: 7 }, found)
  assert.equal(found.calls[0][1].messageId, 7)
  page.stream = page.store.createStream()
  const data = noted()
  page.stream.on('data', packet => data(packet.messageId))
  await settle()
  assert.deepEqual(data.calls, [[7]])
  assert.deepEqual([page.ids.allocate(), page.ids.allocate()], [1, 2])
  page.ids.deallocate(1)
  assert.equal(page.ids.allocate(), 1)
})

/** What a page does with a client, over an outage, an end and a return. `client` may be wrapped. */
async function useIt({ client, log, broker, phone }) {
  const done = noted()
  assert.equal(client.connected, true)
  assert.equal(client.subscribe('t', { qos: 1 }, done), client)
  client.publish('t', 'one', { qos: 1 }, done)
  await phone.settle()
  assert.deepEqual(
    done.calls.map(([error]) => error),
    [null, null],
  )
  assert.ok(log.includes('message t one'))

  broker.socket.close() // the network is lost, and comes back
  await phone.pass(5000)
  assert.equal(client.connected, true, log.join())
  client.stream.destroy()
  await phone.pass(5000)
  assert.equal(client.connected, true, log.join())
  client.publish('t', 'two')
  await phone.settle()
  assert.ok(log.includes('message t two'), 'it is subscribed as before')

  const ended = noted()
  assert.equal(client.end(ended), client)
  await phone.settle()
  assert.equal(ended.calls.length, 1)
  assert.deepEqual([client.connected, client.disconnected], [false, true])
  assert.deepEqual(phone.fake.openSockets, [])
  assert.deepEqual(
    log.filter(entry => entry.startsWith('error')),
    [],
  )
}

/** A deep reactive proxy as Vue 3 makes one: objects that are read through it are wrapped, too. */
function reactive(target) {
  if (proxies.has(target)) return proxies.get(target)
  const proxy = new Proxy(target, {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver)
      return isWrapped(value) ? reactive(value) : value
    },
    set: (object, key, value, receiver) =>
      Reflect.set(object, key, raw.get(value) ?? value, receiver),
  })
  proxies.set(target, proxy)
  raw.set(proxy, target)
  return proxy
}

const proxies = new WeakMap()
const raw = new WeakMap()

/** Plain objects and instances of classes, arrays, maps and sets: no functions and no bytes. */
function isWrapped(value) {
  const type = Object.prototype.toString.call(value).slice(8, -1)
  return ['Object', 'Array', 'Map', 'Set', 'WeakMap', 'WeakSet'].includes(type)
}

/** Makes own enumerable properties getters and setters, deeply, as Vue 2 does. */
function observe(object, seen = new Set()) {
  if (seen.has(object) || !isWrapped(object) || !Object.isExtensible(object)) return
  seen.add(object)
  for (const key of Object.keys(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key)
    if (!descriptor.configurable) continue
    let value = object[key]
    const { get, set } = descriptor
    Object.defineProperty(object, key, {
      enumerable: true,
      configurable: true,
      get: () => (get ? get.call(object) : value),
      set(changed) {
        if (get && !set) return
        if (set) set.call(object, changed)
        else value = changed
        observe(changed, seen)
      },
    })
    observe(value, seen)
  }
}

/** Every value that can be reached by own enumerable properties. A circle would never end. */
function* walk(value, path, depth = 0) {
  assert.ok(depth < 20, `${path} never ends`)
  yield { path, value }
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return
  for (const key of Object.keys(value)) yield* walk(value[key], `${path}.${key}`, depth + 1)
}

/** A copy as frameworks make one, by own enumerable properties; the prototype is kept. */
function deepCopy(value, depth = 0) {
  assert.ok(depth < 20, 'the copy never ends')
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(one => deepCopy(one, depth + 1))
  const copy = Object.create(Object.getPrototypeOf(value))
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, { value: deepCopy(value[key], depth + 1), enumerable: true })
  }
  return copy
}
