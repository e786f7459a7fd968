/**
 * How smooth the console is at 1,000 messages in a minute: what the longest frames took.
 *
 *     node tests/page/frames.mjs
 *
 * It measures, and decides nothing: another machine has other frames.
 */
import { join } from 'node:path'
import { startBroker } from '../../demo/broker.mjs'
import { localConfig } from '../../demo/local-config.mjs'
import { ANONYMOUS } from './app.mjs'
import { startPhone } from './browser-phone.mjs'

const MESSAGES = 1000
const MINUTE = 60_000

const broker = await startBroker(() => true)
const phone = await startPhone({
  root: join(import.meta.dirname, '../../miniprogram'),
  replaced: { 'config.js': localConfig({ ...ANONYMOUS, url: broker.url }) },
})
await phone.tab('调试台')
await phone.tap('connect')
await phone.state('已连接')
await phone.tap('add-subscription')
await phone.type('filter', '#')
await phone.tap('subscribe')
await phone.page.locator('.chip .granted').waitFor()
await phone.page.evaluate(watchFrames)
await phone.look('setData')

const started = performance.now()
for (let n = 1; n <= MESSAGES; n++) {
  await broker.publish('sensors/kitchen', `{"n":${n},"value":21.5,"unit":"C"}`)
  const due = started + (n * MINUTE) / MESSAGES
  await new Promise(done => setTimeout(done, Math.max(0, due - performance.now())))
}
await phone.page.getByText(`"n":${MESSAGES},`).waitFor()

const { frames, tasks } = await phone.page.evaluate(() => self.watched)
const calls = await phone.look('setData')
const bytes = calls.reduce((sum, call) => sum + call.bytes, 0)
frames.sort((one, other) => one - other)
const at = share =>
  frames[Math.min(frames.length - 1, Math.floor(frames.length * share))].toFixed(1)
console.log(`${MESSAGES} messages in ${Math.round((performance.now() - started) / 1000)} s
frames: ${frames.length}, median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms, ${frames.filter(frame => frame > 50).length} over 50 ms
tasks of the page over 50 ms: ${tasks.map(Math.round).join(', ') || 'none'}
setData: ${calls.length} calls, ${bytes} bytes, the largest ${Math.max(...calls.map(call => call.bytes))}`)
await phone.close()
broker.close()
process.exit()

/** Frames wait for the machine, too; tasks are what the page itself does. */
function watchFrames() {
  self.watched = { frames: [], tasks: [] }
  new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) self.watched.tasks.push(duration)
  }).observe({ entryTypes: ['longtask'] })
  let last = performance.now()
  const next = now => {
    self.watched.frames.push(now - last)
    last = now
    requestAnimationFrame(next)
  }
  requestAnimationFrame(next)
}
