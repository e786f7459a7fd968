/** Pages that end their client over an `error`: what another attempt may not meet must not be one. */
import assert from 'node:assert/strict'
import { kind } from './pages.mjs'

const page = kind(
  "client.on('error', () => client.end())",
  "client.on('error', () => client.end())",
)

const GLITCHES = {
  'the first attempt finds no network': bed => failing(bed, 'connectSocket:fail network error'),
  'the first attempt times out': bed => failing(bed, 'connectSocket:fail timeout'),
}

/** Sockets fail with this until the bed `accepts` again. */
function failing({ phone }, errMsg) {
  phone.fake.onSocket = socket => socket.fail(errMsg)
}

for (const [glitch, fails] of Object.entries(GLITCHES)) {
  page(glitch, async bed => {
    const accept = bed.phone.fake.onSocket
    fails(bed)
    const { client } = bed.connect()
    client.on('error', () => client.end())
    await bed.pass(500)
    bed.phone.fake.onSocket = accept
    await bed.pass(10_000)
    assert.equal(client.connected, true)
  })
}

page('the connection breaks with an error of the socket', async bed => {
  const { client } = await bed.connected()
  client.on('error', () => client.end())
  bed.broker.socket.fail('network is down')
  await bed.pass(10_000)
  assert.equal(client.connected, true)
})

const final = kind('区分最终错误与可重试的错误', 'Telling what is final from what is retryable')

final('a refused login is an error that says so', async bed => {
  bed.broker.answers.connect = () => ({ cmd: 'connack', returnCode: 4, sessionPresent: false })
  const { client } = bed.connect()
  const errors = []
  client.on('error', error => errors.push(error))
  await bed.settle()
  assert.equal(errors[0]?.code, 4)
  assert.equal(errors[0].final, true)
})

final('a lost connection is not final', async bed => {
  const { client } = await bed.connected()
  const causes = []
  client.on('close', cause => causes.push(cause))
  await bed.drop()
  assert.equal(causes[0]?.final, false)
})
