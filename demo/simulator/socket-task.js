// @ts-check
/**
 * wx.connectSocket over the browser's WebSocket, with the traps of WeChat's SocketTask. The browser
 * does not say why a WebSocket failed; the texts are those of phones, by what the playground has
 * done to this one.
 */
import { MOST_SOCKETS, conditions } from './conditions.js'
import { native } from './sealed.js'
import { CONNECT, HANDSHAKE, LOST } from './wx-words.js'

/** @typedef {{code: number, reason: string}} Close */
/** @typedef {(name: string, option: object, run: () => Promise<object | void>) => any} Finish */

const DEFAULT_TIMEOUT = 60_000

/** @type {Set<Socket>} */
const sockets = new Set()

/**
 * @param {WechatMiniprogram.ConnectSocketOption} option
 * @param {Finish} finish settles an asynchronous call the way wx does, see wx.js
 * @returns {WechatMiniprogram.SocketTask}
 */
export function connectSocket(option, finish) {
  const socket = new Socket()

  finish('connectSocket', option, async () => {
    if (!/^wss?:\/\//.test(option.url)) throw new Error(`invalid url "${option.url}"`)
    const refusal = conditions.connectRefusal(option.url)
    if (refusal) throw refusal
    const webSockets = [...sockets].filter(({ kind }) => kind === 'web')
    if (webSockets.length + conditions.foreignSockets >= MOST_SOCKETS) throw CONNECT.tooMany
    socket.connect(option)
  })

  return {
    onOpen: listener => socket.listeners.open.push(listener),
    onMessage: listener => socket.listeners.message.push(listener),
    onError: listener => socket.listeners.error.push(listener),
    onClose: listener => socket.listeners.close.push(listener),
    send: request =>
      finish('sendSocketMessage', request, async () => {
        if (!socket.isOpen) throw new Error('SocketTask.readyState is not OPEN')
        const { data } = request
        if (typeof data !== 'string' && !(data instanceof ArrayBuffer)) {
          throw new Error('data should be String or ArrayBuffer')
        }
        socket.send(data)
      }),
    close: (request = {}) =>
      finish('closeSocket', request, async () => {
        const { code = 1000, reason } = request
        if (code !== 1000 && !(code >= 3000 && code <= 4999)) {
          throw new Error(`invalid code ${code}`)
        }
        if (socket.isOpen) socket.close(code, reason) // before it is open, nothing happens
      }),
  }
}

/** What is behind a SocketTask or a TCP socket; `cut`, `mute` and `lose` are what can happen to it from outside. */
export class Socket {
  /** @type {Record<'open' | 'message' | 'error' | 'close', Function[]>} */
  listeners = { open: [], message: [], error: [], close: [] }
  isOpen = false
  /** @type {any} the browser's WebSocket; without it, the network has lost the connection */
  #webSocket
  /** @type {any} */
  #timer

  /** @param {'web' | 'tcp'} kind */
  constructor(kind = 'web') {
    this.kind = kind
  }

  get isOpening() {
    return this.#webSocket?.readyState === 0
  }

  /** @param {WechatMiniprogram.ConnectSocketOption} option */
  connect({ url, protocols = [], timeout = DEFAULT_TIMEOUT }) {
    sockets.add(this)
    conditions.add(this)
    conditions.report('connect')
    this.#timer = setTimeout(() => this.#fail(HANDSHAKE.timeout), timeout)
    const fault = conditions.handshakeFault(this.kind)
    if (fault) {
      setTimeout(() => this.#fail(fault), 0)
      return
    }
    const webSocket = new native.WebSocket(url, protocols)
    this.#webSocket = webSocket
    webSocket.binaryType = 'arraybuffer'
    const heard = (/** @type {(event: any) => void} */ listener) => {
      return (/** @type {object} */ event) => {
        if (this.#webSocket === webSocket) listener(event)
      }
    }
    webSocket.onopen = heard(() => {
      clearTimeout(this.#timer)
      this.isOpen = true
      conditions.report('open')
      this.#fire('open', { header: {} })
    })
    webSocket.onmessage = heard(({ data }) => this.#fire('message', { data }))
    webSocket.onclose = heard(({ code, reason }) => {
      if (!this.isOpen) this.#fail(conditions.handshakeFailure())
      else if (code === 1006) this.lose(LOST.abnormal, { code, reason: LOST.abnormal })
      else this.lose(undefined, { code, reason })
    })
  }

  /** @param {string | ArrayBuffer} data */
  send(data) {
    this.#webSocket?.send(data)
  }

  /**
   * @param {number} code
   * @param {string} [reason]
   */
  close(code, reason = '') {
    if (this.#webSocket) this.#webSocket.close(code, reason)
    else this.lose(undefined, { code, reason })
  }

  /** The connection ends, and the app does not hear of it. */
  cut() {
    const webSocket = this.#webSocket
    this.#webSocket = undefined
    webSocket?.close()
  }

  /** Nothing passes any more, and neither side hears of it. */
  mute() {
    this.#webSocket = undefined
  }

  /**
   * The connection ends, and the app hears of it.
   * @param {string | undefined} words for onError, if that is told
   * @param {Close} close
   */
  lose(words, close) {
    if (!sockets.delete(this)) return
    conditions.remove(this)
    clearTimeout(this.#timer)
    this.isOpen = false
    this.cut()
    if (words) {
      conditions.report('error', words)
      this.#fire('error', { errMsg: words })
    }
    conditions.report('close', `${close.code} ${close.reason}`)
    this.#fire('close', close)
  }

  /** @param {string} words */
  #fail(words) {
    this.lose(words, { code: 1006, reason: LOST.abnormal })
  }

  /**
   * @param {keyof Socket['listeners']} type
   * @param {object} value
   */
  #fire(type, value) {
    for (const listener of this.listeners[type]) listener(value)
  }
}
