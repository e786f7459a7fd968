/** What `mqtt.min.js` exports: `connect`, which carries everything else, in every form of import. */
import type { IClientOptions } from './api'
import { MqttClient } from './client'
import { connectedClient } from './connect-async'
import { fetchAppToken, fetchUserToken, tokenProvider } from './easemob'
import { ErrorWithReasonCode, ErrorWithSubackPacket } from './errors'
import { KeepaliveManager } from './keepalive-manager'
import { DefaultMessageIdProvider, UniqueMessageIdProvider } from './message-ids'
import { Store } from './message-store'
import { MQTTJS_VERSION, applyMixin, nextTick, validateTopic, validateTopics } from './mqttjs'
import { optionsFor, settle } from './options'
import { json, text } from './payload-text'
import { ReasonCodes } from './reason-codes'
import { WxKeeper } from './wx-keeper'

function connect(url: string | IClientOptions, options?: IClientOptions): MqttClient {
  return new MqttClient(undefined, optionsFor(url, options))
}

function connectAsync(
  url: string | IClientOptions,
  options?: IClientOptions,
  allowRetries = true,
): Promise<MqttClient> {
  return connectedClient(() => connect(url, options), allowRetries)
}

/** Erases what the option `store: 'wx'` has kept for this client; an error of the storage is thrown. */
function forget(url: string | IClientOptions, options?: IClientOptions): void {
  new WxKeeper(settle(optionsFor(url, options)), error => {
    throw error
  }).clear()
}

/** The class; MQTT.js 4.x takes a call without `new`, too. */
const Client = new Proxy(MqttClient, {
  apply: (target, _, args: ConstructorParameters<typeof MqttClient>) => new target(...args),
})

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
