/**
 * What a message costs in the engines of phones, ours against MQTT.js as mini-programs use it today:
 * `./build.sh bench`, after a build. Figures of one machine compare with each other only.
 */
import { readFileSync } from 'node:fs'
import { ENGINES, bundled, runIn } from '../tests/engines/engines.mjs'
import { fallbackScript, script as ours, wasm } from '../tests/harness/package.mjs'
import { say } from './steps.mjs'

const MQTTJS = 'bench/node_modules/mqtt/dist/mqtt.min.js'

/** A measure takes so long, after half as long to warm up. */
const MILLISECONDS = 250
/** All are measured in turn so many times, and the lowest figures count: other load only adds. */
const ROUNDS = 5

const LIBRARIES = {
  'mqtt-miniprogram': { library: ours, useWasm: true },
  'with the fallback': { library: ours, useWasm: false },
  'MQTT.js 4.2.1': { library: readFileSync(MQTTJS, 'utf8'), useWasm: false },
}

const script = await bundled('bench/scenario.js')
const pairs = Object.entries(ENGINES).flatMap(engine =>
  Object.entries(LIBRARIES).map(library => [engine, library]),
)
const lowest = new Map()
for (let round = 1; round <= ROUNDS; round++) {
  for (const [[engine, command], [name, given]] of pairs) {
    const key = `${engine}: ${name}`
    say(`${key}, round ${round} of ${ROUNDS}`)
    const known = lowest.get(key) ?? { engine, library: name }
    for (const [column, value] of Object.entries(measured(key, command, given)))
      known[column] = Math.min(value, known[column] ?? Infinity)
    lowest.set(key, known)
  }
}

const rows = [...lowest.values()]
const columns = Object.keys(rows[0])
console.log('\nMicroseconds a message, with a socket and a broker that cost next to nothing:\n')
console.log(`| ${columns.join(' | ')} |`)
console.log(`| ${columns.map((_, at) => (at < 2 ? '---' : '--:')).join(' | ')} |`)
for (const row of rows) console.log(`| ${columns.map(name => cell(row[name])).join(' | ')} |`)

function measured(key, command, { library, useWasm }) {
  const [{ results, failure }] = runIn(command, {
    script,
    files: { library, fallback: fallbackScript },
    values: { useWasm, milliseconds: MILLISECONDS },
    wasm,
    limit: 120_000,
  })
  if (failure) throw new Error(`${key}: ${failure}`)
  return results
}

function cell(value) {
  if (typeof value === 'string') return value
  return value < 10 ? value.toFixed(1) : value.toFixed(0)
}
