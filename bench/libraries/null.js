/**
 * The least that a client can do: it speaks just enough MQTT 3.1.1 for the measures, checks nothing, and
 * keeps nothing. What it costs is the price of `wx` and of the engine; no library can be cheaper.
 */
export function connect() {
  const listeners = { message: [], connect: [], error: [] }
  const answered = new Map()
  let last = 0
  const client = {
    connected: false,
    on(name, listener) {
      listeners[name].push(listener)
    },
    removeAllListeners(name) {
      listeners[name] = []
    },
    publish(topic, payload, { qos }, callback) {
      const text = qos ? 4 + topic.length + payload.length : 2 + topic.length + payload.length
      const bytes = new Uint8Array(5 + text)
      bytes[0] = 0x30 | (qos << 1)
      let at = 1
      for (let rest = text; at === 1 || rest > 0; rest >>= 7) {
        bytes[at++] = rest > 127 ? (rest & 127) | 128 : rest
      }
      bytes[at++] = topic.length >> 8
      bytes[at++] = topic.length & 255
      for (let n = 0; n < topic.length; n++) bytes[at++] = topic.charCodeAt(n)
      if (qos) {
        last = (last % 65_535) + 1
        answered.set(last, callback)
        bytes[at++] = last >> 8
        bytes[at++] = last & 255
      }
      if (typeof payload !== 'string') {
        bytes.set(payload, at)
        at += payload.length
      } else {
        for (let n = 0; n < payload.length; n++) {
          const code = payload.charCodeAt(n)
          if (code > 127) return client.publish(topic, utf8(payload), { qos }, callback)
          bytes[at++] = code
        }
      }
      task.send({ data: bytes.buffer.slice(0, at) })
    },
  }
  const task = globalThis.wx.connectSocket({})
  task.onOpen(() => task.send({ data: CONNECT }))
  task.onMessage(({ data }) => receive(new Uint8Array(data)))

  function receive(bytes) {
    const kind = bytes[0] >> 4
    const id = (bytes[2] << 8) | bytes[3]
    if (kind === 3) return message(bytes)
    if (kind === 2) client.connected = true
    else if (kind === 5) task.send({ data: Uint8Array.of(0x62, 2, bytes[2], bytes[3]).buffer })
    else if (kind === 6) task.send({ data: Uint8Array.of(0x70, 2, bytes[2], bytes[3]).buffer })
    else if (kind === 4 || kind === 7) {
      const callback = answered.get(id)
      answered.delete(id)
      callback(null)
    }
  }

  function message(bytes) {
    let at = 1
    while (bytes[at] > 127) at++
    const length = (bytes[at + 1] << 8) | bytes[at + 2]
    at += 3
    let topic = ''
    for (const end = at + length; at < end; at++) topic += String.fromCharCode(bytes[at])
    const qos = (bytes[0] >> 1) & 3
    const [high, low] = [bytes[at], bytes[at + 1]]
    if (qos) at += 2
    const payload = bytes.slice(at)
    for (const listener of listeners.message) listener(topic, payload, { topic, payload, qos })
    if (qos) task.send({ data: Uint8Array.of(qos === 1 ? 0x40 : 0x50, 2, high, low).buffer })
  }
  return client
}

/** A payload as text; of UTF-8 no more than the measures have, one byte or three a character. */
export function read(payload) {
  const codes = new Uint16Array(payload.length)
  let length = 0
  for (let at = 0; at < payload.length; at++) {
    let code = payload[at]
    if (code > 127) code = ((code & 15) << 12) | ((payload[++at] & 63) << 6) | (payload[++at] & 63)
    codes[length++] = code
  }
  let text = ''
  for (let at = 0; at < length; at += PIECE) {
    text += String.fromCharCode.apply(null, codes.subarray(at, Math.min(at + PIECE, length)))
  }
  return text
}

function utf8(text) {
  const bytes = new Uint8Array(3 * text.length)
  let at = 0
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n)
    if (code < 128) bytes[at++] = code
    else {
      bytes[at++] = 224 | (code >> 12)
      bytes[at++] = 128 | ((code >> 6) & 63)
      bytes[at++] = 128 | (code & 63)
    }
  }
  return bytes.subarray(0, at)
}

const CONNECT = Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 1, 110).buffer

/** How many arguments an engine surely takes */
const PIECE = 8_192
