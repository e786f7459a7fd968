/**
 * `mqtt.text` and `mqtt.json`: the payload of a message as what it contains. Errors name the topic, so
 * that the publisher of a wrong message can be found.
 */
import type { IPublishPacket } from '../api'
import { messageOf, mqttError } from '../errors/errors'
import { toBytes } from './payload'
import { areEqual } from './payload-search'
import { decodeUtf8, encodeUtf8 } from './utf8'

/** The text of a message; throws if it is not UTF-8. */
export function text(packet: IPublishPacket): string {
  const bytes = toBytes(packet.payload)
  const decoded = bytes && decodeUtf8(bytes)
  if (decoded === undefined || wasReplaced(decoded, bytes!)) {
    const hint = '该消息不是 UTF-8 文本，请按字节读取。 Not UTF-8: read its bytes.'
    throw mqttError('INVALID_TEXT', `The message of topic "${packet.topic}" is not text`, hint)
  }
  return decoded
}

/** The JSON of a message, which is not checked to be a `T`; throws if it is not JSON. */
export function json<T>(packet: IPublishPacket): T {
  const content = text(packet)
  try {
    return JSON.parse(content)
  } catch (error) {
    const hint = '请检查发布方的消息内容。 Look at what is published there.'
    const message = `The message of topic "${packet.topic}" is not JSON: ${messageOf(error)}`
    throw mqttError('INVALID_JSON', message, hint)
  }
}

/** Whether decoding replaced bytes that are not UTF-8, as opposed to U+FFFD in the message itself. */
function wasReplaced(decoded: string, bytes: Uint8Array): boolean {
  return decoded.indexOf('\ufffd') >= 0 && !areEqual(encodeUtf8(decoded), bytes)
}
