/**
 * Frames that are small to send and dear to take: how long the page stands still, and what memory they
 * take, at worst and a minute later.
 */
import { performance } from 'node:perf_hooks'
import { SoakPhone, collectedHeap, usedHeap } from './phone.mjs'

/** Each is one message of the socket; `make` gives its bytes. */
export const FLOODS = [
  {
    zh: '8 MB，内有 114 万个极小的 PUBLISH',
    en: '8 MB of 1.14 million tiny PUBLISHes',
    version: 4,
    make: () => repeated([0x30, 5, 0, 1, 0x74, 1, 2], Math.floor(8e6 / 7)),
  },
  {
    zh: '8 MB，内有 400 万个 PINGRESP',
    en: '8 MB of 4 million PINGRESPs',
    version: 4,
    make: () => repeated([0xd0, 0], 4e6),
  },
  {
    zh: '4 MB 的一条消息，带 80 万个用户属性',
    en: 'one message of 4 MB with 800,000 user properties',
    version: 5,
    make: () => publish(repeated([0x26, 0, 0, 0, 0], 800_000)),
  },
  {
    zh: '15 MB 的一条消息，全是订阅标识符',
    en: 'one message of 15 MB of subscription identifiers',
    version: 5,
    make: () => publish(repeated([0x0b, 1], 7.5e6)),
  },
  {
    zh: '16 MB 的一条消息',
    en: 'one message of 16 MB',
    version: 4,
    make: () => publish(undefined, Buffer.alloc(16e6, 0x78)),
  },
  {
    zh: '64 MB 的一条消息',
    en: 'one message of 64 MB',
    version: 4,
    make: () => publish(undefined, Buffer.alloc(64e6, 0x78)),
  },
  { zh: '64 MB 的零', en: '64 MB of zeros', version: 4, make: () => Buffer.alloc(64e6) },
  {
    zh: '声明 256 MB，先到 64 MB',
    en: 'the first 64 MB of a message of 256 MB',
    version: 4,
    make: () =>
      Buffer.concat([Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x74), Buffer.alloc(64e6)]),
  },
]

/** What a flood does to a client of its own; times in ms, memory in bytes, the frame itself included. */
export async function flood({ version, make }) {
  const bed = new SoakPhone()
  const { fake, clock } = bed
  let listener
  const { connectSocket } = fake.wx
  fake.wx.connectSocket = option => {
    const task = connectSocket(option)
    const { onMessage } = task
    task.onMessage = hear => {
      listener = hear
      onMessage(hear)
    }
    return task
  }
  fake.onSocket = socket => {
    socket.onMessage = bytes =>
      bytes[0] === 0x10 && socket.send(version === 5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0])
    socket.open()
  }
  const client = bed.mqtt.connect('wxs://host/mqtt', { protocolVersion: version, clientId: 'c' })
  const codes = new Set()
  let messages = 0
  client.on('error', ({ code }) => codes.add(code))
  client.on('message', () => messages++)
  await bed.pass(100)

  const before = collectedHeap()
  let data = arrayBuffer(make())
  let longest = 0
  let mostHeap = 0
  let mostWasm = 0
  const note = ms => {
    longest = Math.max(longest, ms)
    if (ms < 1 && mostWasm) return // too short to have taken much
    mostHeap = Math.max(mostHeap, usedHeap())
    mostWasm = Math.max(mostWasm, bed.wasmBytes)
  }
  clock.onRun = note
  const begin = performance.now()
  // work that is done in slices is measured by the clock, which has to go on within a turn
  bed.phone.run('Date').now = () => Math.floor(clock.now + performance.now() - begin)
  listener({ data })
  data = undefined
  note(performance.now() - begin)
  await bed.pass(1_000)
  const total = performance.now() - begin
  await bed.pass(60_000)
  clock.onRun = undefined
  const after = { heap: collectedHeap() - before, wasm: bed.wasmBytes }
  client.end(true)
  await bed.pass(65_000)
  return {
    longest,
    total,
    heap: mostHeap - before,
    wasm: mostWasm,
    after,
    messages,
    codes: [...codes],
  }
}

function repeated(bytes, times) {
  const all = Buffer.alloc(bytes.length * times)
  all.fill(Buffer.from(bytes))
  return all
}

/** A PUBLISH of QoS 0 to `t`; with properties, of MQTT 5.0. */
function publish(properties, payload = Buffer.alloc(0)) {
  const rest = [Buffer.of(0, 1, 0x74)]
  if (properties) rest.push(length(properties.length), properties)
  rest.push(payload)
  const size = rest.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([Buffer.of(0x30), length(size), ...rest])
}

function length(value) {
  const bytes = []
  for (; value > 127; value >>= 7) bytes.push((value & 127) | 128)
  return Buffer.from([...bytes, value])
}

function arrayBuffer({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength)
}
