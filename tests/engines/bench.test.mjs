/** The benchmark: its programs run, and what it makes of its measurements. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curves, exponent } from '../../scripts/bench/goals.mjs'
import { OURS, libraries } from '../../scripts/bench/libraries.mjs'
import { V8, run } from '../../scripts/bench/measure.mjs'
import { page, picture } from '../../scripts/bench/report.mjs'
import { geometricMean, median, spread } from '../../scripts/statistics.mjs'
import { report } from './bench-report.mjs'

test('median, spread and geometric mean', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
  assert.equal(spread([10, 10, 10, 10, 10]), 0)
  assert.equal(spread([8, 9, 10, 11, 12]), 0.1)
  assert.ok(Math.abs(geometricMean([0.5, 2, 1]) - 1) < 1e-9)
  assert.throws(() => median([]), /nothing was measured/)
  assert.throws(() => geometricMean([]), /nothing was measured/)
})

test('the exponent of a curve tells constant, logarithmic and linear costs apart', () => {
  const of = cost => exponent([10, 100, 1_000, 10_000].map(count => [count, cost(count)]))
  assert.equal(
    of(() => 3),
    0,
  )
  assert.ok(of(Math.log2) < 0.2)
  assert.ok(of(Math.sqrt) > 0.2)
  assert.ok(Math.abs(of(count => 2 * count) - 1) < 1e-9)
  assert.deepEqual(curves({ 'queued, 100': [3, 1, 2], 'queued, 1': [1] }), {
    queued: [
      [1, 1],
      [100, 2],
    ],
  })
})

test('a row has its ratio to the fastest MQTT.js, and to the null client', () => {
  const text = page('en', report({ ours: 1, slow: 4, fast: 2, paho: 0.1, null: 0.5 }))
  assert.match(
    text,
    /\| out, QoS 0, 16 B \| 1\.0 ±0% \| 4\.0 ±0% \| 2\.0 ±0% \| 0\.1 ±0% \| 0\.5 ±0% \| \*\*0\.50 > 0\.33\*\* \| 2\.00 ≤ 2\.50 \|/,
  )
  assert.match(
    text,
    /Figures of broken that are missing in V8 \(Android, DevTools\): it failed, no URL\./,
  )
  assert.match(text, /\| `mqtt.fallback.js` \| 300,000 \|/)
})

test('what misses its target is named, with by how much and why, in both languages', () => {
  const missing = report({ ours: 1, slow: 4, fast: 2, paho: 0.1, null: 0.5 })
  const english = page('en', missing)
  assert.match(
    english,
    /\| V8 \| out, QoS 0, 16 B: to the fastest MQTT\.js \| 0\.33 \| 0\.50 \| 50 % \|/,
  )
  assert.match(english, /\*\*New topics\.\*\*/)
  assert.match(english, /\*\*The two files\.\*\*/)
  const chinese = page('zh', missing)
  assert.match(
    chinese,
    /\| V8 \| 发，QoS 0, 16 B：与最快的 MQTT\.js 之比 \| 0\.33 \| 0\.50 \| 50 % \|/,
  )
  assert.match(chinese, /\*\*新主题。\*\*/)
})

test('a page without a miss says so, and has no reasons', () => {
  const all = { ours: 1, slow: 40, fast: 20, paho: 1, null: 1 }
  const text = page('en', report(all, { growing: 0, bytes: 80_000, fallback: 200_000 }))
  assert.match(text, /Every target is met\./)
  assert.doesNotMatch(text, /not met|\*\*New topics/)
})

test('a page and a picture have no hole', () => {
  const all = report({ ours: 1, slow: 4, fast: 2, paho: 0.1, null: 0.5 })
  for (const language of ['zh', 'en']) {
    assert.doesNotMatch(page(language, all), /undefined|NaN|Infinity|\[object/)
    const drawn = picture(language, all)
    assert.match(drawn, /^<svg [^]*<\/svg>\n$/)
    assert.doesNotMatch(drawn, /undefined|NaN|Infinity/)
  }
})

test('the programs measure this library', async () => {
  const { [OURS]: ours } = libraries()
  const figures = async (program, values) => {
    const { results } = await run(program, V8, OURS, ours, { milliseconds: 1, ...values })
    for (const [row, value] of Object.entries(results)) assert.ok(Number.isFinite(value), row)
    return results
  }
  const costs = await figures('costs', {})
  for (const row of Object.keys(report({ ours: 1 }).instructions)) assert.ok(costs[row] > 0, row)
  const memory = await figures('memory', { part: 'messages', counts: [200] })
  assert.ok(memory['200 messages, linear'] > 0)
  const most = { inFlight: 16, filters: 10, queued: 10, bytes: 100 }
  const growth = await figures('growth', { most })
  assert.ok(growth['inFlight, 16'] > 0)
})
