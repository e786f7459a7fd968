/**
 * `wx` and WXWebAssembly as strict as WeChat is, for the shim's tests. What a phone would not take
 * fails as it does there, and is noted in `violations` for the test to see. It runs in any engine.
 */

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

  constructor({ setTimeout }) {
    this.later = run => setTimeout(run, 0)
    this.wx = {
      connectSocket: option => this.#connectSocket(option),
      request: option => this.#request(option),
    }
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
    if (this.openSockets.length >= 5) fail('exceed max concurrent count')
    else if (this.domains && !this.domains.includes(option.url.split('/')[2]))
      fail('url not in domain list')
    else this.later(() => this.onSocket(socket))
    this.sockets.push(socket)
    return socket.task
  }

  #request(option) {
    const data = JSON.parse(JSON.stringify(option.data))
    const request = { url: option.url, method: option.method, header: { ...option.header }, data }
    this.requests.push({ ...request, timeout: option.timeout })
    const reply = this.onRequest(request)
    this.later(() => {
      if (reply.errMsg) option.fail?.({ errMsg: reply.errMsg })
      else option.success?.({ errMsg: 'request:ok', header: {}, cookies: [], ...reply })
    })
  }
}

/** One WebSocket: `task` is what the mini-program has, the methods are what the server does. */
class FakeSocket {
  state = 'connecting'
  /** Called with each message that the client sends */
  onMessage = () => {}
  /** Called when the client has closed it */
  onClose = () => {}
  #listeners = { open: [], message: [], error: [], close: [] }

  constructor(phone, { url, protocols, header }) {
    Object.assign(this, { phone, url, protocols, header })
    const on = name => listener => this.#listeners[name].push(listener)
    this.task = {
      onOpen: on('open'),
      onMessage: on('message'),
      onError: on('error'),
      onClose: on('close'),
      send: option => this.#send(option),
      close: option => this.#closeByClient(option),
    }
  }

  open() {
    this.state = 'open'
    this.#fire('open', { header: {} })
  }

  /** Sends a message to the client: bytes, or text. */
  send(message) {
    const data = typeof message === 'string' ? message : Uint8Array.from(message).buffer
    this.phone.later(() => this.#fire('message', { data }))
  }

  close(code = 1006, reason = 'abnormal closure') {
    this.state = 'closed'
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
    this.phone.later(() => {
      success?.({ errMsg: 'sendSocketMessage:ok' })
      this.onMessage(bytes)
    })
  }

  #closeByClient({ code } = {}) {
    if (code !== 1000) {
      this.phone.violations.push('close without code 1000')
      throw new Error('close: parameter error')
    }
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
