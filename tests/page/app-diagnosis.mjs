/** 诊断: each step says whether it passed, and if not why, and what to do. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import mqtt from 'mqtt'
import { WebSocketServer } from 'ws'
import { FORBIDDEN_TOPIC, UNHEARD_TOPIC, startBroker } from '../../demo/broker.mjs'
import { listen } from '../../demo/simulator/server.mjs'
import { startTokenApi } from '../../demo/token-api.mjs'
import { ANONYMOUS, openApp, start, startAnonymous, test } from './app.mjs'

test('diagnosis: all steps pass, round trips are measured, and the result can be copied', async t => {
  const { phone, broker } = await startAnonymous(t)
  await diagnose(phone)
  assert.equal(await phone.find('verdict').innerText(), '全部通过')
  const steps = phone.page.locator('.step')
  for (const step of await steps.all()) assert.match(await step.getAttribute('class'), /passed/)
  assert.equal(
    await phone.page.locator('wx-rtt-chart .components-rtt-chart-rtt-chart--bar').count(),
    10,
  )
  await phone.tap('copy')
  await phone.toast('内容已复制')
  const report = await phone.clipboard()
  assert.match(report, /^MQTT 诊断 .*\n服务器 127\.0\.0\.1:\d+，MQTT 3\.1\.1，基础库 3\.6\.6\n/)
  assert.match(report, /\[通过\] 订阅.*：Topic0\/diagnosis/)
  assert.match(report, /往返（毫秒）:( \d+){10}$/)
  assert.ok(!report.includes(broker.url.slice('wx://'.length) + '/'))
})

test('diagnosis: a connection that is there stays as it is', async t => {
  const { phone, broker } = await startAnonymous(t)
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.tap('subscribe')
  await phone.toast('订阅主题成功')
  await diagnose(phone)
  await phone.tab('收发消息')
  await phone.state('已连接')
  await broker.publish('Topic0', 'still subscribed')
  await phone.line('in', 'still subscribed')
})

test('diagnosis: with a token the app lends its client identifier, and gets it back', async t => {
  const { phone, broker } = await start(t)
  await phone.tap('token')
  await phone.toast('获取Token成功')
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.tap('subscribe')
  await phone.toast('订阅主题成功')
  await diagnose(phone)
  assert.equal(await phone.find('verdict').innerText(), '全部通过')
  const report = await reportOf(phone)
  assert.match(report, /\[通过\] Token.*：有效 1440 分钟/)
  await phone.tab('收发消息')
  await phone.state('已连接')
  await broker.publish('Topic0', 'subscribed again')
  await phone.line('in', 'subscribed again')
})

test('diagnosis: what waits in the session of the client is not lost', async t => {
  const tokens = await startTokenApi()
  t.after(() => tokens.close())
  const broker = await startBroker(() => true)
  t.after(() => broker.close())
  const addresses = { url: broker.url, restApiUrl: tokens.restApiUrl }
  const phone = await openApp(t, { ...addresses, clean: false })
  await phone.tap('token')
  await phone.toast('获取Token成功')
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.choose('qos', 1)
  await phone.tap('subscribe')
  await phone.line('sys', '订阅主题成功')
  await phone.tap('disconnect')
  await phone.state('未连接')
  const other = await mqtt.connectAsync(broker.url.replace('wx:', 'ws:'))
  await other.publishAsync('Topic0', 'while nobody was there', { qos: 1 })
  await other.endAsync()
  await diagnose(phone)
  await phone.tab('收发消息')
  await phone.line('in', 'while nobody was there')
})

test('diagnosis: nobody listens', async t => {
  const { server, port } = await listen(createServer())
  await new Promise(done => server.close(done))
  const phone = await openApp(t, { ...ANONYMOUS, url: `wx://127.0.0.1:${port}` })
  await failsAt(phone, 'handshake', '连接不上服务器', /code: SOCKET/, /请检查网络、地址、端口/)
})

test('diagnosis: a server that does not know the sub-protocol', async t => {
  const { url } = await startSockets(t, () => false)
  const phone = await openApp(t, { ...ANONYMOUS, url })
  await failsAt(phone, 'protocol', '服务器不接受子协议 mqtt', /不带子协议可以打开 WebSocket/)
})

test('diagnosis: a server that closes at once, and one that refuses the login', async t => {
  const broker = await startBroker(() => false)
  t.after(() => broker.close())
  const phone = await openApp(t, { ...ANONYMOUS, url: broker.url })
  await failsAt(phone, 'connect', '服务器拒绝连接：未授权', /code: 5/, /Token 可能已过期/)

  const { url, sockets } = await startSockets(t, () => 'mqtt')
  sockets.on('connection', socket => socket.on('message', () => socket.terminate()))
  await phone.tab('调试台')
  await phone.type('url', url)
  await phone.tap('connect')
  await phone.state('重连中')
  await phone.tap('disconnect')
  await phone.tab('诊断')
  await phone.tap('start')
  await phone.page
    .locator('#step-connect.failed', { hasText: '服务器关闭了连接，没有说原因' })
    .waitFor()
})

test('diagnosis: the module is missing', async t => {
  const { phone } = await startAnonymous(t)
  await phone.page.context().route('**/utils/mqtt.wasm.br', route => route.fulfill({ status: 404 }))
  await failsAt(phone, 'wasm', '内核文件没有加载', /code: WASM_LOAD/)
})

test('diagnosis: no network', async t => {
  const { phone } = await startAnonymous(t)
  await phone.page.context().setOffline(true)
  await failsAt(phone, 'network', '手机没有网络', /请打开 Wi-Fi 或移动网络/)
})

test('diagnosis: no token', async t => {
  const { phone } = await start(t, { appClientSecret: 'wrong' })
  await failsAt(phone, 'token', 'app_client_id does not match app_client_secret')
})

test('diagnosis: a subscription that cannot be', async t => {
  const { phone } = await startAnonymous(t, { topic: 'a/#/b' })
  await failsAt(phone, 'subscribe', '主题过滤器不合法', /code: INVALID_FILTER/)
})

test('diagnosis: a subscription that the server refuses', async t => {
  const { phone } = await startAnonymous(t, { topic: FORBIDDEN_TOPIC })
  const title = `服务器拒绝订阅 ${FORBIDDEN_TOPIC}/diagnosis：未说明的错误`
  await failsAt(phone, 'subscribe', title, /code: 128/, /请检查这个账号对主题的权限/)
})

test('diagnosis: an echo that never comes', async t => {
  const { phone } = await startAnonymous(t, { topic: UNHEARD_TOPIC })
  await failsAt(phone, 'echo', '没有收到自己发布的消息', /发布权限，以及服务器是否丢弃了消息/)
})

test('diagnosis: without an address it leads to the console', async t => {
  const phone = await openApp(t, { appId: 'AppID', appClientId: '' })
  await phone.tab('诊断')
  assert.equal(await phone.find('start').getAttribute('disabled'), '')
  await phone.tap('open-console')
  await phone.find('url').waitFor()
})

/** A server that is not one of MQTT. */
async function startSockets(t, handleProtocols) {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols })
  t.after(() => {
    sockets.clients.forEach(socket => socket.terminate())
    sockets.close()
  })
  await once(sockets, 'listening')
  return { sockets, url: `wx://127.0.0.1:${sockets.address().port}` }
}

async function diagnose(phone) {
  await phone.tab('诊断')
  await phone.tap('start')
  await phone.find('verdict').waitFor()
}

/** Those before it passed, those behind it were not tried; and the texts are there, on the page too. */
async function failsAt(phone, id, title, ...texts) {
  await diagnose(phone)
  const failed = phone.find(`step-${id}`)
  assert.match(await failed.getAttribute('class'), /failed/)
  const shown = await failed.innerText()
  assert.ok(shown.includes(title), shown)
  for (const text of texts) assert.match(shown, text)
  const classes = await phone.page
    .locator('.step')
    .evaluateAll(steps => steps.map(step => /passed|failed|skipped/.exec(step.className)?.[0]))
  const at = classes.indexOf('failed')
  assert.ok(
    classes.slice(0, at).every(name => name === 'passed'),
    `${classes}`,
  )
  assert.ok(
    classes.slice(at + 1).every(name => name === 'skipped'),
    `${classes}`,
  )
  assert.ok((await reportOf(phone)).includes(title))
}

async function reportOf(phone) {
  await phone.tap('copy')
  await phone.toast('内容已复制')
  return phone.clipboard()
}
