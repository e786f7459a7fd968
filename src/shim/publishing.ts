/** publish(): from its arguments to a request, and from the server's answer to its callback. */
import { ErrorCode } from '#core'
import type * as api from './api'
import { coreError } from './core-errors'
import type { Request } from './requests'
import { mqttError } from './errors'
import { toBytes } from './payload'
import { giveProperties } from './properties'

/** The request; or what is wrong with it. `soon` is false if the message has to be kept meanwhile. */
export function publishing(
  topic: string,
  message: api.Message,
  options: Partial<api.IClientPublishOptions>,
  callback: api.PublishCallback | undefined,
  soon: boolean,
  tell: (error: api.MqttError) => void,
): Request | api.MqttError {
  const { qos = 0, retain = false, dup = false, properties, cbStorePut } = options
  const bytes = toBytes(message)
  if (typeof topic !== 'string') return coreError(ErrorCode.InvalidTopic, 0, String(topic))
  if (!isQos(qos)) return coreError(ErrorCode.InvalidQos)
  if (!bytes) return invalidPayload()
  const payload = soon ? bytes : bytes.slice() // the caller may use its buffer again
  const packet: api.IPublishPacket = { cmd: 'publish', topic, payload: message, qos, retain, dup }
  if (properties) packet.properties = properties
  return {
    packet,
    callback,
    command(core, now, topics) {
      const slot = topics.slot(topic, (free, name) => core.defineTopic(free, name))
      if (slot < 0) return slot
      return (
        giveProperties(core, properties) || core.publish(slot, payload, qos, !!retain, !!dup, now)
      )
    },
    taken() {
      if (qos && cbStorePut) cbStorePut()
    },
    answer(error, { messageId, reasonCode, properties: said }) {
      if (!callback) return
      if (error || !qos) return callback(error)
      const answered: api.IPublishPacket = Object.assign({}, packet, { messageId })
      if (reasonCode) answered.reasonCode = reasonCode
      if (said) answered.properties = said
      callback(null, answered)
    },
    refused: code => tell(coreError(code, 0, topic)),
  }
}

export function isQos(value: unknown): value is api.QoS {
  return value === 0 || value === 1 || value === 2
}

function invalidPayload(): api.MqttError {
  const hint =
    '对象请先 JSON.stringify，数字请先 String()。 Turn objects and numbers into text first.'
  return mqttError('INVALID_PAYLOAD', 'Invalid payload: not text, Uint8Array or ArrayBuffer', hint)
}
