/**
 * `wx` and `WXWebAssembly` for the logic layer, as far as the mini-program uses them. A name that is
 * not here throws when it is used, so that nothing is simulated by chance.
 */
import { native } from './sealed.js'
import { connectSocket } from './socket-task.js'

/** @param {(name: string, option: object) => Promise<object>} screen does what needs a screen */
export function makeWx(screen) {
  const onScreen =
    name =>
    (option = {}) =>
      finish(name, option, () => screen(name, option))
  const api = {
    request,
    connectSocket: option => connectSocket(option, finish),
    showToast: onScreen('showToast'),
    hideToast: onScreen('hideToast'),
    showModal: onScreen('showModal'),
    onAppShow: listenTo('appShow'),
    onAppHide: listenTo('appHide'),
    onNetworkStatusChange: listenTo('network'),
  }
  return new Proxy(api, {
    get(known, name) {
      if (name in known || typeof name === 'symbol') return known[name]
      throw new Error(`the simulator does not know wx.${name}`)
    },
  })
}

/** Tells the listeners of wx.onAppShow, wx.onAppHide or wx.onNetworkStatusChange. */
export function emit(type, value) {
  for (const listener of listeners[type]) listener(value)
}

export const WXWebAssembly = {
  /** `path` is a file of the code package; nothing else can be instantiated. */
  async instantiate(path, imports) {
    if (typeof path !== 'string' || !/^\/.*\.wasm(\.br)?$/.test(path)) {
      throw new TypeError(`WXWebAssembly.instantiate: not a file of the package: ${path}`)
    }
    const response = await native.fetch(new native.URL(`package${path}`, native.base))
    if (!response.ok) throw new Error(`WXWebAssembly.instantiate: no such file: ${path}`)
    return native.WebAssembly.instantiate(await response.arrayBuffer(), imports)
  },
}

const listeners = { appShow: [], appHide: [], network: [] }

function listenTo(type) {
  return listener => listeners[type].push(listener)
}

/** success, fail and complete are called; without any of them a promise is returned. */
function finish(name, option, run) {
  const { success, fail, complete } = option ?? {}
  const settled = Promise.resolve()
    .then(run)
    .then(
      result => {
        const answer = { errMsg: `${name}:ok`, ...result }
        success?.(answer)
        complete?.(answer)
        return answer
      },
      error => {
        const answer = { errMsg: `${name}:fail ${error.message}`, errno: error.errno }
        fail?.(answer)
        complete?.(answer)
        if (!success && !fail && !complete) throw answer
      },
    )
  return success || fail || complete ? undefined : settled
}

/** Any HTTP status is a success; an object is sent as JSON, and JSON is parsed. */
function request(option) {
  const aborter = new native.AbortController()
  const timer = setTimeout(() => aborter.abort(), option.timeout ?? 60_000)
  finish('request', option, async () => {
    const { url, method = 'GET', header = {}, data } = option
    try {
      const response = await native.fetch(url, {
        method,
        headers: { 'content-type': 'application/json', ...header },
        body:
          method === 'GET' || data === undefined
            ? undefined
            : typeof data === 'string'
              ? data
              : JSON.stringify(data),
        signal: aborter.signal,
      })
      return {
        data: parsed(await response.text()),
        statusCode: response.status,
        header: Object.fromEntries(response.headers),
      }
    } catch (error) {
      throw aborter.signal.aborted ? new Error('timeout') : error
    } finally {
      clearTimeout(timer)
    }
  })
  return { abort: () => aborter.abort() }
}

/** Text that is not JSON stays text. */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
