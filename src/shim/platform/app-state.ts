/**
 * App and network state, as `wx` reports it: the app was hidden or shown, the network changed. One
 * listener of each kind serves all clients. What follows from it is for the core to decide.
 */
import { messageOf } from '../errors/errors'
import { warn } from './console'
import { guard } from './turns'
import { platformApi } from './wx'

/** Who is told. */
export interface AppStateListener {
  appHidden(): void
  appShown(): void
  networkChanged(connected: boolean): void
}

const listeners: AppStateListener[] = []

export function addAppStateListener(listener: AppStateListener): void {
  if (listeners.push(listener) === 1) listen('on')
}

/** Does nothing if it was not added. */
export function removeAppStateListener(listener: AppStateListener): void {
  const at = listeners.indexOf(listener)
  if (at < 0) return
  listeners.splice(at, 1)
  if (!listeners.length) listen('off')
}

const HANDLERS = {
  AppHide: () => notify(listener => listener.appHidden()),
  AppShow: () => notify(listener => listener.appShown()),
  NetworkStatusChange: (status: { isConnected: boolean }) =>
    notify(listener => listener.networkChanged(Object(status).isConnected)),
}

function notify(tell: (listener: AppStateListener) => void): void {
  for (const listener of listeners.slice()) guard(() => tell(listener))
}

/**
 * Calls `wx.onAppHide` and its like, or `wx.offAppHide`. A plugin has no `on…`, an old base library no
 * `off…`, and any of them may throw: a client works without. A handler that cannot be removed stays, and
 * is not added again.
 */
function listen(verb: 'on' | 'off'): void {
  const api = Object(platformApi()) as Record<string, ((handler: unknown) => void) | undefined>
  for (const name of Object.keys(HANDLERS) as Array<keyof typeof HANDLERS>) {
    const method = api[verb + name]
    const stays = verb === 'on' && !api[`off${name}`]
    if (!method || (stays && permanent.indexOf(name) >= 0)) continue
    if (stays) permanent.push(name)
    try {
      method(HANDLERS[name])
    } catch (error) {
      warn(`mqtt: wx.${verb}${name}: ${messageOf(error)}`)
    }
  }
}

/** Events whose handler was added and cannot be removed */
const permanent: string[] = []
