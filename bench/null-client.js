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
      for (let n = 0; n < payload.length; n++) bytes[at++] = payload.charCodeAt(n)
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

const CONNECT = Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 1, 110).buffer
