/** What a mini-program's package has to carry, beside what it replaces. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { PACKAGE, script } from '../harness/package.mjs'

const bytes = file => statSync(file).size

test('script and module together are less than half of MQTT.js 5', () => {
  const theirs = bytes(new URL('../../node_modules/mqtt/dist/mqtt.min.js', import.meta.url))
  const ours = bytes(`${PACKAGE}/mqtt.min.js`) + bytes(`${PACKAGE}/mqtt.wasm.br`)
  assert.ok(ours < theirs / 2, `${ours} and ${theirs} bytes`)
})

test('nothing of Node is in the bundle, or asked for', () => {
  for (const name of ['Buffer.from', 'Buffer.alloc', 'process.', 'node:']) {
    assert.ok(!script.includes(name), name)
  }
  const { dependencies } = JSON.parse(readFileSync(`${PACKAGE}/package.json`, 'utf8'))
  assert.equal(dependencies, undefined)
})
