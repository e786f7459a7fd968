/** Requests that are not settled, in the shapes that MQTT.js shows: snapshots for the application. */
import type * as api from '../api'
import type { Request } from '../engine/request'
import type { PendingRequest } from '../engine/request-table'
import { noop } from './arguments'
import { publishPacket } from './publishing'
import { subscribePacket, unsubscribePacket } from './subscribing'

/** `client.queue`: what has not been sent. */
export function queueOf(pending: PendingRequest[]): api.IQueuedRequest[] {
  return pending
    .filter(({ packetId }) => packetId <= 0)
    .map(({ request }) => ({ packet: packetOf(request), cb: request.callback || noop }))
}

/** `client.outgoing`: what the server has not answered, sent or not, by message id. */
export function outgoingOf(pending: PendingRequest[]): Record<number, api.IOutgoingRequest> {
  return byMessageId(pending, ({ kind, callback }) => ({
    volatile: kind !== 'publish',
    cmd: kind,
    cb: callback || noop,
  }))
}

/** `client.messageIdToTopic`: the filters of subscriptions that the server has not answered. */
export function filtersOf(pending: PendingRequest[]): Record<number, string[]> {
  return byMessageId(pending, request =>
    request.kind === 'subscribe' ? request.requested.map(({ topic }) => topic) : undefined,
  )
}

function packetOf(request: Request): api.Packet {
  if (request.kind === 'publish') return publishPacket(request)
  return request.kind === 'subscribe' ? subscribePacket(request) : unsubscribePacket(request)
}

function byMessageId<T>(
  pending: PendingRequest[],
  viewOf: (request: Request) => T | undefined,
): Record<number, T> {
  const views: Record<number, T> = {}
  for (const { packetId, request } of pending) {
    const view = packetId ? viewOf(request) : undefined
    if (view !== undefined) views[Math.abs(packetId)] = view
  }
  return views
}
