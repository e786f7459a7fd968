/** Holds the conversation with one broker, over each of its transports, in each of its versions. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates } from '../harness/certificates.mjs'
import { Bed } from './bed.mjs'
import { runStep, stepsFor } from './conversation/index.mjs'
import { ReferenceBed } from './reference-bed.mjs'
import { logOf } from './install.mjs'
import { runPoison } from './poison/run.mjs'
import { poisonFor } from './poison/table.mjs'

/** Starts a broker, lets `use(started, ca)` talk to it, and stops it. */
export async function withPeer(peer, use) {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  try {
    const certificates = makeCertificates(folder)
    const started = await peer.start({ certificates, log: logOf(peer.name) })
    try {
      return await use(started, readFileSync(certificates.caCertificate))
    } finally {
      await started.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The whole conversation with a broker that runs: a list of `{version, transport, steps}`, where
 * steps are what runStep() gives, by name. `report` hears each result as it comes.
 */
export async function converse(peer, started, ca, report = () => {}) {
  const runs = []
  for (const version of peer.versions) {
    for (const transport of Object.keys(started.urls)) {
      const options = { peer: started, transport, version, ca }
      const [bed, reference] = [new Bed(options), new ReferenceBed(options)]
      const steps = {}
      for (const step of stepsFor(version, peer)) {
        steps[step.name] = await runStep(bed, step, peer, reference)
        report({ version, transport, name: step.name, ...steps[step.name] })
      }
      runs.push({ version, transport, steps })
    }
  }
  return runs
}

/** Odd messages at a broker that runs: a list of `{version, cases}`, cases by name. */
export async function poison(peer, started, ca, report = () => {}) {
  const runs = []
  for (const version of peer.versions.filter(version => version > 3)) {
    const url = started.quick ?? started.urls.ws
    const bed = new Bed({ peer: started, version, ca, url })
    const cases = {}
    for (const poison of poisonFor(version)) {
      cases[poison.name] = await runPoison(bed, poison)
      report({ version, name: poison.name, ...cases[poison.name] })
    }
    runs.push({ version, cases })
  }
  return runs
}
