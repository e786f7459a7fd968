/**
 * The page test: a script taps the unmodified page in Chromium, against aedes over ws and against
 * Debian's mosquitto over wss.
 *
 *     node tests/page/run.mjs [--root FOLDER] [--client FILE] [--screenshot FILE]
 *
 * `--root` is the mini-program's folder: another than miniprogram/ is what WeChat's compiler made of
 * it, say. `--client` puts another file in the place of utils/mqtt.min.js: MQTT.js, say, whose API the page
 * keeps to. `--screenshot` keeps a picture of the page after a whole run.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test as nodeTest } from 'node:test'
import { parseArgs } from 'node:util'
import { FORBIDDEN_TOPIC, startBroker } from '../../demo/broker.mjs'
import { localConfig } from '../../demo/local-config.mjs'
import { startMosquitto } from '../harness/mosquitto-wss.mjs'
import { startPhone } from './browser-phone.mjs'
import { startTokenApi } from '../../demo/token-api.mjs'

const { values: options } = parseArgs({
  options: {
    client: { type: 'string' },
    root: { type: 'string', default: join(import.meta.dirname, '../../miniprogram') },
    screenshot: { type: 'string' },
  },
})

/** Many times what a test takes: it decides nothing, but a test that hangs is ended, and named. */
const LIMIT = 120_000
/** What a test that was ended left behind may keep the process alive, but not for longer, in ms. */
const LAST_WAIT = 20_000
let lastWait

function test(name, ...rest) {
  const run = rest.pop()
  nodeTest(name, { timeout: LIMIT, ...rest[0] }, t => {
    clearTimeout(lastWait)
    t.after(() => (lastWait = setTimeout(leave, LAST_WAIT, name).unref()))
    return run(t)
  })
}

function leave(name) {
  console.error(`The last test was "${name}", and something that it started does not end.`)
  process.exit(1)
}

test('aedes over ws: the whole guide', async t => {
  const { phone } = await start(t)
  await obtainToken(phone)
  await converse(phone)
  if (options.screenshot) await phone.screenshot(options.screenshot)
  await phone.tap('disconnect')
  await phone.state('未连接')
  assert.deepEqual(phone.complaints, [])
})

// what mosquitto calls them in its log: MQTT 3.1.1 is its second
for (const [protocolVersion, logged] of [
  [4, 'p2'],
  [5, 'p5'],
]) {
  test(`mosquitto over wss: the whole guide, protocolVersion ${protocolVersion}`, async t => {
    const mosquitto = await startMosquitto()
    t.after(() => mosquitto.close())
    const changes = { url: mosquitto.url, protocolVersion }
    const { phone, tokens } = await start(t, changes, mosquitto.certificate)
    await obtainToken(phone)
    await mosquitto.admit('test', tokens.newestToken())
    await converse(phone)
    assert.match(mosquitto.connections(), new RegExp(`as device001@demo01 \\(${logged},`))
    await phone.tap('disconnect')
    await phone.state('未连接')
    assert.deepEqual(phone.complaints, [])
  })
}

test('before there is a token or a connection, the page says what to do', async t => {
  const { phone } = await start(t)
  await phone.tap('connect')
  await phone.toast('请先获取Token')
  for (const button of ['subscribe', 'publish', 'unsubscribe', 'disconnect']) {
    await phone.tap(button)
    await phone.toast('请先连接服务器')
  }
})

test('a wrong secret: the page shows the words of the server', async t => {
  const { phone } = await start(t, { appClientSecret: 'wrong' })
  await phone.tap('token')
  await phone.toast('获取Token失败')
  await phone.line('err', 'app_client_id does not match app_client_secret')
})

test('an empty user name: the page shows the words of the server', async t => {
  const { phone } = await start(t, { username: '' })
  await phone.tap('token')
  await phone.line('err', 'username can not be empty')
})

test('a token that expired: the page shows the refusal, and stays offline', async t => {
  const { phone, time } = await start(t, { expiresIn: 60 })
  await obtainToken(phone)
  time.now += 60_000
  await phone.tap('connect')
  await phone.line('err', 'Connection refused: Not authorized')
  await phone.state('未连接')
})

test('a subscription that the server or the client refuses', async t => {
  const { phone } = await start(t)
  await connect(phone)
  for (const topic of [FORBIDDEN_TOPIC, 'a/#/b']) {
    await phone.type('topic', topic)
    await phone.tap('subscribe')
    await phone.toast('订阅主题失败')
    await phone.line('err', topic)
  }
})

// MQTT.js 4.x over wx does not notice a lost connection
const skip = options.client !== undefined
test('a lost connection: the page reconnects, and is subscribed again', { skip }, async t => {
  const { phone, broker } = await start(t)
  await subscribe(phone)

  const subscribed = broker.nextSubscription()
  broker.drop()
  await phone.line('sys', '正在重连…')
  await phone.state('已连接')
  assert.deepEqual(await subscribed, ['Topic0'])
  await broker.publish('Topic0', 'from the server')
  await phone.modal('收到topic:Topic0', 'from the server')
})

test('messages while a modal is open, or modals are off, are in the log alone', async t => {
  const { phone, broker } = await start(t)
  await subscribe(phone)

  await broker.publish('Topic0', 'first')
  await broker.publish('Topic0', 'second')
  await phone.line('in', 'second')
  await phone.modal('收到topic:Topic0', 'first')
  assert.equal(await phone.hasModal(), false)

  await phone.tap('pops-up')
  await broker.publish('Topic0', 'third')
  await phone.line('in', 'third')
  assert.equal(await phone.hasModal(), false)
})

/** A phone with the page, and its token API and broker; `time` is the token API's clock. */
async function start(t, changes = {}, trusted = undefined) {
  const time = { now: Date.now() }
  const tokens = await startTokenApi({ now: () => time.now })
  t.after(() => tokens.close())
  const broker = await startBroker(tokens.accepts)
  t.after(() => broker.close())
  const config = { url: broker.url, restApiUrl: tokens.restApiUrl, ...changes }
  const replaced = { 'config.js': localConfig(config) }
  if (options.client) replaced['utils/mqtt.min.js'] = readFileSync(options.client, 'utf8')
  const phone = await startPhone({ root: resolve(options.root), replaced, trusted })
  t.after(() => phone.close())
  return { phone, tokens, broker, time }
}

async function obtainToken(phone) {
  await phone.tap('token')
  await phone.toast('获取Token成功')
}

async function connect(phone) {
  await obtainToken(phone)
  await phone.tap('connect')
  await phone.toast('连接成功')
}

async function subscribe(phone) {
  await connect(phone)
  await phone.tap('subscribe')
  await phone.toast('订阅主题成功')
}

/** What the guide does, and that it has come back; then with Chinese text at QoS 2. */
async function converse(phone) {
  await phone.tap('connect')
  await phone.toast('连接成功')
  await phone.state('已连接')

  await phone.tap('subscribe')
  await phone.toast('订阅主题成功')
  await phone.tap('publish')
  await phone.modal('收到topic:Topic0', 'i am from wechat msg')
  await phone.line('in', 'i am from wechat msg')

  await phone.tap('unsubscribe')
  await phone.toast('取消订阅成功')
  await phone.type('payload', 'nobody gets this')
  await phone.tap('publish')
  await phone.line('out', 'nobody gets this')

  await phone.type('topic', '设备/一')
  await phone.type('payload', '你好，世界 𠮷')
  await phone.choose('qos', 2)
  await phone.tap('subscribe')
  await phone.line('sys', '设备/一，QoS 2')
  await phone.tap('publish')
  await phone.modal('收到topic:设备/一', '你好，世界 𠮷')
  await phone.line('in', '你好，世界 𠮷')
  // messages come in order: if the other had come, it had come before this one
  assert.deepEqual(await phone.lines('in'), ['i am from wechat msg', '你好，世界 𠮷'])
}
