/** What the benchmark makes of its measurements. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { START, page } from '../../scripts/bench/report.mjs'
import { geometricMean, median, spread } from '../../scripts/statistics.mjs'

test('median, spread and geometric mean', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
  assert.equal(spread([10, 10, 10, 10, 10]), 0)
  assert.equal(spread([8, 9, 10, 11, 12]), 0.1)
  assert.ok(Math.abs(geometricMean([0.5, 2, 1]) - 1) < 1e-9)
  assert.throws(() => median([]), /nothing was measured/)
  assert.throws(() => geometricMean([]), /nothing was measured/)
})

/** Measured: 1 µs of ours, 4 and 2 µs of the peers, 0.5 µs of nothing. */
function measured(ours = 1) {
  const figures = value => ({ [START]: [value], 'in, QoS 0, 16 B': [value, value, value] })
  return {
    engines: {
      V8: {
        ours: figures(ours),
        slow: figures(4),
        fast: figures(2),
        broken: { failure: 'no URL' },
        null: figures(0.5),
      },
    },
    libraries: { ours: 'ours', nothing: 'null', peers: ['slow', 'fast', 'broken'] },
    rounds: 3,
    machine: 'a machine',
    command: 'a command',
    sizes: { file: 12_345 },
  }
}

test('a row has its ratio to the fastest peer, and to the null client', () => {
  const text = page('en', measured())
  assert.match(
    text,
    /\| in, QoS 0, 16 B \| 1\.0 ±0% \| 4\.0 ±0% \| 2\.0 ±0% \| 0\.5 ±0% \| 0\.50 \| 2\.00 \|/,
  )
  assert.match(text, /No figures of broken in V8: no URL\./)
  assert.match(text, /\| file \| 12,345 \|/)
})

test('what misses a goal is named, in both languages', () => {
  assert.match(
    page('en', measured()),
    /the goal is 0\.17, not met\. Rows that miss their goal: in, QoS 0, 16 B \(0\.50\)/,
  )
  assert.match(page('en', measured(0.2)), /the goal is 0\.17, met\. Every row meets its goal\./)
  assert.match(
    page('zh', measured()),
    /目标 0\.17，未达到。 未达到逐行目标的：收, QoS 0, 16 B \(0\.50\)。/,
  )
})

test('another build has its columns, and is nothing to compare with', () => {
  const { engines, libraries, ...rest } = measured()
  engines.V8.before = { ...engines.V8.fast, 'in, QoS 0, 16 B': [0.1] }
  const text = page('en', { engines, libraries: { ...libraries, others: ['before'] }, ...rest })
  assert.match(text, /\| Message \| mqtt-miniprogram \| slow \| fast \| before \| Null client \|/)
  assert.match(text, /\| 2\.0 ±0% \| 0\.1 ±0% \| 0\.5 ±0% \| 0\.50 \| 2\.00 \|/)
})
