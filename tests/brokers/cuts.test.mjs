/** QoS 1 and 2 at a real broker over connections that break in the middle of packets. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { online, withBroker } from '../harness/tcp-phone.mjs'

const COUNT = 12

/** So many bytes until a connection breaks, for the connections of one run. */
function budgets(seed) {
  let state = seed
  const random = limit => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % limit
  }
  return Array.from({ length: 7 }, () => 30 + random(400))
}

for (const protocolVersion of [4, 5]) {
  for (const qos of [1, 2]) {
    test(`QoS ${qos} both ways, protocolVersion ${protocolVersion}`, () =>
      withBroker([], async ({ connect }) => {
        for (let seed = 1; seed <= 10; seed++) {
          const [here, there] = [`here/${seed}`, `there/${seed}`]
          const properties = { sessionExpiryInterval: 60 }
          const lasting = { clean: false, protocolVersion, properties, reconnectPeriod: 1 }
          const shaky = connect({ clientId: `shaky${seed}`, ...lasting }, budgets(seed))
          const steady = connect({ clientId: `steady${seed}`, ...lasting })
          const heard = { here: [], there: [] }
          let breaks = 0
          shaky.on('close', () => breaks++)
          shaky.on('message', (_, payload) => heard.here.push(`${payload}`))
          steady.on('message', (_, payload) => heard.there.push(`${payload}`))
          shaky.subscribe(here, { qos })
          await online(steady)
          await steady.subscribeAsync(there, { qos })
          await subscribed(shaky, here, qos)

          const texts = Array.from({ length: COUNT }, (_, at) => `${seed}.${at}`)
          const all = (client, topic) =>
            Promise.all(texts.map(text => client.publishAsync(topic, text, { qos })))
          await Promise.all([all(shaky, there), all(steady, here)])
          // by then every message is the broker's; a last one each way says that they have come
          await Promise.all([last(shaky, steady, there, qos), last(steady, shaky, here, qos)])

          assert.ok(breaks > 0, `seed ${seed} broke no connection`)
          for (const [side, found] of Object.entries(heard)) {
            const first = found.filter((text, at) => found.indexOf(text) === at)
            assert.deepEqual(first, [...texts, 'last'], `${side}, seed ${seed}`)
            if (qos === 2) assert.equal(found.length, first.length, `${side} twice, seed ${seed}`)
          }
          await Promise.all([shaky.endAsync(), steady.endAsync()])
        }
      }))
  }
}

/** The server has the subscription: a callback may have told that its connection broke. */
async function subscribed(client, topic, qos) {
  while (!(await client.subscribeAsync(topic, { qos, resubscribe: true }).catch(() => undefined))) {
    if (!client.connected) await once(client, 'connect')
  }
}

async function last(from, to, topic, qos) {
  const come = new Promise(resolve => {
    to.on('message', (_, payload) => `${payload}` === 'last' && resolve())
  })
  await from.publishAsync(topic, 'last', { qos })
  await come
}
