// @ts-check
/**
 * wx.createTCPSocket: a WebSocket to the server of the simulator, which passes the bytes on
 * (`tcp-bridge.mjs`). This machine stands for the LAN.
 */
import { native } from './sealed.js'
import { Socket } from './socket-task.js'

/** Seconds that a connection may take if the app does not say. */
const DEFAULT_TIMEOUT = 2

const REFUSED = 'connect socket fail: errno:111 errmsg:Connection refused'

/** @returns {WechatMiniprogram.TCPSocket} */
export function createTCPSocket() {
  const socket = new Socket('tcp')
  const { listeners } = socket
  let hasOpened = false
  listeners.open.push(() => (hasOpened = true))
  const api = {
    onConnect: (/** @type {Function} */ listener) => listeners.open.push(() => listener({})),
    onMessage: (/** @type {Function} */ listener) =>
      listeners.message.push((/** @type {{data: ArrayBuffer}} */ { data }) =>
        listener({ message: data }),
      ),
    onError: (/** @type {Function} */ listener) =>
      listeners.error.push((/** @type {{errMsg: string}} */ { errMsg }) =>
        listener({ errCode: -2, errMsg: hasOpened ? errMsg : REFUSED }),
      ),
    onClose: (/** @type {Function} */ listener) => listeners.close.push(() => listener()),
    /** @param {WechatMiniprogram.TCPSocketConnectOption} option */
    connect({ address, port, timeout = DEFAULT_TIMEOUT }) {
      const url = new native.URL(`/tcp?host=${address}&port=${port}`, native.base)
      url.protocol = 'ws:'
      socket.connect({ url: url.href, timeout: timeout * 1000 })
    },
    /** @param {string | ArrayBuffer} data */
    write(data) {
      if (typeof data !== 'string' && !(data instanceof ArrayBuffer)) {
        throw new Error('data should be String or ArrayBuffer')
      }
      if (socket.isOpen) socket.send(data)
    },
    close() {
      if (socket.isOpen) socket.close(1000)
      else socket.lose(undefined, { code: 1000, reason: '' })
    },
  }
  return /** @type {any} */ (api)
}
