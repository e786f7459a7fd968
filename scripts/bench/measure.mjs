/** Runs the programs of bench/ in fresh processes, each library in turn, as many rounds as are asked for. */
import { ENGINES, bundled, runIn } from '../../tests/engines/engines.mjs'
import { fallbackScript } from '../../tests/harness/package.mjs'
import { say } from '../steps.mjs'
import { MQTTJS, NULL, OURS } from './libraries.mjs'

export const V8 = 'V8'
const JIT = 'JavaScriptCore'
const NO_JIT = 'JavaScriptCore without JIT'

/** So many programs at a time, where no time is measured */
const BESIDE = 2

/** Milliseconds that a program may take */
const LIMIT = 300_000

/**
 * By engine, library and row, the figures of all rounds: `costs`, `memory`; by engine and row, of this
 * library alone: `growth`, `inModule`. A library that fails has its `failure`.
 */
export async function measured(libraries, amounts) {
  const costs = {}
  const memory = {}
  const growth = {}
  const inModule = {}
  const { milliseconds, rounds, counts } = amounts
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}: costs`)
    const values = { milliseconds }
    await each(libraries, Object.keys(ENGINES), costs, 'costs', values)
    await each(own(libraries), [NO_JIT], inModule, 'costs', { ...values, profile: true })
    say(`round ${round} of ${rounds}: what grows`)
    for (const engine of [V8, NO_JIT])
      await each(own(libraries), [engine], growth, 'growth', { milliseconds, most: amounts.most })
    say(`round ${round} of ${rounds}: memory`)
    for (const part of ['clients', 'inFlight'])
      await each(libraries, [V8, JIT], memory, 'memory', { part }, BESIDE)
    // A million messages of the others take minutes, and the heap is no matter of chance.
    const tired = round === 1 ? libraries : own(libraries)
    await each(tired, [V8], memory, 'memory', { part: 'messages', counts }, BESIDE)
  }
  return { costs, memory, growth: ofOurs(growth), inModule: ofOurs(inModule) }
}

async function each(libraries, engines, known, program, values, beside = 1) {
  for (const engine of engines) {
    known[engine] ??= {}
    const waiting = Object.entries(libraries)
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, library] = next
        const figures = await run(program, engine, name, library, values)
        note((known[engine][name] ??= {}), figures)
      }
    }
    await Promise.all(Array.from({ length: beside }, worker))
  }
}

/** Adds figures to those of earlier rounds; a failure stays, beside what there was before it. */
function note(known, { results = {}, failure }) {
  if (failure) known.failure ??= failure
  for (const [row, value] of Object.entries(results)) (known[row] ??= []).push(value)
}

/** What a program measures once. A failure of another library is a result; one of ours ends the run. */
export async function run(program, engine, name, { library, wasm, kind, globals = [] }, values) {
  SCRIPTS[program] ??= bundled(`bench/${program}.js`)
  const useWasm = kind === 'mqtt' && !MQTTJS.includes(name)
  try {
    const [{ results, failure }] = await runIn(ENGINES[engine], {
      script: await SCRIPTS[program],
      files: { library, fallback: fallbackScript },
      values: { profile: false, ...values, kind, globals, useWasm, cannot: cannot(name) },
      wasm,
      limit: LIMIT,
    })
    if (failure && results) return { results, failure }
    if (failure) throw new Error(failure)
    return { results }
  } catch (error) {
    const why = error.message.split('\n')[0].replace(/\.$/, '')
    if (name === OURS || name === NULL) throw new Error(`${engine}, ${name}, ${program}: ${why}`)
    return { failure: why }
  }
}

/** Rows that a library has not: MQTT.js 4 sends a Uint8Array on a phone to no end. */
function cannot(name) {
  return name.startsWith('MQTT.js 4') ? ['out, bytes'] : []
}

function own({ [OURS]: ours }) {
  return { [OURS]: ours }
}

function ofOurs(engines) {
  return Object.fromEntries(
    Object.entries(engines).map(([engine, { [OURS]: rows }]) => [engine, rows]),
  )
}

const SCRIPTS = {}
