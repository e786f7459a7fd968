/**
 * What a scenario that is marked with a defect of npm `mqtt` fails at: `defects.json` has the failed
 * assertion of each, by the scenario's name. A scenario that fails at anything else is no proof of the
 * defect it names. To record them anew, and review what changed:
 *
 *     RECORD_DEFECTS=1 node --test --test-concurrency=1 tests/parity/*.test.mjs
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { types } from 'node:util'

const FILE = new URL('defects.json', import.meta.url)

/** Passes if `played`, the scenario on npm `mqtt`, fails at the assertion that is recorded for it. */
export async function expectDefect(name, defect, played) {
  const failure = await played.then(
    () => undefined,
    error => error,
  )
  assert.ok(failure, `npm mqtt passes this scenario, so it is no longer true of it: ${defect}`)
  if (failure.code !== 'ERR_ASSERTION') throw failure // a mistake of the scenario's own
  const found = summary(failure)
  if (process.env.RECORD_DEFECTS) return record(name, found)
  assert.deepEqual(found, recorded()[name], `npm mqtt fails at something else than: ${defect}`)
}

/** What an AssertionError compared, as JSON can keep it. */
function summary({ operator, actual, expected, message }) {
  const compared = { operator, actual: plain(actual), expected: plain(expected) }
  return actual === undefined && expected === undefined ? { operator, message } : compared
}

function plain(value) {
  if (types.isRegExp(value) || types.isNativeError(value)) return String(value)
  return value === undefined ? null : JSON.parse(JSON.stringify(value))
}

function recorded() {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
}

function record(name, found) {
  const all = Object.entries({ ...recorded(), [name]: found })
  const sorted = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(FILE, JSON.stringify(sorted, undefined, 2) + '\n')
}
