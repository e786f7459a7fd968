/** The simulator is as narrow as a phone: what it lacks, and what it refuses. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { WebSocketServer } from 'ws'
import { localConfig } from '../../demo/local-config.mjs'
import { startPhone } from './browser-phone.mjs'

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

/** What a function returns that runs in the logic layer. */
async function probe(t, source) {
  const phone = await phoneWith(t, source)
  return phone.look('probe')
}

/** A phone whose app.js has a probe, what it needs, and perhaps hooks. */
async function phoneWith(t, source, before = '', hooks = '') {
  const app = `
    const attempt = run => { try { return run() } catch (error) { return String(error) } }
    const failure = promise => promise.then(() => 'it did not fail', String)
    ${before}
    App({ ${hooks} probe: ${source} })`
  const phone = await startPhone({
    root: resolve(join(import.meta.dirname, '../../miniprogram')),
    replaced: { 'app.js': app, 'config.js': localConfig({}) },
  })
  t.after(() => phone.close())
  return phone
}
