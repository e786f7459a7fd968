/** What the page knows of the playground's server: the switches, the phones, the time line. */
import { useEffect, useReducer, useRef } from 'preact/hooks'

/** Rows that the page keeps. */
const MOST_ROWS = 500
/** Milliseconds between two attempts to reach the server. */
const RETRY = 1_000

const EMPTY = {
  isConnected: false,
  addresses: {},
  switches: {},
  rows: [],
  /** Of each phone: its client's state now, and since when it was in which */
  states: {},
  history: { a: [], b: [] },
  /** Of each phone: packets and bytes in both directions */
  traffic: { a: noTraffic(), b: noTraffic() },
  /** What each phone's client has reported last, if it has not connected since */
  errors: {},
  /** Whether a phone's app is in the background, or suspended there */
  stays: {},
}

export function usePlayground() {
  const [state, dispatch] = useReducer(reduce, EMPTY)
  const socket = useRef()
  useEffect(() => connect(socket, dispatch), [])
  const send = message => socket.current?.send(JSON.stringify(message))
  return { ...state, send }
}

/** Returns what ends the connection. */
function connect(current, dispatch) {
  let timer
  const open = () => {
    const socket = new WebSocket(`ws://${location.host}/control`)
    current.current = socket
    socket.onmessage = ({ data }) => dispatch(JSON.parse(data))
    socket.onclose = () => {
      dispatch({ type: 'gone' })
      timer = setTimeout(open, RETRY)
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    current.current.onclose = null
    current.current.close()
  }
}

function reduce(state, message) {
  const change = REDUCERS[message.type]
  return { ...state, ...change(state, message) }
}

const REDUCERS = {
  hello: (_state, { addresses, switches, states, rows }) =>
    rows.reduce((sum, row) => ({ ...sum, ...REDUCERS.row(sum, { row }) }), {
      ...EMPTY,
      isConnected: true,
      addresses,
      switches,
      states,
    }),
  gone: () => ({ isConnected: false }),
  switches: (_state, { switches }) => ({ switches }),
  rows: (_state, { rows }) => ({ rows }),
  state: ({ states, history }, { phone, state }) => ({
    states: { ...states, [phone]: state },
    history: { ...history, [phone]: withState(history[phone], state?.state ?? 'killed') },
  }),
  row: (state, { row }) => {
    const known = state.rows.findLastIndex(({ n }) => n === row.n)
    if (known >= 0) return { rows: state.rows.with(known, row) }
    return {
      rows: inOrder([...state.rows, row]).slice(-MOST_ROWS),
      errors: withError(state.errors, row),
      traffic: withTraffic(state.traffic, row),
      stays: withStay(state.stays, row),
    }
  },
}

/** A row of a phone may come after the packets that went before it. */
function inOrder(rows) {
  for (let at = rows.length - 1; at > 0 && isBefore(rows[at], rows[at - 1]); at--) {
    ;[rows[at - 1], rows[at]] = [rows[at], rows[at - 1]]
  }
  return rows
}

/** Packets come in their order. In the same millisecond, a phone is told before it answers. */
function isBefore(row, other) {
  if (row.kind === other.kind) return row.n < other.n
  const rank = ({ kind, dir }) => (kind !== 'packet' ? 1 : dir === 'up' ? 2 : 0)
  return row.at < other.at || (row.at === other.at && rank(row) < rank(other))
}

function withError(errors, { kind, phone, name, detail }) {
  if (kind === 'phone' && name === 'killed') return { ...errors, [phone]: undefined }
  if (kind !== 'client') return errors
  if (name === 'connect') return { ...errors, [phone]: undefined }
  return detail ? { ...errors, [phone]: detail } : errors
}

function withState(history, name) {
  if (history.at(-1)?.name === name) return history
  return [...history, { name, since: Date.now() }].slice(-100)
}

function withTraffic(traffic, { kind, peer, dir, size, cmd }) {
  const phone = phoneOf(peer)
  if (kind !== 'packet' || !traffic[phone]) return traffic
  const { packets, bytes, messages } = traffic[phone][dir]
  const counted = {
    packets: packets + 1,
    bytes: bytes + size,
    messages: messages + (cmd === 'publish' ? 1 : 0),
  }
  return { ...traffic, [phone]: { ...traffic[phone], [dir]: counted } }
}

function noTraffic() {
  const none = { packets: 0, bytes: 0, messages: 0 }
  return { up: none, down: none }
}

/** Rows that begin or end a phone's stay in the background. */
function withStay(stays, { kind, phone, name, text }) {
  if (kind !== 'phone') return stays
  if (name === 'hide') return { ...stays, [phone]: { ms: text, isSuspended: false } }
  if (name === 'suspend') return { ...stays, [phone]: { ...stays[phone], isSuspended: true } }
  if (name === 'show' || name === 'killed') return { ...stays, [phone]: undefined }
  return stays
}

const DEVICES = { device001: 'a', device002: 'b' }

/** The phone that a client identifier belongs to, if one of ours. */
export function phoneOf(clientId = '') {
  return DEVICES[clientId.split('@')[0]]
}
