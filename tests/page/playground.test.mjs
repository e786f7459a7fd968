/**
 * The playground in Chromium: each switch is flipped, the app comes back, and has every QoS 1 message
 * that was published meanwhile. What the phone says of the fault is on the time line, in WeChat's words.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import mqtt from 'mqtt'
import { BACKEND, startPlayground } from '../../demo/playground/server.mjs'
import { ACTIONS, TOGGLES } from '../../demo/playground/switches.mjs'
import { launchBrowser } from './browser-phone.mjs'

/** Many times what a test takes: it decides nothing, but a test that hangs is ended, and named. */
const LIMIT = 120_000
const SCREEN = { width: 1366, height: 768 }

let playground
let browser
let page
let backend

before(async () => {
  playground = await startPlayground()
  browser = await launchBrowser()
  // without a colour scheme of its own, as an emulated one goes before the page's choice
  page = await browser.newPage({ viewport: SCREEN, locale: 'zh-CN', colorScheme: null })
  page.setDefaultTimeout(LIMIT / 2)
  backend = await mqtt.connectAsync(playground.backend, BACKEND)
})

after(async () => {
  await backend?.endAsync(true)
  await browser?.close()
  playground?.close()
})

/**
 * What is seen of each switch. `fault` waits until it has taken hold (`skip` brings the next attempt to
 * connect), `meanwhile` for more once there
 * are messages; `words` are what `wx` says on the return.
 */
const SWITCHES = {
  background3s: { fault: line => line('phone', 'hide') },
  background20s: { fault: line => line('phone', 'suspend') },
  background40min: {
    fault: line => line('phone', 'suspend'),
    words: [['close', '1000 interrupted']],
  },
  offline: {
    fault: line => line('phone', 'network', 'none'),
    words: [
      ['error', 'network is down'],
      ['close', '1006 network is down'],
    ],
  },
  handover: { fault: line => line('phone', 'network', '4g') },
  slow: {
    fault: line => line('switch'),
    async meanwhile(phone, published) {
      await phone.has(published)
      await phone.line('packet', 'publish', '毫秒')
    },
  },
  restart: {
    fault: line => line('phone', 'error', 'abnormal closure'),
    words: [['error', 'exception onOpen fail code:2, msg:Underlying Transport Error']],
  },
  silent: {
    fault: line => line('switch'),
    async meanwhile(phone) {
      await phone.line('packet', 'publish', '路上')
      await phone.skipTo('waiting', 'connecting')
    },
  },
  expire: {
    async fault(line, skip) {
      await skip()
      await line('packet', 'connack', 'code=5')
    },
  },
  http401: handshake('401 Unauthorized'),
  http403: handshake('403 Forbidden'),
  http404: handshake('404 Not Found'),
  certificate: attemptFails('error', 'exception onOpen fail code:8, msg:TLS handshake failed'),
  domain: attemptFails('fail', 'connectSocket:fail url not in domain list:127.0.0.1'),
  sockets: attemptFails('fail', 'connectSocket:fail exceed max concurrent count'),
}

function handshake(status) {
  const words = 'exception onOpen fail code:20, msg:Invalid HTTP status.'
  return {
    async fault(line, skip) {
      await skip()
      await line('server', 'http', status)
      await line('phone', 'error', words)
    },
  }
}

function attemptFails(name, words) {
  return {
    async fault(line, skip) {
      await skip()
      await line('phone', name, words)
    },
  }
}

for (const [name, { fault, meanwhile, words = [] }] of Object.entries(SWITCHES)) {
  test(`${name}: the app comes back, with every message`, { timeout: LIMIT }, async t => {
    const phone = await openPlayground(t)
    await phone.connectAndSubscribe()
    const published = [await publish(`before ${name}`)]

    const toggle = await phone.flip(name)
    await fault(phone.line, phone.skip)
    for (const n of [1, 2, 3]) published.push(await publish(`during ${name} ${n}`))
    await meanwhile?.(phone, published)
    if (toggle) await phone.flip(name)
    for (const [event, text] of words) await phone.line('phone', event, text)

    await phone.comesBack()
    published.push(await publish(`after ${name}`))
    await phone.has(published)
    assert.deepEqual(phone.complaints, [])
  })
}

test('every switch that is on the page has a test', async t => {
  const { page } = await openPlayground(t)
  const switches = page.locator('[data-switch]')
  const shown = await switches.evaluateAll(all => all.map(one => one.dataset.switch))
  const known = [...TOGGLES, ...ACTIONS].map(({ id }) => id)
  for (const id of known) assert.ok(shown.includes(id), `${id} is not on the page`)
  const tested = [...Object.keys(SWITCHES), 'kill', 'wasm', 'storage', 'skip']
  assert.deepEqual(
    shown.filter(id => !tested.includes(id)),
    [],
  )
})

test('kill: the app is opened again, and gets every message', { timeout: LIMIT }, async t => {
  const phone = await openPlayground(t)
  await phone.connectAndSubscribe()

  await phone.flip('kill')
  await phone.line('phone', 'killed')
  await phone.page.getByText('小程序已被杀掉').waitFor()
  const published = [await publish('during kill 1'), await publish('during kill 2')]
  await phone.flip('launch')
  await phone.tap('token')
  await phone.tap('connect')
  await phone.comesBack()
  published.push(await publish('after kill'))
  await phone.has(published)
})

test(
  'wasm: the page says what is missing, and works once it is there',
  { timeout: LIMIT },
  async t => {
    const phone = await openPlayground(t)
    await phone.connectAndSubscribe()

    await phone.reopen('wasm')
    await phone.tap('token')
    await phone.tap('connect')
    await phone.line('client', 'error', 'WASM_LOAD')
    await phone.app.locator('.line.err', { hasText: '/utils/mqtt.wasm.br' }).first().waitFor()
    const published = [await publish('during wasm')]
    await phone.reopen('wasm')
    await phone.tap('token')
    await phone.tap('connect')
    await phone.comesBack()
    published.push(await publish('after wasm'))
    await phone.has(published)
  },
)

test('storage: messages come and go, and the page is told', { timeout: LIMIT }, async t => {
  const phone = await openPlayground(t)
  await phone.connectAndSubscribe()

  await phone.flip('storage')
  await phone.app.locator('#payload input').fill('published with a full storage')
  await phone.tap('publish')
  await phone.line('phone', 'fail', 'setStorageSync:fail exceed storage max size 10Mb')
  await phone.line('client', 'error', 'STORE')
  await phone.has(['published with a full storage', await publish('during storage')])
  await phone.flip('storage')
  await phone.has([await publish('after storage')])
})

test('the second phone hears the first, and is not switched', { timeout: LIMIT }, async t => {
  const phone = await openPlayground(t)
  await phone.page.getByRole('button', { name: '第二部手机' }).click()
  const second = phone.of('b')
  await second.connectAndSubscribe()
  await phone.connectAndSubscribe()
  await phone.flip('offline')
  await phone.line('phone', 'network', 'none')
  await second.app.locator('#payload input').fill('from the second phone')
  await second.tap('publish')
  await second.has(['from the second phone'])
  await phone.flip('offline')
  await phone.comesBack()
  await phone.has(['from the second phone'])
})

test('a line opens the packet, decoded, without its password', { timeout: LIMIT }, async t => {
  const phone = await openPlayground(t)
  await phone.connectAndSubscribe()
  const connect = phone.page.locator('[data-name=connect][data-kind=packet]').last()
  await connect.getByRole('button').click()
  const packet = JSON.parse(await connect.locator('pre').innerText())
  const { cmd, clientId, username, password, protocolVersion } = packet
  assert.deepEqual(
    { cmd, clientId, username, password, protocolVersion },
    {
      cmd: 'connect',
      clientId: 'device001@demo01',
      username: 'test',
      password: '***',
      protocolVersion: 4,
    },
  )
})

test('it fits a small screen, in both languages and themes', { timeout: LIMIT }, async t => {
  const { app, page } = await openPlayground(t)
  const fits = () => {
    const { scrollHeight, scrollWidth } = document.documentElement
    const cut = [...document.querySelectorAll('button, .status, dd, legend')]
      .filter(element => element.checkVisibility())
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
    return { scrollHeight, scrollWidth, cut: cut.map(({ innerText }) => innerText) }
  }
  const wanted = { scrollHeight: SCREEN.height, scrollWidth: SCREEN.width, cut: [] }
  for (const second of [false, true]) {
    if (second) await page.getByRole('button', { name: /Second phone|第二部手机/ }).click()
    for (const [language, other] of [
      ['English', '中文'],
      ['中文', 'English'],
    ]) {
      await page.getByRole('button', { name: language, exact: true }).click()
      await page.getByRole('button', { name: other, exact: true }).waitFor()
      assert.deepEqual(await page.evaluate(fits), wanted, `${language}, second phone: ${second}`)
    }
  }
  await page.getByRole('button', { name: '深色' }).click()
  await page.locator('html[data-theme=dark]').waitFor()
  const isDark = () => matchMedia('(prefers-color-scheme: dark)').matches
  assert.equal(await app.locator('body').evaluate(isDark), true)
})

/** Publishes at QoS 1 by MQTT.js, and returns the text once the server has it. */
async function publish(text) {
  const unique = `${text} (${++published})`
  await backend.publishAsync('Topic0', unique, { qos: 1 })
  return unique
}
let published = 0

/** The playground as at a first visit; afterwards its switches are off, and what the phones stored is gone. */
async function openPlayground(t) {
  const complaints = []
  const complain = error => complaints.push(error.stack)
  page.on('pageerror', complain)
  t.after(async () => {
    page.off('pageerror', complain)
    for (const pressed of await page.locator('[data-switch][aria-pressed=true]').all()) {
      await pressed.click()
    }
    await page.evaluate(() => localStorage.clear())
    await page.goto('about:blank')
  })
  await page.goto(playground.page)
  await page.getByRole('button', { name: '清空' }).first().click()
  return phoneOf(page, 'a', complaints)
}

/** One of the phones, and the page around it. */
function phoneOf(page, id, complaints) {
  const app = page.frameLocator(`figure[data-phone=${id}] iframe`)
  const status = state => page.locator(`.status[data-phone=${id}][data-state=${state}]`)
  const tap = button => app.locator(`#${button}:not([disabled])`).click()
  return {
    app,
    page,
    complaints,
    tap,
    of: other => phoneOf(page, other, complaints),
    async connectAndSubscribe() {
      await app.locator('#pops-up').click()
      await tap('token')
      await app.locator('#expiry', { hasText: '有效至' }).waitFor()
      await tap('connect')
      await status('connected').waitFor()
      await app.locator('#qos select').selectOption('1')
      await tap('subscribe')
      await app.locator('.line.sys', { hasText: '订阅主题成功' }).waitFor()
    },
    /** Clicks a switch; returns whether it is one that stays on. */
    async flip(name) {
      const button = page.locator(`[data-switch=${name}]`)
      const isToggle = (await button.getAttribute('aria-pressed')) !== null
      await button.click()
      return isToggle
    },
    /** Clicks a switch that opens the app anew, and waits until the old one is gone. */
    async reopen(name) {
      const old = await page.locator(`figure[data-phone=${id}] iframe`).elementHandle()
      await this.flip(name)
      await page.waitForFunction(frame => !frame.isConnected, old)
    },
    /** Waits for a line of the time line. */
    line: (kind, name, text = '') =>
      (kind === 'switch'
        ? page.locator('.row.switch')
        : page.locator(`.row[data-kind=${kind}][data-name=${name}]`, { hasText: text })
      )
        .first()
        .waitFor(),
    /** Skips minutes of the phone's clock, once its client waits for its next attempt. */
    async skip() {
      await status('waiting').waitFor()
      await page.locator('[data-switch=skip]').click()
    },
    /** Skips minutes of the phone's clock until its client is in one of these states. */
    async skipTo(...states) {
      const reached = states.map(status).reduce((one, other) => one.or(other))
      while (!(await reached.isVisible())) {
        await page.locator('[data-switch=skip]').click()
        await page.waitForTimeout(100)
      }
    },
    /** The phone's clock is moved on, so that no test waits for the next attempt. */
    comesBack() {
      return this.skipTo('connected')
    },
    /** Waits until the page shows these messages. */
    async has(texts) {
      for (const text of texts) await app.locator('.line.in', { hasText: text }).first().waitFor()
    },
  }
}
