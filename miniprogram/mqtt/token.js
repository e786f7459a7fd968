// 用作密码的 Token。正式发布的小程序应向自己的后台要 Token，见 config.js 的 backend。

/** 得到 { token, expiresIn }；expiresIn 的单位是秒 */
export function fetchToken(settings) {
  return settings.preset === 'easemob' ? fromEasemob(settings) : fromBackend(settings)
}

// 先用应用的 ID 和 Secret 换 App Token，再用它换用户的 Token
function fromEasemob({ restApiUrl, appClientId, appClientSecret, username, clientId, expiresIn }) {
  return post(`${restApiUrl}/openapi/rm/app/token`, { appClientId, appClientSecret })
    .then(({ token: appToken }) =>
      post(
        `${restApiUrl}/openapi/rm/user/token`,
        { username, expires_in: expiresIn, cid: clientId },
        { Authorization: appToken },
      ),
    )
    .then(answer => ({ token: answer.token, expiresIn: answer.expiresIn || expiresIn }))
}

function fromBackend({ tokenUrl, username, clientId }) {
  return post(tokenUrl, { username, clientId })
}

function post(url, data, header = {}) {
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      method: 'POST',
      header,
      data,
      success: ({ statusCode, data: reply }) => {
        const answer = answerOf(statusCode, reply)
        if (answer) resolve(answer)
        else reject(new Error(wordsOf(reply) || `HTTP ${statusCode}`))
      },
      fail: ({ errMsg }) => reject(new Error(readable(errMsg))),
    })
  })
}

// 任何 HTTP 状态都会进 success，所以状态和应答里的 code 都要看。环信旧的应答没有 code 和 body 这一层
function answerOf(statusCode, reply) {
  const { code = 200, body = reply } = Object(reply)
  if (statusCode !== 200 || code !== 200) return undefined
  const { access_token, expires_in, token = access_token, expiresIn = expires_in } = Object(body)
  return token ? { token, expiresIn } : undefined
}

// 服务器说了什么就报什么；不是 JSON 的应答（例如网关的 HTML 页面）不显示
function wordsOf(reply) {
  if (typeof reply !== 'object' || reply === null) return ''
  const { body, msg, message } = reply
  return typeof body === 'string' ? body : msg || message
}

function readable(errMsg) {
  if (/domain list/i.test(errMsg)) return `域名不在 request 合法域名里（${errMsg}）`
  if (/time ?(d )?out/i.test(errMsg)) return `请求超时，请检查网络（${errMsg}）`
  return `请检查网络和 Token 接口的地址（${errMsg}）`
}
