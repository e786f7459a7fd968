/**
 * The conversation that is held with every broker: its steps, and how one is judged. A step fails by
 * its assertions, or by a time limit that is far beyond what any broker needs.
 */
import { CONNECTION_STEPS } from './connections.mjs'
import { MESSAGE_STEPS } from './messages.mjs'
import { MQTT5_STEPS } from './mqtt5.mjs'

export const STEPS = [...CONNECTION_STEPS, ...MESSAGE_STEPS, ...MQTT5_STEPS]

/** The steps for one version of MQTT at a broker. */
export function stepsFor(version, peer) {
  return STEPS.filter(({ applies }) => !applies || applies(version, peer))
}

/**
 * Runs one step: `ok`; `limit` where it failed as the broker is known to, which `limits` of the
 * broker's file tells; or `failed`. `reference` is a bed of another client, which then
 * tries it too: `other` is `ok` or why that failed.
 */
export async function runStep(bed, step, peer, reference) {
  const limit = limitOf(peer, step.name, bed.version)
  const detail = await failure(bed, step, limit ? EXPECTED : SECONDS)
  if (detail === undefined) return { status: 'ok', mended: Boolean(limit) }
  const compare = reference && step.elsewhere !== false
  const other = compare ? ((await failure(reference, step, EXPECTED)) ?? 'ok') : undefined
  return { status: limit ? 'limit' : 'failed', detail, other }
}

/** Why a step failed; undefined if it did not. */
async function failure(bed, step, seconds) {
  try {
    await withLimit(step.run(bed), seconds)
    bed.end()
    return undefined
  } catch (error) {
    const told = [...new Set(bed.errors())]
    const text = oneLine(told.length ? `${error.message} (${told.join('; ')})` : error.message)
    try {
      bed.end()
      return text
    } catch (violation) {
      return `${text}; ${violation.message}`
    }
  }
}

/** What a broker is known not to do in one version, in both languages. */
export function limitOf({ limits }, step, version) {
  const limit = limits[step]
  return limit && (!limit.versions || limit.versions.includes(version)) ? limit : undefined
}

function oneLine(text) {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

function withLimit(promise, seconds) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

const SECONDS = 20
/** A failure that is known is not waited for as long. */
const EXPECTED = 5
