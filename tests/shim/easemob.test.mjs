/** Tokens of Easemob's cloud: what is asked, which replies are taken, and what errors say and hide. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../harness/phone.mjs'

const OPTIONS = {
  restApiUrl: 'https://api.cn1.mqtt.chat/app/aitbj0',
  appClientId: 'app-id',
  appClientSecret: 'app-secret',
  username: 'user',
  clientId: 'device001@aitbj0',
}

const ok = (access_token, expires_in) => ({
  statusCode: 200,
  data: { code: 200, msg: 'success', body: { access_token, expires_in } },
})

/** The outcome of a call on a phone whose requests are answered in turn. */
async function ask(name, options, ...replies) {
  const phone = new Phone()
  phone.fake.onRequest = () => replies.shift()
  const outcome = {}
  phone.mqtt.easemob[name](options).then(
    token => Object.assign(outcome, { token }),
    error => Object.assign(outcome, { error }),
  )
  await phone.settle()
  assert.deepEqual(phone.uncaught, [])
  return { ...outcome, requests: phone.fake.requests }
}

const plain = value => JSON.parse(JSON.stringify(value))

test('fetchUserToken takes both steps', async () => {
  const options = { ...OPTIONS, expiresIn: 86_400 }
  const { token, requests } = await ask(
    'fetchUserToken',
    options,
    ok('app-token', 1),
    ok('user-token', 86_400),
  )
  assert.deepEqual(plain(token), { accessToken: 'user-token', expiresIn: 86_400 })
  const header = { 'content-type': 'application/json' }
  assert.deepEqual(requests, [
    {
      url: 'https://api.cn1.mqtt.chat/app/aitbj0/openapi/rm/app/token',
      method: 'POST',
      header,
      data: { appClientId: 'app-id', appClientSecret: 'app-secret' },
      timeout: 10_000,
    },
    {
      url: 'https://api.cn1.mqtt.chat/app/aitbj0/openapi/rm/user/token',
      method: 'POST',
      header: { ...header, Authorization: 'app-token' },
      data: { username: 'user', cid: 'device001@aitbj0', expires_in: 86_400 },
      timeout: 10_000,
    },
  ])
})

test('fetchUserToken with an appToken takes the second step alone', async () => {
  const { restApiUrl, username, clientId } = OPTIONS
  const options = {
    restApiUrl: `${restApiUrl}//`,
    username,
    clientId,
    appToken: 'given',
    timeout: 3000,
  }
  const { token, requests } = await ask('fetchUserToken', options, ok('user-token'))
  assert.deepEqual(plain(token), { accessToken: 'user-token' })
  assert.equal(requests.length, 1)
  assert.equal(requests[0].url, `${restApiUrl}/openapi/rm/user/token`)
  assert.equal(requests[0].header.Authorization, 'given')
  assert.equal(requests[0].timeout, 3000)
  assert.deepEqual(requests[0].data, { username: 'user', cid: 'device001@aitbj0' })
})

test('fetchAppToken also takes the older, bare reply', async () => {
  const bare = {
    statusCode: 200,
    data: { access_token: 'bare', expires_in: 7200, application: 'x' },
  }
  const { token } = await ask('fetchAppToken', OPTIONS, bare)
  assert.deepEqual(plain(token), { accessToken: 'bare', expiresIn: 7200 })
})

const FAILURES = {
  "the server's own words": [
    { statusCode: 200, data: { code: 400, msg: 'fail', body: 'app_client_id can not be empty' } },
    {
      code: 400,
      statusCode: 200,
      message: 'Easemob token request failed: app_client_id can not be empty (HTTP 200)',
    },
  ],
  'HTTP 401': [
    {
      statusCode: 401,
      data: { error: 'unauthorized', error_description: 'Unable to authenticate' },
    },
    {
      code: 401,
      statusCode: 401,
      message: 'Easemob token request failed: Unable to authenticate (HTTP 401)',
    },
  ],
  'HTTP 500 with a page': [
    { statusCode: 500, data: '<html>Internal Server Error</html>' },
    {
      code: 500,
      statusCode: 500,
      message: 'Easemob token request failed: <html>Internal Server Error</html> (HTTP 500)',
    },
  ],
  'a success without a token': [
    { statusCode: 200, data: { code: 200, msg: '', body: {} } },
    {
      code: 200,
      statusCode: 200,
      message: 'Easemob token request failed: no token in the reply (HTTP 200)',
    },
  ],
  'a token with a wrong status': [
    { statusCode: 403, data: { access_token: 'leaked' } },
    {
      code: 403,
      statusCode: 403,
      message: 'Easemob token request failed: no token in the reply (HTTP 403)',
    },
  ],
  'an empty reply': [
    { statusCode: 200, data: '' },
    {
      code: 200,
      statusCode: 200,
      message: 'Easemob token request failed: no token in the reply (HTTP 200)',
    },
  ],
  'a timeout': [
    { errMsg: 'request:fail timeout' },
    {
      code: 'TIMEOUT',
      statusCode: undefined,
      message: 'Easemob token request failed: request:fail timeout',
    },
  ],
  'no network': [
    { errMsg: 'request:fail net::ERR_INTERNET_DISCONNECTED' },
    {
      code: 'REQUEST',
      statusCode: undefined,
      message: 'Easemob token request failed: request:fail net::ERR_INTERNET_DISCONNECTED',
    },
  ],
}

for (const [name, [reply, expected]] of Object.entries(FAILURES)) {
  test(`${name}: a clear error at either step`, async () => {
    for (const replies of [[reply], [ok('app-token'), reply]]) {
      const { token, error } = await ask('fetchUserToken', OPTIONS, ...replies)
      assert.equal(token, undefined)
      const { code, statusCode, message, hint } = error
      assert.deepEqual({ code, statusCode, message }, expected)
      assert.match(hint, /\p{Script=Han}.* [A-Z]/u)
    }
  })
}

test('a domain that is not listed has a hint of its own', async () => {
  const { error } = await ask('fetchAppToken', OPTIONS, {
    errMsg: 'request:fail url not in domain list',
  })
  assert.match(error.hint, /request 合法域名/)
})

test('no secret and no token gets into an error, whatever the server says', async () => {
  const echo = { statusCode: 400, data: { code: 400, body: 'bad app-secret with app-token' } }
  for (const replies of [[echo], [ok('app-token'), echo]]) {
    const { error } = await ask('fetchUserToken', OPTIONS, ...replies)
    const everything = `${error.stack} ${JSON.stringify({ ...error, message: error.message })}`
    assert.ok(!everything.includes('app-secret'), everything)
    if (replies.length === 1) assert.match(error.message, /bad \*\*\* with/)
    else assert.match(error.message, /bad \*\*\* with \*\*\*/)
  }
})

for (const clientId of ['device001', '@aitbj0', 'device001@', 'a@b@c', `${'d'.repeat(64)}@a`]) {
  test(`client id ${clientId.slice(0, 20)} is refused before any request`, async () => {
    const { error, requests } = await ask('fetchUserToken', { ...OPTIONS, clientId })
    assert.match(error.message, /clientId must be deviceID@AppID/)
    assert.equal(error.code, 'INVALID_CLIENT_ID')
    assert.deepEqual(requests, [])
  })
}

for (const name of Object.keys(OPTIONS)) {
  test(`without ${name} nothing is requested`, async () => {
    for (const missing of [undefined, '', 7]) {
      const { error, requests } = await ask('fetchUserToken', { ...OPTIONS, [name]: missing })
      assert.equal(error.message, `Easemob: ${name} is missing`)
      assert.equal(error.code, 'INVALID_OPTION')
      assert.deepEqual(requests, [])
    }
  })
}
