/** Loading the module: where it is, what engines resolve to, and what happens when it fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { ofAnotherVersion, wasm } from '../harness/package.mjs'
import { Phone } from '../harness/phone.mjs'
import { exportName } from '../harness/source.mjs'

const PUBLISH_TEXT = exportName('core_publishText')

for (const nested of [true, false]) {
  test(`instantiate may resolve to ${nested ? '{instance}' : 'the instance itself'}`, async () => {
    const { phone, mqtt } = withBroker(new Phone({ nested }))
    const client = mqtt.connect('wxs://host')
    await phone.settle()
    assert.equal(client.connected, true)
  })
}

test('wasmPath names another place', async () => {
  const { phone, mqtt } = withBroker(new Phone({ files: { '/sub/x.wasm': wasm } }))
  const client = mqtt.connect('wxs://host', { wasmPath: '/sub/x.wasm' })
  await phone.settle()
  assert.equal(client.connected, true)
})

const FAILURES = {
  'a missing file': [
    { files: {} },
    'WASM_LOAD',
    /^Cannot load \/utils\/mqtt\.wasm\.br: .*not found$/,
  ],
  'a file that is no module': [
    {
      wasmApi: { instantiate: () => Promise.reject(new Error('CompileError: invalid wasm file')) },
    },
    'WASM_LOAD',
    /invalid wasm file$/,
  ],
  'a module of another version': [
    { files: { '/utils/mqtt.wasm.br': ofAnotherVersion(wasm) } },
    'WASM_LOAD',
    /Import #\d+.*mqtt-00000000/,
  ],
  'an instantiate that throws': [
    {
      wasmApi: {
        instantiate() {
          throw new Error('not allowed here')
        },
      },
    },
    'WASM_LOAD',
    /not allowed here$/,
  ],
  'no WXWebAssembly': [{ wasmApi: null }, 'WASM_MISSING', /^WXWebAssembly is not available$/],
}

for (const [name, [options, code, message]] of Object.entries(FAILURES)) {
  test(`${name} is told once, and leaves nobody waiting`, async () => {
    const { phone, mqtt } = withBroker(new Phone(options))
    const client = mqtt.connect('wxs://host')
    const log = record(client)
    const errors = []
    client.on('error', error => errors.push(error))
    const answered = []
    client.publish('t', 'x', { qos: 1 }, error => answered.push(error))
    client.subscribe('t', error => answered.push(error))
    await phone.pass(100_000)
    assert.equal(errors.length, 1)
    assert.equal(errors[0].code, code)
    assert.match(errors[0].message, message)
    assert.match(errors[0].hint, /2\.14\.0/)
    assert.deepEqual(log.slice(1), ['close'])
    assert.deepEqual(answered, [errors[0], errors[0]])
    client.unsubscribe('t', error => answered.push(error))
    client.end(() => log.push('ended'))
    await phone.settle()
    assert.equal(answered.length, 3)
    assert.deepEqual(log.slice(2), ['end', 'ended'])
    assert.equal(phone.clock.pending, 0)
    assert.deepEqual(phone.uncaught, [])
  })
}

test('end() while the failing module is loaded still ends', async () => {
  const { phone, mqtt } = withBroker(new Phone({ files: {} }))
  const client = mqtt.connect('wxs://host')
  const log = record(client)
  client.publish('t', 'x', error => log.push(`publish ${error.code}`))
  client.end(() => log.push('ended'))
  await phone.settle()
  assert.match(log[0], /^error Cannot load/)
  assert.deepEqual(log.slice(1), ['publish WASM_LOAD', 'close', 'end', 'ended'])
})

test('a module that is slow to load: end() waits for what was asked for, and no longer', async () => {
  for (const found of [true, false]) {
    const { phone, mqtt } = withBroker(new Phone())
    const { wasmApi } = phone
    const instantiate = wasmApi.instantiate.bind(wasmApi)
    wasmApi.instantiate = (path, imports) =>
      new Promise((resolve, reject) => {
        const loaded = () =>
          found ? resolve(instantiate(path, imports)) : reject(new Error('slow'))
        phone.clock.setTimeout(loaded, 5000)
      })
    const waiting = mqtt.connect('wxs://host')
    const idle = mqtt.connect('wxs://host')
    const logs = [waiting, idle].map(record)
    waiting.publish('t', 'x', { qos: 1 }, error => logs[0].push(`publish ${error && error.code}`))
    for (const client of [waiting, idle]) client.end()
    await phone.settle()
    assert.deepEqual(logs, [[], ['close', 'end']])
    await phone.pass(6000)
    const failed = [
      'error Cannot load /utils/mqtt.wasm.br: slow',
      'publish WASM_LOAD',
      'close',
      'end',
    ]
    const done = ['connect', 'publish null', 'close', 'end']
    assert.deepEqual(logs, [found ? done : failed, ['close', 'end']])
    assert.equal(phone.fake.sockets.length, found ? 1 : 0)
  }
})

test('after a failure a later connect, or reconnect(), tries again', async () => {
  const files = {}
  const { phone, mqtt } = withBroker(new Phone({ files }))
  const first = mqtt.connect('wxs://host')
  await phone.settle()
  files['/utils/mqtt.wasm.br'] = wasm
  const second = mqtt.connect('wxs://host')
  const log = record(first)
  first.reconnect()
  await phone.settle()
  assert.deepEqual([first.connected, second.connected], [true, true])
  assert.deepEqual(log, ['reconnect', 'connect'])
  assert.equal(phone.wasmApi.instantiated, 1)
})

test("another client's wrong path does no harm", async () => {
  const { phone, mqtt } = withBroker(new Phone())
  const [wrong, right] = ['/wrong.wasm.br', '/utils/mqtt.wasm.br'].map(wasmPath =>
    mqtt.connect('wxs://host', { wasmPath }),
  )
  await phone.settle()
  assert.deepEqual([wrong.connected, right.connected], [false, true])
})

test('options that CONNECT cannot carry are an error', async () => {
  const cases = [
    { password: 'p' },
    { username: 'a\u0000b' },
    { clientId: 'x'.repeat(65_536) },
    { will: { topic: 'a/#', payload: '' } },
  ]
  for (const options of cases) {
    const { phone, mqtt } = withBroker(new Phone())
    const client = mqtt.connect('wxs://host', options)
    const log = record(client)
    client.publish('t', 'x', error => log.push(`publish ${error.code}`))
    await phone.pass(100_000)
    client.end(true, () => log.push('ended'))
    await phone.settle()
    assert.match(log[0], /^error (CONNECT cannot be written|Invalid topic a\/#)/)
    assert.deepEqual(
      log.filter(entry => entry === 'close' || entry === 'ended'),
      ['close', 'ended'],
    )
    assert.ok(
      log.some(entry => entry.startsWith('publish ')),
      'it is answered',
    )
    assert.ok(!log.includes('connect'))
  }
})

test('panics of the core are told to all its clients, and a new connect works', async () => {
  let crash = false
  const phone = new Phone()
  phone.wasmApi.exportsOf = exports => ({
    ...exports,
    [PUBLISH_TEXT](...args) {
      if (crash) throw new Error('unreachable executed')
      return exports[PUBLISH_TEXT](...args)
    },
  })
  const { broker, mqtt } = withBroker(phone)
  const [first, second] = ['first', 'second'].map(clientId =>
    mqtt.connect('wxs://host', { clientId }),
  )
  const logs = [first, second].map(record)
  await phone.settle()
  broker.answers.publish = () => []
  second.publish('t', 'x', { qos: 1 }, error => logs[1].push(`publish ${error.code}`))
  await phone.settle()
  crash = true
  first.publish('t', 'x', { qos: 1 }, error => logs[0].push(`publish ${error.code}`))
  await phone.settle()
  const panic = ['error Internal error: unreachable executed', 'publish PANIC', 'close']
  const back = ['offline', 'reconnect', 'connect']
  assert.deepEqual(logs, Array(2).fill(['connect', ...panic, ...back]))

  first.publish('t', 'x', { qos: 1 }, error => logs[0].push(`publish ${error.code}`))
  second.publish('t', 'x', { qos: 1 }, error => logs[1].push(`publish ${error.code}`))
  await phone.settle()
  assert.deepEqual(
    logs.map(log => log.slice(7)),
    [panic, [panic[0], 'close', 'publish PANIC']],
    'the second time it is final: there is no instance for the other message',
  )
  assert.deepEqual(phone.fake.openSockets, [])
  assert.equal(phone.clock.pending, 0)

  crash = false
  delete broker.answers.publish
  first.reconnect()
  const third = mqtt.connect('wxs://host', { clientId: '第三' })
  third.subscribe('主题/三')
  await phone.settle()
  assert.equal(phone.wasmApi.instantiated, 3)
  assert.deepEqual([first.connected, second.connected, third.connected], [true, false, true])
  const log = record(third)
  broker.send(
    { cmd: 'publish', topic: '主题/三', payload: '好', qos: 0 },
    phone.fake.openSockets[1],
  )
  await phone.settle()
  assert.deepEqual(log, ['message 主题/三 好'])
  assert.equal(broker.packets.at(-1).subscriptions[0].topic, '主题/三')
})

test('connect() with what is no option throws at once', () => {
  const { mqtt } = new Phone()
  const throws = (message, ...args) => {
    // each says what to do, to Chinese readers too
    assert.throws(() => mqtt.connect(...args), { name: 'MqttError', message, hint: /[一-鿿]/ })
  }
  throws('Missing protocol', 'host/path')
  throws('Missing protocol', { host: 'h' })
  throws('Could not determine host. Specify host manually.', { protocol: 'wxs' })
  throws('Unknown protocol "mqtts": use wxs, wss, wx, ws or mqtt', 'mqtts://host')
  throws('Missing clientId for unclean clients', 'wxs://host', { clean: false })
  throws('Unsupported protocolVersion 6: use 5 (MQTT 5.0), 4 (3.1.1) or 3 (3.1)', 'wxs://host', {
    protocolVersion: 6,
  })
  throws('Invalid username', 'wxs://host', { username: 5 })
  throws('Invalid password', 'wxs://host', { password: 5 })
  throws('Invalid keepalive', 'wxs://host', { keepalive: 65_536 })
  throws('Invalid keepalive', 'wxs://host', { keepalive: 'soon' })
  throws('Invalid reconnectPeriod', 'wxs://host', { reconnectPeriod: NaN })
  throws('Invalid will qos', 'wxs://host', { will: { topic: 't', payload: '', qos: 3 } })
})

test('options override the address, and its credentials are used', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  const options = Object.freeze({ port: 8084, path: '/mqtt', clean: false, clientId: undefined })
  mqtt.connect('wxs://us%40er:p%3Aw@host:1/x?clientId=from-query', options)
  mqtt.connect({ protocol: 'wx', host: 'other', username: 'u', clientId: 'c' })
  mqtt.connect('wxs://host/path', { host: 'instead' })
  await phone.settle()
  const [first, second] = broker.got('connect')
  assert.equal(phone.fake.sockets[0].url, 'wss://host:8084/mqtt')
  assert.equal(
    `${first.username} ${first.password} ${first.clientId} ${first.clean}`,
    'us@er:p w from-query false',
  )
  assert.equal(phone.fake.sockets[1].url, 'ws://other/')
  assert.equal(phone.fake.sockets[2].url, 'wss://instead/path')
  assert.equal(`${second.username} ${second.clientId} ${second.clean}`, 'u c true')
})

test('a client id is made up if there is none', async () => {
  const { phone, broker, mqtt } = withBroker(new Phone())
  mqtt.connect('wxs://host')
  mqtt.connect('wxs://host')
  await phone.settle()
  const [first, second] = broker.got('connect').map(({ clientId }) => clientId)
  assert.match(first, /^mqttjs_[0-9a-f]{4,8}$/)
  assert.notEqual(first, second)
})
