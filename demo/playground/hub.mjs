/**
 * Where the playground comes together: the state of the switches, the time line, and the WebSockets
 * at /control by which its page and its phones hear of both.
 */
import { WebSocketServer } from 'ws'
import { ACTIONS, OFF, TOGGLES, statusOf, switched } from './switches.mjs'

/** Rows of the time line that a page gets which is opened later. */
const KEPT_ROWS = 500

/** The phones that switches act on; the other is there to compare with. */
export const PHONES = ['a', 'b']
const SWITCHED_PHONE = 'a'

/** @param {import('node:http').Server} server whose upgrades to /control are taken */
export function startHub(server) {
  const sockets = new WebSocketServer({ noServer: true })
  const pages = new Set()
  const phones = new Map(PHONES.map(id => [id, { ahead: 0, socket: undefined, state: undefined }]))
  const rows = []
  let lastRow = 0
  let switches = OFF
  let addresses = {}
  let actions = {}

  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const isOwn = request.headers.origin === `http://${request.headers.host}`
    const phone = phones.get(searchParams.get('phone'))
    if (pathname === '/tcp') return // for the simulator's TCP sockets
    if (pathname !== '/control' || !isOwn) return socket.destroy()
    sockets.handleUpgrade(request, socket, head, webSocket => {
      if (phone) addPhone(searchParams.get('phone'), phone, webSocket)
      else addPage(webSocket)
    })
  })

  function addPage(webSocket) {
    pages.add(webSocket)
    webSocket.on('close', () => pages.delete(webSocket))
    webSocket.on('message', text => {
      const { type, ...message } = JSON.parse(text)
      fromPage[type](message)
    })
    const states = Object.fromEntries([...phones].map(([id, { state }]) => [id, state]))
    send(webSocket, { type: 'hello', addresses, switches, states, rows })
  }

  function addPhone(id, phone, webSocket) {
    phone.socket = webSocket
    phone.state = undefined
    webSocket.on('message', text => {
      const { type, ...message } = JSON.parse(text)
      fromPhone[type](id, phone, message)
    })
    webSocket.on('close', () => {
      if (phone.socket !== webSocket) return
      phone.socket = undefined
      phone.state = undefined
      show({ kind: 'phone', phone: id, name: 'killed' })
      tellPages({ type: 'state', phone: id })
    })
    show({ kind: 'phone', phone: id, name: 'launched' })
    tellConditions(id, phone)
  }

  const fromPage = {
    switch({ id, on }) {
      const toggle = TOGGLES.find(toggle => toggle.id === id)
      switches = switched(switches, id, on)
      show({ kind: 'switch', name: id, on })
      tellPages({ type: 'switches', switches })
      for (const [name, phone] of phones) tellConditions(name, phone)
      actions.switched?.(toggle, on)
    },
    action({ id }) {
      show({ kind: 'switch', name: id, on: true })
      const { command } = ACTIONS.find(action => action.id === id)
      if (command) send(phones.get(SWITCHED_PHONE).socket, command)
      else attempt(actions[id])
    },
    publish(message) {
      const { topic, payload, qos, count } = message
      const text = `${topic} QoS ${qos} “${payload}”${count > 1 ? ` × ${count}` : ''}`
      show({ kind: 'server', name: 'published', text })
      attempt(() => actions.publish(message))
    },
    clear() {
      rows.length = 0
      tellPages({ type: 'rows', rows })
    },
  }

  const fromPhone = {
    phone: (id, _phone, { name, text, at }) => show({ kind: 'phone', phone: id, name, text, at }),
    client: (id, _phone, { event, error, at }) =>
      show({ kind: 'client', phone: id, name: event, text: error?.message, detail: error, at }),
    state(id, phone, state) {
      phone.state = state
      tellPages({ type: 'state', phone: id, state })
    },
    ahead(_id, phone, { ms }) {
      phone.ahead = ms
    },
  }

  function tellConditions(id, { socket, ahead }) {
    const shown = id === SWITCHED_PHONE ? switches : OFF
    const http = statusOf(switches)
    send(socket, { type: 'conditions', switches: { ...shown, http }, ahead })
  }

  function show(row) {
    row.n = ++lastRow
    row.at ??= Date.now()
    rows.push(row)
    if (rows.length > KEPT_ROWS) rows.shift()
    tellPages({ type: 'row', row })
    return row
  }

  /** What fails is on the time line: the playground goes on. */
  async function attempt(run) {
    try {
      await run()
    } catch (error) {
      show({ kind: 'server', name: 'failed', text: error.message })
    }
  }

  function tellPages(message) {
    for (const page of pages) send(page, message)
  }

  return {
    show,
    /** A row that may be on the time line already is another now. */
    changed(row) {
      if (row.n !== undefined) tellPages({ type: 'row', row })
    },
    get switches() {
      return { ...switches, http: statusOf(switches) }
    },
    /**
     * @param {object} given
     * @param {object} given.addresses shown on the page
     * @param {object} given.actions what the server's switches do: `restart`, `expire`, `publish`, and
     *   `switched(toggle, on)` after each change
     */
    begin(given) {
      addresses = given.addresses
      actions = given.actions
    },
    close() {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

function send(webSocket, message) {
  if (webSocket?.readyState === 1) webSocket.send(JSON.stringify(message))
}
