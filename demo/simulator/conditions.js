/**
 * What the playground does to a phone: it listens to the playground's server, and holds what WeChat
 * and the network are like at the moment, for `wx.js`, `socket-task.js` and `storage.js` to ask. On a
 * phone of its own, as the tests have it, nobody listens and everything is well.
 */
import { Clock, every, pause, realNow } from './clock.js'
import { observer } from './observer.js'
import { globalObject, native } from './sealed.js'
import { CONNECT, HANDSHAKE, LOST, REQUEST } from './wx-words.js'

const { MessageEvent } = self
const dispatch = self.dispatchEvent.bind(self)

/** The name of this phone in the playground; undefined outside of it. */
export const phone = /\/phone\/(\w+)\//.exec(native.base)?.[1]

/** Milliseconds that the app goes on after it has gone to the background. */
const SUSPENDED_AFTER = 5_000

/** Milliseconds after the return during which WeChat still refuses the network. */
const STILL_SUSPENDED = 300

/** Milliseconds of real time that a suspended app is shown as such. */
const SHOWN_SUSPENDED = 2_000

/** How many sockets `sockets` takes: all that WeChat gives. */
export const MOST_SOCKETS = 5

/** From which stay in the background on onClose is told on the return; iPhones have not told it. */
const CLOSE_IS_TOLD = 60_000

/** Milliseconds of real time that a server has for an answer, and a handshake at most, in a skip. */
const ROUND_TRIP = 60
const HANDSHAKE_AT_MOST = 2_000

/** Milliseconds between two looks at the client. */
const REFRESH = 200

const clock = new Clock()
const sockets = new Set()
let is = {}
let isKnown = false
let becomeKnown
const known = new Promise(done => (becomeKnown = done))
let awake = Promise.resolve()
let refusedUntil = 0
let link

const client = observer({
  ahead: () => clock.ahead,
  openSockets: () => sockets.size,
  report: message => post({ ...message, at: realNow() }),
})

export const conditions = {
  get storageFull() {
    return Boolean(is.storage)
  },
  get wasmMissing() {
    return Boolean(is.wasm)
  },
  /** Sockets that others in the app have open. */
  get foreignSockets() {
    return is.sockets ? MOST_SOCKETS : 0
  },

  /** Settles when the conditions are known and the app is not suspended. */
  async ready() {
    if (phone) await known
    await awake
  },

  get isOffline() {
    return Boolean(is.offline)
  },
  /** WeChat still refuses the network after the return of the app. */
  get isSuspended() {
    return clock.now() < refusedUntil
  },

  /** Why a socket cannot be asked for: what `fail` gets, if anything. */
  connectRefusal(url) {
    if (conditions.isSuspended) return CONNECT.suspended
    return is.domain ? CONNECT.domain(hostOf(url)) : undefined
  },

  /** Why a handshake fails before it reaches the server. */
  handshakeFault(kind) {
    if (is.offline) return HANDSHAKE.transport
    return is.certificate && kind === 'web' ? HANDSHAKE.certificate : undefined
  },

  /** What is said of a handshake that failed at the server. */
  handshakeFailure: () => (is.http ? HANDSHAKE.status : HANDSHAKE.transport),

  requestFault(url) {
    if (is.offline) return REQUEST.offline
    if (is.certificate) return REQUEST.certificate
    return is.domain ? REQUEST.domain(hostOf(url)) : undefined
  },

  /** A socket that the network or WeChat may take away: `lose(error, close)`, `mute()`. */
  add: socket => sockets.add(socket),
  remove: socket => sockets.delete(socket),

  /** For the time line: what `wx` said to the app. */
  report(name, text) {
    post({ type: 'phone', name, text, at: realNow() })
  },
}

/** Called once the platform is taken away from the logic layer, before any of the app's code runs. */
export function begin() {
  if (!phone) return
  clock.install(globalObject)
  globalObject.__playground = { observe: mqtt => client.exports(mqtt) }
  every(REFRESH, () => client.refresh())
  const url = new native.URL(`/control?phone=${phone}`, native.base)
  url.protocol = 'ws:'
  link = new native.WebSocket(url)
  link.onmessage = ({ data }) => {
    const message = JSON.parse(data)
    commands[message.type](message)
  }
}

const commands = {
  conditions({ switches, ahead }) {
    const before = is
    is = switches
    if (!isKnown) clock.resume(ahead)
    if (isKnown ? is.offline !== before.offline : is.offline) networkChanged()
    const faults = ['certificate', 'domain', 'sockets']
    if (faults.some(name => is[name] && !before[name])) loseAll(LOST.abnormal, 'web')
    isKnown = true
    becomeKnown()
  },

  /** The app goes to the background for some milliseconds, and comes back. */
  async background({ ms }) {
    tell('appHide')
    conditions.report('hide', ms)
    const interrupted = ms > SUSPENDED_AFTER ? await suspended(ms) : await pause(ms)
    conditions.report('show')
    tell('appShow')
    if (ms < CLOSE_IS_TOLD) return
    for (const socket of interrupted) socket.lose(undefined, { code: 1000, reason: 'interrupted' })
  },

  /** The phone leaves its Wi-Fi: what is open on it hears nothing any more, and nobody says so. */
  handover() {
    for (const socket of sockets) socket.mute()
    conditions.report('network', '4g')
    tell('network', { status: { isConnected: true, networkType: '4g' } })
  },

  async advance({ ms }) {
    await clock.advance(ms, answers)
    postAhead()
  },
}

/** WeChat suspends the app: its timers stand still, its sockets are closed. Returns those. */
async function suspended(ms) {
  await clock.advance(SUSPENDED_AFTER, answers)
  clock.suspend()
  let wake
  awake = new Promise(done => (wake = done))
  const interrupted = [...sockets]
  for (const socket of interrupted) socket.cut()
  conditions.report('suspend')
  await pause(SHOWN_SUSPENDED)
  clock.resume(ms - SUSPENDED_AFTER - SHOWN_SUSPENDED)
  refusedUntil = clock.now() + STILL_SUSPENDED
  postAhead()
  wake()
  return interrupted
}

/** Time that is skipped is not skipped for the servers: they get real time for their answers. */
async function answers() {
  const isOpening = () => [...sockets].some(socket => socket.isOpening)
  for (let waited = 0; isOpening() && waited < HANDSHAKE_AT_MOST; waited += ROUND_TRIP) {
    await pause(ROUND_TRIP)
  }
  await pause(ROUND_TRIP)
}

function networkChanged() {
  const networkType = is.offline ? 'none' : 'wifi'
  conditions.report('network', networkType)
  tell('network', { status: { isConnected: !is.offline, networkType } })
  if (is.offline) loseAll(LOST.offline)
}

/** `kind`: those alone; TCP has neither certificates nor a limit that others can use up. */
function loseAll(words, kind) {
  for (const socket of [...sockets]) {
    if (!kind || socket.kind === kind) socket.lose(words, { code: 1006, reason: words })
  }
}

/** As the view tells it. */
function tell(type, message) {
  dispatch(new MessageEvent('message', { data: { type, ...message } }))
}

function post(message) {
  if (link?.readyState === 1) link.send(JSON.stringify(message))
}

function postAhead() {
  post({ type: 'ahead', ms: clock.ahead })
}

function hostOf(url) {
  return new native.URL(url).hostname
}
