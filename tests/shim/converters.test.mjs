/** Built files that are converted for other platforms by rewriting their text. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { script } from '../harness/package.mjs'

test('no converter finds a call of wx, which it would replace by one that returns a Promise', () => {
  assert.deepEqual(script.match(/\bwx\s*(\??\.\s*\w+|\[[^\]]*\])\s*\(/g), null)
  assert.ok(script.includes('connectSocket'), 'the call is there')
})
