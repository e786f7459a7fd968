/** What `mqtt.min.js` exports: `connect`, which has everything else as properties, for every form of import. */
import type { IClientOptions } from './api'
import { connectedClient } from './client/connect-async'
import { MqttClient } from './client/mqtt-client'
import {
  MQTTJS_VERSION,
  applyMixin,
  nextTick,
  validateTopic,
  validateTopics,
} from './compat/helpers'
import { KeepaliveManager } from './compat/keepalive-manager'
import { DefaultMessageIdProvider, UniqueMessageIdProvider } from './compat/message-id-providers'
import { Store } from './compat/store'
import { fetchAppToken, fetchUserToken, tokenProvider } from './easemob/tokens'
import { ErrorWithReasonCode, ErrorWithSubackPacket } from './errors/errors'
import { ReasonCodes } from './errors/reason-codes'
import { optionsFor } from './options/connect-options'
import { settle } from './options/settings'
import { json, text } from './payload/payload-text'
import { WxSessionStore } from './storage/wx-session-store'

/** Returns a client at once, which connects; throws if the address or an option is not valid. */
function connect(url: string | IClientOptions, options?: IClientOptions): MqttClient {
  return new MqttClient(undefined, optionsFor(url, options))
}

/** With `allowRetries` false it rejects when the first attempt fails. */
function connectAsync(
  url: string | IClientOptions,
  options?: IClientOptions,
  allowRetries = true,
): Promise<MqttClient> {
  return connectedClient(() => connect(url, options), allowRetries)
}

/** Deletes what the option `store: 'wx'` has stored for this client; an error of the storage is thrown. */
function forget(url: string | IClientOptions, options?: IClientOptions): void {
  new WxSessionStore(settle(optionsFor(url, options)), error => {
    throw error
  }).clear()
}

type Arguments = ConstructorParameters<typeof MqttClient>

/** The class, which may be called without `new`, as in MQTT.js 4.x. */
const Client = new Proxy(MqttClient, {
  apply: (target, _, args: Arguments) => new target(...args),
}) as typeof MqttClient & ((...args: Arguments) => MqttClient)

const mqtt = Object.assign(connect, {
  connect,
  connectAsync,
  forget,
  Client,
  MqttClient: Client,
  Store,
  DefaultMessageIdProvider,
  UniqueMessageIdProvider,
  KeepaliveManager,
  ErrorWithReasonCode,
  ErrorWithSubackPacket,
  ReasonCodes,
  MQTTJS_VERSION,
  text,
  json,
  validateTopic,
  validateTopics,
  nextTick,
  applyMixin,
  easemob: { fetchAppToken, fetchUserToken, tokenProvider },
  default: connect,
})

export = mqtt
