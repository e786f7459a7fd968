/**
 * Runs a table of faults: each with MQTT 3.1.1 and 5.0, and with each quality of service.
 *
 * Every run has to end well: at QoS 1 and 2 nothing is lost, at QoS 0 and 2 nothing comes twice, the
 * order is kept, every callback runs once, every error has a code and a hint, nothing is thrown into
 * the platform, the client comes back when the fault is over, and leaves nothing behind when it ends.
 *
 * The fields of a fault:
 *   name, begin(bed)   what it is called, and how it begins; `begin` may return what ends it
 *   versions, qos      where there is such a fault; everywhere by default
 *   options(bed)       more options of the client
 *   from: 'start'      it is there before the client; otherwise it comes amid traffic
 *   lasts              how long it goes on after that traffic (ms, 10 s by default)
 *   during(bed)        what else happens
 *   within             the longest time to recover (ms, 60 s by default)
 *   untilEnd: true     it is there until the client has ended
 *   tells: [codes]     one of these errors is told
 *   told: true         something is told, as an error or as a warning
 *   mostErrors         so many `error` events at the most
 *   stays: true        the connection is not closed
 *   final: true        the client gives up, and the page calls reconnect() when the fault is over
 *   refuses: true      callbacks may be given errors
 *   forgets            so many messages may be lost, because it was told that they were not kept
 *   unordered: true    the order of messages cannot be kept
 *   doubles: true      at QoS 0 the fault itself doubles messages
 *   leaves: [what]     what the platform would not let go
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFault } from './bed.mjs'

export const VERSIONS = [4, 5]
const QOS = [0, 1, 2]

/** The runs of a fault. */
export function runsOf({ versions = VERSIONS, qos = QOS }) {
  return versions.flatMap(version => qos.map(one => ({ version, qos: one })))
}

/**
 * One test a fault. `known` says by its name what is wrong with it today: `{runs, failures}`, in which
 * runs, and patterns for all that they fail in. A run that is known has to fail in just these ways;
 * when it does no longer, its test fails until the run is taken out.
 */
export function testFaults(faults, known) {
  const names = faults.map(({ name }) => name)
  test('every fault has a name of its own', () => {
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
    )
  })
  for (const fault of faults)
    test(fault.name, async () => {
      const wrong = []
      for (const run of runsOf(fault)) {
        const report = await runFault(fault, run)
        const at = `${report.version} QoS ${report.qos}`
        wrong.push(...unexpected(report, known[fault.name], at).map(words => `${at}: ${words}`))
      }
      assert.deepEqual(wrong, [])
    })
}

/** What is not as it should be, or not as it is known. */
function unexpected({ failures }, { runs = [], failures: patterns = [] } = {}, run) {
  if (!runs.includes(run)) return failures
  if (failures.length === 0) return ['it is well now: take it out of the known faults']
  return failures.filter(words => !patterns.some(pattern => pattern.test(words)))
}
