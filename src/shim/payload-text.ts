/** The payload of a message as what it says. Errors name the topic: bad messages come from somewhere. */
import type { IPublishPacket } from './api'
import { mqttError, wordsOf } from './errors'
import { toBytes } from './payload'
import { decodeUtf8, encodeUtf8 } from './utf8'

/** UTF-8, and nothing else. */
export function text(packet: IPublishPacket): string {
  const bytes = toBytes(packet.payload)
  const decoded = bytes && decodeUtf8(bytes)
  if (decoded === undefined || !bytes || isMended(decoded, bytes)) {
    const hint = '该消息不是 UTF-8 文本，请按字节读取。 Not UTF-8: read its bytes.'
    throw mqttError('INVALID_TEXT', `The message of topic "${packet.topic}" is not text`, hint)
  }
  return decoded
}

export function json(packet: IPublishPacket): unknown {
  const said = text(packet)
  try {
    return JSON.parse(said)
  } catch (error) {
    const hint = '请检查发布方的消息内容。 Look at what is published there.'
    const message = `The message of topic "${packet.topic}" is not JSON: ${wordsOf(error)}`
    throw mqttError('INVALID_JSON', message, hint)
  }
}

/** Whether bytes that are no UTF-8 were replaced. */
function isMended(decoded: string, bytes: Uint8Array): boolean {
  if (decoded.indexOf('\ufffd') < 0) return false
  const encoded = encodeUtf8(decoded)
  return encoded.length !== bytes.length || encoded.some((byte, at) => byte !== bytes[at])
}
