/** The demo starts where it can, shows the page with local addresses, and leaves nothing behind. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listen } from '../../demo/simulator/server.mjs'

test('takes the next free port, serves the page, and ends at Ctrl-C', async t => {
  const { server, port } = await listen(createServer())
  t.after(() => server.close())
  const temporary = mkdtempSync(join(tmpdir(), 'mqtt-demo-test-'))
  t.after(() => rmSync(temporary, { recursive: true }))
  const demo = spawn(process.execPath, [join(import.meta.dirname, '../../demo/main.mjs')], {
    env: { ...process.env, PORT: port, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => demo.kill('SIGKILL'))
  const text = readTo(demo.stdout, 'Ctrl-C')

  const [, address] = /open +(http:\S+)/.exec(await text)
  assert.ok(Number(new URL(address).port) > port, address)
  const frame = await (await fetch(address)).text()
  assert.match(frame, /<iframe src="app.html"/)
  const service = await (await fetch(new URL('app-service.js', address))).text()
  assert.match(service, /wx:\/\/127\.0\.0\.1:\d+/)
  const wasm = await fetch(new URL('package/utils/mqtt.wasm.br', address))
  assert.equal(wasm.headers.get('content-type'), 'application/wasm')

  const ended = once(demo, 'exit')
  demo.kill('SIGINT')
  assert.deepEqual(await ended, [0, null])
  assert.deepEqual(readdirSync(temporary), [])
})

/** What a stream says up to some words. */
function readTo(stream, words) {
  return new Promise((done, failed) => {
    let text = ''
    stream.setEncoding('utf8').on('data', chunk => {
      text += chunk
      if (text.includes(words)) done(text)
    })
    stream.on('end', () => failed(new Error(`it ended without "${words}": ${text}`)))
  })
}
