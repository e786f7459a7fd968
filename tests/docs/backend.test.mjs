/** The token backend of the docs, as a program of its own, at the stand-in of Easemob's token API. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ACCOUNT, startTokenApi } from '../../demo/token-api.mjs'
import { ROOT } from '../../scripts/docs.mjs'
import { parsePage } from '../../scripts/docs/page.mjs'
import { freePort, launch } from '../harness/server-process.mjs'

/** What the page leaves to its reader. */
const LOGGED_IN = `
async function loggedIn({ headers }) {
  return headers.authorization === 'session' ? 'user001' : undefined
}
`

for (const page of ['docs/security.md', 'docs/security.en.md']) {
  test(`${page}: a user who is logged in gets a token of their own, nobody else does`, async t => {
    const { ask, api } = await start(t, page)
    assert.equal((await ask('made up')).status, 401)
    const response = await ask('session')
    assert.equal(response.status, 200)
    const { token, expiresIn } = await response.json()
    assert.equal(expiresIn, 3600)
    assert.ok(api.accepts(`user001@${ACCOUNT.appId}`, 'user001', token))
  })

  test(`${page}: an account that the API refuses gives no token`, async t => {
    const { ask, program } = await start(t, page, { APP_CLIENT_SECRET: 'wrong' })
    const response = await ask('session')
    assert.deepEqual([response.status, await response.text()], [502, ''])
    await program.stop()
    assert.match(program.output.past(), /code 400/)
  })
}

/** Runs the page's program. */
async function start(t, page, env) {
  const { blocks } = parsePage(page, readFileSync(join(ROOT, page), 'utf8'))
  const [{ text }, ...others] = blocks.filter(({ marker }) => marker === 'node')
  assert.equal(others.length, 0)
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-backend-'))
  const file = join(folder, 'backend.mjs')
  writeFileSync(file, text + LOGGED_IN)
  const api = await startTokenApi()
  const port = await freePort()
  const program = launch(process.execPath, [file], {
    env: {
      ...{ PORT: String(port), REST_API_URL: api.restApiUrl, APP_ID: ACCOUNT.appId },
      ...{ APP_CLIENT_ID: ACCOUNT.appClientId, APP_CLIENT_SECRET: ACCOUNT.appClientSecret },
      ...env,
    },
  })
  t.after(async () => {
    await program.stop()
    await api.close()
    rmSync(folder, { recursive: true })
  })
  await program.listens(port)
  const ask = authorization =>
    fetch(`http://127.0.0.1:${port}/mqtt-token`, { headers: { authorization } })
  return { ask, api, program }
}
