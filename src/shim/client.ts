/**
 * The client as the application sees it: MQTT.js's methods and events over a driver. Its life is in
 * `life.ts`, what its requests are in `publishing.ts` and `subscribing.ts`.
 */
import { ErrorCode } from '#core'
import type * as api from './api'
import { promised, split } from './arguments'
import { coreError } from './core-errors'
import type { Request } from './requests'
import type { Filters } from './filters'
import { Handlers } from './handlers'
import { Inbox } from './inbox'
import { Life } from './life'
import { MQTTJS_VERSION } from './mqttjs'
import { randomClientId } from './options'
import { publishing } from './publishing'
import { subscribing, unsubscribing } from './subscribing'
import { guard, later } from './turns'

export class MqttClient extends Life implements api.MqttClient {
  static readonly VERSION = MQTTJS_VERSION

  private readonly handlers = new Handlers((filter, topic) => this.driver.matches(filter, topic))
  private readonly inbox = new Inbox(this.recipient())

  static defaultId(): string {
    return randomClientId()
  }

  publish(
    topic: string,
    message: api.Message,
    options?: api.IClientPublishOptions | api.PublishCallback | null,
    callback?: api.PublishCallback,
  ): this {
    const given = split<api.IClientPublishOptions, api.PublishCallback>(options, callback)
    this.log('publish :: to topic `%s`', topic)
    const soon = this.driver.isReady
    return this.ask(given.callback, tell => {
      const request = publishing(topic, message, given.options, given.callback, soon, tell)
      return request instanceof Error ? request : [request]
    })
  }

  /** Resolves with the packet at QoS 1 and 2. */
  publishAsync(
    topic: string,
    message: api.Message,
    options?: api.IClientPublishOptions | null,
  ): Promise<api.IPublishPacket | undefined> {
    return promised(done => this.publish(topic, message, options, done))
  }

  subscribe(
    filters: Filters,
    options?: api.IClientSubscribeOptions | api.SubscribeCallback | null,
    callback?: api.SubscribeCallback,
  ): this {
    const given = split<api.IClientSubscribeOptions, api.SubscribeCallback>(options, callback)
    this.log('subscribe :: to %o', filters)
    const { resubscribe, reconnectPeriod, subscribeBatchSize } = this.options
    return this.ask(given.callback, tell =>
      subscribing({
        filters,
        options: given.options,
        callback: given.callback,
        batchSize: subscribeBatchSize || 0,
        thrifty: resubscribe && reconnectPeriod > 0,
        listen: (filter, handler) =>
          handler ? this.handlers.set(filter, handler) : this.handlers.remove(filter),
        tell,
      }),
    )
  }

  subscribeAsync(
    filters: Filters,
    options?: api.IClientSubscribeOptions | null,
  ): Promise<api.ISubscriptionGrant[]> {
    return promised<api.ISubscriptionGrant[]>(done => this.subscribe(filters, options, done))
  }

  unsubscribe(
    filters: string | string[],
    options?: api.IClientUnsubscribeOptions | api.UnsubscribeCallback | null,
    callback?: api.UnsubscribeCallback,
  ): this {
    const given = split<api.IClientUnsubscribeOptions, api.UnsubscribeCallback>(options, callback)
    this.log('unsubscribe :: from %o', filters)
    return this.ask(given.callback, tell => {
      const request = unsubscribing(filters, given.options, given.callback, tell)
      if (request instanceof Error) return request
      const taken = () =>
        ([] as string[]).concat(filters).forEach(name => this.handlers.remove(name))
      return [Object.assign(request, { taken })]
    })
  }

  unsubscribeAsync(
    filters: string | string[],
    options?: api.IClientUnsubscribeOptions | null,
  ): Promise<api.IUnsubackPacket | undefined> {
    return promised(done => this.unsubscribe(filters, options, done))
  }

  /** Takes back a QoS 1 or 2 message that is under way; its callback has the error. */
  removeOutgoingMessage(messageId: number): this {
    this.driver.removeOutgoing(messageId)
    return this
  }

  /** The message id that was given last, null if none was. */
  getLastMessageId(): number | null {
    return this.driver.lastPacketId() || null
  }

  /** To be replaced by an application that wants to say when a message is done with. */
  handleMessage(_packet: api.IPublishPacket, callback: api.DoneCallback): void {
    callback()
  }

  protected override holdsMessages(): boolean {
    const { handleMessage } = MqttClient.prototype
    return this.handleMessage !== handleMessage || this.acks !== undefined
  }

  protected override messageCame(packet: api.IPublishPacket, held: boolean): void {
    if (held) this.inbox.hold(packet)
    else this.tell(packet)
  }

  /** Only MQTT 5 has reason codes for it. */
  private get acks(): api.AckHandler | undefined {
    const { protocolVersion, customHandleAcks } = this.options
    return protocolVersion === 5 ? customHandleAcks : undefined
  }

  private recipient() {
    return {
      acks: () => this.acks,
      tell: (packet: api.IPublishPacket) => this.tell(packet),
      handleMessage: (packet: api.IPublishPacket, done: api.DoneCallback) =>
        this.handleMessage(packet, done),
      acknowledge: (reason: number) => this.driver.acknowledge(reason),
      tellError: (error: Error) => this.tellError(error),
    }
  }

  private tell(packet: api.IPublishPacket): void {
    this.emit('message', packet.topic, packet.payload, packet)
    for (const handler of this.handlers.of(packet.topic)) {
      guard(() => handler(packet.topic, packet.payload as api.Payload, packet))
    }
  }

  /** Sends requests, or says what is wrong with them. */
  private ask(
    callback: ((error: api.MqttError) => void) | undefined,
    make: (tell: (error: api.MqttError) => void) => Request[] | api.MqttError,
  ): this {
    const tell = (error: api.MqttError) => (callback ? callback(error) : this.tellError(error))
    const requests = this.disconnecting ? coreError(ErrorCode.Disconnecting) : make(tell)
    // a mistake of the application is told in a turn of its own, and never to nobody
    if (requests instanceof Error) later(() => tell(requests))
    else for (const request of requests) this.driver.request(request)
    return this
  }
}
