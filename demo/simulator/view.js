/**
 * The view layer: shows the tree that the logic layer renders, with WeChat's frame around it, and
 * passes on what a person does.
 */
import { makeFrame, onThemeChange, theme } from './frame.js'
import { listenToGestures } from './gestures.js'
import { keyboard } from './keyboard.js'
import { clipboard, screen } from './screen.js'
import { makeViewDocument } from './view-document.js'

const STORED = 'wx:'
const FONT_SIZE = 16

const worker = new Worker('service.js')
const looks = new Map()
let lastLook = 0
let fontSize = FONT_SIZE

const root = document.querySelector('#pages')
const render = makeViewDocument(root, fire)
const frame = makeFrame(self.__wxView, (name, option) => post('navigate', { name, option }))
listenToGestures(root, fire)

const fromService = {
  render({ operations }) {
    render(operations)
  },
  page(page) {
    frame.show(page)
    showStylesOf(page.path)
    measure()
    requestAnimationFrame(() => post('ready', { key: page.key }))
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
addEventListener('resize', () => {
  measure()
  post('resize', { size: { windowWidth: root.clientWidth, windowHeight: root.clientHeight } })
})
onThemeChange(() => {
  frame.paint()
  post('theme', { theme: theme() })
})

/** For tests. */
self.simulator = {
  hide: () => post('appHide'),
  show: () => post('appShow'),
  clipboard: () => clipboard,
  /** The phone gets a keyboard of so many pixels. */
  keyboard: height => (keyboard.height = height),
  /** Starts the app anew with WeChat's font size set to so many pixels. */
  restartWithFontSize(pixels) {
    sessionStorage.setItem('fontSize', pixels)
    location.reload()
  },
  look: (what, detail) =>
    new Promise((resolve, reject) => {
      looks.set(++lastLook, { resolve, reject })
      post('look', { call: lastLook, what, detail })
    }),
  /** An event of an element, as if a person had caused it. */
  trigger: fire,
}

fontSize = Number(sessionStorage.getItem('fontSize') ?? FONT_SIZE)
document.documentElement.style.setProperty('--system-font-size', `${fontSize}px`)
post('boot', {
  stored: Object.entries(localStorage).filter(isStored).map(withoutPrefix),
  theme: theme(),
  fontSize,
})

/** In WeChat each page is a document of its own, with its own styles and the app's. */
function showStylesOf(path) {
  const { pages } = self.__wxView.appJson
  for (const style of document.querySelectorAll('style[data-path]')) {
    const isOther = pages.includes(style.dataset.path) && style.dataset.path !== path
    style.media = isOther ? 'not all' : 'all'
  }
}

function measure() {
  document.documentElement.style.setProperty('--page-height', `${root.clientHeight}px`)
}

function fire(element, name, detail = {}, bubbles = false) {
  post('event', { node: element.remoteId, name, detail, bubbles })
}

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
