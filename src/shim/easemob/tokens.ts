/**
 * Tokens of Easemob's (环信) MQTT cloud, from its REST API by `wx.request`. The token of a user is the
 * password of `connect`. No secret and no token ever gets into an error.
 */
import type {
  EasemobAppOptions,
  EasemobToken,
  EasemobUserOptions,
  MqttError,
  TokenProvider,
} from '../api'
import { messageOf, mqttError } from '../errors/errors'
import { keepSecrets, redact } from '../errors/secrets'
import { postJson } from '../platform/http'
import { promiseOf } from '../platform/turns'
import { isNumber, isText } from '../payload/value-types'

/** The token of the app, which gets tokens for users. Like the secret, it belongs on a server. */
export function fetchAppToken(options: EasemobAppOptions): Promise<EasemobToken> {
  return promiseOf(() => {
    const { restApiUrl, appClientId, appClientSecret } = options
    demand({ restApiUrl, appClientId, appClientSecret })
    keepSecrets(appClientSecret)
    return fetchToken(options, '/openapi/rm/app/token', { appClientId, appClientSecret }, {})
  })
}

/** The token of a user: by one request with an `appToken`, by two with the app's id and secret. */
export function fetchUserToken(options: EasemobUserOptions): Promise<EasemobToken> {
  return promiseOf(() => {
    const { restApiUrl, username, clientId } = options
    demand({ restApiUrl, username, clientId })
    checkClientId(clientId)
    if (options.appToken) return userToken(options, options.appToken)
    return fetchAppToken(options as EasemobAppOptions).then(({ accessToken }) =>
      userToken(options, accessToken),
    )
  })
}

/** For the option `tokenProvider`: fetches the token of a user whenever one is needed. */
export function tokenProvider(options: EasemobUserOptions): TokenProvider {
  return () =>
    fetchUserToken(options).then(({ accessToken: token, expiresIn }) =>
      expiresIn === undefined ? { token } : { token, expiresIn },
    )
}

/** The app's token is the authorization; that of the user comes back. */
function userToken(options: EasemobUserOptions, appToken: string): Promise<EasemobToken> {
  const { username, clientId, expiresIn, appClientSecret } = options
  keepSecrets(appToken, appClientSecret)
  const body = Object.assign({ username, cid: clientId }, expiresIn && { expires_in: expiresIn })
  const header = { Authorization: appToken } // the cloud wants it without "Bearer"
  return fetchToken(options, '/openapi/rm/user/token', body, header)
}

/** Rejects with what the server or `wx` said, without the secrets. A reply counts by its content too. */
function fetchToken(
  { restApiUrl, timeout = 10000 }: Pick<EasemobUserOptions, 'restApiUrl' | 'timeout'>,
  path: string,
  body: object,
  header: Record<string, string>,
): Promise<EasemobToken> {
  const url = restApiUrl.replace(/\/+$/, '') + path
  return postJson(url, body, header, timeout).then(
    ({ statusCode = 0, data: reply }) => {
      const token = statusCode === 200 && readToken(reply)
      if (token) return token
      const { code } = Object(reply) as { code?: unknown }
      const known = isNumber(code) && code !== 200 ? code : statusCode
      const text = explanation(reply) || 'no token in the reply'
      throw tokenError(known, text, statusCode)
    },
    failure => {
      const text = messageOf(failure)
      throw tokenError(/time ?(d )?out/i.test(text) ? 'TIMEOUT' : 'REQUEST', text)
    },
  )
}

/** The reply is `{code, msg, body: {access_token, …}}`, or on older servers the inner object. */
function readToken(reply: unknown): EasemobToken | undefined {
  const outer = Object(reply) as { code?: unknown; body?: unknown }
  if (outer.code !== undefined && outer.code !== 200) return undefined
  const inner = Object(outer.body === undefined ? outer : outer.body) as Record<string, unknown>
  const { access_token: accessToken, expires_in: expiresIn } = inner
  if (!isText(accessToken) || !accessToken) return undefined
  return isNumber(expiresIn) ? { accessToken, expiresIn } : { accessToken }
}

/** The explanation of a reply that has no token, from wherever servers put it. */
function explanation(reply: unknown): string {
  if (isText(reply)) return reply.slice(0, 200)
  const fields = Object(reply) as Record<string, unknown>
  const found = ['body', 'error_description', 'message', 'error', 'msg']
    .map(name => fields[name])
    .filter(text => isText(text) && text)
  return found.length ? String(found[0]) : ''
}

/** `code` is Easemob's own number, the HTTP status, or a name where there was no answer. */
function tokenError(code: number | string, text: string, statusCode?: number): MqttError {
  const isAnswered = statusCode !== undefined
  const status = isAnswered ? ` (HTTP ${statusCode})` : ''
  const message = `Easemob token request failed: ${redact(text)}${status}`
  const error = mqttError(code, message, hintFor(code, text, statusCode))
  return Object.assign(error, isAnswered && { statusCode })
}

/** What to check first; the list of domains is the most frequent cause on a phone. */
function hintFor(code: number | string, text: string, statusCode?: number): string {
  if (/not in domain list/i.test(text)) {
    return '请在小程序后台的 request 合法域名中加入 restApiUrl 的域名。 Add the domain of restApiUrl to the request domains.'
  }
  if (isText(code)) {
    return '请检查网络与 restApiUrl。 Check the network and restApiUrl.'
  }
  if (statusCode === 429) {
    return '请求过于频繁，稍后自动重试。 Too many requests: it is tried again later.'
  }
  if (code >= 500 || (statusCode || 0) >= 500)
    return '环信服务器错误，请稍后再试。 A server error of Easemob: try again later.'
  return '请检查 appClientId、appClientSecret、username 与 restApiUrl。 Check appClientId, appClientSecret, username and restApiUrl.'
}

/** Options that are missing are told by name. */
function demand(options: Record<string, string | undefined>): void {
  for (const name of Object.keys(options)) {
    if (!isText(options[name]) || !options[name]) {
      throw mqttError(
        'INVALID_OPTION',
        `Easemob: ${name} is missing`,
        `缺少 ${name}。 Give ${name}.`,
      )
    }
  }
}

/** The form that Easemob documents, checked before anything is asked of its servers. */
function checkClientId(clientId: string): void {
  if (/^[^@]+@[^@]+$/.test(clientId) && clientId.length <= LONGEST_CLIENT_ID) return
  const message = `Easemob: clientId must be deviceID@AppID, ${LONGEST_CLIENT_ID} characters at most: ${clientId}`
  const hint =
    'clientId 格式为 deviceID@AppID，AppID 见环信控制台。 Find the AppID in the Easemob console.'
  throw mqttError('INVALID_CLIENT_ID', message, hint)
}

/** Characters */
const LONGEST_CLIENT_ID = 64
