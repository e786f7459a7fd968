/**
 * What a message costs in the engines of phones, beside MQTT.js and beside a client that does nothing:
 * `./build.sh bench [--short] [--with NAME=FOLDER]`, after a build. It writes docs/performance.md and its
 * English twin; with `--short` or `--with` it prints the page instead. `--with` measures another build in
 * the same run: the folder has its mqtt.min.js and mqtt.wasm.br.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { brotliDecompressSync } from 'node:zlib'
import { parseArgs } from 'node:util'
import { ENGINES, bundled, runIn } from '../tests/engines/engines.mjs'
import { fallbackScript, script as ours, wasm } from '../tests/harness/package.mjs'
import { page } from './bench/report.mjs'
import { say } from './steps.mjs'

const { values: given } = parseArgs({
  options: { short: { type: 'boolean' }, with: { type: 'string' } },
})

/** A measure takes so many milliseconds, after half as long to warm up. */
const MILLISECONDS = given.short ? 40 : 100
const ROUNDS = given.short ? 3 : 5

const OURS = 'mqtt-miniprogram'
const NULL = 'null'
const PEERS = {
  'MQTT.js 4.2.1': 'bench/node_modules/mqtt/dist/mqtt.min.js',
  'MQTT.js 5.16.0': 'bench/node_modules/mqtt5/dist/mqtt.min.js',
}

const libraries = {
  [OURS]: { library: ours, wasm },
  ...Object.fromEntries(
    Object.entries(PEERS).map(([name, path]) => [name, { library: exported(path), wasm }]),
  ),
  [NULL]: { library: '', wasm, isNull: true },
}
const others = {}
if (given.with) {
  const [name, folder] = given.with.split('=')
  if (!folder) throw new Error('--with takes NAME=FOLDER')
  libraries[name] = {
    library: readFileSync(`${folder}/mqtt.min.js`, 'utf8'),
    wasm: brotliDecompressSync(readFileSync(`${folder}/mqtt.wasm.br`)),
  }
  others[name] = `${folder}/mqtt.min.js`
}

const script = await bundled('bench/scenario.js')
const engines = {}
for (let round = 1; round <= ROUNDS; round++) {
  for (const [engine, command] of Object.entries(ENGINES)) {
    engines[engine] ??= {}
    for (const [name, library] of Object.entries(libraries)) {
      say(`${engine}: ${name}, round ${round} of ${ROUNDS}`)
      note((engines[engine][name] ??= {}), measured(engine, command, name, library))
    }
  }
}

const report = {
  engines,
  libraries: { ours: OURS, nothing: NULL, peers: Object.keys(PEERS), others: Object.keys(others) },
  rounds: ROUNDS,
  machine: `${cpus()[0].model.trim()}, ${cpus().length} CPU, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`,
  command: './build.sh bench',
  sizes: {
    'mqtt.min.js': size('pkg/mqtt.min.js'),
    'mqtt.wasm.br': size('pkg/mqtt.wasm.br'),
    'mqtt.min.js + mqtt.wasm.br': size('pkg/mqtt.min.js') + size('pkg/mqtt.wasm.br'),
    ...Object.fromEntries(
      Object.entries({ ...PEERS, ...others }).map(([name, path]) => [name, size(path)]),
    ),
  },
}
if (given.short || given.with) console.log(`\n${page('en', report)}`)
else {
  writeFileSync('docs/performance.md', page('zh', report))
  writeFileSync('docs/performance.en.md', page('en', report))
  say('docs/performance.md and docs/performance.en.md are written')
}

/** Adds measurements to those of earlier rounds; a library that fails has no figures. */
function note(known, { results, failure }) {
  if (failure || known.failure) {
    known.failure ??= failure
    return
  }
  for (const [row, value] of Object.entries(results)) (known[row] ??= []).push(value)
}

/** A failure of MQTT.js is a result; one of ours ends the run. */
function measured(engine, command, name, { library, wasm, isNull = false }) {
  try {
    const [{ results, failure }] = runIn(command, {
      script,
      files: { library, fallback: fallbackScript },
      values: { useWasm: true, isNull, milliseconds: MILLISECONDS },
      wasm,
      limit: 120_000,
    })
    if (failure) throw new Error(failure)
    return { results }
  } catch (error) {
    const why = error.message.split('\n')[0].replace(/\.$/, '')
    if (name === OURS || name === NULL) throw new Error(`${engine}, ${name}: ${why}`)
    return { failure: why }
  }
}

/** MQTT.js 5 for the browser leaves its export in a variable. */
function exported(path) {
  return `${readFileSync(path, 'utf8')}\n;if (typeof mqtt === 'object' || typeof mqtt === 'function') module.exports = mqtt`
}

function size(path) {
  return statSync(path).size
}
