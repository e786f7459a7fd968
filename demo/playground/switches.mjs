/**
 * The switches of the playground: what each is, in which group it is shown, and what it does. Texts
 * are in `ui/texts.js`. A `toggle` stays on until it is switched off; an `action` happens once.
 */

export const TOGGLES = [
  { id: 'offline', group: 'network', at: 'phone' },
  { id: 'slow', group: 'network', at: 'server' },
  { id: 'silent', group: 'server', at: 'server' },
  { id: 'http401', group: 'handshake', at: 'server', status: 401 },
  { id: 'http403', group: 'handshake', at: 'server', status: 403 },
  { id: 'http404', group: 'handshake', at: 'server', status: 404 },
  { id: 'certificate', group: 'platform', at: 'phone' },
  { id: 'domain', group: 'platform', at: 'phone' },
  { id: 'sockets', group: 'platform', at: 'phone' },
  { id: 'wasm', group: 'platform', at: 'phone', needsRestart: true },
  { id: 'storage', group: 'platform', at: 'phone' },
]

export const ACTIONS = [
  {
    id: 'background3s',
    group: 'background',
    at: 'phone',
    command: { type: 'background', ms: 3_000 },
  },
  {
    id: 'background20s',
    group: 'background',
    at: 'phone',
    command: { type: 'background', ms: 20_000 },
  },
  {
    id: 'background40min',
    group: 'background',
    at: 'phone',
    command: { type: 'background', ms: 40 * 60_000 },
  },
  { id: 'handover', group: 'network', at: 'phone', command: { type: 'handover' } },
  { id: 'skip', group: 'life', at: 'phone', command: { type: 'advance', ms: 60_000 } },
  { id: 'restart', group: 'server', at: 'server' },
  { id: 'expire', group: 'server', at: 'server' },
]

/** All off. */
export const OFF = Object.fromEntries(TOGGLES.map(({ id }) => [id, false]))

/** Of the three answers to a handshake only one can be given. */
export function switched(switches, id, on) {
  const isStatus = name => TOGGLES.some(toggle => toggle.id === name && toggle.status)
  const others = isStatus(id) ? Object.keys(switches).filter(isStatus) : []
  return { ...switches, ...Object.fromEntries(others.map(name => [name, false])), [id]: on }
}

/** The HTTP status that a handshake gets, or 0. */
export function statusOf(switches) {
  return TOGGLES.find(({ id, status }) => status && switches[id])?.status ?? 0
}
