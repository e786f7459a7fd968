/**
 * Soak and load: `./build.sh soak [--short]`, after a build. Everything runs in this process, on sealed
 * phones in virtual time, and is judged as it goes: a run that loses a message or leaves something
 * behind ends it. Without `--short` the figures and their picture are written into docs/.
 */
import { writeFileSync } from 'node:fs'
import { FAULTS, TABLES } from '../tests/faults/all.mjs'
import { runFault } from '../tests/faults/bed.mjs'
import { KNOWN } from '../tests/faults/known.mjs'
import { runsOf } from '../tests/faults/table.mjs'
import { crowd, slowSubscriber } from './soak/crowd.mjs'
import { flapping, reconnects } from './soak/endurance.mjs'
import { FLOODS, flood } from './soak/floods.mjs'
import { hostile } from './soak/hostile.mjs'
import { load, pending } from './soak/load.mjs'
import { LANGUAGES, page, picture } from './soak/report.mjs'
import { say } from './steps.mjs'

const FULL = {
  messages: [1_000_000, 200_000, 200_000],
  pending: 100_000,
  hours: 24,
  reconnects: 10_000,
  sessions: 100_000,
  crowd: 200,
  slow: 20_000,
}

const short = process.argv.includes('--short')
const amounts = short
  ? {
      messages: [20_000, 5_000, 5_000],
      pending: 10_000,
      hours: 2,
      reconnects: 300,
      sessions: 3_000,
      crowd: 20,
      slow: 2_000,
    }
  : FULL

if (process.argv.slice(2).some(argument => argument !== '--short')) {
  console.error('usage: ./build.sh soak [--short]')
  process.exit(2)
}
if (!globalThis.gc) throw new Error('node --expose-gc is needed')

const begin = Date.now()
const results = { amounts, loads: [] }
for (const [qos, count] of amounts.messages.entries())
  results.loads.push(await measured(`${count} messages each way at QoS ${qos}`, load, qos, count))
results.pending = await measured(`${amounts.pending} messages pending`, lowest, amounts.pending)
results.flapping = await measured(`${amounts.hours} hours of flapping`, flapping, amounts.hours)
results.reconnects = await measured(
  `${amounts.reconnects} reconnections`,
  reconnects,
  amounts.reconnects,
)
results.hostile = await measured(`${amounts.sessions} hostile sessions`, hostile, amounts.sessions)
results.crowd = await measured('ten clients', crowd, amounts.crowd)
results.slow = await measured('a slow subscriber', slowSubscriber, amounts.slow)
results.floods = []
for (const one of FLOODS)
  results.floods.push({ ...one, ...(await measured(one.en, quickest, one)) })
results.faults = await measured(`${FAULTS.length} faults`, faults)

if (!short) {
  for (const { code, suffix } of LANGUAGES) {
    writeFileSync(`docs/images/reliability${suffix}.svg`, picture(results, code))
    writeFileSync(`docs/reliability${suffix}.md`, page(results, code))
  }
  say('docs/reliability.md and docs/reliability.en.md are written')
}
say(`Done in ${Math.round((Date.now() - begin) / 1000)} s`)

/** Runs one part, and says what came of it. */
async function measured(name, part, ...args) {
  say(name)
  const begin = Date.now()
  const result = await part(...args)
  const shown = (key, value) => {
    if (key === 'samples' || key === 'tables') return undefined // for the page alone
    return Array.isArray(value) && value[0]?.cost ? value.map(({ cost }) => cost.toFixed(1)) : value
  }
  console.log(`    ${JSON.stringify(result, shown)} (${Date.now() - begin} ms)`)
  return result
}

/** The lowest costs of three rounds count: what else runs on the machine only adds. */
async function lowest(most) {
  const rounds = [await pending(most), await pending(most), await pending(most)]
  const least = name =>
    rounds[0][name].map((step, at) => ({
      ...step,
      cost: Math.min(...rounds.map(round => round[name][at].cost)),
    }))
  return { ...rounds[0], publishing: least('publishing'), acknowledging: least('acknowledging') }
}

/** A flood, three times: the round that was disturbed least. */
async function quickest(one) {
  const rounds = []
  for (let round = 0; round < (short ? 1 : 3); round++) rounds.push(await flood(one))
  return rounds.sort((a, b) => a.longest - b.longest)[0]
}

/** Every fault with every version and quality of service. */
async function faults() {
  const tables = {}
  const sum = { runs: 0, sent: 0, lost: 0, doubled: 0, failing: 0 }
  for (const [table, rows] of Object.entries(TABLES)) {
    tables[table] = []
    for (const fault of rows) {
      const reports = []
      for (const run of runsOf(fault)) reports.push(await runFault(fault, run))
      const failures = reports.flatMap(report => report.failures)
      if (failures.length && !(fault.name in KNOWN))
        throw new Error(`${fault.name}: ${failures.join('; ')}`)
      tables[table].push({ name: fault.name, reports })
      for (const report of reports) {
        sum.runs++
        sum.sent += report.sent
        if (report.qos > 0) sum.lost += report.lost.length
        if (report.qos === 2) sum.doubled += report.doubled.length
        if (report.failures.length) sum.failing++
      }
    }
  }
  return { tables, ...sum }
}
