/**
 * The view layer: renders the real WXML by glass-easel, WeChat's own component framework, and passes
 * events on to the logic layer.
 */
import * as glassEasel from 'glass-easel'
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import { components } from './components.js'
import { screen } from './screen.js'

const STORED = 'wx:'

const app = self.__wxApp
const worker = new Worker('service.js')
const looks = new Map()
let lastLook = 0
let root

Object.assign(glassEasel.globalOptions, { reflectToAttributes: true, writeIdToDOM: true })
glassEasel.addGlobalErrorListener(error => {
  console.error(error)
  return false
})

const backend = new glassEasel.CurrentWindowBackendContext()
backend.document = {
  createElement: tag => document.createElement(`wx-${tag}`),
  createTextNode: text => document.createTextNode(text),
  createDocumentFragment: () => document.createDocumentFragment(),
}
backend.onEvent((target, type, detail, options) => {
  if (type === 'tap' && target.$$?.closest?.('wx-button[disabled]')) return
  glassEasel.triggerEvent(target, type, detail, options)
})

const env = new MiniProgramEnv()
const space = env.createCodeSpace('main', true)
for (const [name, definition] of Object.entries(components)) {
  env.getGlobalCodeSpace().componentEnv(`wx/${name}`, ({ Component }) => {
    space.getComponentSpace().setGlobalUsingComponent(name, Component(definition)._$)
  })
}
const prepare = space.prepareComponentOptions
space.prepareComponentOptions = (...parameters) => {
  const prepared = prepare.apply(space, parameters)
  prepared[0].idPrefixGenerator = null // in WeChat a page's ids are the DOM's
  return prepared
}
space.addStyleSheet('app', 'app')
const associated = env.associateBackend(backend)
for (const [path, css] of Object.entries(app.css)) associated.registerStyleSheetContent(path, css)

const fromService = {
  createPage({ path, data, methods }) {
    for (const name of app.handlers[path]) {
      if (!methods.includes(name)) console.error(`${path} has no method ${name}`)
    }
    space.addComponentStaticConfig(path, app.json[path])
    space.addCompiledTemplate(path, { groupList: app.groups, content: app.groups[path] })
    space.addStyleSheet(path, path)
    const forwards = methods.map(name => [name, event => forward(name, event)])
    space
      .component(path)
      .definition({ data, methods: Object.fromEntries(forwards) })
      .register()
    root = associated.createRoot('page', space, path)
    const pages = document.querySelector('#pages')
    const place = document.createElement('span')
    pages.appendChild(place)
    root.attach(pages, place)
    showNavigationBar({ ...app.appJson.window, ...app.json[path] })
    requestAnimationFrame(() => post('ready'))
  },
  setData({ data }) {
    root.get().setData(data)
  },
  store({ key, json }) {
    if (json === undefined) localStorage.removeItem(STORED + key)
    else localStorage.setItem(STORED + key, json)
  },
  async screen({ call, name, option }) {
    post('answered', { call, result: await screen[name](option) })
  },
  seen({ call, seen, failure }) {
    const { resolve, reject } = looks.get(call)
    if (failure === undefined) resolve(seen)
    else reject(new Error(failure))
    looks.delete(call)
  },
}
worker.onmessage = ({ data }) => fromService[data.type](data)
worker.onerror = ({ message, filename, lineno }) =>
  console.error(`${message} (${filename}:${lineno})`)

document.addEventListener('visibilitychange', () => post(document.hidden ? 'appHide' : 'appShow'))
addEventListener('online', () =>
  post('network', { status: { isConnected: true, networkType: 'wifi' } }),
)
addEventListener('offline', () =>
  post('network', { status: { isConnected: false, networkType: 'none' } }),
)

/** For tests. */
self.simulator = {
  hide: () => post('appHide'),
  show: () => post('appShow'),
  look: what =>
    new Promise((resolve, reject) => {
      looks.set(++lastLook, { resolve, reject })
      post('look', { call: lastLook, what })
    }),
}

post('boot', { stored: Object.entries(localStorage).filter(isStored).map(withoutPrefix) })

function post(type, message = {}) {
  worker.postMessage({ type, ...message })
}

/** wx's storage is kept in the browser's, under names of its own. */
function isStored([name]) {
  return name.startsWith(STORED)
}

function withoutPrefix([name, json]) {
  return [name.slice(STORED.length), json]
}

/** What of an event crosses to the logic layer. */
function forward(method, event) {
  const node = element => ({ id: element?.id ?? '', dataset: { ...element?.dataset } })
  const detail = JSON.parse(JSON.stringify(event.detail ?? {}))
  const { type, timeStamp, target, currentTarget } = event
  post('event', {
    method,
    event: { type, timeStamp, detail, target: node(target), currentTarget: node(currentTarget) },
  })
}

function showNavigationBar({ navigationBarTitleText = '', navigationBarBackgroundColor = '#fff' }) {
  document.querySelector('#title').textContent = navigationBarTitleText
  document.querySelector('#navbar').style.background = navigationBarBackgroundColor
}
