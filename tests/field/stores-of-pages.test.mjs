/** Pages with stores of their own, which take their time or fail. */
import assert from 'node:assert/strict'
import { errors, noted, same } from '../parity/scenario.mjs'
import { kind } from './pages.mjs'

const page = kind('自备 Store 较慢或写入失败', 'A store of its own that takes its time, or fails')

/** A store of MQTT.js's whose `put` is done by `put`, and its calls. */
function storing({ mqtt }, put) {
  const outgoingStore = new mqtt.Store()
  const original = outgoingStore.put.bind(outgoingStore)
  outgoingStore.put = (packet, done) => {
    put(packet, done, original)
    return outgoingStore
  }
  return { outgoingStore, incomingStore: new mqtt.Store() }
}

/** The client as it is when the page publishes. */
const STATES = {
  connected: bed => options => bed.connected(options),
  offline: bed => async options => {
    bed.phone.fake.onSocket = () => {}
    const made = bed.connect(options)
    await bed.settle()
    return made
  },
}

for (const [state, start] of Object.entries(STATES)) {
  for (const qos of [1, 2]) {
    page(`QoS ${qos}, ${state}: cbStorePut comes after a slow put`, async bed => {
      const log = []
      const stores = storing(bed, (packet, done, original) => {
        log.push('put')
        bed.phone.clock.setTimeout(() => {
          log.push('stored')
          original(packet, done)
        }, 50)
      })
      const { client } = await start(bed)(stores)
      client.publish('t', 'm', { qos, cbStorePut: () => log.push('cbStorePut') })
      await bed.settle()
      same(log.slice(0, 3), ['put', 'stored', 'cbStorePut'])
    })

    page(`QoS ${qos}, ${state}: a put that fails is one error, of the callback`, async bed => {
      const stores = storing(bed, (packet, done) => done(new Error('full')))
      const { client, log } = await start(bed)(stores)
      const [done, put] = [noted(), noted()]
      client.publish('t', 'm', { qos, cbStorePut: put }, done)
      await bed.pass(1000)
      same(errors(done), ['full'])
      assert.equal(put.calls.length, 0)
      assert.equal(bed.broker.got('publish').length, 0)
      same(
        log.filter(line => line.startsWith('error')),
        [],
      )
    })
  }
}
