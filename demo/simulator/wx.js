// @ts-check
/**
 * `wx` and `WXWebAssembly` for the logic layer, as far as the mini-program uses them. A name that is
 * not here throws when it is used, so that nothing is simulated by chance.
 */
import { begin, conditions } from './conditions.js'
import { native } from './sealed.js'
import { connectSocket } from './socket-task.js'
import { createTCPSocket } from './tcp-socket.js'
import { REQUEST } from './wx-words.js'

/** @typedef {WechatMiniprogram.Wx} Wx */
/** @typedef {'appShow' | 'appHide' | 'network'} HostEvent */
/** @typedef {{success?: Function, fail?: Function, complete?: Function}} Callbacks */
/** @typedef {Pick<Wx, 'getStorageSync' | 'setStorageSync' | 'removeStorageSync' | 'getStorageInfoSync'>} Storage */

/**
 * @param {(name: string, option: object) => Promise<object>} screen does what needs a screen
 * @param {Storage} storage
 */
export function makeWx(screen, storage) {
  begin()
  const onScreen =
    (/** @type {string} */ name) =>
    (/** @type {object} */ option = {}) =>
      finish(name, option, () => screen(name, option))
  const api = {
    ...storage,
    request,
    connectSocket: (/** @type {WechatMiniprogram.ConnectSocketOption} */ option) =>
      connectSocket(option, finish),
    createTCPSocket,
    showToast: /** @type {Wx['showToast']} */ (onScreen('showToast')),
    hideToast: /** @type {Wx['hideToast']} */ (onScreen('hideToast')),
    showModal: /** @type {Wx['showModal']} */ (onScreen('showModal')),
    onAppShow: listenTo('appShow'),
    offAppShow: ignore('appShow'),
    onAppHide: listenTo('appHide'),
    offAppHide: ignore('appHide'),
    onNetworkStatusChange: listenTo('network'),
    offNetworkStatusChange: ignore('network'),
  }
  /** @type {Pick<Wx, keyof typeof api>} */
  const checked = api
  return new Proxy(checked, {
    get(known, name) {
      if (name in known || typeof name === 'symbol') return Reflect.get(known, name)
      throw new Error(`the simulator does not know wx.${name}`)
    },
  })
}

/**
 * Tells the listeners of wx.onAppShow, wx.onAppHide or wx.onNetworkStatusChange.
 * @param {HostEvent} type
 * @param {object} value
 */
export function emit(type, value) {
  for (const listener of [...listeners[type]]) listener(value)
}

export const WXWebAssembly = {
  /**
   * `path` is a file of the code package; nothing else can be instantiated.
   * @param {string} path
   * @param {object} imports
   */
  async instantiate(path, imports) {
    if (typeof path !== 'string' || !/^\/.*\.wasm(\.br)?$/.test(path)) {
      throw new TypeError(`WXWebAssembly.instantiate: not a file of the package: ${path}`)
    }
    if (typeof imports !== 'object') {
      throw new TypeError('WXWebAssembly.instantiate: imports must be an object')
    }
    await conditions.ready()
    const response = await native.fetch(new native.URL(`package${path}`, native.base))
    if (!response.ok || conditions.wasmMissing)
      throw new Error(`WXWebAssembly.instantiate: no such file: ${path}`)
    return native.WebAssembly.instantiate(await response.arrayBuffer(), imports)
  },
}

/** @type {Record<HostEvent, Set<Function>>} */
const listeners = { appShow: new Set(), appHide: new Set(), network: new Set() }

function listenTo(/** @type {HostEvent} */ type) {
  return (/** @type {Function} */ listener) => {
    listeners[type].add(listener)
  }
}

/** Without a listener, all are forgotten. */
function ignore(/** @type {HostEvent} */ type) {
  return (/** @type {Function | undefined} */ listener) => {
    if (listener) listeners[type].delete(listener)
    else listeners[type].clear()
  }
}

/**
 * success, fail and complete are called; without any of them a promise is returned.
 * @param {string} name
 * @param {Callbacks} option
 * @param {() => Promise<object | void>} run fails with an Error, or with what `fail` is to get
 */
function finish(name, option, run) {
  const { success, fail, complete } = option
  const settled = conditions
    .ready()
    .then(run)
    .finally(() => conditions.ready())
    .then(
      result => {
        const answer = { errMsg: `${name}:ok`, ...result }
        success?.(answer)
        complete?.(answer)
        return answer
      },
      error => {
        const { message, errMsg = message, errno } = error
        const answer = { errMsg: `${name}:fail ${errMsg}`, ...(errno && { errno }) }
        conditions.report('fail', answer.errMsg)
        fail?.(answer)
        complete?.(answer)
        if (!success && !fail && !complete) throw answer
      },
    )
  return success || fail || complete ? undefined : settled
}

/**
 * Any HTTP status is a success; an object is sent as JSON, and JSON is parsed.
 * @type {Wx['request']}
 */
function request(option) {
  const aborter = new native.AbortController()
  const timer = setTimeout(() => aborter.abort(), option.timeout ?? 60_000)
  finish('request', option, async () => {
    const { url, method = 'GET', header = {}, data } = option
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    const fault = conditions.requestFault(url)
    if (fault) throw fault
    try {
      const response = await native.fetch(url, {
        method,
        headers: { 'content-type': 'application/json', ...header },
        body: method === 'GET' ? undefined : text,
        signal: aborter.signal,
      })
      return {
        data: parsed(await response.text()),
        statusCode: response.status,
        header: Object.fromEntries(response.headers),
      }
    } catch (error) {
      throw aborter.signal.aborted ? new Error('timeout') : phoneError(error)
    } finally {
      clearTimeout(timer)
    }
  })
  return /** @type {WechatMiniprogram.RequestTask} */ ({ abort: () => aborter.abort() })
}

/** The browser's fetch fails in one way only, by a TypeError: a phone says that nobody is there. */
function phoneError(/** @type {unknown} */ error) {
  return error instanceof TypeError ? REQUEST.refused : error
}

/** Text that is not JSON stays text. */
function parsed(/** @type {string} */ text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
