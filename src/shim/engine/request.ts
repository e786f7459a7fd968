/**
 * Requests: what a client asks of the server, each one value from the call of the application to its
 * answer. The engine passes it to the core (`commands.ts`) and, with the answer, back to the client.
 */
import type { IProperties, Message, OnMessageCallback, QoS } from '../api'
import type { Listener } from '../platform/emitter'

export type Request = (PublishRequest | SubscribeRequest | UnsubscribeRequest) & Numbered

interface Numbered {
  /** The packet identifier that it got while there was no core */
  packetId?: number
  /** A store has taken it. */
  isStored?: boolean
}

export interface PublishRequest {
  readonly kind: 'publish'
  readonly topic: string
  /** As the application gave it */
  readonly message: Message
  /** As it crosses to the core */
  readonly payload: string | Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
  readonly properties: IProperties | undefined
  readonly callback: Listener | undefined
  /** Called when the message is accepted, at QoS 1 and 2 */
  readonly whenStored: (() => void) | undefined
}

/** One topic filter, and how its messages are wanted. */
export interface Subscription {
  topic: string
  qos: QoS
  nl?: boolean
  rap?: boolean
  rh?: number
  onMessage?: OnMessageCallback
}

/** One SUBSCRIBE. */
export interface SubscribeRequest {
  readonly kind: 'subscribe'
  /** What the application asked for */
  readonly requested: Subscription[]
  /** Those of it that SUBSCRIBE has: without what the client is subscribed to already */
  sent: Subscription[]
  readonly skipSubscribed: boolean
  readonly properties: IProperties | undefined
  readonly callback: Listener | undefined
  /** The call of subscribe() that it is a part of */
  readonly call: SubscribeCall
}

/** One call of subscribe(), however many SUBSCRIBEs it takes. */
export interface SubscribeCall {
  /** All filters of the call: if one is not valid, none is subscribed to */
  readonly filters: string[]
  settled(request: SubscribeRequest, error: Error | null, answer: Answer): void
  refused(error: Error): void
}

export interface UnsubscribeRequest {
  readonly kind: 'unsubscribe'
  readonly filters: string[]
  readonly properties: IProperties | undefined
  readonly callback: Listener | undefined
}

/** What the server answered; MQTT 3 leaves most of it out. */
export interface Answer {
  /** 0 if there is none */
  readonly packetId: number
  /** Of SUBACK: one code for each filter that was sent */
  readonly codes: number[]
  readonly reasonCode: number
  readonly properties: IProperties | undefined
}

export const NO_CODES: number[] = []

/** For what the server does not answer: a message of QoS 0, or a request that failed. */
export const NO_ANSWER: Answer = {
  packetId: 0,
  codes: NO_CODES,
  reasonCode: 0,
  properties: undefined,
}
