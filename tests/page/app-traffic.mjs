/** What many messages cost: setData carries what changed, once, and not to a page that is not seen. */
import assert from 'node:assert/strict'
import { startAnonymous, test } from './app.mjs'

const MESSAGES = 1000
/** Bytes that a row needs beside itself: its path in the data */
const PATH = 40
/** Bytes of a setData for the count, the order of the blocks and the like */
const REST = 200

test('traffic: a message crosses to the console once, and with it nothing but itself', async t => {
  const { phone, broker } = await startAnonymous(t)
  await phone.tab('调试台')
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.tap('add-subscription')
  await phone.type('filter', '#')
  await phone.tap('subscribe')
  await phone.page.locator('.chip .granted').waitFor()
  await phone.look('setData')

  for (let n = 1; n <= MESSAGES; n++) await broker.publish('n', payload(n))
  await phone.page.getByText(`"n":${MESSAGES},`).waitFor()
  const calls = await phone.look('setData')
  assert.deepEqual([...new Set(calls.map(({ path }) => path))], ['pages/console/console'])
  const { list } = await phone.look('data')
  const rows = list.blocks.flat()
  assert.ok(rows.length <= 200 && rows.length > 150, `${rows.length} rows are kept`)
  const largest = Math.max(...rows.map(row => JSON.stringify(row).length))
  const bytes = calls.reduce((sum, call) => sum + call.bytes, 0)
  const limit = MESSAGES * (largest + PATH) + calls.length * REST
  console.log(`${MESSAGES} messages: ${bytes} bytes in ${calls.length} calls of setData`)
  assert.ok(bytes <= limit, `${bytes} bytes, where ${limit} will do`)

  await broker.publish('n', 'the last one')
  await phone.page.getByText('the last one').waitFor()
  const last = await phone.look('setData')
  assert.ok(last.reduce((sum, call) => sum + call.bytes, 0) <= largest + PATH + REST * last.length)
})

test('traffic: the log of the first page crosses line by line, while it is seen', async t => {
  const { phone, broker } = await startAnonymous(t)
  await phone.tap('connect')
  await phone.state('已连接')
  await phone.tap('pops-up')
  await phone.tap('subscribe')
  await phone.line('sys', '订阅主题成功')
  await phone.look('setData')
  for (let n = 1; n <= MESSAGES; n++) await broker.publish('Topic0', payload(n))
  await phone.line('in', `"n":${MESSAGES},`)
  const calls = await phone.look('setData')
  const { log } = await phone.look('data')
  const lines = log.blocks.flat()
  assert.ok(lines.length <= 150, `${lines.length} lines are kept`)
  const largest = Math.max(...lines.map(line => JSON.stringify(line).length))
  const bytes = calls.reduce((sum, call) => sum + call.bytes, 0)
  assert.ok(bytes <= MESSAGES * (largest + PATH) + calls.length * REST, `${bytes} bytes`)

  await phone.tab('诊断')
  await phone.look('setData')
  await broker.publish('Topic0', 'while it is not seen')
  await phone.tab('收发消息')
  await phone.line('in', 'while it is not seen')
  const paths = (await phone.look('setData')).map(({ path }) => path)
  assert.deepEqual([...new Set(paths)], ['pages/index/index'])
  assert.equal(paths.length, 1)
})

function payload(n) {
  return `{"n":${n},"value":21.5,"unit":"C"}`
}
