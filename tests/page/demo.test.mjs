/** The demo starts where it can, or at the ports that it is told, and leaves nothing behind. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listen } from '../../demo/simulator/server.mjs'

test('takes free ports, serves the page, and ends at Ctrl-C', async t => {
  const temporary = mkdtempSync(join(tmpdir(), 'mqtt-demo-test-'))
  t.after(() => rmSync(temporary, { recursive: true }))
  const demos = [startDemo(t, { temporary }), startDemo(t, { temporary })]
  const texts = await Promise.all(demos.map(({ stdout }) => readTo(stdout, 'Ctrl-C')))
  const addresses = texts.map(text => /open +(http:\S+)/.exec(text)[1])
  assert.notEqual(addresses[0], addresses[1])

  const [address] = addresses
  assert.match(await textAt(address), /<script src="main.js">/)
  assert.match(await textAt(`${address}phone/a/app-service.js`), /wx:\/\/127\.0\.0\.1:\d+/)
  const wasm = await fetch(`${address}phone/a/package/utils/mqtt.wasm.br`)
  assert.equal(wasm.headers.get('content-type'), 'application/wasm')

  for (const demo of demos) {
    const ended = once(demo, 'exit')
    demo.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
  }
  assert.deepEqual(readdirSync(temporary), [])
})

test('the config that it prints is for DevTools, at the ports that it was told', async t => {
  const port = await freePorts()
  const demo = startDemo(t, { args: ['--port', port] })
  const text = await readTo(demo.stdout, 'Ctrl-C')
  const { default: config } = await import(
    `data:text/javascript,${encodeURIComponent(/export default [^]*?\n\}/.exec(text)[0])}`
  )
  assert.equal(config.url, `wx://127.0.0.1:${port + 1}`)
  assert.equal(config.restApiUrl, `http://127.0.0.1:${port + 2}/app/demo01`)
  assert.match(text, new RegExp(`open +http://127.0.0.1:${port}/`))
})

test('a port that is taken, or is none, is said', async t => {
  const { server, port } = await listen(createServer())
  t.after(() => server.close())
  for (const [wanted, words] of [
    [port, `Port ${port} is taken.`],
    ['x', 'not "x"'],
  ]) {
    const demo = startDemo(t, { args: ['--port', wanted], stderr: 'pipe' })
    const ended = once(demo, 'exit')
    await readTo(demo.stderr, words)
    assert.deepEqual(await ended, [1, null])
  }
})

function startDemo(t, { args = [], temporary = tmpdir(), stderr = 'inherit' }) {
  const main = join(import.meta.dirname, '../../demo/main.mjs')
  const demo = spawn(process.execPath, [main, ...args.map(String)], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', stderr],
  })
  t.after(() => demo.kill('SIGKILL'))
  return demo
}

/** The first of three ports that were free a moment ago. */
async function freePorts() {
  for (;;) {
    const servers = [await listen(createServer())]
    const [{ port }] = servers
    try {
      for (const offset of [1, 2]) servers.push(await listen(createServer(), port + offset))
      return port
    } catch (error) {
      if (error.code !== 'EADDRINUSE' && error.code !== 'ERR_SOCKET_BAD_PORT') throw error
    } finally {
      await Promise.all(servers.map(({ server }) => new Promise(done => server.close(done))))
    }
  }
}

async function textAt(address) {
  return (await fetch(address)).text()
}

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
