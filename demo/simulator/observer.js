/**
 * Watches the clients that the app makes, for the playground: what they are doing, when they try
 * again, what they have counted. It looks from outside, by MQTT.js's events and properties.
 */

const EVENTS = ['connect', 'reconnect', 'close', 'offline', 'end', 'error', 'message']

/**
 * @param {object} options
 * @param {() => number} options.ahead milliseconds that the phone's clock is ahead of real time
 * @param {() => number} options.openSockets sockets that are open or about to be
 * @param {(message: object) => void} options.report takes what is to be shown
 */
export function observer({ ahead, openSockets, report }) {
  let watched
  let failed = false
  let last = ''
  const counts = {}

  function watch(client) {
    watched = client
    failed = false
    for (const event of EVENTS) {
      client.on(event, detail => {
        counts[event] = (counts[event] ?? 0) + 1
        if (event === 'connect') failed = false
        if (event === 'close' || event === 'error') failed = true
        if (event !== 'message') report({ type: 'client', event, ...described(detail) })
        refresh()
      })
    }
    refresh()
    return client
  }

  function refresh() {
    const state = stateOf(watched)
    const { reconnectAt } = watched ?? {}
    const next = reconnectAt && reconnectAt - ahead()
    const seen = { state, next, counts }
    const text = JSON.stringify(seen)
    if (text === last) return
    last = text
    report({ type: 'state', ...seen })
  }

  function stateOf(client) {
    if (!client) return 'idle'
    if (client.connected) return 'connected'
    if (client.disconnected || client.disconnecting) return 'idle'
    if (client.reconnectAt) return 'waiting'
    return openSockets() > 0 || !failed ? 'connecting' : 'stopped'
  }

  return {
    refresh,
    /** What the library exports, with clients that are watched. */
    exports(mqtt) {
      const observed = new Proxy(mqtt, {
        apply: (connect, self, args) => watch(Reflect.apply(connect, self, args)),
        get(target, name) {
          if (name === 'connect' || name === 'default') return observed
          if (name !== 'connectAsync') return Reflect.get(target, name)
          return (...args) => target.connectAsync(...args).then(watch)
        },
      })
      return observed
    },
  }
}

/** An error, as the page is told of it. */
function described(detail) {
  if (!(detail instanceof Error)) return {}
  const { message, code, hint, final } = detail
  return { error: { message, code, hint, final } }
}
