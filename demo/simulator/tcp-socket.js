// @ts-check
/**
 * wx.createTCPSocket: a WebSocket to the server of the simulator, which passes the bytes on
 * (`tcp-bridge.mjs`). This machine stands for the LAN: 127.0.0.1 is another device of it, and the only
 * one there is.
 */
import { conditions } from './conditions.js'
import { native } from './sealed.js'
import { Socket } from './socket-task.js'
import { HANDSHAKE, TCP } from './wx-words.js'

/** Seconds that a connection may take if the app does not say. */
const DEFAULT_TIMEOUT = 2

const LAN = '127.0.0.1'

/** Those that WeChat's documentation lists, beside the ones below 1024 and from 8000 to 8100. */
const FORBIDDEN_PORTS = [
  1099, 1433, 1521, 1719, 1720, 1723, 2049, 2375, 3128, 3306, 3389, 3659, 4045, 5060, 5061, 5432,
  5984, 6000, 6379, 6566, 7001, 7002, 8443, 8888, 9200, 9300, 10051, 10080, 11211, 27017, 27018,
  27019,
]

/** @returns {WechatMiniprogram.TCPSocket} */
export function createTCPSocket() {
  const socket = new Socket('tcp')
  const { listeners } = socket
  let hasOpened = false
  listeners.open.push(() => (hasOpened = true))
  /** @type {Function[]} */
  const errorListeners = []
  const fail = (/** @type {{errCode: number, errMsg: string}} */ error) =>
    errorListeners.forEach(listener => listener(error))
  listeners.error.push((/** @type {{errMsg: string}} */ { errMsg }) => {
    if (hasOpened) fail({ errCode: -2, errMsg })
    else fail(errMsg === HANDSHAKE.timeout ? TCP.timeout : TCP.refused)
  })
  const api = {
    onConnect: (/** @type {Function} */ listener) => listeners.open.push(() => listener({})),
    onMessage: (/** @type {Function} */ listener) =>
      listeners.message.push((/** @type {{data: ArrayBuffer}} */ { data }) =>
        listener({ message: data }),
      ),
    onError: (/** @type {Function} */ listener) => errorListeners.push(listener),
    onClose: (/** @type {Function} */ listener) => listeners.close.push(() => listener()),
    /** @param {WechatMiniprogram.TCPSocketConnectOption} option */
    connect({ address, port, timeout = DEFAULT_TIMEOUT }) {
      const refusal = refusalOf(address, port)
      if (refusal) {
        conditions.report('error', refusal.errMsg)
        setTimeout(fail, 0, refusal)
        return
      }
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

/**
 * Why WeChat does not even try.
 * @param {string} address
 * @param {number} port
 */
function refusalOf(address, port) {
  const isForbidden = port < 1024 || (port >= 8000 && port <= 8100)
  if (isForbidden || FORBIDDEN_PORTS.includes(port)) return TCP.port
  if (address !== LAN) return TCP.address
  if (conditions.isSuspended) return TCP.suspended
  return conditions.isOffline ? TCP.offline : undefined
}
