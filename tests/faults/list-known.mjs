/**
 * Prints what `KNOWN` in known.mjs would have to hold for the package as it is:
 * `node tests/faults/list-known.mjs`. It is to be read before it is taken over: a fault that is new
 * among them is a step back.
 */
import { FAULTS } from './all.mjs'
import { runFault } from './bed.mjs'
import { WAYS } from './known.mjs'
import { runsOf } from './table.mjs'

const groups = new Map()
for (const fault of FAULTS) {
  const ways = new Set()
  const versions = new Map()
  for (const run of runsOf(fault)) {
    const { failures, version, qos } = await runFault(fault, run)
    for (const words of failures) ways.add(wayOf(words))
    if (failures.length) versions.set(version, [...(versions.get(version) ?? []), qos])
  }
  if (!ways.size) continue
  const key = Object.keys(WAYS)
    .filter(way => ways.has(way))
    .join(' ')
  const runs = [...versions].map(([version, qos]) => `${version}: ${qos.join(' ')}`).join(', ')
  groups.set(key, [...(groups.get(key) ?? []), `    ${quoted(fault.name)}: '${runs}',`])
}
for (const [ways, rows] of groups) console.log(`  ...fail('${ways}', {\n${rows.join('\n')}\n  }),`)

function wayOf(words) {
  const known = Object.entries(WAYS).find(([, pattern]) => pattern.test(words))
  if (!known) throw new Error(`known.mjs has no name for "${words}"`)
  return known[0]
}

function quoted(name) {
  return name.includes("'") ? JSON.stringify(name) : `'${name}'`
}
