/** Packets as bytes that no library would write: what is wrong in them is said by the caller. */
import { packet, string, u16, variable } from '../engines/scenario/codec.js'

/** Text fields whose bytes are given, not the text. */
export function field(bytes) {
  return [...u16(bytes.length), ...bytes]
}

/**
 * A PUBLISH; `topic` is text, or the bytes of a field, `properties` are bytes, `flags` replaces the
 * low bits of the first byte.
 */
export function publish({
  version,
  topic = 'down',
  qos = 0,
  id,
  dup = false,
  flags = (dup ? 8 : 0) | (qos << 1),
  properties = [],
  payload = 'poison',
}) {
  return packet(
    0x30 | flags,
    typeof topic === 'string' ? string(topic) : topic,
    id === undefined ? [] : u16(id),
    version === 5 ? [...variable(properties.length), ...properties] : [],
    Buffer.from(payload),
  )
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP and the like, which are an identifier and what follows it. */
export function acknowledgement(first, id, ...more) {
  return packet(first, u16(id), more)
}

export function connack({ version, flags = 0, code = 0, properties = [] }) {
  const given = version === 5 ? [...variable(properties.length), ...properties] : properties
  return packet(0x20, [flags, code], given)
}

/** A property whose value is text, or bytes of a field. */
export function property(id, value) {
  return [id, ...(typeof value === 'string' ? string(value) : value)]
}

export function userProperty(name, value) {
  return [0x26, ...(typeof name === 'string' ? string(name) : name), ...string(value)]
}

export { packet, string, u16 }
