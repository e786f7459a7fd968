// 环信的 Token：先用应用的 ID 和 Secret 换 App Token，再用它换用户的 Token，也就是 MQTT 的密码。
// 正式发布的小程序不应这样做，而应向自己的后台要 Token，见 config.js。

// 得到 { token, expiresIn }；expiresIn 的单位是秒
export function fetchUserToken(config, clientId) {
  const { restApiUrl, appClientId, appClientSecret, username, expiresIn } = config
  return post(`${restApiUrl}/openapi/rm/app/token`, { appClientId, appClientSecret })
    .then(({ access_token: appToken }) =>
      post(
        `${restApiUrl}/openapi/rm/user/token`,
        { username, expires_in: expiresIn, cid: clientId },
        { Authorization: appToken },
      ),
    )
    .then(body => ({ token: body.access_token, expiresIn: body.expires_in || expiresIn }))
}

function post(url, data, header = {}) {
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      method: 'POST',
      header,
      data,
      success: ({ statusCode, data: reply }) => {
        const body = bodyOf(statusCode, reply)
        if (body) resolve(body)
        else reject(new Error(wordsOf(reply) || `HTTP ${statusCode}`))
      },
      fail: ({ errMsg }) => reject(new Error(readable(errMsg))),
    })
  })
}

// 任何 HTTP 状态都会进 success，所以状态和应答里的 code 都要看。旧的应答没有 code 和 body 这一层
function bodyOf(statusCode, reply) {
  const { code = 200, body = reply } = Object(reply)
  return statusCode === 200 && code === 200 && Object(body).access_token ? body : undefined
}

// 服务器说了什么就报什么；不是 JSON 的应答（例如网关的 HTML 页面）不显示
function wordsOf(reply) {
  if (typeof reply !== 'object' || reply === null) return ''
  const { body, msg } = reply
  return typeof body === 'string' ? body : msg
}

function readable(errMsg) {
  if (/domain list/i.test(errMsg)) return `域名不在 request 合法域名里（${errMsg}）`
  if (/timeout/i.test(errMsg)) return `请求超时，请检查网络（${errMsg}）`
  return `请检查网络和 restApiUrl（${errMsg}）`
}
