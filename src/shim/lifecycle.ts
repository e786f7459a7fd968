/**
 * What the phone says of itself: the app is in the background, the network is another one. One
 * listener of each kind serves all clients. What follows from it is for the core to decide.
 */

export interface Dweller {
  hidden(): void
  shown(): void
  networkChanged(connected: boolean): void
}

const dwellers: Dweller[] = []

/** A plugin has no onAppShow, an old base library no off…: what is missing is done without. */
export function moveIn(dweller: Dweller): void {
  if (dwellers.push(dweller) === 1) listen('on')
}

export function moveOut(dweller: Dweller): void {
  const at = dwellers.indexOf(dweller)
  if (at < 0) return
  dwellers.splice(at, 1)
  if (!dwellers.length) listen('off')
}

const hidden = (): void => all(dweller => dweller.hidden())
const shown = (): void => all(dweller => dweller.shown())
const networkChanged = ({ isConnected }: { isConnected: boolean }): void =>
  all(dweller => dweller.networkChanged(isConnected))

function all(tell: (dweller: Dweller) => void): void {
  for (const dweller of dwellers.slice()) tell(dweller)
}

const LISTENERS = { AppHide: hidden, AppShow: shown, NetworkStatusChange: networkChanged }

/** An `on` whose `off` is missing stays, and finds nobody; registering it again changes nothing. */
function listen(verb: 'on' | 'off'): void {
  if (typeof wx === 'undefined') return
  const phone = wx as unknown as Record<string, ((listener: unknown) => void) | undefined>
  for (const name of Object.keys(LISTENERS) as Array<keyof typeof LISTENERS>) {
    const canLeave = phone[`off${name}`] !== undefined
    const method = phone[verb + name]
    if (!method || (verb === 'on' && !canLeave && stayed.indexOf(name) >= 0)) continue
    if (verb === 'on' && !canLeave) stayed.push(name)
    method(LISTENERS[name])
  }
}

/** What cannot be taken back, and so is not to be done twice. */
const stayed: string[] = []
