/**
 * `wx.createTCPSocket` as its documentation has it: plain TCP to other devices of the LAN or to listed
 * domains, not to every port, 20 sockets in 5 minutes, and no answer to `write`.
 */

/** What may be said of one TCP socket: `task` is what the mini-program has, the rest is the server's. */
export class FakeTcpSocket {
  /** `idle`, `connecting`, `open`, `failed` (it exists until it is closed) or `closed` */
  state = 'idle'
  /** Called with what the client writes, one call a write */
  onMessage = () => {}
  /** Called when the client has closed it */
  onClose = () => {}
  /** Bytes in one `onMessage` of the client at most: the network cuts a stream anywhere */
  chunk = Infinity
  #listeners = { connect: [], message: [], error: [], close: [] }

  constructor(phone, { type = 'ipv4' } = {}) {
    Object.assign(this, { phone, type })
    const on = name => listener => this.#listeners[name].push(listener)
    this.task = phone.watched({
      onConnect: on('connect'),
      onMessage: on('message'),
      onError: on('error'),
      onClose: on('close'),
      connect: option => this.#connect(option),
      write: bytes => this.#write(bytes),
      close: () => this.#closeByClient(),
    })
  }

  open() {
    this.state = 'open'
    this.unlimit?.()
    this.#fire('connect')
  }

  /** Sends bytes to the client, in chunks. */
  send(bytes) {
    const buffer = Uint8Array.from(bytes).buffer
    for (let at = 0; at < buffer.byteLength; at += this.chunk) {
      const message = buffer.slice(at, at + this.chunk)
      const remoteInfo = { address: this.address, family: 'IPv4', port: this.port }
      this.phone.later(() => this.#fire('message', { message, remoteInfo }))
    }
  }

  /** The server closes it. */
  close() {
    this.state = 'closed'
    this.unlimit?.()
    this.#fire('close')
  }

  /** An error, as the documentation numbers them; it is told, and nothing more. */
  fail(errMsg, errCode = -2) {
    this.state = 'failed'
    this.unlimit?.()
    this.#fire('error', { errCode, errMsg })
  }

  #connect({ address, port, timeout = 2 }) {
    Object.assign(this, { address, port, timeout, state: 'connecting' })
    const { phone } = this
    if (typeof address !== 'string' || typeof port !== 'number' || !(timeout > 0)) {
      phone.violations.push(`connect to ${address} ${port} within ${timeout}`)
    }
    const refuse = (errCode, errMsg) => phone.later(() => this.fail(errMsg, errCode))
    if (!(port < 65536) || isForbidden(port)) return refuse(2, 'fail parameter error: port')
    if (/:/.test(address) !== (this.type === 'ipv6')) return refuse(1, 'fail address')
    if (!isReachable(address, phone)) return refuse(-4, 'invalid address')
    if (phone.limitsTcp) {
      this.unlimit = phone.timer(() => {
        if (this.state === 'connecting')
          this.fail('connect socket fail: errno:110 errmsg:Connection timed out')
      }, timeout * 1000)
    }
    phone.later(() => this.state === 'connecting' && phone.onSocket(this))
  }

  #write(data) {
    const { phone } = this
    if (
      typeof data !== 'string' &&
      Object.prototype.toString.call(data) !== '[object ArrayBuffer]'
    ) {
      phone.violations.push('write of what is neither text nor an ArrayBuffer')
      throw new TypeError('data should be String or ArrayBuffer')
    }
    if (this.state !== 'open') {
      phone.violations.push(`write while ${this.state}`)
      return phone.later(() => this.fail('errno:32 errmsg:Broken pipe'))
    }
    const bytes = Buffer.from(data.slice(0))
    phone.later(() => this.onMessage(bytes))
  }

  #closeByClient() {
    if (this.state === 'closed') return
    const wasOpen = this.state === 'open'
    this.state = 'closed'
    this.unlimit?.()
    this.phone.later(() => {
      this.#fire('close')
      if (wasOpen) this.onClose()
    })
  }

  #fire(name, event) {
    if (this.phone.dead) return
    for (const listener of this.#listeners[name]) listener(event)
  }
}

/** `now` are milliseconds; `made` are the times of earlier sockets. */
export function limitTcp(made, now) {
  while (made.length && now - made[0] >= 300_000) made.shift()
  if (made.length >= 20) throw new Error('createTCPSocket:fail exceed limit')
  made.push(now)
}

/** The address of the phone itself, which it may not connect to */
export const OWN_ADDRESS = '192.168.1.20'

/** Ports that the documentation lists */
function isForbidden(port) {
  return port < 1024 || (port >= 8000 && port <= 8100) || LISTED.includes(port)
}

const LISTED = [
  1099, 1433, 1521, 1719, 1720, 1723, 2049, 2375, 3128, 3306, 3389, 3659, 4045, 5060, 5061, 5432,
  5984, 6379, 6000, 6566, 7001, 7002, 8443, 8888, 9200, 9300, 10051, 10080, 11211, 27017, 27018,
  27019,
]

/** A name has to be listed, if the phone has a list; an address is one of the LAN. */
function isReachable(address, { domains }) {
  if (/^[\d.]+$/.test(address)) {
    const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)
    return isPrivate && address !== OWN_ADDRESS
  }
  if (/:/.test(address)) return /^(fe80|f[cd])/.test(address)
  return !domains || domains.includes(address)
}
