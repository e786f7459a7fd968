/**
 * What a message costs in the engines of phones, beside MQTT.js, Paho and a client that does nothing:
 * `./build.sh bench [--short] [--with NAME=FOLDER]`, after a build. It writes docs/performance.md, its
 * English twin and their pictures; with `--short` or `--with` it prints the page instead. `--with` measures
 * another build in the same run: the folder has its mqtt.min.js and mqtt.wasm.br.
 */
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { MQTTJS, NULL, OURS, libraries, size } from './bench/libraries.mjs'
import { measured } from './bench/measure.mjs'
import { native } from './bench/native.mjs'
import { page, picture } from './bench/report.mjs'
import { LANGUAGES } from './soak/report.mjs'
import { parts } from './size.mjs'
import { say } from './steps.mjs'
import { bounds } from '../tests/wasm-module/instructions.mjs'

const { values: given } = parseArgs({
  options: { short: { type: 'boolean' }, with: { type: 'string' } },
})

const FULL = {
  rounds: 5,
  milliseconds: 60,
  counts: [10_000, 100_000, 1_000_000],
  /** What grows, to this number at most */
  most: {},
}
const SHORT = {
  rounds: 1,
  milliseconds: 10,
  counts: [1_000, 2_000],
  most: { filters: 100, inFlight: 4_096, queued: 10_000, bytes: 10_000 },
}

const amounts = given.short ? SHORT : FULL
const all = libraries(given.with)
const begin = Date.now()
const report = {
  ...(await measured(all, amounts)),
  native: native(given.short),
  parts: await parts(),
  instructions: bounds(),
  libraries: { all: Object.keys(all), ours: OURS, nothing: NULL, mqttjs: MQTTJS },
  rounds: amounts.rounds,
  counts: amounts.counts,
  machine: `${cpus()[0].model.trim()}, ${cpus().length} CPU, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`,
  command: './build.sh bench',
  sizes: Object.fromEntries(Object.entries(all).map(([name, { bytes }]) => [name, bytes])),
  files: Object.fromEntries(
    ['mqtt.min.js', 'mqtt.wasm.br', 'mqtt.fallback.js'].map(name => [name, size(`pkg/${name}`)]),
  ),
}
if (given.short || given.with) console.log(`\n${page('en', report)}`)
else {
  for (const { code, suffix } of LANGUAGES) {
    writeFileSync(`docs/images/performance${suffix}.svg`, picture(code, report))
    writeFileSync(`docs/performance${suffix}.md`, page(code, report))
  }
  say('docs/performance.md, docs/performance.en.md and their pictures are written')
}
say(`Done in ${Math.round((Date.now() - begin) / 1000)} s`)
