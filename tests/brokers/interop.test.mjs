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

/**
 * Where the library is known to fail, by broker, step or message, and versions. Who mends one strikes
 * it out.
 */
const OPEN = {
  mosquitto: {
    limits: [5],
    'response topic #': [5],
    'empty response topic': [5],
    'payload format 2': [5],
    'payload 17 MiB': [4, 5],
  },
  aedes: { 'topic U+0000': [4], 'payload 17 MiB': [4] },
  RabbitMQ: { parallel2: [3, 4], unfinished2: [3, 4], fallback: [4] },
}

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
      }),
    )
  }

  for (const peer of [mosquitto, aedes]) {
    test(`odd messages at ${peer.name}`, t =>
      withPeer(peer, async (started, ca) => {
        const url = started.quick ?? started.urls.ws
        for (const version of peer.versions.filter(version => version > 3)) {
          const bed = new Bed({ peer: started, version, ca, url })
          await survive(t, peer, bed)
        }
      }))
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
    const todo = isOpen(peer, step, bed)
    const seconds = todo ? 5 : undefined // which is not worth a long wait
    await t.test(`${step.title.en}: ${where}`, { todo }, async () => {
      const { status, detail } = await runStep(bed, step, peer, { seconds })
      assert.equal(status, 'ok', detail)
    })
  }
}

async function survive(t, peer, bed) {
  for (const poison of poisonFor(bed.version)) {
    const name = `${poison.title.en}: protocolVersion ${bed.version}`
    await t.test(name, { todo: isOpen(peer, poison, bed) }, async () => {
      const { status, errors } = await runPoison(bed, poison)
      assert.notEqual(status, 'failed', errors.join('; '))
    })
  }
}

function isOpen(peer, { name }, { version }) {
  return OPEN[peer.name]?.[name]?.includes(version) ?? false
}
