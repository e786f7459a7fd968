/**
 * The conversation, and odd messages behind which a good one must come through, at the brokers that
 * need no long build: those of this repository, and those of Debian that are installed.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Bed } from './bed.mjs'
import { limitOf, runStep, stepsFor } from './conversation/index.mjs'
import aedes from './peers/aedes.mjs'
import mosquitto from './peers/mosquitto.mjs'
import nats from './peers/nats.mjs'
import rabbitmq from './peers/rabbitmq.mjs'
import strict from './peers/strict.mjs'
import { runPoison } from './poison/run.mjs'
import { poisonFor } from './poison/table.mjs'
import { withPeer } from './run.mjs'

describe('brokers', { concurrency: true }, () => {
  const here = [mosquitto, aedes, strict, nats, rabbitmq].filter(peer => peer.here?.() ?? true)
  for (const peer of here) {
    test(peer.name, t =>
      withPeer(peer, async (started, ca) => {
        for (const version of peer.versions) {
          for (const [transport, url] of addresses(peer, started)) {
            const bed = new Bed({ peer: started, version, ca, url })
            await converse(t, peer, bed, `${transport}, protocolVersion ${version}`)
          }
        }
        assert.deepEqual(started.violations ?? [], [], 'rules that the library broke')
        for (const version of peer.versions.filter(version => version > 3)) {
          const url = started.quick ?? started.urls.ws
          await survive(t, new Bed({ peer: started, version, ca, url }))
        }
      }),
    )
  }
})

/** Both transports where they cost nothing. */
function addresses(peer, { quick, urls }) {
  if ([aedes, strict].includes(peer)) return Object.entries(urls)
  return [['ws', quick ?? urls.ws]]
}

async function converse(t, peer, bed, where) {
  const steps = stepsFor(bed.version, peer)
  for (const step of steps.filter(({ name }) => !limitOf(peer, name, bed.version))) {
    await t.test(`${step.title.en}: ${where}`, async () => {
      const { status, detail } = await runStep(bed, step, peer)
      assert.equal(status, 'ok', detail)
    })
  }
}

async function survive(t, bed) {
  for (const poison of poisonFor(bed.version)) {
    await t.test(`${poison.title.en}: protocolVersion ${bed.version}`, async () => {
      const { status, errors } = await runPoison(bed, poison)
      assert.notEqual(status, 'failed', errors.join('; '))
    })
  }
}
