/** publish(): from its arguments to a request, and from the answer to its callback. */
import type * as api from '../api'
import type { Answer, PublishRequest } from '../engine/request'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { mqttError } from '../errors/errors'
import { qosOf } from '../options/numbers'
import { toBytes } from '../payload/payload'
import { withProperties } from './properties'

type Options = Partial<api.IClientPublishOptions>

/**
 * The request, or what is wrong with the arguments. Text crosses to the core as text. Bytes are copied
 * if the request has to be kept (`isReady` is false), because the caller may use its buffer again.
 */
export function publishRequest(
  topic: string,
  message: api.Message,
  given: Options | null | undefined,
  callback: api.PublishCallback | undefined,
  isReady: boolean,
): PublishRequest | api.MqttError {
  const options = given || NO_OPTIONS // `null` is a way to give none
  const { properties, cbStorePut } = options
  const qos = qosOf(options.qos)
  const bytes = typeof message === 'string' ? message : toBytes(message)
  if (typeof topic !== 'string') return coreError(ErrorCode.InvalidTopic, 0, String(topic))
  if (qos === undefined) return coreError(ErrorCode.InvalidQos)
  if (bytes === undefined) return invalidPayload()
  const payload = isReady || typeof bytes === 'string' ? bytes : bytes.slice()
  return {
    kind: 'publish',
    topic,
    message,
    payload,
    qos,
    retain: !!options.retain,
    dup: !!options.dup,
    properties,
    callback,
    whenStored: cbStorePut,
  }
}

/** The packet of a request, as `queue` and the callback show it. */
export function publishPacket(request: PublishRequest): api.IPublishPacket {
  const packet: api.IPublishPacket = {
    cmd: 'publish',
    topic: request.topic,
    payload: request.message as api.IPublishPacket['payload'], // shown as it was given
    qos: request.qos,
    retain: request.retain,
    dup: request.dup,
  }
  return withProperties(packet, request.properties)
}

/** Calls back: at QoS 1 and 2 with the packet, and with what the server said. */
export function publishSettled(
  request: PublishRequest,
  error: api.MqttError | null,
  { packetId, reasonCode, properties }: Answer,
): void {
  const { callback, qos } = request
  if (!callback) return
  if (error || !qos) return callback(error)
  const refused = reasonCode < 0x80 ? null : coreError(ErrorCode.PublishRefused, reasonCode)
  // as MQTT.js: the packet that was published, with what the acknowledgement said of it
  const packet = publishPacket(request)
  packet.messageId = packetId
  if (reasonCode) packet.reasonCode = reasonCode
  callback(refused, withProperties(packet, properties))
}

/** MQTT.js would publish `[object Object]`, or throw later. */
function invalidPayload(): api.MqttError {
  const hint =
    '对象请先 JSON.stringify，数字请先 String()。 Turn objects and numbers into text first.'
  return mqttError('INVALID_PAYLOAD', 'Invalid payload: not text, Uint8Array or ArrayBuffer', hint)
}

const NO_OPTIONS: Options = {}
