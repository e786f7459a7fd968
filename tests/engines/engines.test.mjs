/** The built library in the engines of phones, profile by profile; see docs/engines.md. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fallbackScript, script as library, wasm } from '../harness/package.mjs'
import { ENGINES, bundled, runIn } from './engines.mjs'
import { PROFILES } from './scenario/profiles.js'

const script = await bundled(fileURLToPath(new URL('scenario/main.js', import.meta.url)))

/** Ten times what the slowest takes here. */
const LIMIT = 120_000

/** By scenario, what is wrong with it, or null. */
async function played(engine, profile, files = {}) {
  const lines = await runIn(engine, {
    script,
    files: { library, fallback: fallbackScript, ...files },
    values: { profile },
    wasm,
    limit: LIMIT,
  })
  assert.equal(lines.pop(), 'done')
  return Object.fromEntries(lines.map(({ scenario, failure }) => [scenario, failure]))
}

for (const [engine, command] of Object.entries(ENGINES)) {
  for (const [profile, { scenarios }] of Object.entries(PROFILES)) {
    test(`${engine}: ${profile}`, async () => {
      const good = Object.fromEntries(Object.keys(scenarios).map(name => [name, null]))
      assert.deepEqual(await played(command, profile), good)
    })
  }
}

const BROKEN = {
  'wants TextDecoder while it loads': ['new TextDecoder()', /TextDecoder/],
  'wants what came after ES2017': ['[1].at(0)', /at\b.*is not a function/],
  'wants a finalizer': ['new FinalizationRegistry(() => {})', /FinalizationRegistry/],
  'makes code of text': ["new Function('return wx')()", /Code generation from strings/],
}

for (const [engine, command] of Object.entries(ENGINES)) {
  for (const [name, [statement, message]] of Object.entries(BROKEN)) {
    test(`${engine} refuses a build that ${name}`, async () => {
      const broken = { library: `${statement};${library}` }
      const failures = Object.values(await played(command, 'iOS 13', broken))
      assert.equal(failures.length, Object.keys(PROFILES['iOS 13'].scenarios).length)
      for (const failure of failures) assert.match(String(failure), message)
    })
  }
}
