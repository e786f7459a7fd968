/** What the benchmark might have measured: everything takes as long as its library takes for a message. */
const ROWS = ['in', 'out'].flatMap(direction =>
  [0, 1, 2].flatMap(qos =>
    ['16 B', '256 B', '16 KiB'].map(size => `${direction}, QoS ${qos}, ${size}`),
  ),
)
const OTHERS = [
  'in, text, 256 B',
  'in, Chinese text, 256 B',
  'out, Chinese text, 256 B',
  'out, bytes, 256 B',
]
const SINGLES = [
  'start: script, ms',
  'start: module, ms',
  'start to CONNECT, ms',
  'start, ms',
  'publish to socket, p50',
  'publish to socket, p95',
  'bytes to event, p50',
  'bytes to event, p95',
  'socket messages, 256 B alone',
  'socket messages, 16 KiB alone',
  'socket messages, 200 of 256 B in a turn',
]
const STATES = ['idle', '10 clients', '10,000 in flight', '10,000 acknowledged']
const COUNTS = [100, 1_000]

/** `growing` is the exponent of every curve. */
export function report(costs, { growing = 1, bytes = 100_000, fallback = 300_000 } = {}) {
  const names = [...Object.keys(costs), 'broken']
  const perLibrary = figures =>
    Object.fromEntries(
      names.map(name => [name, name === 'broken' ? { failure: 'no URL' } : figures(costs[name])]),
    )
  const messages = perLibrary(cost => all([...ROWS, ...OTHERS, ...SINGLES], cost))
  const states = [...STATES, ...COUNTS.map(count => `${count} messages`)]
  const held = ['heap', 'all heap', 'linear'].flatMap(what =>
    states.map(state => `${state}, ${what}`),
  )
  const points = ['inFlight', 'filters', 'newTopics', 'subscribing', 'queued', 'bytes'].flatMap(
    curve => [10, 100].map(count => [`${curve}, ${count}`, [count ** growing]]),
  )
  return {
    costs: { V8: messages, 'JavaScriptCore without JIT': messages },
    inModule: { 'JavaScriptCore without JIT': all(ROWS, costs.ours / 2) },
    memory: { V8: perLibrary(() => all(held, 1_000)) },
    growth: { V8: Object.fromEntries(points) },
    native: { 'encode PUBACK': { ns: 20, spread: 0.1 } },
    parts: { script: [[10, 'a.ts']], module: [[20, 'core']] },
    instructions: Object.fromEntries(ROWS.map(row => [row, 2_000])),
    sizes: Object.fromEntries(names.map(name => [name, bytes])),
    files: { 'mqtt.min.js': 1, 'mqtt.wasm.br': 2, 'mqtt.fallback.js': fallback },
    libraries: { all: names, ours: 'ours', nothing: 'null', mqttjs: ['slow', 'fast', 'broken'] },
    rounds: 3,
    counts: COUNTS,
    machine: 'a machine',
    command: 'a command',
  }
}

/** Measured three times */
function all(rows, value) {
  return Object.fromEntries(rows.map(row => [row, [value, value, value]]))
}
