/** How most scenarios begin: a client on a fake phone, connected to a scripted broker. */
import assert from 'node:assert/strict'
import { record, withBroker } from './scripted-broker.mjs'
import { Phone } from './phone.mjs'

export const ADDRESS = 'wxs://host'

/** A phone with a broker, nobody connected. `connack` is what the broker says beyond yes. */
export function setup({ version = 4, connack = {} } = {}) {
  const bed = withBroker(new Phone(), version)
  const yes = { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false }
  bed.broker.answers.connect = () => ({ ...yes, ...connack })
  if (version === 5) {
    bed.broker.answers.unsubscribe = ({ messageId, unsubscriptions }) => {
      return { cmd: 'unsuback', messageId, granted: unsubscriptions.map(() => 0) }
    }
  }
  const settle = () => bed.phone.settle()
  return { ...bed, settle }
}

/** A client that is connected; its log begins now. */
export async function connected(options = {}, given = {}) {
  const bed = setup(given)
  const version = given.version ?? 4
  const client = bed.mqtt.connect(ADDRESS, {
    clientId: 'c',
    protocolVersion: version,
    ...options,
  })
  const log = record(client)
  await bed.settle()
  assert.deepEqual(log, ['connect'])
  log.length = 0
  return { ...bed, client, log }
}

/** The server answers packets of these types no longer; gives back what makes it answer again. */
export function mute(broker, ...types) {
  const before = { ...broker.answers }
  for (const type of types) broker.answers[type] = () => []
  return () => Object.assign(broker.answers, before)
}

/** A callback that notes its calls. */
export function noted() {
  const calls = []
  return Object.assign((...args) => void calls.push(args), { calls })
}

/** The texts of the errors that a callback got; null where there was none. */
export function errors({ calls }) {
  return calls.map(([error]) => error?.message ?? null)
}

/** A copy whose prototypes are this context's. */
export function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
