/** A client over TCP on a fake phone, whose sockets end at a scripted broker. */
import assert from 'node:assert/strict'
import { record, withBroker } from './scripted-broker.mjs'
import { Phone } from './phone.mjs'

export const BROKER = 'mqtt://192.168.1.5:1883'

export function start(url = BROKER, options) {
  const bed = withBroker(new Phone())
  const client = bed.mqtt.connect(url, options)
  const errors = []
  const causes = []
  client.on('error', error => errors.push(error))
  client.on('close', cause => causes.push(cause))
  const { fake } = bed.phone
  return { ...bed, client, fake, sockets: fake.sockets, log: record(client), errors, causes }
}

export async function connected(url, options) {
  const bed = start(url, options)
  await bed.phone.settle()
  assert.equal(bed.client.connected, true)
  return bed
}

/** Nothing is left open, nothing was thrown where nobody hears it, and the platform was used as it allows. */
export function assertClean({ phone, sockets }, { open = 0 } = {}) {
  assert.equal(sockets.filter(({ state }) => state !== 'closed').length, open)
  assert.deepEqual([phone.violations, phone.uncaught], [[], []])
}
