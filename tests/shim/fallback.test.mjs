/** mqtt.fallback.js: when it is asked for, that it does what the module does, and what it cannot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fallbackScript, ofAnotherVersion } from '../harness/package.mjs'
import { record, withBroker } from '../harness/scripted-broker.mjs'
import { Phone } from '../harness/phone.mjs'
import { exportName } from '../harness/source.mjs'

const ADDRESS = 'wxs://host'
const PUBLISH_TEXT = exportName('core_publishText')

/** A phone with a broker; `asked` counts how often the application was asked for the fallback. */
function shipped(options) {
  const bed = withBroker(new Phone(options))
  const fallback = {
    asked: 0,
    wasmFallback() {
      fallback.asked++
      return bed.phone.requireFallback()
    },
  }
  return Object.assign(bed, { fallback })
}

test('it is not asked for where WXWebAssembly does', async () => {
  const { phone, mqtt, fallback } = shipped()
  const client = mqtt.connect(ADDRESS, { wasmFallback: fallback.wasmFallback })
  await phone.settle()
  assert.deepEqual([client.connected, fallback.asked], [true, 0])
})

test('without WXWebAssembly one instance serves all clients', async () => {
  const { phone, broker, mqtt, fallback } = shipped({ wasmApi: null })
  const { wasmFallback } = fallback
  const clients = ['a', 'b'].map(clientId => mqtt.connect(ADDRESS, { clientId, wasmFallback }))
  await phone.settle()
  assert.deepEqual(
    clients.map(client => client.connected),
    [true, true],
  )
  assert.deepEqual([fallback.asked, broker.got('connect').length], [1, 2])
  assert.deepEqual([phone.warnings, phone.violations, phone.uncaught], [[], [], []])
})

test('where the module is refused it is used too, but not in silence', async () => {
  const wasmApi = { instantiate: () => Promise.reject(new Error('CompileError: invalid wasm')) }
  const { phone, mqtt, fallback } = shipped({ wasmApi })
  const client = mqtt.connect(ADDRESS, { wasmFallback: fallback.wasmFallback })
  const log = record(client)
  await phone.settle()
  assert.deepEqual(log, ['connect'])
  assert.equal(phone.warnings.length, 1)
  assert.match(phone.warnings[0], /^mqtt: Cannot load \/utils\/mqtt\.wasm\.br: CompileError/)
})

for (const [name, wasmFallback] of Object.entries({
  'was not shipped': () => {
    throw new Error("module 'utils/mqtt.fallback.js' is not defined")
  },
  'is another file': () => ({}),
  'belongs to another version': phone => phone.requireFallback(ofAnotherVersion(fallbackScript)),
})) {
  test(`a fallback that ${name} is told with a hint`, async () => {
    const { phone, mqtt } = withBroker(new Phone({ wasmApi: null }))
    const errors = []
    const options = { wasmFallback: () => wasmFallback(phone) }
    mqtt.connect(ADDRESS, options).on('error', error => errors.push(error))
    await phone.pass(100_000)
    assert.equal(errors.length, 1)
    assert.equal(errors[0].code, 'WASM_FALLBACK')
    assert.match(errors[0].message, /^Cannot load the fallback: .*is not /)
    assert.match(errors[0].hint, /同一版本.*same version/)
    assert.equal(phone.clock.pending, 0)
  })
}

test('a client that names none does no harm to one that does', async () => {
  const { phone, mqtt, fallback } = shipped({ wasmApi: null })
  const without = mqtt.connect(ADDRESS)
  const log = record(without)
  const client = mqtt.connect(ADDRESS, { wasmFallback: fallback.wasmFallback })
  await phone.settle()
  assert.deepEqual([without.connected, client.connected], [false, true])
  assert.deepEqual(log, ['error WXWebAssembly is not available', 'close'])
})

test('what is no function is refused at once', () => {
  const { mqtt } = new Phone()
  const options = { wasmFallback: './mqtt.fallback.js' }
  assert.throws(() => mqtt.connect(ADDRESS, options), { message: 'Invalid wasmFallback' })
})

test('memory that grows takes no byte with it', async () => {
  const { phone, broker, mqtt, fallback } = shipped({ wasmApi: null })
  const client = mqtt.connect(ADDRESS, { wasmFallback: fallback.wasmFallback })
  const received = []
  client.on('message', (topic, payload) => received.push(Buffer.from(payload)))
  client.subscribe('大', { qos: 1 })
  await phone.settle()
  // 3 MiB, in pages that the instance did not begin with
  const large = Buffer.alloc(3 << 20, Buffer.from('0123456789abcdefg'))
  for (const qos of [1, 0]) {
    client.publish('大', new Uint8Array(large), { qos })
    client.publish('大', '小')
    await phone.settle()
  }
  const texts = ['大', '小', '大', '小'].map(name => (name === '大' ? large : Buffer.from(name)))
  assert.equal(received.length, 4)
  for (const [at, bytes] of texts.entries()) assert.ok(bytes.equals(received[at]), `message ${at}`)
  assert.equal(broker.got('publish').length, 4)
  assert.deepEqual(phone.uncaught, [])
})

test('after a panic the client has another instance', async () => {
  const { phone, broker, mqtt, fallback } = shipped({ wasmApi: null })
  let crash = false
  const wasmFallback = () => imports => {
    const exports = fallback.wasmFallback()(imports)
    return Object.assign(Object.create(exports), {
      [PUBLISH_TEXT](...args) {
        if (crash) {
          crash = false
          throw new Error('abort')
        }
        return exports[PUBLISH_TEXT](...args)
      },
    })
  }
  const client = mqtt.connect(ADDRESS, { wasmFallback })
  const log = record(client)
  await phone.settle()
  crash = true
  client.publish('t', 'x', error => log.push(`publish ${error.code}`))
  await phone.settle()
  const panic = ['error Internal error: abort', 'publish PANIC', 'close']
  assert.deepEqual(log, ['connect', ...panic, 'offline', 'reconnect', 'connect'])
  client.subscribe('主题')
  await phone.settle()
  broker.send({ cmd: 'publish', topic: '主题', payload: '好', qos: 0 })
  await phone.settle()
  assert.deepEqual(log.slice(7), ['message 主题 好'])
  assert.equal(fallback.asked, 2)
})
