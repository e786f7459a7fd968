/** Whether a good message comes through behind an odd one, at a broker that passes both on. */
import { setTimeout as delay } from 'node:timers/promises'
import { RawClient } from '../raw-client.mjs'

const GOOD = 'good'

/**
 * Publishes an odd message and a good one behind it to a subscriber with a session, and to a witness.
 * `passed`: the broker passed the odd one on. `status` is `ok` if the subscriber got the good one over
 * the connection it had; `limit` if the witness did not get it either; else `failed`.
 */
export async function runPoison(bed, poison) {
  const root = bed.name('odd')
  const raw = { version: bed.version, ca: bed.ca, ...login(bed.peer) }
  const online = () => RawClient.online(bed.url, { ...raw, clientId: bed.name('r') })
  const { client } = await bed.online(bed.lasting())
  const heard = []
  client.on('message', topic => heard.push(topic))
  await client.subscribeAsync(`${root}/#`, { qos: 1 })
  const witness = await online()
  await witness.subscribe(`${root}/#`)

  const odd = await online()
  const answer = await Promise.race([odd.publish(oddMessage(root, poison)), silence()])
  const good = await online()
  await Promise.race([good.publish({ topic: Buffer.from(`${root}/${GOOD}`) }), silence()])
  const isGood = topic => `${topic}` === `${root}/${GOOD}`
  const seen = () => witness.messages.some(({ topic }) => isGood(topic))
  await Promise.race([witness.until(() => seen() || witness.closed), late()])
  const arrived = await Promise.race([arrival(client, heard, isGood), late()])

  const { closes } = bed.life(client)
  const errors = [...new Set(bed.errors())]
  for (const each of [odd, good, witness]) each.close()
  const passed = witness.messages.some(({ topic }) => !isGood(topic))
  const told = heard.filter(topic => !isGood(topic)).length
  bed.end()
  const result = { passed, answer, delivered: told > 0, errors }
  if (arrived && closes === 0) return { status: 'ok', ...result }
  if (!seen()) return { status: 'limit', ...result }
  return { status: 'failed', closes, arrived: Boolean(arrived), ...result }
}

function oddMessage(root, { topic = 'odd', properties, payload }) {
  return {
    topic: Buffer.concat([Buffer.from(`${root}/`), Buffer.from(topic)]),
    properties,
    payload,
  }
}

function login({ login: { username, password } = {} }) {
  return username ? { username, password } : {}
}

function arrival(client, heard, isGood) {
  if (heard.some(isGood)) return true
  return new Promise(resolve => client.on('message', topic => isGood(topic) && resolve(true)))
}

/** Long enough for every broker; who needs longer has failed. */
const late = () => delay(8000, false, { ref: false })

/** A broker that neither acknowledges nor closes is not waited for. */
const silence = () => delay(3000, 'silence', { ref: false })
