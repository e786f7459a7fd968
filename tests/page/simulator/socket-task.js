/** wx.connectSocket over the browser's WebSocket, with the traps of WeChat's SocketTask. */
import { native } from './sealed.js'

const MOST_SOCKETS = 5
const open = new Set()

/** `finish` settles an asynchronous call the way wx does, see wx.js. */
export function connectSocket(option, finish) {
  const listeners = { open: [], message: [], error: [], close: [] }
  const fire = (type, value) => listeners[type].forEach(listener => listener(value))
  let socket

  finish('connectSocket', option, async () => {
    if (!/^wss?:\/\//.test(option.url)) throw new Error(`invalid url "${option.url}"`)
    if (open.size >= MOST_SOCKETS) throw new Error('exceed max concurrent count')
    socket = new native.WebSocket(option.url, option.protocols ?? [])
    open.add(socket)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => fire('open', { header: {} })
    socket.onmessage = ({ data }) => fire('message', { data })
    socket.onerror = () => fire('error', { errMsg: 'WebSocket connection failed' })
    socket.onclose = ({ code, reason }) => {
      open.delete(socket)
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
        if (
          typeof data !== 'string' &&
          Object.prototype.toString.call(data) !== '[object ArrayBuffer]'
        ) {
          throw new Error('data should be String or ArrayBuffer')
        }
        socket.send(data)
      }),
    close: (request = {}) =>
      finish('closeSocket', request, async () => {
        const { code = 1000, reason } = request
        if (code !== 1000 && !(code >= 3000 && code <= 4999))
          throw new Error(`invalid code ${code}`)
        if (socket?.readyState === 1) socket.close(code, reason) // before it is open, nothing happens
      }),
  }
}
