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
 * broker's file tells; or `failed`.
 */
export async function runStep(bed, step, peer) {
  const limit = limitOf(peer, step.name, bed.version)
  try {
    await withLimit(step.run(bed), limit ? EXPECTED : SECONDS)
    bed.end()
    return { status: 'ok', mended: Boolean(limit) }
  } catch (error) {
    const told = [...new Set(bed.errors())]
    let detail = told.length ? `${error.message} (${told.join('; ')})` : error.message
    try {
      bed.end()
    } catch (violation) {
      detail += `; ${violation.message}`
    }
    return limit ? { status: 'limit', limit, detail } : { status: 'failed', detail }
  }
}

/** What a broker is known not to do in one version, in both languages. */
function limitOf({ limits }, step, version) {
  const limit = limits[step]
  return limit && (!limit.versions || limit.versions.includes(version)) ? limit : undefined
}

function withLimit(promise, seconds) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

const SECONDS = 30
/** A failure that is known is not waited for as long. */
const EXPECTED = 10
