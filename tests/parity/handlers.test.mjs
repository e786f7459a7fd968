/** The hooks of MQTT 5: enhanced authentication and acknowledgements of the application's choice. */
import assert from 'node:assert/strict'
import { same, scenario } from './scenario.mjs'

const V5 = { version: 5 }
const METHOD = { authenticationMethod: 'M' }

/** A server that asks for one more step before it accepts. */
function challenge(broker) {
  broker.answers.connect = () => ({
    cmd: 'auth',
    reasonCode: 24,
    properties: { ...METHOD, authenticationData: Buffer.of(1) },
  })
  broker.answers.auth = ({ properties }) => ({
    cmd: 'connack',
    reasonCode: properties.authenticationData[0] === 2 ? 0 : 135,
    sessionPresent: false,
    properties: METHOD,
  })
}

scenario('handleAuth answers the challenge of the server', V5, async bed => {
  challenge(bed.broker)
  const { client, log } = bed.connect({ properties: METHOD })
  client.handleAuth = ({ properties }, done) => {
    const authenticationData = Buffer.of(properties.authenticationData[0] + 1)
    done(null, { cmd: 'auth', reasonCode: 24, properties: { ...METHOD, authenticationData } })
  }
  await bed.settle()
  same(log, ['connect'])
})

scenario('an error of handleAuth is an error event, and ends the connection', V5, async bed => {
  challenge(bed.broker)
  const { client, log } = bed.connect({ properties: METHOD })
  client.handleAuth = (_, done) => done(new Error('no such key'))
  await bed.settle()
  assert.ok(log.includes('error no such key'), log.join())
  assert.ok(log.includes('close'), log.join())
  assert.ok(!log.includes('connect'))
})

scenario('authenticationData without a method is an error', V5, async bed => {
  const { log } = bed.connect({ properties: { authenticationData: Buffer.of(1) } })
  await bed.settle()
  assert.ok(log.includes('error Packet has no Authentication Method'), log.join())
})

for (const [qos, ack] of [
  [1, 'puback'],
  [2, 'pubrec'],
]) {
  scenario(`customHandleAcks chooses the reason of ${ack}`, V5, async bed => {
    const seen = []
    const customHandleAcks = (topic, message, packet, done) => {
      seen.push(`${topic} ${message} ${packet.qos}`)
      done(null, topic === 'bad' ? 135 : 0)
    }
    await bed.connected({ customHandleAcks })
    const message = { cmd: 'publish', payload: 'x', qos }
    bed.broker.send({ ...message, topic: 'good', messageId: 1 })
    bed.broker.send({ ...message, topic: 'bad', messageId: 2 })
    await bed.settle()
    same(
      bed.broker.got(ack).map(({ messageId, reasonCode }) => [messageId, reasonCode]),
      [
        [1, 0],
        [2, 135],
      ],
    )
    same(seen, [`good x ${qos}`, `bad x ${qos}`])
  })
}

scenario('a reason that may not be is an error', V5, async bed => {
  const { log } = await bed.connected({ customHandleAcks: (t, m, p, done) => done(null, 1) })
  bed.broker.send({ cmd: 'publish', topic: 't', payload: 'x', qos: 1, messageId: 1 })
  await bed.settle()
  assert.ok(log.includes('error Wrong reason code for puback'), log.join())
  assert.equal(bed.broker.got('puback').length, 0)
})
