/**
 * `wx` and WXWebAssembly as strict as WeChat is, for the shim's tests. What a phone would not take
 * fails as it does there, and is noted in `violations` for the test to see. It runs in sealed engines
 * too, so what they call of it uses nothing that came after ES2017.
 */

import { FakeTcpSocket, limitTcp } from './fake-tcp.mjs'

export class FakeWx {
  violations = []
  /** Server ends of all sockets, oldest first */
  sockets = []
  /** What became of `wx.request`s, oldest first */
  requests = []
  /** Decides about a new socket; by default it opens. */
  onSocket = socket => socket.open()
  /** Answers a request: `{statusCode, data}`, or `{errMsg}` for a failure. */
  onRequest = () => ({ errMsg: 'request:fail' })

  /** Called before and after each call of a function of `wx` or of a SocketTask, with its name. */
  onCall = () => {}
  /** The app is dead: nothing that is asked for is done, nothing that happens is heard. */
  dead = false
  #phone = { AppHide: [], AppShow: [], NetworkStatusChange: [] }

  /** Whether a TCP socket keeps to the timeout of its `connect`; iPhones have not. */
  limitsTcp = true

  /** `storage` outlives the app. */
  constructor(clock, storage = new Map()) {
    const { setTimeout, clearTimeout } = clock
    this.storage = storage
    const made = []
    this.later = run => setTimeout(() => this.dead || run(), 0)
    this.timer = (run, delay) => {
      const id = setTimeout(() => this.dead || run(), delay)
      return () => clearTimeout?.(id)
    }
    const wx = {
      connectSocket: option => this.#connectSocket(option),
      createTCPSocket: option => {
        limitTcp(made, clock.now ?? Date.now())
        const socket = new FakeTcpSocket(this, option)
        this.sockets.push(socket)
        return socket.task
      },
      request: option => this.#request(option),
      setStorageSync: (key, value) => this.#setStorage(key, value),
      getStorageSync: key => storage.get(key) ?? '',
      removeStorageSync: key => storage.delete(key),
      getStorageInfoSync: () => ({ keys: [...storage.keys()], currentSize: 0, limitSize: 10240 }),
    }
    for (const [name, listeners] of Object.entries(this.#phone)) {
      wx[`on${name}`] = listener => listeners.push(listener)
      wx[`off${name}`] = listener => {
        const at = listeners.indexOf(listener)
        if (at >= 0) listeners.splice(at, 1)
      }
    }
    this.wx = this.watched(wx)
  }

  /** The same functions, each of which may be the last that the app calls. */
  watched(functions) {
    const watched = {}
    for (const [name, call] of Object.entries(functions)) {
      watched[name] = (...args) => {
        if (!this.dead) this.onCall(name, 'before')
        const result = this.dead ? undefined : call(...args)
        if (!this.dead) this.onCall(name, 'after')
        return result
      }
    }
    return watched
  }

  hide() {
    for (const listener of [...this.#phone.AppHide]) listener()
  }

  show() {
    for (const listener of [...this.#phone.AppShow]) listener()
  }

  network(isConnected, networkType = isConnected ? '4g' : 'none') {
    for (const listener of [...this.#phone.NetworkStatusChange])
      listener({ isConnected, networkType })
  }

  /** How many listen to what the phone says. */
  get listeners() {
    return Object.values(this.#phone).flat().length
  }

  /** WeChat kills the app; the server sees its connections go. */
  kill() {
    this.dead = true
    for (const socket of this.openSockets) {
      socket.state = 'closed'
      socket.onClose()
    }
  }

  /** 1 MB a key and `quota` bytes in all. */
  quota = 10 << 20

  #setStorage(key, value) {
    const size = JSON.stringify(value).length
    let all = size
    for (const [other, kept] of this.storage) if (other !== key) all += JSON.stringify(kept).length
    if (size > 1 << 20 || all > this.quota) {
      throw new Error('setStorageSync:fail exceed storage max size 10Mb')
    }
    this.storage.set(key, value)
  }

  get socket() {
    return this.sockets.at(-1)
  }

  get openSockets() {
    return this.sockets.filter(socket => socket.state === 'open' || socket.state === 'connecting')
  }

  #connectSocket(option) {
    const socket = new FakeSocket(this, option)
    if (!/^wss?:\/\/[^/]+\//.test(option.url)) this.violations.push(`url ${option.url}`)
    const fail = errMsg => {
      socket.state = 'closed'
      this.later(() => option.fail?.({ errMsg: `connectSocket:fail ${errMsg}` }))
    }
    if (this.openSockets.filter(open => open instanceof FakeSocket).length >= 5)
      fail('exceed max concurrent count')
    else if (this.domains && !this.domains.includes(option.url.split('/')[2]))
      fail('url not in domain list')
    else this.later(() => this.onSocket(socket))
    this.sockets.push(socket)
    socket.limit(option.timeout ?? LONGEST_HANDSHAKE)
    return socket.task
  }

  #request(option) {
    const data = option.data && JSON.parse(JSON.stringify(option.data))
    const request = { url: option.url, method: option.method, header: { ...option.header }, data }
    this.requests.push({ ...request, timeout: option.timeout })
    const reply = this.onRequest(request)
    this.later(() => {
      if (reply.errMsg) option.fail?.({ errMsg: reply.errMsg })
      else option.success?.({ errMsg: 'request:ok', header: {}, cookies: [], ...reply })
    })
  }
}

/** Milliseconds that a handshake may take: the platform's default, and its maximum */
const LONGEST_HANDSHAKE = 60_000

/** One WebSocket: `task` is what the mini-program has, the methods are what the server does. */
class FakeSocket {
  state = 'connecting'
  /** Called with each message that the client sends */
  onMessage = () => {}
  /** While true, the phone keeps what it is given to send: nothing arrives, and nothing is confirmed. */
  congested = false
  #kept = []
  /** Called when the client has closed it */
  onClose = () => {}
  #listeners = { open: [], message: [], error: [], close: [] }

  constructor(phone, { url, protocols, header }) {
    Object.assign(this, { phone, url, protocols, header })
    const on = name => listener => this.#listeners[name].push(listener)
    this.task = phone.watched({
      onOpen: on('open'),
      onMessage: on('message'),
      onError: on('error'),
      onClose: on('close'),
      send: option => this.#send(option),
      close: option => this.#closeByClient(option),
    })
  }

  /** A handshake keeps its socket until it is over, or this time is. */
  limit(timeout) {
    this.unlimit = this.phone.timer(() => {
      if (this.state === 'connecting') this.fail('timeout')
    }, timeout)
  }

  open() {
    this.state = 'open'
    this.unlimit?.()
    this.#fire('open', { header: {} })
  }

  /** Sends a message to the client: bytes, or text. */
  send(message) {
    const data = typeof message === 'string' ? message : Uint8Array.from(message).buffer
    this.phone.later(() => this.#fire('message', { data }))
  }

  close(code = 1006, reason = 'abnormal closure') {
    this.state = 'closed'
    this.unlimit?.()
    this.#fire('close', { code, reason })
  }

  /** WeChat reports most failures twice. */
  fail(errMsg) {
    this.#fire('error', { errMsg })
    this.close()
  }

  #send({ data, fail, success }) {
    const isBuffer = Object.prototype.toString.call(data) === '[object ArrayBuffer]'
    if (typeof data !== 'string' && !isBuffer) {
      this.phone.violations.push('send of what is neither text nor an ArrayBuffer')
      throw new TypeError('data should be String or ArrayBuffer')
    }
    if ((data.byteLength ?? data.length) === 0) this.phone.violations.push('an empty message')
    if (this.state !== 'open' || this.refuseToSend) {
      if (this.state !== 'open') this.phone.violations.push('send before open or after close')
      this.phone.later(() =>
        fail?.({ errMsg: 'sendSocketMessage:fail SocketTask.readyState is not OPEN' }),
      )
      return
    }
    const bytes = Buffer.from(data.slice(0))
    this.#kept.push(() => {
      success?.({ errMsg: 'sendSocketMessage:ok' })
      this.onMessage(bytes)
    })
    this.phone.later(() => {
      if (!this.congested) this.relieve(1)
    })
  }

  /** Sends what was kept: all, or the first so many messages. */
  relieve(count = Infinity) {
    for (const send of this.#kept.splice(0, count)) send()
  }

  #closeByClient({ code } = {}) {
    if (code !== 1000) {
      this.phone.violations.push('close without code 1000')
      throw new Error('close: parameter error')
    }
    if (this.state === 'connecting') return // it has no effect
    if (this.state !== 'open') {
      this.phone.violations.push(`close while ${this.state}`)
      return
    }
    this.state = 'closing'
    this.phone.later(() => {
      this.close(1000, '')
      this.onClose()
    })
  }

  #fire(name, event) {
    if (this.phone.dead) return
    for (const listener of this.#listeners[name]) listener(event)
  }
}

/** WXWebAssembly over the files of a package, `{path: bytes}`. `nested` is what most engines resolve to. */
export function fakeWxWebAssembly(files, { nested = true } = {}) {
  const modules = new Map()
  return {
    instantiated: 0,
    exportsOf: exports => exports,
    instantiate(path, imports) {
      if (!files[path])
        return Promise.reject({ errMsg: `WXWebAssembly.instantiate: ${path} not found` })
      if (!modules.has(path)) modules.set(path, new WebAssembly.Module(files[path]))
      const instance = new WebAssembly.Instance(modules.get(path), imports)
      const exports = this.exportsOf(instance.exports)
      this.instantiated++
      return Promise.resolve(nested ? { instance: { exports } } : { exports })
    },
  }
}
