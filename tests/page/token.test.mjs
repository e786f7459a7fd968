/** How the app asks for a token: what it sends, and what it makes of the answers there may be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchToken } from '../../miniprogram/mqtt/token.js'

const SETTINGS = {
  preset: 'easemob',
  clientId: 'd@a',
  restApiUrl: 'https://api/app/a',
  appClientId: 'id',
  appClientSecret: 'secret',
  username: 'u',
  expiresIn: 60,
}

test('asks for an app token, and by it for a user token', async () => {
  const sent = answerWith(
    reply(200, { code: 200, msg: 'success', body: { access_token: 'app', expires_in: 9 } }),
    reply(200, { code: 200, msg: 'success', body: { access_token: 'user', expires_in: 50 } }),
  )
  assert.deepEqual(await fetchToken(SETTINGS), { token: 'user', expiresIn: 50 })
  assert.deepEqual(sent, [
    {
      url: 'https://api/app/a/openapi/rm/app/token',
      method: 'POST',
      header: {},
      data: { appClientId: 'id', appClientSecret: 'secret' },
    },
    {
      url: 'https://api/app/a/openapi/rm/user/token',
      method: 'POST',
      header: { Authorization: 'app' },
      data: { username: 'u', expires_in: 60, cid: 'd@a' },
    },
  ])
})

test('takes the older replies, which are the body alone', async () => {
  answerWith(reply(200, { access_token: 'app' }), reply(200, { access_token: 'user' }))
  assert.deepEqual(await fetchToken(SETTINGS), { token: 'user', expiresIn: 60 })
})

test('asks a backend with the user name and the client identifier', async () => {
  const backend = { preset: 'backend', tokenUrl: 'https://me/token', username: 'u', clientId: 'd' }
  for (const answer of [
    { token: 't', expiresIn: 60 },
    { access_token: 't', expires_in: 60 },
    { code: 200, body: { token: 't', expiresIn: 60 } },
  ]) {
    const sent = answerWith(reply(200, answer))
    assert.deepEqual(await fetchToken(backend), { token: 't', expiresIn: 60 })
    const data = { username: 'u', clientId: 'd' }
    assert.deepEqual(sent, [{ url: 'https://me/token', method: 'POST', header: {}, data }])
  }
  answerWith(reply(403, { message: 'who are you?' }))
  await assert.rejects(fetchToken(backend), { message: 'who are you?' })
})

test('fails with the words of the server, and if it has none with the HTTP status', async () => {
  for (const [statusCode, data, words] of [
    [400, { code: 400, msg: 'fail', body: 'cid can not be empty' }, 'cid can not be empty'],
    [200, { code: 400, msg: 'fail', body: 'cid can not be empty' }, 'cid can not be empty'],
    [401, { code: 401, msg: 'unauthorized' }, 'unauthorized'],
    [200, { code: 200, msg: 'no token', body: null }, 'no token'],
    [500, { body: { access_token: 'not from a failure' } }, 'HTTP 500'],
    [502, '<html>Bad Gateway</html>', 'HTTP 502'],
    [503, '', 'HTTP 503'],
    [200, null, 'HTTP 200'],
  ]) {
    answerWith(reply(statusCode, data))
    await assert.rejects(fetchToken(SETTINGS), { message: words })
  }
})

test('says what to do if there was no answer', async () => {
  for (const [errMsg, words] of [
    ['request:fail url not in domain list', /^域名不在 request 合法域名里/],
    ['request:fail timeout', /^请求超时/],
    ['request:fail net::ERR_NAME_NOT_RESOLVED', /^请检查网络和 Token 接口的地址/],
  ]) {
    answerWith(({ fail }) => fail({ errMsg }))
    await assert.rejects(fetchToken(SETTINGS), ({ message }) => {
      assert.match(message, words)
      return message.includes(errMsg)
    })
  }
})

function reply(statusCode, data) {
  return ({ success }) => success({ statusCode, data })
}

/** Puts a `wx` there that gives these answers, in order, and returns what it was sent. */
function answerWith(...answers) {
  const sent = []
  globalThis.wx = {
    request({ url, method, header, data, ...callbacks }) {
      sent.push({ url, method, header, data })
      answers.shift()(callbacks)
    },
  }
  return sent
}
