/**
 * What a message costs in the engines of phones, ours against MQTT.js as mini-programs use it today:
 * `./build.sh bench`, after a build. Figures of one machine compare with each other only.
 */
import { readFileSync } from 'node:fs'
import { ENGINES, bundled, runIn } from '../tests/engines/engines.mjs'
import { fallbackScript, script as ours, wasm } from '../tests/shim/package.mjs'
import { say } from './steps.mjs'

const MQTTJS = 'bench/node_modules/mqtt/dist/mqtt.min.js'

/** A measure takes so long, after half as long to warm up. */
const MILLISECONDS = 500

const LIBRARIES = {
  'mqtt-miniprogram': { library: ours, useWasm: true },
  'with the fallback': { library: ours, useWasm: false },
  'MQTT.js 4.2.1': { library: readFileSync(MQTTJS, 'utf8'), useWasm: false },
}

const script = await bundled('bench/scene.js')
const rows = []
for (const [engine, command] of Object.entries(ENGINES)) {
  for (const [name, { library, useWasm }] of Object.entries(LIBRARIES)) {
    say(`${engine}: ${name}`)
    const [{ results, failure }] = runIn(command, {
      script,
      files: { library, fallback: fallbackScript },
      values: { useWasm, milliseconds: MILLISECONDS },
      wasm,
      limit: 120_000,
    })
    if (failure) throw new Error(`${name} in ${engine}: ${failure}`)
    rows.push({ engine, library: name, ...results })
  }
}

const columns = Object.keys(rows[0])
console.log('\nMicroseconds a message, with a socket and a broker that cost next to nothing:\n')
console.log(`| ${columns.join(' | ')} |`)
console.log(`| ${columns.map((_, at) => (at < 2 ? '---' : '--:')).join(' | ')} |`)
for (const row of rows) console.log(`| ${columns.map(name => cell(row[name])).join(' | ')} |`)

function cell(value) {
  if (typeof value === 'string') return value
  return value < 10 ? value.toFixed(1) : value.toFixed(0)
}
