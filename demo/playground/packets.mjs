/** MQTT packets in a stream of bytes, as rows of the time line show them. */
import { parser as createParser } from 'mqtt-packet'

/** Characters of a payload that a row shows, and bytes of it that are kept for a closer look. */
const SHOWN = 60
const KEPT = 4096

/**
 * Decodes one direction of a connection, whose first packet may come in several chunks.
 * @param {(packet: object) => void} onPacket
 * @param {(error: Error) => void} onError bytes that are no MQTT; nothing follows
 */
export function decoder(onPacket, onError) {
  let parser
  let broken = false
  return {
    /** @param {Buffer} bytes @param {number} protocolVersion that of CONNECT, once it is known */
    write(bytes, protocolVersion) {
      if (broken) return
      if (!parser) {
        parser = createParser({ protocolVersion })
        parser.on('packet', onPacket)
        parser.on('error', error => {
          broken = true
          onError(error)
        })
      }
      parser.parse(bytes)
    },
  }
}

/** One line about a packet: what a reader of a trace looks for. */
export function summary(packet) {
  const { cmd, messageId } = packet
  const id = messageId === undefined ? '' : ` #${messageId}`
  const describe = SUMMARIES[cmd]
  return `${describe ? describe(packet) : ''}${id}`.trim()
}

/** A packet as JSON, without what must not be shown, and with its payload as text and hex. */
export function detail({ cmd, length, retain, qos, dup, topic, payload, ...rest }) {
  const shown = { cmd, length }
  if (cmd === 'publish') Object.assign(shown, { topic, qos, retain, dup })
  Object.assign(shown, rest)
  if (cmd === 'publish') shown.payload = payloadOf(Buffer.from(payload))
  if (shown.password) shown.password = '***'
  if (shown.will) shown.will = { ...shown.will, payload: String(shown.will.payload) }
  return shown
}

const SUMMARIES = {
  connect: ({ clientId, keepalive, clean, protocolVersion }) =>
    `${clientId} MQTT ${VERSIONS[protocolVersion]} clean=${Number(clean)} ${keepalive} s`,
  connack: ({ returnCode, reasonCode = returnCode, sessionPresent }) =>
    `code=${reasonCode} session=${Number(sessionPresent)}`,
  publish: ({ topic, qos, retain, dup, payload }) =>
    `${topic} QoS ${qos}${dup ? ' dup' : ''}${retain ? ' retain' : ''} “${shortened(payload)}”`,
  subscribe: ({ subscriptions }) =>
    subscriptions.map(({ topic, qos }) => `${topic} QoS ${qos}`).join(', '),
  suback: ({ granted }) => `granted ${granted.join(', ')}`,
  unsubscribe: ({ unsubscriptions }) => unsubscriptions.join(', '),
  disconnect: ({ reasonCode }) => (reasonCode ? `reason=${reasonCode}` : ''),
}

const VERSIONS = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

function shortened(payload) {
  const text = String(payload)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

function payloadOf(bytes) {
  return {
    bytes: bytes.length,
    text: bytes.subarray(0, KEPT).toString(),
    hex: bytes
      .subarray(0, 64)
      .toString('hex')
      .replace(/..(?=.)/g, '$& '),
  }
}
