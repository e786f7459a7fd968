/**
 * Bytes of pkg/: `./build.sh size` prints them, beside what size-budget.json allows each file, and what they
 * consist of: by file for the script, by crate and module for WebAssembly. With `--check` it judges alone.
 * Fails if a file is over its budget.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { functionSizes, groupOf } from './size/functions.mjs'
import { bundling } from './bundle.mjs'

const BUDGET = JSON.parse(readFileSync(new URL('size-budget.json', import.meta.url), 'utf8'))
const LINKED = 'target/wasm32-unknown-unknown/release/mqtt_miniprogram.wasm'

/** One line for each file that is larger than its budget, or that has none. */
export function overruns(sizes, budget) {
  return Object.entries(sizes).flatMap(([name, size]) => {
    if (budget[name] === undefined) return [`${name} has no budget`]
    const over = size - budget[name]
    return over > 0 ? [`${name}: ${size} bytes, ${over} more than its budget`] : []
  })
}

async function main() {
  const names = Object.keys(BUDGET)
  const sizes = Object.fromEntries(names.map(name => [name, statSync(`pkg/${name}`).size]))
  table(names.map(name => [sizes[name], `${name}, of at most ${BUDGET[name]}`]))
  if (!process.argv.includes('--check')) await showParts()
  const found = overruns(sizes, BUDGET)
  for (const line of found) console.error(line)
  console.log(found.length ? `${found.length} over budget` : 'Every file is within its budget.')
  process.exitCode = found.length ? 1 : 0
}

async function showParts() {
  const { script, module } = await parts()
  console.log('\nmqtt.min.js, by file:')
  table(script)
  console.log('\nThe code of the module by crate and module, before wasm-opt and brotli:')
  table(module)
}

/** `[bytes, name]`: the files of the script, and the crate modules of the module before wasm-opt and brotli. */
export async function parts() {
  const options = { ...bundling('target/glue'), outfile: 'mqtt.min.js', write: false }
  const { metafile } = await build({ ...options, metafile: true })
  const [{ inputs }] = Object.values(metafile.outputs)
  const script = Object.entries(inputs).map(([path, { bytesInOutput }]) => [bytesInOutput, path])
  if (!existsSync(LINKED)) throw new Error('there is no linked module: run ./build.sh first')
  return { script, module: grouped(functionSizes(readFileSync(LINKED))) }
}

function grouped(functions) {
  const groups = new Map()
  for (const [name, size] of functions) {
    if (/describe/.test(name)) continue // wasm-bindgen runs these, and removes them
    groups.set(groupOf(name), (groups.get(groupOf(name)) ?? 0) + size)
  }
  return [...groups].map(([group, size]) => [size, group])
}

/** Largest first. */
function table(rows) {
  for (const [size, what] of rows.sort(([one], [other]) => other - one))
    console.log(`${String(size).padStart(8)}  ${what}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
