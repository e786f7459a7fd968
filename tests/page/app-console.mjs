/** 调试台: connection form, subscriptions, messages, publishing. */
import assert from 'node:assert/strict'
import { startBroker } from '../../demo/broker.mjs'
import { startMosquitto } from '../harness/mosquitto-wss.mjs'
import {
  ANONYMOUS,
  openApp,
  openUnchanged,
  row,
  startAnonymous,
  subscribe,
  test,
  unfold,
} from './app.mjs'

test('console: several subscriptions, each with its colour and the QoS that was granted', async t => {
  const { phone, broker } = await openConsole(t)
  await subscribe(phone, 'sensors/+/temperature', 1)
  await subscribe(phone, 'chat/#', 2)
  const chips = phone.find('state').locator('xpath=//ancestor::wx-page').locator('.chip .granted')
  assert.deepEqual(await chips.allInnerTexts(), ['QoS 1', 'QoS 2'])

  await broker.publish('sensors/kitchen/temperature', '21.5')
  await broker.publish('chat/room/1', 'hello')
  const colours = await Promise.all(
    ['sensors/kitchen', 'chat/room'].map(async topic => {
      const title = row(phone, topic).locator('.components-message-row-message-row--topic')
      return title.evaluate(element => getComputedStyle(element).color)
    }),
  )
  assert.notEqual(colours[0], colours[1])

  await phone.page.getByRole('button', { name: '取消订阅 chat/#' }).tap()
  await phone.page.getByText('chat/#').waitFor({ state: 'detached' })
  await broker.publish('chat/room/2', 'nobody gets this')
  await broker.publish('sensors/kitchen/temperature', 'warmer')
  await row(phone, 'warmer').waitFor()
  assert.equal(await row(phone, 'chat/room/2').count(), 0)
})

test('console: what was refused is said, and no chip is left', async t => {
  const { phone } = await openConsole(t)
  await phone.tap('add-subscription')
  await phone.type('filter', 'forbidden')
  await phone.tap('subscribe')
  await phone.toast('订阅失败')
  assert.equal(await phone.page.locator('.chip .granted').count(), 0)
})

test('console: JSON, bytes and text, folded and unfolded, copied and used again', async t => {
  const { phone, broker } = await openConsole(t)
  await subscribe(phone, '#', 0)
  await broker.publish('a/json', '{"value":21.5,"tags":["a"]}')
  await broker.publish('a/bytes', Buffer.from([0, 1, 255, 65]))
  await broker.publish('a/text', '你好\n世界')
  await row(phone, 'a/text').waitFor()

  await unfold(phone, 'a/json')
  await row(phone, '"value": 21.5,\n').waitFor()
  await row(phone, 'a/json').getByText('复制').tap()
  await phone.copied('{"value":21.5,"tags":["a"]}')

  await unfold(phone, 'a/bytes')
  await row(phone, '0000  00 01 ff 41').waitFor()
  assert.equal(await row(phone, '"value": 21.5,\n').count(), 0, 'only one is unfolded')
  await row(phone, 'a/bytes').getByText('复制').tap()
  await phone.copied('00 01 ff 41')
  await unfold(phone, 'a/bytes')
  await row(phone, '复制').waitFor({ state: 'detached' })

  await unfold(phone, 'a/text')
  await row(phone, 'a/text').getByText('填入发布栏').tap()
  await phone.page.locator('#message-options', { hasText: 'a/text' }).waitFor()
  assert.equal(await phone.find('payload').locator('textarea').inputValue(), '你好\n世界')
})

test('console: a retained message, and how far a message has come', async t => {
  const { phone } = await openConsole(t)
  await phone.tap('message-options')
  await phone.type('topic', 'kept')
  await phone.tap('message-qos-1')
  await phone.tap('retain')
  await phone.page.getByText('完成').tap()
  await phone.type('payload', 'for those who come later')
  await phone.tap('publish')
  await row(phone, '已确认').waitFor()
  await subscribe(phone, 'kept', 0)
  const received = row(phone, '保留').filter({ hasText: '↓' })
  await received.waitFor()
  assert.match(await received.innerText(), /for those who come later/)
})

test('console: MQTT 5.0 with properties, both ways', async t => {
  const mosquitto = await startMosquitto()
  t.after(() => mosquitto.close())
  await mosquitto.admit('test', 'secret')
  const login = { preset: 'password', username: 'test', password: 'secret', clientId: 'mp-test' }
  const config = { ...login, url: mosquitto.url }
  const phone = await openApp(t, config, { trusted: mosquitto.certificate })
  await phone.tab('调试台')
  await phone.choose('version', 1)
  await phone.tap('connect')
  await phone.state('已连接')
  await subscribe(phone, 'five', 1)
  await phone.tap('message-options')
  await phone.type('topic', 'five')
  await phone.type('content-type', 'text/plain')
  await phone.type('expiry', '60')
  await phone.type('user-properties', 'room=kitchen\nroom=cellar\nunit=C')
  await phone.page.getByText('完成').tap()
  await phone.tap('publish')
  const received = row(phone, '↓').filter({ hasText: 'five' })
  await received.locator('[aria-role=button]').first().tap()
  const shown = await received.getByText('contentType').innerText()
  const { contentType, messageExpiryInterval, userProperties } = JSON.parse(shown)
  assert.equal(contentType, 'text/plain')
  assert.ok(messageExpiryInterval <= 60)
  assert.deepEqual({ ...userProperties }, { room: ['kitchen', 'cellar'], unit: 'C' })
})

test('console: filter, clear and pause', async t => {
  const { phone, broker } = await openConsole(t)
  await subscribe(phone, '#', 0)
  for (const text of ['apple', 'pear', 'Pineapple']) await broker.publish('fruit', text)
  await row(phone, 'Pineapple').waitFor()
  await phone.type('wanted', 'APPLE')
  await row(phone, 'pear').waitFor({ state: 'detached' })
  assert.equal(await phone.page.locator('wx-message-row').count(), 2)
  await broker.publish('fruit', 'crab apple')
  await broker.publish('fruit', 'plum')
  await row(phone, 'crab apple').waitFor()
  await phone.type('wanted', '')
  await row(phone, 'plum').waitFor()

  await phone.tap('pause')
  await broker.publish('fruit', 'while it is paused')
  await phone.page.getByText('已暂停，1 条新消息').tap()
  await row(phone, 'while it is paused').waitFor()

  await phone.tap('clear')
  await phone.page.getByText('还没有消息').waitFor()
})

test('console: the list stays where one reads, and says how many are new', async t => {
  const { phone, broker } = await openConsole(t)
  await subscribe(phone, '#', 0)
  for (let n = 1; n <= 30; n++) await broker.publish('n', `number ${n}`)
  await row(phone, 'number 30').waitFor()
  const list = phone.find('messages')
  const top = () => list.evaluate(element => element.scrollTop)
  await list.evaluate(element => {
    const scrolled = new Promise(done => element.addEventListener('scroll', done, { once: true }))
    element.scrollTop = 400
    return scrolled.then(() => undefined)
  })
  await phone.look('data') // by then the page has heard of it
  await broker.publish('n', 'number 31')
  await broker.publish('n', 'number 32')
  await phone.page.getByText('↑ 2 条新消息').waitFor()
  assert.equal(await top(), 400)
  assert.equal(await row(phone, 'number 32').count(), 0)
  await phone.tap('unseen')
  await row(phone, 'number 32').waitFor()
  assert.ok((await top()) < 1)
  await broker.publish('n', 'number 33')
  await row(phone, 'number 33').waitFor()
})

test('console: an outage is counted down, and a message waits for its end', async t => {
  const { phone, broker } = await openConsole(t)
  await phone.page.context().setOffline(true)
  broker.drop()
  await phone.state('重连中')
  await phone.tap('message-options')
  await phone.tap('message-qos-1')
  await phone.page.getByText('完成').tap()
  await phone.tap('publish')
  await row(phone, '发送中').waitFor()
  await phone.state('秒后再试')
  await phone.page.locator('.error', { hasText: '连接不上服务器' }).waitFor()
  assert.equal(await phone.page.getByText('不会自动重试').count(), 0)
  await phone.page.context().setOffline(false)
  await phone.state('已连接')
  await row(phone, '已确认').waitFor()
})

test('console: the form says what is missing, and is there at the next start without the password', async t => {
  const { phone, broker } = await startAnonymous(t)
  await phone.tab('调试台')
  await phone.type('url', 'broker.example.org')
  await phone.tap('connect')
  await phone.toast('服务器地址应为')
  await phone.choose('preset', 2)
  await phone.type('url', broker.url)
  await phone.type('username', 'somebody')
  await phone.type('password', 'secret')
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.restart()
  await phone.tab('调试台')
  const value = id => phone.find(id).locator('input').inputValue()
  assert.equal(await value('username'), 'somebody')
  assert.equal(await value('password'), '')
  assert.doesNotMatch(await phone.page.evaluate(() => JSON.stringify(localStorage)), /secret/)
})

test('console: a newcomer with a broker of their own, and config.js as it comes, gets a message', async t => {
  const broker = await startBroker(() => true)
  t.after(() => broker.close())
  const phone = await openUnchanged(t)
  await phone.tap('open-console')
  await phone.choose('preset', 3)
  await phone.type('url', broker.url.replace('wx:', 'ws:'))
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.tap('add-subscription')
  await phone.tap('subscribe')
  await phone.page.locator('.chip .granted').waitFor()
  await phone.tap('publish')
  await phone.page.locator('wx-message-row', { hasText: '↓' }).waitFor()
})

test('console: another way to log in brings its address, unless that was changed', async t => {
  const { phone } = await startAnonymous(t, { preset: 'easemob', clientId: '' })
  await phone.tab('调试台')
  const value = id => phone.find(id).locator('input').inputValue()
  assert.equal(await value('client-id'), 'device001@demo01')
  await phone.choose('preset', 3)
  await phone.find('username').waitFor({ state: 'detached' })
  assert.equal(await value('url'), 'wxs://broker.emqx.io:8084/mqtt')
  assert.match(await value('client-id'), /^mp-\w+$/)
  await phone.type('url', 'wxs://broker.example.org/mqtt')
  await phone.choose('preset', 1)
  await phone.find('token-url').waitFor()
  assert.equal(await value('url'), 'wxs://broker.example.org/mqtt')
  assert.equal(await value('username'), 'test')
})

test('the pages share one client', async t => {
  const { phone, broker } = await startAnonymous(t)
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.tap('subscribe')
  await phone.toast('订阅主题成功')
  await phone.tap('pops-up')
  await phone.tap('publish')
  await phone.line('in', 'i am from wechat msg')
  await phone.tab('调试台')
  await phone.state('已连接')
  await row(phone, 'i am from wechat msg').first().waitFor()
  assert.equal(await phone.page.locator('.chip .granted').count(), 1)

  await broker.publish('Topic0', 'while the first page is not seen')
  await row(phone, 'while the first page is not seen').waitFor()
  await phone.tap('disconnect')
  await phone.tab('收发消息')
  await phone.line('in', 'while the first page is not seen')
  await phone.state('未连接')
  assert.deepEqual(phone.complaints, [])
})

test('the keyboard never covers what one types into', async t => {
  const { phone } = await openConsole(t)
  const keyboard = 300
  await phone.page.evaluate(height => self.simulator.keyboard(height), keyboard)
  const isSeen = async id => {
    await phone.find(id).locator('input, textarea').focus()
    await phone.page.locator('#keyboard').waitFor()
    const { y, height } = await phone.find(id).boundingBox()
    assert.ok(y + height <= phone.page.viewportSize().height - keyboard, id)
    await phone.find(id).locator('input, textarea').blur()
    await phone.page.locator('#keyboard').waitFor({ state: 'detached' })
  }
  await isSeen('wanted')
  await isSeen('payload')
  await phone.tap('message-options')
  await isSeen('topic')
  await phone.page.getByText('完成').tap()
  await phone.tap('add-subscription')
  await isSeen('filter')
  await phone.page.getByText('取消', { exact: true }).tap()
  await phone.tab('收发消息')
  await isSeen('topic')
  await isSeen('payload')
})

async function openConsole(t, config) {
  const around = await startAnonymous(t, { ...ANONYMOUS, ...config })
  await around.phone.tab('调试台')
  await around.phone.tap('connect')
  await around.phone.state('已连接')
  return around
}

/** A message in the list. */
