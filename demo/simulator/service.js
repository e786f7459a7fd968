/**
 * The logic layer, in a Web Worker: App, Page, Component, wx, and the tree that they render, which is
 * shown by the view. What the mini-program's code sees is what a phone has, see sealed.js.
 */
import { makeComponentSpace } from './component-space.js'
import { makeModules } from './modules.js'
import { Mocks } from './mocks.js'
import { Pages } from './pages.js'
import { RemoteDocument } from './remote-document.js'
import { globalObject, native, seal } from './sealed.js'
import { makeStorage } from './storage.js'
import { makeWxApp } from './wx-app.js'
import { WXWebAssembly, emit, makeWx } from './wx.js'

const document = new RemoteDocument(operations => native.post({ type: 'render', operations }))
const modules = makeModules()
const answers = new Map()
const phone = { theme: 'light', fontSize: 16, networkType: 'wifi' }
const setDataCalls = []
const mocks = new Mocks()
let app
let pages
let space
let wxApp
let lastCall = 0

const fromView = {
  boot({ stored, theme, fontSize }) {
    Object.assign(phone, { theme, fontSize })
    globalObject.define = modules.define
    native.importScripts('app-service.js') // defines modules; none of them has run yet
    const built = globalObject.__wxBuilt
    const left = seal()
    if (left.length > 0) throw new Error(`cannot be taken away: ${left}`)
    space = makeComponentSpace({
      document,
      built,
      globals: globalObject,
      load: modules.load,
      onSetData: (bytes, path) => setDataCalls.push({ bytes, path }),
    })
    pages = new Pages({ space, document, built, guard, changed: showPage })
    wxApp = makeWxApp({ pages, screen, phone })
    Object.assign(globalObject, {
      wx: mocks.over(both(wxApp.api, makeWx(screen, makeStorage(stored, save)))),
      WXWebAssembly,
      App: definition => (app = definition),
      getApp: () => app,
      getCurrentPages: () => pages.stack.map(({ instance }) => instance),
    })
    modules.load('app.js')
    const options = { path: built.appJson.pages[0], query: {}, scene: 1001 }
    guard(() => app?.onLaunch?.(options))
    guard(() => app?.onShow?.(options))
    pages.launch(built.appJson.pages[0])
  },
  event({ node, name, detail, bubbles }) {
    guard(() => space.fire(node, name, detail, bubbles))
  },
  ready({ key }) {
    const page = pages.stack.find(page => page.key === key)
    if (!page || page.isReady) return
    page.isReady = true
    guard(() => page.instance.onReady?.())
  },
  answered({ call, result }) {
    answers.get(call)(result)
    answers.delete(call)
  },
  navigate({ name, option }) {
    guard(() => pages[name](option))
  },
  resize({ size }) {
    guard(() => pages.current?.instance.onResize?.({ size }))
  },
  theme({ theme }) {
    phone.theme = theme
    guard(() => app?.onThemeChange?.({ theme }))
    guard(() => wxApp.themeChanged())
  },
  appHide() {
    guard(() => pages.current.instance.onHide?.())
    guard(() => app?.onHide?.())
    emit('appHide', {})
  },
  appShow() {
    guard(() => app?.onShow?.({}))
    guard(() => pages.current.instance.onShow?.())
    emit('appShow', {})
  },
  network({ status }) {
    phone.networkType = status.networkType
    emit('network', status)
  },
  /**
   * For tests: the pages that are open, the data of a page, what crossed to the view, or what the app's
   * `probe` or a function of wx returns.
   */
  async look({ call, what, detail }) {
    const looks = {
      pages: () => pages.stack.map(({ key, path, query }) => ({ key, path, query })),
      data: ({ key = pages.current.key } = {}) => pageOf(key).instance.data,
      setData: () => setDataCalls.splice(0),
      probe: () => app.probe(),
      callWx: ({ method, args }) => globalObject.wx[method](...args),
      mockWx: ({ method, ...mock }) => mocks.set(method, mock),
    }
    try {
      native.post({ type: 'seen', call, seen: plain(await looks[what](detail)) })
    } catch (error) {
      native.post({ type: 'seen', call, failure: String(error) })
    }
  },
}
native.listen('message', ({ data }) => fromView[data.type](data))

function pageOf(key) {
  const page = pages.stack.find(page => page.key === key)
  if (!page) throw new Error(`page ${key} is not open`)
  return page
}

function showPage({ key, path }) {
  native.post({ type: 'page', key, path, depth: pages.stack.length, isTab: pages.isTab(path) })
}

/** What needs a screen is done by the view. */
function screen(name, option) {
  return new Promise(resolve => {
    const call = ++lastCall
    answers.set(call, resolve)
    native.post({ type: 'screen', call, name, option: plain(option) })
  })
}

function save(key, json) {
  native.post({ type: 'store', key, json })
}

/** The first object's properties, and then the other's. */
function both(first, other) {
  return new Proxy(other, {
    get: (_, name) => (Object.hasOwn(first, name) ? first[name] : other[name]),
  })
}

/** What the app throws is seen in the console, and does not stop the simulator. */
function guard(run) {
  try {
    run()
  } catch (error) {
    console.error(error)
  }
}

function plain(value) {
  return JSON.parse(JSON.stringify(value ?? null))
}
