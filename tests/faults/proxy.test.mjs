/** The fault proxy itself, seen from both of its sides: a WebSocket echo behind it, bare TCP before it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { startFaultProxy } from '../harness/fault-proxy.mjs'
import { FrameDecoder, encodeFrame } from '../harness/fault-proxy/frames.mjs'

const HELLO = Buffer.from('hello, world')

async function withProxy(plan, run) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const received = []
  server.on('connection', socket => {
    socket.on('error', () => {}) // what a fault makes of it
    socket.on('message', (bytes, binary) => {
      received.push(bytes)
      socket.send(bytes, { binary })
    })
  })
  const proxy = await startFaultProxy({ port: server.address().port, plan })
  try {
    await run({ proxy, received })
  } finally {
    await proxy.close()
    for (const client of server.clients) client.terminate()
    await new Promise(done => server.close(done))
  }
}

/** A client; `seen` has what it heard: `open`, `message …`, `text …`, `ping`, `error …`, `close …`. */
function client(proxy) {
  const socket = new WebSocket(proxy.url, 'mqtt')
  const seen = []
  socket.on('open', () => seen.push('open'))
  socket.on('message', (bytes, binary) => seen.push(`${binary ? 'message' : 'text'} ${bytes}`))
  socket.on('ping', () => seen.push('ping'))
  socket.on('error', ({ message }) => seen.push(`error ${message}`))
  socket.on('close', code => seen.push(`close ${code}`))
  const until = count =>
    new Promise(done => {
      const look = () => (seen.length < count ? setTimeout(look, 2) : done(seen))
      look()
    })
  return { socket, seen, until }
}

/** What it hears when it sends one message, until it has heard so much. */
function echo(plan, count, assertSeen) {
  return withProxy(plan, async bed => {
    const { socket, until } = client(bed.proxy)
    socket.on('open', () => socket.send(HELLO))
    assertSeen({ seen: await until(count), ...bed })
    socket.terminate()
  })
}

/** All bytes behind the handshake's answer that a bare TCP client gets for one message. */
async function rawEcho(plan) {
  let bytes = Buffer.alloc(0)
  await withProxy(plan, async ({ proxy }) => {
    const tcp = connect(proxy.port, '127.0.0.1')
    tcp.on('data', chunk => (bytes = Buffer.concat([bytes, chunk])))
    tcp.on('error', () => {}) // a reset
    tcp.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    await once(tcp, 'data')
    tcp.write(encodeFrame(2, HELLO, Buffer.from([1, 2, 3, 4])))
    await once(tcp, 'close')
  })
  return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
}

test('without a plan it passes everything on, and counts it', () =>
  echo({}, 2, ({ seen, proxy }) => {
    assert.deepEqual(seen, ['open', `message ${HELLO}`])
    const [{ counts }] = proxy.connections
    const one = { frames: 1, bytes: HELLO.length, messages: 1, empty: 0 }
    assert.deepEqual(counts, { state: 'open', up: one, down: one })
  }))

test('a handshake that is refused has its HTTP status', () =>
  echo({ reject: 403 }, 2, ({ seen }) => {
    assert.deepEqual(seen, ['error Unexpected server response: 403', 'close 1006'])
  }))

for (const [subProtocol, words] of [
  [null, 'Server sent no subprotocol'],
  ['x', 'Server sent an invalid subprotocol'],
]) {
  test(`the sub-protocol becomes ${subProtocol}`, () =>
    echo({ subProtocol }, 1, ({ seen }) => assert.equal(seen[0], `error ${words}`)))
}

test('a handshake that is not answered waits, and ends with the proxy', () =>
  withProxy({ upgrade: false }, async ({ proxy }) => {
    const { seen, until } = client(proxy)
    while (proxy.connections[0]?.state !== 'unanswered') await new Promise(setImmediate)
    assert.deepEqual(seen, [])
    await proxy.close()
    assert.equal((await until(2))[1], 'close 1006')
  }))

test('frames are cut into pieces, joined, preceded by empty ones and pings, and made text', async () => {
  await echo({ down: { rechunk: 5 } }, 4, ({ seen }) =>
    assert.deepEqual(seen.slice(1), ['message hello', 'message , wor', 'message ld']),
  )
  await echo({ down: { empty: true, ping: true, text: true } }, 4, ({ seen }) =>
    assert.deepEqual(seen.slice(1), ['ping', 'message ', `text ${HELLO}`]),
  )
  await echo({ up: { duplicate: 1 }, down: { coalesce: 50 } }, 2, ({ seen }) =>
    assert.deepEqual(seen.slice(1), [`message ${HELLO}${HELLO}`]),
  )
})

test('messages can be changed, and be lost one way', async () => {
  const tamper = bytes => bytes.fill(0x41, 0, 1)
  await echo({ up: { tamper } }, 2, ({ seen }) => assert.equal(seen[1], 'message Aello, world'))
  await withProxy({ down: { hold: true } }, async ({ proxy, received }) => {
    const { socket, seen } = client(proxy)
    socket.on('open', () => socket.send(HELLO))
    while (!proxy.connections[0]?.counts.down.messages) await new Promise(setImmediate)
    assert.deepEqual([seen, received.length], [['open'], 1])
    socket.terminate()
  })
})

for (const how of ['rst', 'fin']) {
  test(`a truncated frame is the last that is heard, cut by ${how}`, async () => {
    const inFrame = await rawEcho({ down: { cut: { after: 5, how } } })
    assert.deepEqual(inFrame, Buffer.concat([Buffer.of(0x82, 12), HELLO.subarray(0, 5)]))
    const inHeader = await rawEcho({ down: { cut: { after: 5, where: 'header', how } } })
    assert.deepEqual(inHeader, Buffer.of(0x82))
    const inPacket = await rawEcho({ down: { cut: { after: 5, where: 'packet', how } } })
    assert.deepEqual(inPacket, encodeFrame(2, HELLO.subarray(0, 5)))
  })
}

test('a close frame ends a connection with its code, and never follows a truncated frame', async () => {
  const cut = { after: 5, where: 'packet', how: 1001 }
  await echo({ down: { cut } }, 3, ({ seen }) =>
    assert.deepEqual(seen, ['open', 'message hello', 'close 1001']),
  )
  const wrong = { down: { cut: { ...cut, where: 'frame' } } }
  await assert.rejects(rawLane(wrong), /no close frame can follow a truncated one/)
})

test('a cut on the way up leaves the server with a part', () =>
  withProxy({ up: { cut: { after: 5, where: 'packet', how: 'fin' } } }, async bed => {
    const { socket, until } = client(bed.proxy)
    socket.on('open', () => socket.send(HELLO))
    assert.deepEqual(await until(2), ['open', 'close 1006'])
    assert.equal(bed.proxy.connections[0].counts.up.bytes, 5)
  }))

test('a connection that is half open hears nothing, and stays', () =>
  withProxy({ down: { cut: { after: 0, how: 'half-open' } } }, async ({ proxy, received }) => {
    const { socket, seen } = client(proxy)
    socket.on('open', () => socket.send(HELLO))
    while (proxy.connections[0]?.state !== 'half-open') await new Promise(setImmediate)
    socket.send(HELLO)
    assert.deepEqual([seen, received.length, socket.readyState], [['open'], 1, WebSocket.OPEN])
    socket.terminate()
  }))

test('connections change places: the first is answered after the second', () =>
  withProxy(
    index => (index === 0 ? { after: 1 } : {}),
    async ({ proxy }) => {
      const first = client(proxy)
      while (!proxy.connections.length) await new Promise(setImmediate)
      await new Promise(setImmediate)
      assert.equal(proxy.connections[0].state, 'waiting')
      const second = client(proxy)
      await Promise.all([first.until(1), second.until(1)])
      assert.deepEqual([first.seen, second.seen], [['open'], ['open']])
      for (const { socket } of [first, second]) socket.terminate()
    },
  ))

test('what is random follows from the seed', async () => {
  const sizes = async () => {
    const raw = await rawEcho({ down: { rechunk: 'random', cut: { after: 11, where: 'packet' } } })
    return [...new FrameDecoder().decode(raw)].map(({ payload }) => payload.length)
  }
  const one = await sizes()
  assert.ok(one.length > 1, `${one}`)
  assert.deepEqual(await sizes(), one)
})

test('delay and rate keep the order', () =>
  withProxy({ down: { delay: 5, rate: 2000 } }, async ({ proxy }) => {
    const { socket, until } = client(proxy)
    const texts = ['one', 'two', 'three', 'four']
    socket.on('open', () => texts.forEach(text => socket.send(Buffer.from(text))))
    const seen = await until(5)
    assert.deepEqual(seen.slice(1), [...texts.map(text => `message ${text}`)])
    socket.terminate()
  }))

/** A connection whose plan cannot be carried out. */
async function rawLane(plan) {
  const { Lane } = await import('../harness/fault-proxy/lane.mjs')
  return new Lane(plan.down, {})
}
