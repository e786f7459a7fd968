/** The page of the vendor's guide. It runs on MQTT.js 4.2.1 too, see run.mjs. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { FORBIDDEN_TOPIC, startBroker } from '../../demo/broker.mjs'
import { listen } from '../../demo/simulator/server.mjs'
import { startMosquitto } from '../harness/mosquitto-wss.mjs'
import { ANONYMOUS, openApp, options, start, startAnonymous, test } from './app.mjs'

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
    const { phone, tokens } = await start(t, changes, { trusted: mosquitto.certificate })
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

// MQTT.js 4.x has no tokenProvider, and over wx it does not notice a lost connection
const isOurs = options.client === undefined

test(
  'a token that expired: MQTT.js is refused, and the page says so',
  { skip: isOurs },
  async t => {
    const { phone, time } = await start(t, { expiresIn: 60 })
    await obtainToken(phone)
    time.now += 60_000
    await phone.tap('connect')
    await phone.line('err', '连接失败：服务器拒绝连接：未授权')
    await phone.state('未连接')
  },
)

test('a token that expired: the library gets another one', { skip: !isOurs }, async t => {
  const { phone, time, tokens } = await start(t, { expiresIn: 60 })
  await obtainToken(phone)
  const expired = tokens.newestToken()
  time.now += 60_000
  await phone.tap('connect')
  await phone.state('已连接')
  assert.notEqual(tokens.newestToken(), expired)
})

test('a login that is refused for good: the page says why, and stays offline', async t => {
  const broker = await startBroker(() => false)
  t.after(() => broker.close())
  const phone = await openApp(t, { ...ANONYMOUS, url: broker.url })
  await phone.tap('connect')
  await phone.line('err', '连接失败：服务器拒绝连接：未授权')
  await phone.state('未连接')
})

test('without a login there is neither a user name nor a token on the page', async t => {
  const { phone } = await startAnonymous(t)
  assert.equal(await phone.find('token').count(), 0)
  assert.equal(await phone.find('expiry').count(), 0)
  await converse(phone)
})

test('a token from a backend of one’s own', async t => {
  const asked = []
  const { server, port } = await listen(
    createServer(async (request, response) => {
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
      response.writeHead(200, { 'content-type': 'application/json', ...cors })
      let body = ''
      for await (const chunk of request) body += chunk
      if (body) asked.push(JSON.parse(body))
      response.end(JSON.stringify({ token: 'from the backend', expiresIn: 3600 }))
    }),
  )
  t.after(() => server.close())
  const broker = await startBroker((id, username, password) => password === 'from the backend')
  t.after(() => broker.close())
  const tokenUrl = `http://127.0.0.1:${port}/mqtt-token`
  const backend = { preset: 'backend', url: broker.url, tokenUrl, clientId: 'mp-test' }
  const phone = await openApp(t, backend)
  await obtainToken(phone)
  await phone.tap('connect')
  await phone.state('已连接')
  assert.deepEqual(asked, [{ username: 'test', clientId: 'mp-test' }])
})

test('config.js as it comes: the page says what to do, and leads to the console', async t => {
  const phone = await openApp(t, { appId: 'AppID', appClientId: '' })
  await phone.tap('token')
  await phone.toast('请先填写 config.js')
  await phone.tap('open-console')
  await phone.find('url').waitFor()
})

test(
  'without the module the page says so, and does not go on trying',
  { skip: !isOurs },
  async t => {
    const { phone } = await startAnonymous(t)
    await phone.page
      .context()
      .route('**/utils/mqtt.wasm.br', route => route.fulfill({ status: 404 }))
    await phone.tap('connect')
    await phone.line('err', '连接失败：内核文件没有加载')
    await phone.state('未连接')
  },
)

test(
  'the module traps: the page says so, and is back by itself, subscribed',
  {
    skip: !isOurs,
  },
  async t => {
    const { phone, broker } = await startAnonymous(t, {}, { replaced: { 'app.js': APP_WITH_TRAP } })
    await phone.tap('connect')
    await phone.toast('连接成功')
    await phone.tap('subscribe')
    await phone.toast('订阅主题成功')
    await phone.look('probe')
    await broker.publish('Topic0', 'lost')
    await phone.line('err', '内核出错')
    await phone.page.locator('.line.sys', { hasText: '连接成功' }).nth(1).waitFor()
    await broker.publish('Topic0', 'good')
    await phone.line('in', 'good')
    assert.deepEqual(phone.complaints, [])
  },
)

test(
  'a network that is dead: the page says why, goes on trying, and is connected once it is there',
  { skip: !isOurs },
  async t => {
    const { phone, broker } = await startAnonymous(t)
    await phone.tap('connect')
    await phone.state('已连接')
    const context = phone.page.context()
    await context.setOffline(true)
    broker.drop()
    await phone.line('err', '连接出错：连接不上服务器')
    await phone.state('重连中')
    await phone.state('秒后再试')
    await context.setOffline(false)
    await phone.state('已连接')
    assert.equal((await phone.lines('err')).filter(text => text.startsWith('连接失败')).length, 0)
  },
)

test('a long message does not lock the page', async t => {
  const { phone, broker } = await startAnonymous(t)
  await phone.tap('connect')
  await phone.toast('连接成功')
  await phone.tap('subscribe')
  await phone.toast('订阅主题成功')
  await broker.publish('Topic0', 'long '.repeat(20_000))
  await phone.line('in', '共 100000 字')
  const button = phone.page.getByRole('dialog').getByRole('button', { name: '确定' })
  await button.click()
  assert.equal(await phone.hasModal(), false)
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

test(
  'a lost connection: the page reconnects, and is subscribed again',
  { skip: !isOurs },
  async t => {
    const { phone, broker } = await start(t)
    await subscribe(phone)

    const subscribed = broker.nextSubscription()
    broker.drop()
    await phone.line('sys', '正在重连…')
    await phone.state('已连接')
    assert.deepEqual(await subscribed, ['Topic0'])
    await broker.publish('Topic0', 'from the server')
    await phone.modal('收到topic:Topic0', 'from the server')
  },
)

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

/** The app, and a way to have the module called with an address outside its memory: that traps. */
const APP_WITH_TRAP = `
import { Connection } from './mqtt/connection.js'
const { instantiate } = WXWebAssembly
let traps = false
function guarded(call) {
  return (...args) => {
    const all = traps ? args.map(() => -64) : args
    traps = false
    return call(...all)
  }
}
WXWebAssembly.instantiate = async (...args) => {
  const { instance } = await instantiate(...args)
  const exports = {}
  for (const [name, value] of Object.entries(instance.exports))
    exports[name] = typeof value === 'function' ? guarded(value) : value
  return { instance: { exports } }
}
App({
  connection: new Connection(),
  probe() {
    traps = true
  },
})
`
