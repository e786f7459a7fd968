/** The tables of docs/pages.md and docs/pages.en.md are what the command prints. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tableOf } from './table.mjs'

const command = fileURLToPath(new URL('table.mjs', import.meta.url))

test('the tables of the docs are what the pages do', () => {
  const { stdout, status } = spawnSync(process.execPath, [command], { encoding: 'utf8' })
  assert.equal(status, 0)
  assert.equal(tableOf('pages.en.md'), stdout.trim())
  const counts = text => text.split('\n').map(line => line.split(' | ').slice(1))
  assert.deepEqual(counts(tableOf('pages.md')).slice(1), counts(stdout.trim()).slice(1))
  for (const line of stdout.trim().split('\n').slice(2)) {
    const [works, pages] = line.split(' | ').at(-1).match(/\d+/g)
    assert.equal(works, pages, line)
  }
})
