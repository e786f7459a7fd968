/** Every code block of the docs that uses the library is run, in both languages. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pagePaths, ROOT } from '../../scripts/docs.mjs'
import { usesLibrary } from '../../scripts/docs/code.mjs'
import { parsePage } from '../../scripts/docs/page.mjs'
import { runBlock } from './block-runner.mjs'

const pages = pagePaths().map(path => parsePage(path, readFileSync(join(ROOT, path), 'utf8')))

for (const { path, blocks } of pages) {
  const programs = blocks.filter(usesLibrary)
  const app = programs.find(({ text }) => /^App\(/m.test(text))
  for (const { line, text } of programs) {
    test(`${path}:${line} runs`, async () => {
      const needsApp = /\bgetApp\(\)/.test(text)
      assert.deepEqual(await runBlock(text, needsApp ? app?.text : ''), [])
    })
  }
}

const BROKEN = {
  'a path where the module is not': [
    "mqtt.connect(url, { wasmPath: '/libs/mqtt.wasm.br' })",
    /sends no connect/,
  ],
  'an address that WeChat does not connect to': ["mqtt.connect('tls://host')", /tls/],
  'an option out of its range': ['mqtt.connect(url, { keepalive: 70000 })', /keepalive/],
  'a call that the client refuses': [
    "client.on('error', error => console.error(error.code))\nclient.publish('a/#', 'text')",
    /publish/,
  ],
  'a listener that throws': [
    "client.subscribe('Topic0')\nclient.on('message', (topic, payload) => JSON.parse(payload))",
    /SyntaxError/,
  ],
  'a listener of errors that throws': [
    "client.on('error', error => error.cause.text.length)",
    /TypeError/,
  ],
  'a method of a page that throws': [
    'Page({ send() { this.client.publish() } })',
    /throws TypeError/,
  ],
  'a module that is not there': ["require('./gone.js')", /finds nothing/],
  'an app that has no such client': [
    "App({ onLaunch() { getApp().mqtt.subscribe('Topic0') } })",
    /throws TypeError/,
  ],
}

for (const [what, [text, problem]] of Object.entries(BROKEN)) {
  test(`found: ${what}`, async () => {
    assert.match((await runBlock(text)).join('\n'), problem)
  })
}
