/** The simulator is as narrow as a phone: what it lacks, and what it refuses. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { WebSocketServer } from 'ws'
import { localConfig } from '../../demo/local-config.mjs'
import { freePort } from '../harness/server-process.mjs'
import { openPhone } from './browser-phone.mjs'

const MISSING = `window document self globalThis global location navigator localStorage WebAssembly
  WebSocket XMLHttpRequest fetch Request Response URL URLSearchParams TextDecoder TextEncoder Blob
  AbortController Buffer process crypto performance atob btoa structuredClone queueMicrotask
  importScripts postMessage EventTarget indexedDB caches MessageChannel Worker`.split(/\s+/)

test('its wx is what miniprogram-api-typings says', () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', join(import.meta.dirname, '../../demo/simulator')], {
    stdio: 'inherit',
  })
})

test('the logic layer has nothing that a phone has not', async t => {
  const types = MISSING.map(name => `${name}: typeof ${name}`)
  const seen = await probe(
    t,
    `() => ({ ${types}, strict: (function () { return typeof this })(), eval: attempt(() => eval('1')),
      Function: attempt(() => Function('return fetch')()), wasm: typeof WXWebAssembly.instantiate })`,
  )
  const { strict, eval: evaluated, Function: made, wasm, ...missing } = seen
  assert.deepEqual(missing, Object.fromEntries(MISSING.map(name => [name, 'undefined'])))
  assert.equal(strict, 'undefined')
  assert.match(evaluated, /EvalError|unsafe-eval/)
  assert.match(made, /EvalError|unsafe-eval/)
  assert.equal(wasm, 'function')
})

test('WXWebAssembly takes the path of a file of the package, and nothing else', async t => {
  const seen = await probe(
    t,
    `async () => ({
      bytes: await failure(WXWebAssembly.instantiate(new ArrayBuffer(8), {})),
      address: await failure(WXWebAssembly.instantiate('https://example.com/x.wasm', {})),
      absent: await failure(WXWebAssembly.instantiate('/utils/absent.wasm.br', {})),
      noImports: await failure(WXWebAssembly.instantiate('/utils/mqtt.wasm.br')),
    })`,
  )
  assert.match(seen.bytes, /not a file of the package/)
  assert.match(seen.address, /not a file of the package/)
  assert.match(seen.absent, /no such file/)
  assert.match(seen.noImports, /imports must be an object/)
})

test('a SocketTask sends when it is open, an ArrayBuffer or a text, and closes with 1000', async t => {
  const url = await startSocketServer(t)
  const seen = await probe(
    t,
    `() => new Promise(resolve => {
      const seen = {}
      const task = wx.connectSocket({ url: '${url}', protocols: ['mqtt'], fail() {} })
      const said = call => new Promise(done => call({ success: done, fail: done })).then(r => r.errMsg)
      seen.early = said(answer => task.send(Object.assign({ data: 'x' }, answer)))
      seen.earlyClose = said(answer => task.close(Object.assign({ code: 1000 }, answer)))
      task.onOpen(() => {
        seen.view = said(answer => task.send(Object.assign({ data: new Uint8Array(2) }, answer)))
        seen.code = said(answer => task.close(Object.assign({ code: 1001 }, answer)))
        seen.buffer = said(answer => task.send(Object.assign({ data: new ArrayBuffer(2) }, answer)))
        seen.close = said(answer => task.close(Object.assign({ code: 1000 }, answer)))
      })
      task.onClose(({ code }) => {
        const names = Object.keys(seen)
        Promise.all(names.map(name => seen[name])).then(texts => {
          resolve(Object.assign({ closed: code }, ...names.map((name, at) => ({ [name]: texts[at] }))))
        })
      })
    })`,
  )
  assert.deepEqual(seen, {
    closed: 1000,
    early: 'sendSocketMessage:fail SocketTask.readyState is not OPEN',
    earlyClose: 'closeSocket:ok',
    view: 'sendSocketMessage:fail data should be String or ArrayBuffer',
    code: 'closeSocket:fail invalid code 1001',
    buffer: 'sendSocketMessage:ok',
    close: 'closeSocket:ok',
  })
})

test('a TCP socket carries bytes to this machine, and says why it does not', async t => {
  const server = createTcpServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address()
  const silentPort = await freePort()
  const seen = await probe(
    t,
    `async () => {
      const echoed = await new Promise(resolve => {
        const tcp = wx.createTCPSocket({ type: 'ipv4' })
        tcp.onConnect(() => tcp.write(Uint8Array.of(1, 2, 3).buffer))
        tcp.onMessage(({ message }) => {
          tcp.onClose(() => resolve(Array.from(new Uint8Array(message))))
          tcp.close()
        })
        tcp.connect({ address: '127.0.0.1', port: ${port} })
      })
      const refusal = (address, port) => new Promise(resolve => {
        const tcp = wx.createTCPSocket()
        tcp.onError(({ errCode, errMsg }) => resolve(errCode + ' ' + errMsg))
        tcp.connect({ address, port })
      })
      return {
        echoed,
        silent: await refusal('127.0.0.1', ${silentPort}),
        forbidden: await Promise.all([1, 1023, 8083, 6379].map(port => refusal('127.0.0.1', port))),
        elsewhere: await refusal('8.8.8.8', 1883),
      }
    }`,
  )
  assert.deepEqual(seen, {
    echoed: [1, 2, 3],
    silent: '-2 connect socket fail: errno:111 errmsg:Connection refused',
    forbidden: Array(4).fill('2 fail parameter error: port'),
    elsewhere: '-4 invalid address',
  })
})

test('a sixth socket is refused', async t => {
  const url = await startSocketServer(t)
  const seen = await probe(
    t,
    `() => Promise.all([1, 2, 3, 4, 5, 6].map(() => new Promise(done => {
      wx.connectSocket({ url: '${url}', protocols: ['mqtt'], success: done, fail: done })
    }))).then(answers => answers.map(({ errMsg }) => errMsg))`,
  )
  assert.deepEqual(seen, [
    ...Array(5).fill('connectSocket:ok'),
    'connectSocket:fail exceed max concurrent count',
  ])
})

test('storage outlives the app', async t => {
  const phone = await phoneWith(
    t,
    `() => {
      const before = wx.getStorageSync('count')
      wx.setStorageSync('count', { value: (before.value || 0) + 1 })
      return { before, keys: wx.getStorageInfoSync().keys,
        tooLarge: attempt(() => wx.setStorageSync('large', 'x'.repeat(1024 * 1024))) }
    }`,
  )
  const tooLarge = 'Error: setStorageSync:fail entry size limit reached'
  assert.deepEqual(await phone.look('probe'), { before: '', keys: ['count'], tooLarge })
  await phone.restart()
  assert.deepEqual((await phone.look('probe')).before, { value: 1 })
})

test('the app and its listeners are told of the background', async t => {
  const phone = await phoneWith(
    t,
    '() => seen',
    `const seen = []
    wx.onAppHide(() => seen.push('wx.onAppHide'))
    wx.onAppShow(() => seen.push('wx.onAppShow'))
    const forgotten = () => seen.push('forgotten')
    wx.onAppShow(forgotten)
    wx.offAppShow(forgotten)`,
    `onLaunch: () => seen.push('onLaunch'), onShow: () => seen.push('onShow'), onHide: () => seen.push('onHide'),`,
  )
  await phone.hide()
  await phone.show()
  assert.deepEqual(await phone.look('probe'), [
    ...['onLaunch', 'onShow', 'onHide', 'wx.onAppHide', 'onShow', 'wx.onAppShow'],
  ])
})

test('a custom component has its own script, styles and events, in the logic layer', async t => {
  const phone = await miniprogram(t, {
    'pages/a/a.json': '{"usingComponents": {"my-counter": "/components/counter"}}',
    'pages/a/a.wxml': `<view id="state" class="big">{{counts}}</view>
      <my-counter id="counter" step="{{2}}" bind:count="onCount"><view class="big">slotted</view></my-counter>`,
    'pages/a/a.wxss': '.big { font-size: 20px; }',
    'pages/a/a.js': `Page({ data: { counts: 'none ' },
      onCount({ detail, currentTarget }) {
        this.setData({ counts: this.data.counts + currentTarget.id + detail.count + typeof document })
      } })`,
    'components/counter.json': '{"component": true}',
    'components/counter.wxml': `<view class="big" id="plus" bindtap="add">{{count}}, {{doubled}}</view><slot />`,
    'components/counter.wxss': '.big { font-size: 30px; }',
    'components/counter.js': `Component({
      properties: { step: Number },
      data: { count: 0, doubled: 0 },
      observers: { count(count) { this.setData({ doubled: count * 2 }) } },
      lifetimes: { attached() { this.setData({ count: 1 }) } },
      methods: { add() {
        this.setData({ count: this.data.count + this.data.step })
        this.triggerEvent('count', { count: this.data.count })
      } } })`,
  })
  await phone.page.getByText('1, 2', { exact: true }).tap()
  await phone.page.getByText('3, 6', { exact: true }).waitFor()
  assert.equal(await phone.find('state').innerText(), 'none counter3undefined')
  const size = text =>
    phone.page
      .getByText(text, { exact: true })
      .evaluate(element => getComputedStyle(element).fontSize)
  assert.deepEqual([await size('3, 6'), await size('slotted')], ['30px', '20px'])
})

test('pages open, close, and hear of it; tabs stay; styles of a page are its own', async t => {
  const said = name => `onLoad({ from }) { seen.push('${name} load ' + from) },
    onShow() { seen.push('${name} show') }, onReady() { seen.push('${name} ready') },
    onHide() { seen.push('${name} hide') }, onUnload() { seen.push('${name} unload') }`
  const page = name => `const seen = getApp().seen; Page({ ${said(name)}, go(event) {
    const { to, how } = event.currentTarget.dataset; wx[how]({ url: to }) } })`
  const link = (to, how) =>
    `<view id="${to}" data-to="/pages/${to}/${to}" data-how="${how}" bindtap="go">${to}</view>`
  const phone = await miniprogram(
    t,
    {
      'app.js': 'const seen = []; App({ seen, probe: () => seen.splice(0) })',
      'pages/a/a.wxml': `<view id="state">a</view>${link('b', 'switchTab')}${link('c', 'navigateTo')}`,
      'pages/a/a.wxss': '#state { color: rgb(1, 2, 3); }',
      'pages/a/a.js': page('a'),
      'pages/b/b.wxml': '<view id="state">b</view>',
      'pages/b/b.js': page('b'),
      'pages/c/c.wxml': '<view id="state">c</view>',
      'pages/c/c.js': page('c'),
    },
    {
      pages: ['pages/a/a', 'pages/b/b', 'pages/c/c'],
      tabBar: {
        color: '#000000',
        selectedColor: '#ff0000',
        backgroundColor: '#ffffff',
        list: [
          { pagePath: 'pages/a/a', text: 'first' },
          { pagePath: 'pages/b/b', text: 'second' },
        ],
      },
    },
  )
  const heard = async (...expected) => {
    let seen = []
    while (seen.length < expected.length) seen = seen.concat(await phone.look('probe'))
    assert.deepEqual(seen, expected)
  }
  const colour = () => phone.find('state').evaluate(element => getComputedStyle(element).color)
  await heard('a load undefined', 'a show', 'a ready')
  assert.equal(await colour(), 'rgb(1, 2, 3)')
  await phone.tap('b')
  await heard('a hide', 'b load undefined', 'b show', 'b ready')
  assert.notEqual(await colour(), 'rgb(1, 2, 3)')
  await phone.tab('first')
  await heard('b hide', 'a show')
  await phone.tap('c')
  await heard('a hide', 'c load undefined', 'c show', 'c ready')
  assert.equal(await phone.page.getByRole('tablist').isVisible(), false)
  await phone.page.getByRole('button', { name: '返回' }).tap()
  await heard('c unload', 'a show')
})

test('the theme of the phone is told, and theme.json colours the bars', async t => {
  const phone = await miniprogram(
    t,
    {
      'app.js': `const seen = []; wx.onThemeChange(({ theme }) => seen.push('wx ' + theme))
        App({ onThemeChange: ({ theme }) => seen.push('app ' + theme),
          probe: () => seen.concat(wx.getAppBaseInfo().theme) })`,
      'pages/a/a.wxml': '<view id="state">a</view>',
      'pages/a/a.js': 'Page({})',
      'theme.json': '{"light": {"bar": "#ffffff"}, "dark": {"bar": "#010203"}}',
    },
    {
      darkmode: true,
      themeLocation: 'theme.json',
      window: { navigationBarBackgroundColor: '@bar' },
    },
  )
  await phone.page.emulateMedia({ colorScheme: 'dark' })
  await phone.page.waitForFunction(
    () => document.querySelector('#navbar').style.background === 'rgb(1, 2, 3)',
  )
  assert.deepEqual(await phone.look('probe'), ['app dark', 'wx dark', 'dark'])
})

test('what it does not know, it refuses', async t => {
  const refused = async (wxml, words, json = '{}') =>
    assert.rejects(
      miniprogram(t, {
        'pages/a/a.wxml': wxml,
        'pages/a/a.js': 'Page({})',
        'pages/a/a.json': json,
      }),
      words,
    )
  await refused('<view>\n<map /></view>', /a\.wxml:2: <map> is not known/)
  await refused('<view hover-colour="a" />', /hover-colour of <view> is not known/)
  await refused('<input bindfocused="a" />', /the event focused of <input> is not known/)
  await refused('<view><my-thing /></view>', /<my-thing> is not known/)
  await refused('<view', /WXML does not compile/)
  await refused('<x-y />', /"component" is not true/, '{"usingComponents": {"x-y": "/pages/a/a"}}')
})

/** The address of a server that takes everything and says nothing. */
async function startSocketServer(t) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'mqtt' })
  t.after(() => {
    server.clients.forEach(socket => socket.terminate())
    server.close()
  })
  await once(server, 'listening')
  return `ws://127.0.0.1:${server.address().port}`
}

/** A phone with a mini-program of these files, and with this in its app.json. */
async function miniprogram(t, files, appJson = {}) {
  const root = mkdtempSync(join(tmpdir(), 'mqtt-simulator-'))
  t.after(() => rmSync(root, { recursive: true }))
  const all = {
    'app.js': 'App({})',
    'app.json': JSON.stringify({ pages: ['pages/a/a'], window: {}, ...appJson }),
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return openPhone(t, { root, replaced: {} })
}

/** What a function returns that runs in the logic layer. */
async function probe(t, source) {
  const phone = await phoneWith(t, source)
  return phone.look('probe')
}

/** A phone whose app.js has a probe, what it needs, and perhaps hooks. */
function phoneWith(t, source, before = '', hooks = '') {
  const app = `
    const attempt = run => { try { return run() } catch (error) { return String(error) } }
    const failure = promise => promise.then(() => 'it did not fail', String)
    ${before}
    App({ ${hooks} probe: ${source} })`
  return openPhone(t, {
    root: resolve(join(import.meta.dirname, '../../miniprogram')),
    replaced: { 'app.js': app, 'config.js': localConfig({}) },
  })
}
