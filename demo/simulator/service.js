/**
 * The logic layer, in a Web Worker: require and define, App, Page, wx. The page's data crosses to the
 * view as JSON, as it does in WeChat.
 */
import * as glassEasel from 'glass-easel'
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import { globalObject, native, seal } from './sealed.js'
import { makeStorage } from './storage.js'
import { WXWebAssembly, emit, makeWx } from './wx.js'

const env = new MiniProgramEnv()
const space = env.createCodeSpace('main', true)
const associated = env.associateBackend(new glassEasel.EmptyBackendContext())
const modules = new Map()
const loaded = new Map()
const answers = new Map()
let app
let page
let lastCall = 0

const fromView = {
  boot({ stored }) {
    globalObject.define = (path, module) => modules.set(path, module)
    native.importScripts('app-service.js') // defines modules; none of them has run yet
    const { appJson } = globalObject.__wxConfig
    const left = seal()
    if (left.length > 0) throw new Error(`cannot be taken away: ${left}`)
    Object.assign(globalObject, {
      wx: makeWx(screen, makeStorage(stored, save)),
      WXWebAssembly,
      App: definition => (app = definition),
      getApp: () => app,
    })
    load('app.js')
    const options = { path: appJson.pages[0], query: {}, scene: 1001 }
    guard(() => app?.onLaunch?.(options))
    guard(() => app?.onShow?.(options))
    openPage(appJson.pages[0])
  },
  event({ method, event }) {
    guard(() => page[method](event))
  },
  ready() {
    guard(() => page.onReady?.())
  },
  answered({ call, result }) {
    answers.get(call)(result)
    answers.delete(call)
  },
  appHide() {
    guard(() => page.onHide?.())
    guard(() => app?.onHide?.())
    emit('appHide', {})
  },
  appShow() {
    guard(() => app?.onShow?.({}))
    guard(() => page.onShow?.())
    emit('appShow', {})
  },
  network: ({ status }) => emit('network', status),
  /** For tests: the page's data, or what the function `probe` returns that they gave to the app. */
  async look({ call, what }) {
    try {
      const seen = await { data: () => page.data, probe: () => app.probe() }[what]()
      native.post({ type: 'seen', call, seen: plain(seen) })
    } catch (error) {
      native.post({ type: 'seen', call, failure: String(error) })
    }
  },
}
native.listen('message', ({ data }) => fromView[data.type](data))

function openPage(path) {
  let definition
  space.componentEnv(path, ({ Page }) => {
    globalObject.Page = given => {
      definition = given
      Page(given)
    }
    load(`${path}.js`)
  })
  if (!definition) throw new Error(`${path}.js does not call Page()`)
  page = associated.createRoot('page', space, path).get()
  const setData = page.setData
  page.setData = (changes, done) => {
    for (const name of Object.keys(changes)) {
      if (changes[name] === undefined) console.warn(`setData: ${name} is undefined`)
    }
    const data = plain(changes)
    setData.call(page, data)
    native.post({ type: 'setData', data })
    if (done) setTimeout(() => done.call(page), 0)
  }
  const methods = Object.keys(definition).filter(name => typeof definition[name] === 'function')
  native.post({ type: 'createPage', path, data: plain(page.data), methods })
  guard(() => page.onLoad?.({}))
  guard(() => page.onShow?.())
}

/** Runs a module once; paths are as in WeChat, relative to the module or absolute in the package. */
function load(path) {
  if (loaded.has(path)) return loaded.get(path).exports
  if (!modules.has(path)) throw new Error(`module '${path}' is not defined`)
  const module = { exports: {} }
  loaded.set(path, module)
  const require = id => load(resolvePath(path, id))
  modules.get(path).call(undefined, require, module, module.exports)
  return module.exports
}

function resolvePath(from, id) {
  const npm = `miniprogram_npm/${id}/index.js` // what 构建 npm makes of a package
  if (modules.has(npm)) return npm
  const parts = id.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const part of id.split('/')) {
    if (part === '..') parts.pop()
    else if (part && part !== '.') parts.push(part)
  }
  const path = parts.join('/')
  return modules.has(path) ? path : `${path}.js`
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

/** What the page throws is seen in the console, and does not stop the simulator. */
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
