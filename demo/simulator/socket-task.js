// @ts-check
/** wx.connectSocket over the browser's WebSocket, with the traps of WeChat's SocketTask. */
import { native } from './sealed.js'

const MOST_SOCKETS = 5
const DEFAULT_TIMEOUT = 60_000
const sockets = new Set()

/**
 * @param {WechatMiniprogram.ConnectSocketOption} option
 * @param {(name: string, option: object, run: () => Promise<void>) => any} finish settles an
 *   asynchronous call the way wx does, see wx.js
 * @returns {WechatMiniprogram.SocketTask}
 */
export function connectSocket(option, finish) {
  /** @type {Record<'open' | 'message' | 'error' | 'close', Function[]>} */
  const listeners = { open: [], message: [], error: [], close: [] }
  /** @type {(type: keyof typeof listeners, value: object) => void} */
  const fire = (type, value) => listeners[type].forEach(listener => listener(value))
  /** @type {any} */
  let socket

  finish('connectSocket', option, async () => {
    if (!/^wss?:\/\//.test(option.url)) throw new Error(`invalid url "${option.url}"`)
    if (sockets.size >= MOST_SOCKETS) throw new Error('exceed max concurrent count')
    socket = new native.WebSocket(option.url, option.protocols ?? [])
    sockets.add(socket)
    socket.binaryType = 'arraybuffer'
    const timer = setTimeout(() => {
      if (socket.readyState === 0) socket.close()
    }, option.timeout ?? DEFAULT_TIMEOUT)
    socket.onopen = () => fire('open', { header: {} })
    socket.onmessage = (/** @type {{data: string | ArrayBuffer}} */ { data }) =>
      fire('message', { data })
    socket.onerror = () => fire('error', { errMsg: 'WebSocket connection failed' })
    socket.onclose = (/** @type {{code: number, reason: string}} */ { code, reason }) => {
      clearTimeout(timer)
      sockets.delete(socket)
      fire('close', { code, reason })
    }
  })

  return {
    onOpen: listener => listeners.open.push(listener),
    onMessage: listener => listeners.message.push(listener),
    onError: listener => listeners.error.push(listener),
    onClose: listener => listeners.close.push(listener),
    send: request =>
      finish('sendSocketMessage', request, async () => {
        if (socket?.readyState !== 1) throw new Error('SocketTask.readyState is not OPEN')
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
        if (socket?.readyState === 1) socket.close(code, reason) // before it is open, nothing happens
      }),
  }
}
