/** The libraries that the benchmark runs, and what each needs to run on a phone. */
import { readFileSync, statSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { script, wasm } from '../../tests/harness/package.mjs'

export const OURS = 'mqtt-miniprogram'
export const NULL = 'null'

/** `globals` are those of bench/globals.js, without which it does not load or connect. */
const PEERS = {
  'MQTT.js 4.1.0': { path: 'mqtt-4.1.0/dist/mqtt.min.js' },
  'MQTT.js 4.2.1': { path: 'mqtt/dist/mqtt.min.js' },
  'MQTT.js 5.16.0': {
    path: 'mqtt5/dist/mqtt.min.js',
    globals: ['AbortController', 'AbortSignal', 'navigator'],
  },
  'paho-mqtt 1.1.0': {
    path: 'paho-mqtt/paho-mqtt-min.js',
    kind: 'paho',
    globals: ['WebSocket', 'self'],
  },
}

/** Those of whom the fastest is what a row is compared with */
export const MQTTJS = Object.keys(PEERS).filter(name => name.startsWith('MQTT.js'))

/**
 * By name: `library` is its script, `kind` how bench/phone.js uses it, `bytes` its size as shipped. `other`
 * is another build of this library, NAME=FOLDER.
 */
export function libraries(other) {
  const all = { [OURS]: own('pkg', { script, wasm }) }
  for (const [name, { path, ...rest }] of Object.entries(PEERS)) {
    const file = `bench/node_modules/${path}`
    all[name] = { kind: 'mqtt', library: exported(file), wasm, bytes: size(file), ...rest }
  }
  all[NULL] = { kind: 'null', library: '', wasm, bytes: 0 }
  if (other) {
    const [name, folder] = other.split('=')
    if (!folder || all[name]) throw new Error('--with takes NAME=FOLDER, with a name of its own')
    all[name] = own(folder, {
      script: readFileSync(`${folder}/mqtt.min.js`, 'utf8'),
      wasm: brotliDecompressSync(readFileSync(`${folder}/mqtt.wasm.br`)),
    })
  }
  return all
}

function own(folder, built) {
  const bytes = size(`${folder}/mqtt.min.js`) + size(`${folder}/mqtt.wasm.br`)
  return { kind: 'mqtt', library: built.script, wasm: built.wasm, bytes }
}

/** MQTT.js 5 for the browser leaves its export in a variable. */
function exported(path) {
  return `${readFileSync(path, 'utf8')}\n;if (typeof mqtt === 'object' || typeof mqtt === 'function') module.exports = mqtt`
}

export function size(path) {
  return statSync(path).size
}
