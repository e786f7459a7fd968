/** Faults of networks, proxies and gateways: what becomes of connections and of bytes on their way. */

/** The handshake fails with these words of WeChat, and the connection that was there is lost. */
function failsWith(words, code) {
  return {
    name: words,
    tells: code && [code],
    begin(bed) {
      bed.server.network.opening = socket => socket.fail(words)
      bed.server.hangUp()
      return () => bed.healNetwork()
    },
  }
}

/** Bytes fare otherwise, on the connection that is there and on all that follow. */
function carries(name, network, more = {}) {
  return {
    name,
    ...more,
    begin(bed) {
      Object.assign(bed.server.network, network(bed))
      return () => {
        bed.healNetwork()
        if (more.breaks) bed.server.hangUp()
      }
    },
  }
}

/** A connection breaks after so many bytes of messages, `up` or `down`; so do those that follow. */
function cuts(name, way, after, more) {
  return carries(
    name,
    () => {
      const counts = new WeakMap()
      return {
        [way](bytes, pass, socket) {
          const before = counts.get(socket) ?? 0
          counts.set(socket, before + bytes.length)
          if (before >= after) return
          const part = bytes.subarray(0, after - before)
          pass(part)
          if (before + bytes.length >= after) bedLater(socket, () => breakOff(socket))
        },
      }
    },
    more,
  )
}

const bedLater = (socket, run) => socket.phone.later(run)
const breakOff = socket => socket.state === 'open' && socket.close()

/** The first byte of each packet from the server is changed. */
function tampers(name, change) {
  return carries(name, () => ({
    down: (bytes, pass) => pass(Buffer.concat([Buffer.of(change(bytes[0])), bytes.subarray(1)])),
  }))
}

export const NETWORK = [
  failsWith('Unexpected response code: 401'),
  failsWith('Unexpected response code: 403', 'BAD_PATH'),
  failsWith('Unexpected response code: 404', 'BAD_PATH'),
  failsWith('Unexpected response code: 429'),
  failsWith('Unexpected response code: 502'),
  failsWith('Unexpected response code: 503'),
  failsWith(
    'Sent non-empty Sec-WebSocket-Protocol header but no response: subprotocol',
    'SUB_PROTOCOL',
  ),
  failsWith('The certificate for this server is invalid', 'CERTIFICATE'),
  failsWith('url not in domain list', 'DOMAIN_NOT_LISTED'),
  failsWith('Unable to resolve host "broker": No address associated with hostname'),
  failsWith('The Internet connection appears to be offline.'),
  failsWith('network api interrupted in suspend state', 'SUSPENDED'),
  failsWith('connection timed out', 'TIMEOUT'),

  {
    name: 'handshakes are never answered',
    lasts: 100_000,
    begin(bed) {
      bed.server.network.opening = () => {}
      bed.server.hangUp()
      return () => bed.healNetwork()
    },
  },
  {
    name: 'handshakes are answered after 40 s, when nobody waits any more',
    lasts: 60_000,
    begin(bed) {
      bed.server.network.opening = (socket, accept) => bed.clock.setTimeout(accept, 40_000)
      bed.server.hangUp()
      return () => bed.healNetwork()
    },
  },
  {
    name: 'connections change places: the first opens after the second',
    lasts: 70_000,
    begin(bed) {
      let first
      bed.server.network.opening = (socket, accept) => {
        if (!first) return void (first = accept)
        accept()
        first()
      }
      bed.server.hangUp()
      return () => bed.healNetwork()
    },
  },
  {
    name: 'a connection is closed as soon as it opens',
    begin(bed) {
      bed.server.network.opening = (socket, accept) => {
        accept()
        socket.close()
      }
      bed.server.hangUp()
      return () => bed.healNetwork()
    },
  },
  {
    name: 'a connection lives 2 s',
    lasts: 30_000,
    begin(bed) {
      let isOver = false
      bed.server.network.opening = (socket, accept) => {
        accept()
        bed.clock.setTimeout(() => isOver || breakOff(socket), 2_000)
      }
      bed.server.hangUp()
      return () => {
        isOver = true
        bed.healNetwork()
      }
    },
  },
  { name: 'reset, once', begin: bed => bed.server.hangUp(1006) },
  { name: 'closed in order by the server, once', begin: bed => bed.server.hangUp(1000, '') },
  { name: 'the server goes away', begin: bed => bed.server.hangUp(1001, 'Stream end encountered') },
  {
    name: 'a socket error and a close, once',
    begin: bed => bed.server.socket.fail('Software caused connection abort'),
  },

  carries('half open: nothing passes either way', () => ({ up() {}, down() {} }), {
    lasts: 40_000,
    breaks: true,
  }),
  carries('one way: the server hears nothing', () => ({ up() {} }), {
    lasts: 40_000,
    breaks: true,
  }),
  carries('one way: the client hears nothing', () => ({ down() {} }), {
    lasts: 40_000,
    breaks: true,
  }),
  carries('2 s late each way', ({ clock }) => ({
    up: (bytes, pass) => clock.setTimeout(() => pass(bytes), 2_000),
    down: (bytes, pass) => clock.setTimeout(() => pass(bytes), 2_000),
  })),
  carries(
    '20 bytes a second to the client',
    ({ clock }) => {
      const free = new WeakMap()
      return {
        down(bytes, pass, socket) {
          const at = Math.max(clock.now, free.get(socket) ?? 0) + 50 * bytes.length
          free.set(socket, at)
          clock.setTimeout(() => pass(bytes), at - clock.now)
        },
      }
    },
    { lasts: 30_000 },
  ),
  carries('byte by byte', () => ({
    down: (bytes, pass) => bytes.forEach(byte => pass(Buffer.of(byte))),
  })),
  carries('what comes within 500 ms is one message', ({ clock, server }) => {
    const waiting = new Map()
    return {
      down(bytes, pass, socket) {
        if (!waiting.has(socket)) {
          waiting.set(socket, [])
          clock.setTimeout(() => {
            const all = Buffer.concat(waiting.get(socket))
            waiting.delete(socket)
            if (server.socket === socket) pass(all)
          }, 500)
        }
        waiting.get(socket).push(bytes)
      },
    }
  }),
  carries('text messages in place of binary ones', () => ({
    down: (bytes, pass, socket) => socket.send(bytes.toString('latin1')),
  })),
  carries('an empty message before each', () => ({
    down(bytes, pass) {
      pass(Buffer.alloc(0))
      pass(bytes)
    },
  })),
  carries(
    'each message to the client comes twice',
    () => ({
      down(bytes, pass) {
        pass(bytes)
        pass(bytes)
      },
    }),
    { doubles: true },
  ),

  cuts('cut to the client: inside of the CONNACK', 'down', 2),
  cuts('cut to the client: after the CONNACK', 'down', 4),
  cuts('cut to the client: inside of a header', 'down', 40),
  cuts('cut to the client: inside of a packet', 'down', 47),
  cuts('cut to the server: inside of the CONNECT', 'up', 7),
  cuts('cut to the server: inside of a header', 'up', 60),
  cuts('cut to the server: inside of a packet', 'up', 71),

  tampers('reserved flags on everything', first => first | 0x06),
  tampers('other packet types on everything', first => first ^ 0xf0),
  carries('an HTML page in place of MQTT', () => ({
    down: (bytes, pass, socket) => socket.send('<html><body>502 Bad Gateway</body></html>'),
  })),
  carries('lengths that never end', () => ({
    down: (bytes, pass) => pass(Buffer.of(bytes[0], 0xff, 0xff, 0xff, 0xff, 0x7f)),
  })),
  carries(
    'a length that says more than comes',
    () => ({
      down: (bytes, pass) => pass(Buffer.concat([Buffer.of(0x30, 0xff, 0x7f), bytes])),
    }),
    { lasts: 40_000 },
  ),
]
