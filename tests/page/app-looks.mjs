/**
 * Each state of each page, on each kind of phone: a picture in target/screens/, and nothing on it that
 * is hard to read, too small for a finger, or beyond the edge.
 */
import assert from 'node:assert/strict'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startAnonymous, test, unfold } from './app.mjs'
import { inspectScreen } from './inspect-screen.mjs'

const FOLDER = join(import.meta.dirname, '../../target/screens')
mkdirSync(FOLDER, { recursive: true })

/** Bytes */
const LARGEST_PICTURE = 60_000

const PHONES = {
  light: {},
  dark: { theme: 'dark' },
  narrow: { screen: { width: 320, height: 568 } },
  'narrow-dark': { screen: { width: 320, height: 568 }, theme: 'dark' },
  wide: { screen: { width: 430, height: 932 } },
  'large-font': { fontSize: 23 },
  landscape: { screen: { width: 812, height: 375 } },
}

const LONG_URL = 'wxs://a-rather-long-name.cn1.mqtt.example.org/mqtt'

for (const [name, kind] of Object.entries(PHONES)) {
  test(`looks: ${name}`, async t => {
    const { phone, broker } = await startAnonymous(t, { username: 'somebody' }, kind)
    const look = async state => {
      await phone.look('callWx', { method: 'hideToast', args: [] })
      await picture(phone, `${state}-${name}`)
      assert.deepEqual(await inspectScreen(phone.page), [], state)
    }
    await phone.tap('pops-up')
    await look('index-offline')
    await phone.tab('调试台')
    await look('console-offline')
    await phone.tap('connect')
    await phone.state('已连接')
    await look('console-empty')

    await phone.tap('add-subscription')
    await look('console-subscribe')
    await subscribe(phone, 'sensors/+/temperature')
    await phone.tap('add-subscription')
    await subscribe(phone, 'Topic0')
    await talk(phone, broker)
    await look('console-messages')
    await unfold(phone, 'kitchen')
    await look('console-json')
    await unfold(phone, 'cellar')
    await look('console-hex')
    await phone.tap('message-options')
    await look('console-publish')
    await phone.page.getByText('完成').tap()

    await phone.tab('收发消息')
    await phone.line('in', '你好')
    await look('index-online')
    await phone.tab('诊断')
    await look('diagnosis-ready')
    await phone.tap('start')
    await phone.find('verdict').waitFor()
    await look('diagnosis-passed')

    broker.close()
    await phone.tap('start')
    await phone.page.locator('#step-handshake.failed').waitFor()
    await phone.page.locator('#start:not([disabled])').waitFor()
    await look('diagnosis-failed')
    await phone.tab('调试台')
    await phone.state('重连中')
    await look('console-reconnecting')
    await phone.tab('收发消息')
    await phone.state('重连中')
    await look('index-reconnecting')
    assert.deepEqual(phone.complaints.filter(isOurs), [])
  })
}

test('looks: the phone changes its theme while the app is open', async t => {
  const { phone } = await startAnonymous(t)
  const isPainted = colours =>
    phone.page.waitForFunction(
      wanted =>
        Object.entries(wanted).every(
          ([selector, colour]) =>
            getComputedStyle(document.querySelector(selector)).backgroundColor === colour,
        ),
      colours,
    )
  const [light, dark] = ['rgb(237, 237, 237)', 'rgb(17, 17, 17)']
  await isPainted({ '#navbar': light, '#pages > wx-page': light, '#tabbar': 'rgb(247, 247, 247)' })
  await phone.page.emulateMedia({ colorScheme: 'dark' })
  await isPainted({ '#navbar': dark, '#pages > wx-page': dark, '#tabbar': 'rgb(30, 30, 30)' })
  assert.deepEqual(await inspectScreen(phone.page), [])
})

test('looks: an error, with the form for what to change', async t => {
  const { phone } = await startAnonymous(t)
  await phone.tab('调试台')
  await phone.type('url', LONG_URL)
  await phone.page.context().route('**/utils/mqtt.wasm.br', route => route.fulfill({ status: 404 }))
  await phone.tap('connect')
  await phone.page.getByText('内核文件没有加载').waitFor()
  await phone.page.getByText('不会自动重试').waitFor()
  await picture(phone, 'console-error-light')
  assert.deepEqual(await inspectScreen(phone.page), [])
  await phone.page.emulateMedia({ colorScheme: 'dark' })
  await picture(phone, 'console-error-dark')
  assert.deepEqual(await inspectScreen(phone.page), [])
})

test('looks: what is wrong with a page is found', async t => {
  const { phone } = await startAnonymous(t)
  await phone.page.addStyleTag({
    content: `#connect { color: #8fd4a9 !important } #clear { min-height: 20px !important }
      .messages { width: 400px }`,
  })
  const problems = await inspectScreen(phone.page)
  assert.match(problems[0], /^the page is \d+ px too wide$/)
  assert.match(problems[1], /^wx-button#connect\..* has a contrast of \d\.\d\d$/)
  assert.match(problems[2], /^wx-view#clear\..* is 44 x \d+$/)
  assert.equal(problems.length, 3, problems.join('\n'))
})

/** Small enough for docs/images. */
async function picture(phone, name) {
  const file = join(FOLDER, `${name}.webp`)
  await phone.screenshot(file)
  assert.ok(statSync(file).size < LARGEST_PICTURE, `${name}: ${statSync(file).size} bytes`)
}

async function subscribe(phone, filter) {
  await phone.type('filter', filter)
  await phone.tap('filter-qos-1')
  await phone.tap('subscribe')
  await phone.page.locator('.chip .filter', { hasText: filter }).waitFor()
}

async function talk(phone, broker) {
  const json = '{"value":21.5,"unit":"C","at":1732700000,"tags":["kitchen","floor 1"]}'
  await broker.publish('sensors/kitchen/temperature', json)
  const bytes = Buffer.from('000102fffe414243090ac8c9cacbcccdcecfd0d1d2d3d4d5d6d7', 'hex')
  await broker.publish('sensors/cellar/temperature', bytes)
  await broker.publish('Topic0', '你好，世界。一行显示不下的消息，末尾有省略号，点一下就会展开。')
  await phone.tap('publish')
  await phone.page.locator('wx-message-row', { hasText: '已发出' }).waitFor()
  await phone.page.locator('wx-message-row', { hasText: '↓' }).nth(3).waitFor()
}

/** A connection that fails is in the browser's console, too. */
function isOurs(complaint) {
  return !/WebSocket connection to/.test(complaint)
}
