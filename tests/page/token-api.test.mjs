/** The stand-in of the token API checks what it is sent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT, startTokenApi } from '../../demo/token-api.mjs'

const { appClientId, appClientSecret } = ACCOUNT
const CLIENT = `device001@${ACCOUNT.appId}`

test('issues tokens for one user and one client, until they expire', async t => {
  const { api, time } = await start(t)
  const app = await api.appToken({ appClientId, appClientSecret })
  assert.equal(app.code, 200)
  const user = await api.userToken(
    { username: 'u', cid: CLIENT, expires_in: 60 },
    app.body.access_token,
  )
  assert.equal(user.body.expires_in, 60)
  const token = user.body.access_token
  assert.ok(api.accepts(CLIENT, 'u', token))
  assert.ok(!api.accepts(CLIENT, 'v', token))
  assert.ok(!api.accepts(`other@${ACCOUNT.appId}`, 'u', token))
  assert.ok(!api.accepts(CLIENT, 'u', 'made up'))
  time.now += 60_000
  assert.ok(!api.accepts(CLIENT, 'u', token))
})

test('refuses an account that it does not know', async t => {
  const { api } = await start(t)
  const refused = body => ({ status: 400, code: 400, msg: 'fail', body })
  assert.deepEqual(await api.appToken({}), refused('app_client_id can not be empty'))
  assert.deepEqual(
    await api.appToken({ appClientId }),
    refused('app_client_secret can not be empty'),
  )
  assert.deepEqual(
    await api.appToken({ appClientId, appClientSecret: 'wrong' }),
    refused('app_client_id does not match app_client_secret'),
  )
})

test('refuses a user without a name, a client without an AppID, and a wrong app token', async t => {
  const { api, time } = await start(t)
  const { body } = await api.appToken({ appClientId, appClientSecret })
  const refused = async (status, request, authorization = body.access_token) => {
    const reply = await api.userToken({ username: 'u', cid: CLIENT, ...request }, authorization)
    assert.equal(reply.status, status, JSON.stringify(reply))
    return reply.body
  }
  assert.equal(await refused(400, { username: '' }), 'username can not be empty')
  assert.equal(await refused(400, { cid: '' }), 'cid can not be empty')
  for (const cid of ['device001', '@demo01', 'device001@other', 'a@b@demo01']) {
    assert.match(await refused(400, { cid }), /cid is invalid/)
  }
  assert.match(await refused(400, { expires_in: 'soon' }), /expires_in/)
  await refused(401, {}, 'made up')
  await refused(401, {}, `Bearer ${body.access_token}`)
  time.now += 3_600_000
  await refused(401, {})
})

async function start(t) {
  const time = { now: 0 }
  const tokens = await startTokenApi({ now: () => time.now })
  t.after(() => tokens.close())
  const post = async (path, body, headers = {}) => {
    const response = await fetch(tokens.restApiUrl + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return { status: response.status, ...(await response.json()) }
  }
  const api = {
    accepts: tokens.accepts,
    appToken: body => post('/openapi/rm/app/token', body),
    userToken: (body, authorization) => post('/openapi/rm/user/token', body, { authorization }),
  }
  return { api, time }
}
