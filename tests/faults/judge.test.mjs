/** The judge itself: what a fault must not get away with is found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS } from './all.mjs'
import { runFault } from './bed.mjs'
import { BROKER } from './broker.mjs'
import { KNOWN } from './known.mjs'
import { Sequence } from './sequence.mjs'

const AT_QOS_2 = { version: 4, qos: 2 }

test('a sequence says what was lost, doubled, refused, never sent, and whether it is in order', () => {
  const sequence = new Sequence('up')
  for (let at = 0; at < 5; at++) sequence.next()
  sequence.refuse('up 1')
  for (const payload of ['up 2', 'up 0', 'up 2', 'x']) sequence.receive(payload)
  assert.deepEqual(sequence.report, {
    sent: 5,
    received: 3,
    lost: ['up 3', 'up 4'],
    doubled: ['up 2'],
    refused: ['up 1'],
    foreign: ['x'],
    inOrder: false,
  })
  assert.equal(sequence.missing, 2)
})

test('no fault, no failure, and the figures of a run', async () => {
  const { failures, ...figures } = await runFault({ begin() {} }, AT_QOS_2)
  assert.deepEqual(failures, [])
  assert.deepEqual(figures, {
    version: '3.1.1',
    qos: 2,
    sent: 26,
    received: 26,
    lost: [],
    doubled: [],
    refused: [],
    inOrder: true,
    recovery: 0,
    connects: 1,
    codes: [],
  })
})

/** What is wrong with each of these has to be among the failures. */
const CULPRITS = {
  'lost up 3': bed => {
    bed.server.answers.publish = (packet, usual) => {
      const { taken } = bed.server
      if (`${packet.payload}` === 'up 3') bed.server.taken = () => {}
      const answer = usual()
      bed.server.taken = taken
      return answer
    }
  },
  'doubled up 3': bed => bed.up.receive('up 3'),
  'out of order': bed => bed.up.receive('up 9'),
  'never sent: x': bed => bed.down.receive('x'),
  'refused up 3': bed => bed.up.refuse('up 3'),
  'no code or hint: undefined "x"': bed => bed.client.emit('error', new Error('x')),
  'the callback of up 0 ran 2 times': bed => bed.requests[1].answers.push(null),
  'it did not recover': bed => {
    bed.server.network.opening = () => {}
    bed.server.hangUp()
  },
  'thrown into the platform: x': bed => {
    bed.fake.wx.onAppShow(() => {
      throw new Error('x')
    })
    bed.fake.show()
  },
  '1 timers left': bed => bed.clock.setTimeout(() => {}, 1e9),
  '1 listeners left': bed => bed.fake.wx.onAppShow(() => {}),
  '3 sockets at once': bed => {
    for (let more = 0; more < 2; more++) bed.fake.wx.connectSocket({ url: 'wss://host/mqtt' })
  },
  'a rule was broken: url x': bed => bed.fake.wx.connectSocket({ url: 'x' }),
}

for (const [failure, begin] of Object.entries(CULPRITS)) {
  test(`found: ${failure}`, async () => {
    const { failures } = await runFault({ begin: bed => void begin(bed) }, AT_QOS_2)
    assert.ok(failures.includes(failure), failures.join('; '))
  })
}

test('what a row asks for beyond that is found too', async () => {
  const begin = bed => bed.server.hangUp()
  const asked = { begin, stays: true, tells: ['PANIC'], mostErrors: -1 }
  const { failures } = await runFault(asked, AT_QOS_2)
  const expected = [
    'told nothing, not PANIC',
    '0 error events',
    'the connection was closed 1 times',
  ]
  assert.deepEqual(failures, expected)
  const { failures: silent } = await runFault({ begin, told: true }, AT_QOS_2)
  assert.deepEqual(silent, ['it was not told'])
})

test('what is thrown as a rejection that nobody handles is found', async () => {
  const { failures } = await runFault(
    { begin: () => void Promise.reject(new Error('x')) },
    AT_QOS_2,
  )
  assert.deepEqual(failures, ['thrown into the platform: x'])
})

test('there are 40 faults and 30 wrong answers, and what is known is among them', () => {
  const names = FAULTS.map(({ name }) => name)
  assert.ok(BROKER.length >= 30, `${BROKER.length} wrong answers`)
  assert.ok(names.length - BROKER.length >= 40, `${names.length} faults`)
  assert.equal(new Set(names).size, names.length)
  assert.deepEqual(
    Object.keys(KNOWN).filter(name => !names.includes(name)),
    [],
  )
})
