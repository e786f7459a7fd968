/**
 * `mqtt://` in the app: the whole client over the simulator's TCP sockets, at mosquitto's own listener,
 * which needs no WebSocket. The simulator's machine stands for the LAN.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { listen } from '../../demo/simulator/server.mjs'
import { freePort, launch } from '../harness/mosquitto.mjs'
import { ANONYMOUS, openApp, row, subscribe, test } from './app.mjs'

const CLIENT = ANONYMOUS.clientId

test('mqtt://: a message of QoS 2 goes to mosquitto and back, and the client leaves in order', async t => {
  const broker = await startBroker(t)
  const phone = await openConsole(t, { url: broker.url })
  await subscribed(phone, '局域网', 2)
  await publish(phone, { topic: '局域网', payload: '你好 𠮷', qos: 2 })
  await row(phone, '已确认').filter({ hasText: '↑' }).waitFor()
  await row(phone, '你好 𠮷').filter({ hasText: '↓' }).filter({ hasText: 'QoS 2' }).waitFor()
  await broker.says(`Received PUBREL from ${CLIENT}`)
  await broker.says(`Received PUBREC from ${CLIENT}`)

  await phone.tap('disconnect')
  await phone.state('未连接')
  await broker.says(`Received DISCONNECT from ${CLIENT}`)
  assert.deepEqual(phone.complaints, [])
})

test('mqtt://: mosquitto goes and comes back, and no message of QoS 1 is lost', async t => {
  const broker = await startBroker(t)
  const phone = await openConsole(t, { url: broker.url, clean: false })
  await subscribed(phone, 'lan/#', 1)

  await broker.stop()
  await phone.state('重连中')
  for (const payload of ['first', 'second']) {
    await publish(phone, { topic: 'lan/phone', payload, qos: 1 })
  }
  await row(phone, '发送中').nth(1).waitFor()
  await phone.page.locator('.error', { hasText: '连接不上局域网的服务器' }).waitFor()

  await broker.start()
  const other = await mqtt.connectAsync(broker.url)
  t.after(() => other.endAsync(true))
  await other.publishAsync('lan/other', 'third', { qos: 1 })
  await phone.state('已连接')
  await row(phone, '已确认').nth(1).waitFor()
  const received = row(phone, '↓')
  for (const text of ['first', 'second', 'third']) {
    await received.filter({ hasText: text }).waitFor()
  }
  assert.equal(await received.count(), 3)
  assert.equal(await row(phone, '发送中').count(), 0)
})

test('mqtt://: every step of the diagnosis passes, and none is one of WebSocket', async t => {
  const broker = await startBroker(t)
  const phone = await openApp(t, { ...ANONYMOUS, url: broker.url })
  await diagnose(phone)
  assert.equal(await phone.find('verdict').innerText(), '全部通过')
  const steps = phone.page.locator('.step')
  for (const step of await steps.all()) assert.match(await step.getAttribute('class'), /passed/)
  await phone.find('step-tcp').waitFor()
  assert.equal(await steps.filter({ hasText: /WebSocket 握手|合法域名|子协议/ }).count(), 0)
})

test('mqtt://: nothing listens', async t => {
  await isRefused(t, `mqtt://127.0.0.1:${await freePort()}`, {
    title: '连接不上局域网的服务器',
    advice: '请检查地址、端口、防火墙与 Wi-Fi',
    code: 'TCP',
    original: /errno:111/,
  })
})

test('mqtt://: a port that WeChat forbids, where a server listens', async t => {
  const { server, port } = await listenAtForbidden()
  t.after(() => server.close())
  let connections = 0
  server.on('connection', () => connections++)
  await isRefused(t, `mqtt://127.0.0.1:${port}`, {
    title: '微信不允许这个端口',
    advice: '请用 1883 等',
    code: 'TCP_PORT',
    original: new RegExp(`TCP ${port} error 2`),
  })
  assert.equal(connections, 0)
})

test('mqtt://: an address outside of the LAN', t =>
  isRefused(t, 'mqtt://8.8.8.8', {
    title: '连接不上局域网的服务器',
    advice: '只用于局域网和 tcp 合法域名',
    code: 'TCP',
    original: /invalid address/,
  }))

/** What the first page says of an address that is refused, and what the diagnosis says. */
async function isRefused(t, url, { title, advice, code, original }) {
  const phone = await openApp(t, { ...ANONYMOUS, url })
  await phone.tap('connect')
  await phone.line('err', `连接出错：${title}`)
  await phone.line('err', advice)
  await phone.tap('disconnect')
  await phone.state('未连接')

  await diagnose(phone)
  const failed = phone.find('step-tcp')
  assert.match(await failed.getAttribute('class'), /failed/)
  const shown = await failed.innerText()
  for (const text of [title, advice, `code: ${code}\n`])
    assert.ok(`${shown}\n`.includes(text), shown)
  assert.match(await phone.find('step-wasm').getAttribute('class'), /passed/)
  await phone.tap('copy')
  await phone.toast('内容已复制')
  assert.match(await phone.clipboard(), original)
}

/** Mosquitto at one TCP port, which keeps its sessions while it is away. */
async function startBroker(t) {
  const port = await freePort()
  const kept = mkdtempSync(join(tmpdir(), 'mosquitto-kept-'))
  const settings = () => [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${kept}/`,
  ]
  let running = await launch(settings)
  t.after(async () => {
    await running?.close()
    rmSync(kept, { recursive: true })
  })
  return {
    url: `mqtt://127.0.0.1:${port}`,
    says: words => running.log.says(words),
    async start() {
      running = await launch(settings)
    },
    async stop() {
      await running.close()
      running = undefined
    },
  }
}

/** A server at one of the ports that `wx.createTCPSocket` refuses. */
async function listenAtForbidden() {
  for (let port = 8000; port <= 8100; port++) {
    try {
      return await listen(createServer(), port)
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error('all ports from 8000 to 8100 are taken')
}

/** The console, connected; the address is typed, as a person with a broker at home would. */
async function openConsole(t, { url, ...config }) {
  const phone = await openApp(t, { ...ANONYMOUS, ...config })
  await phone.tab('调试台')
  await phone.type('url', url)
  await phone.tap('connect')
  await phone.state('已连接')
  return phone
}

/** Subscribes, and waits until mosquitto has granted it. */
async function subscribed(phone, filter, qos) {
  await subscribe(phone, filter, qos)
  await phone.page.locator('.chip .granted', { hasText: `QoS ${qos}` }).waitFor()
}

async function publish(phone, { topic, payload, qos }) {
  await phone.tap('message-options')
  await phone.type('topic', topic)
  await phone.tap(`message-qos-${qos}`)
  await phone.page.getByText('完成').tap()
  await phone.type('payload', payload)
  await phone.tap('publish')
}

async function diagnose(phone) {
  await phone.tab('诊断')
  await phone.tap('start')
  await phone.find('verdict').waitFor()
}
