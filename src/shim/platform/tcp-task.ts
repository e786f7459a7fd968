/**
 * A TCP socket of `wx.createTCPSocket` behind the interface of a SocketTask, so that `socket.ts` treats
 * both alike. The platform gives it to plain TCP in the LAN, or to listed domains; there is no TLS.
 */
import { NO_TCP, TOO_MANY_TCP } from '../errors/socket-errors'
import { guard } from './turns'

/** What `socket.ts` needs of a socket of either kind. */
export interface Task extends Pick<
  WechatMiniprogram.SocketTask,
  'onOpen' | 'onMessage' | 'onError' | 'onClose' | 'send' | 'close'
> {
  /** To be called once all listeners are there; a SocketTask needs no call. */
  begin?(): void
}

/**
 * Throws where the platform has no TCP sockets (some containers have a function that makes none), or
 * would refuse another one.
 */
export function tcpTask(
  api: WechatMiniprogram.Wx,
  { url, timeout = 0 }: WechatMiniprogram.ConnectSocketOption,
): Task {
  const [, address, port] = ADDRESS.exec(url)!
  const type = /:/.test(address!) ? 'ipv6' : 'ipv4'
  const now = Date.now()
  // at first there is no such time; and the clock may have been set back
  if (Math.abs(now - made[MOST_SOCKETS - 1]!) < PERIOD) throw new Error(TOO_MANY_TCP)
  const tcp = api.createTCPSocket && api.createTCPSocket({ type })
  if (!tcp) throw new Error(NO_TCP)
  made.unshift(now)
  made.length = MOST_SOCKETS
  return {
    onOpen: listener => tcp.onConnect(listener as () => void),
    onMessage: listener => tcp.onMessage(event => listener({ data: Object(event).message })),
    onError: listener =>
      tcp.onError(event => {
        guard(() => tcp.close()) // one that could not connect exists until it is closed
        const { errCode, errMsg } = Object(event) as { errCode?: number; errMsg?: string }
        listener({ errMsg: `TCP ${port} error ${errCode}: ${errMsg}` })
      }),
    onClose: listener => tcp.onClose(listener as () => void),
    send: ({ data, success }) => {
      tcp.write(data)
      success!({ errMsg: '' }) // the platform does not tell
    },
    close: () => tcp.close(),
    // seconds
    begin: () => tcp.connect({ address: address!, port: Number(port), timeout: timeout / 1000 }),
  }
}

/** When sockets were made, for all clients, the last one first */
const made: number[] = []

/** Sockets that an app may make within `PERIOD` milliseconds */
const MOST_SOCKETS = 20
const PERIOD = 300_000

/** host, port; an IPv6 address may be in brackets */
const ADDRESS = /^mqtt:\/\/\[?(.+?)\]?:(\d+)\//
