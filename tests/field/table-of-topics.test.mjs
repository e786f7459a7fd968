/** The table form of subscribe, in the ways in which pages fill it. */
import assert from 'node:assert/strict'
import { noted, same } from '../parity/scenario.mjs'
import { kind } from './pages.mjs'

const page = kind('以表格订阅：{ 主题: qos }', 'Subscribing with a table: { topic: qos }')

/** What the server was asked for, as `topic qos`. */
const asked = ({ broker }) =>
  broker
    .got('subscribe')
    .flatMap(packet => packet.subscriptions.map(({ topic, qos }) => `${topic} ${qos}`))

for (const [name, table, options, expected] of [
  ['numbers', { test1: 0, test2: 1 }, undefined, ['test1 0', 'test2 1']],
  ['numbers as text', { test1: '2', test2: '0' }, undefined, ['test1 2', 'test2 0']],
  ['options', { test1: { qos: 0 }, test2: { qos: 1 } }, undefined, ['test1 0', 'test2 1']],
  ['both', { test1: { qos: 2 }, test2: 1 }, undefined, ['test1 2', 'test2 1']],
  ['null, with the options of the call', { test1: null }, { qos: 1 }, ['test1 1']],
  ['0, against the options of the call', { test1: 0 }, { qos: 1 }, ['test1 0']],
  ['numbers, beside the switch resubscribe', { t: 1, resubscribe: true }, undefined, ['t 1']],
  ['numbers, beside resubscribe: 1', { t: 1, resubscribe: 1 }, undefined, ['t 1']],
]) {
  page(`a table of ${name}`, async bed => {
    const { client } = await bed.connected()
    const done = noted()
    client.subscribe(table, options, done)
    await bed.settle()
    same(asked(bed), expected)
    assert.equal(done.calls.length, 1)
    const [[error, granted]] = done.calls
    assert.equal(error ?? null, null)
    same(
      granted.map(({ topic, qos }) => `${topic} ${qos}`),
      expected,
    )
  })
}

for (const table of [
  { test1: 3 },
  { test1: 'high' },
  { test1: true },
  { test1: false, test2: 1 },
  { test1: { qos: 9 } },
  { test1: [], test2: -1 },
  {},
  { 'a#': 1 },
]) {
  page(`the table ${JSON.stringify(table)} is an error, and nothing is sent`, async bed => {
    const { client } = await bed.connected()
    const done = noted()
    client.subscribe(table, done)
    await bed.settle()
    assert.equal(done.calls.length, 1)
    assert.match(done.calls[0][0]?.message ?? 'no error', /qos|topic/i)
    same(asked(bed), [])
    assert.equal(client.connected, true)
  })
}

page('unsubscribe with the same table', async bed => {
  const { client } = await bed.connected()
  const table = { test1: 0, test2: 1 }
  client.subscribe(table)
  await bed.settle()
  const done = noted()
  client.unsubscribe(table, done)
  await bed.settle()
  same(bed.broker.got('unsubscribe')[0].unsubscriptions, ['test1', 'test2'])
  assert.equal(done.calls.length, 1)
  assert.equal(done.calls[0][0] ?? null, null)
})
