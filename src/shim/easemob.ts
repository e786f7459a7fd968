/**
 * Tokens of Easemob's (环信) MQTT cloud, over wx.request. A token of a user is the password of
 * `connect`. No secret and no token ever gets into an error.
 */
import type {
  EasemobAppOptions,
  EasemobToken,
  EasemobUserOptions,
  MqttError,
  TokenProvider,
} from './api'
import { mqttError, wordsOf } from './errors'
import { postJson } from './platform'

/** The app's own token, which gives tokens to users: it belongs on a server, as the secret does. */
export function fetchAppToken(options: EasemobAppOptions): Promise<EasemobToken> {
  return check(() => {
    const { restApiUrl, appClientId, appClientSecret, timeout } = options
    demand({ restApiUrl, appClientId, appClientSecret })
    return fetchToken({
      url: endpoint(restApiUrl, '/openapi/rm/app/token'),
      body: { appClientId, appClientSecret },
      header: {},
      timeout,
      secrets: [appClientSecret],
    })
  })
}

/** A user's token: in two steps with the app's id and secret, in one with an `appToken`. */
export function fetchUserToken(options: EasemobUserOptions): Promise<EasemobToken> {
  return check(() => {
    const { restApiUrl, username, clientId } = options
    demand({ restApiUrl, username, clientId })
    checkClientId(clientId)
    if (options.appToken) return userToken(options, options.appToken)
    return fetchAppToken(options as EasemobAppOptions).then(({ accessToken }) =>
      userToken(options, accessToken),
    )
  })
}

/** For the option `tokenProvider`: a user's token whenever one is needed. */
export function tokenProvider(options: EasemobUserOptions): TokenProvider {
  return () =>
    fetchUserToken(options).then(({ accessToken: token, expiresIn }) =>
      expiresIn === undefined ? { token } : { token, expiresIn },
    )
}

function userToken(options: EasemobUserOptions, appToken: string): Promise<EasemobToken> {
  const { restApiUrl, username, clientId, expiresIn, timeout, appClientSecret } = options
  return fetchToken({
    url: endpoint(restApiUrl, '/openapi/rm/user/token'),
    body: Object.assign({ username, cid: clientId }, expiresIn ? { expires_in: expiresIn } : {}),
    header: { Authorization: appToken }, // the cloud wants it without "Bearer"
    timeout,
    secrets: [appToken, appClientSecret],
  })
}

interface TokenRequest {
  url: string
  body: object
  header: Record<string, string>
  timeout: number | undefined
  /** What must not appear in an error, whatever the server or the phone says */
  secrets: Array<string | undefined>
}

function fetchToken(request: TokenRequest): Promise<EasemobToken> {
  const { url, body, header, timeout = 10000, secrets } = request
  return postJson(url, body, header, timeout).then(
    ({ statusCode, body: reply }) => {
      const token = statusCode === 200 && readToken(reply)
      if (token) return token
      const { code } = Object(reply) as { code?: unknown }
      const known = typeof code === 'number' && code !== 200 ? code : statusCode
      const words = serverWords(reply) || 'no token in the reply'
      throw tokenError(known, words, secrets, statusCode)
    },
    failure => {
      const words = wordsOf(failure)
      throw tokenError(/time ?(d )?out/i.test(words) ? 'TIMEOUT' : 'REQUEST', words, secrets)
    },
  )
}

/** The reply is `{code, msg, body: {access_token, …}}`, or on older servers the inner object. */
function readToken(reply: unknown): EasemobToken | undefined {
  const outer = Object(reply) as { code?: unknown; body?: unknown }
  if (outer.code !== undefined && outer.code !== 200) return undefined
  const inner = Object(outer.body === undefined ? outer : outer.body) as Record<string, unknown>
  const { access_token: accessToken, expires_in: expiresIn } = inner
  if (typeof accessToken !== 'string' || !accessToken) return undefined
  return typeof expiresIn === 'number' ? { accessToken, expiresIn } : { accessToken }
}

/** Where servers put what is wrong. */
function serverWords(reply: unknown): string {
  if (typeof reply === 'string') return reply.slice(0, 200)
  const fields = Object(reply) as Record<string, unknown>
  const said = ['body', 'error_description', 'message', 'error', 'msg']
    .map(name => fields[name])
    .filter(words => typeof words === 'string' && words)
  return said.length ? String(said[0]) : ''
}

function tokenError(
  code: number | string,
  words: string,
  secrets: Array<string | undefined>,
  statusCode?: number,
): MqttError {
  const clean = secrets.reduce<string>(
    (text, secret) => (secret ? text.split(secret).join('***') : text),
    words,
  )
  const status = statusCode === undefined ? '' : ` (HTTP ${statusCode})`
  const error = mqttError(
    code,
    `Easemob token request failed: ${clean}${status}`,
    hintFor(code, words),
  )
  return statusCode === undefined ? error : Object.assign(error, { statusCode })
}

function hintFor(code: number | string, words: string): string {
  if (/not in domain list/i.test(words)) {
    return '请在小程序后台的 request 合法域名中加入 restApiUrl 的域名。 Add the domain of restApiUrl to the request domains.'
  }
  if (typeof code === 'string') {
    return '请检查网络与 restApiUrl。 Check the network and restApiUrl.'
  }
  if (code >= 500) return '环信服务器错误，请稍后再试。 A server error of Easemob: try again later.'
  return '请检查 appClientId、appClientSecret、username 与 restApiUrl。 Check appClientId, appClientSecret, username and restApiUrl.'
}

/** Options are checked before any request; mistakes reject as failures do. */
function check(run: () => Promise<EasemobToken>): Promise<EasemobToken> {
  return new Promise(resolve => resolve(run()))
}

function demand(options: Record<string, string | undefined>): void {
  for (const name of Object.keys(options)) {
    if (typeof options[name] !== 'string' || !options[name]) {
      throw mqttError(
        'INVALID_OPTION',
        `Easemob: ${name} is missing`,
        `缺少 ${name}。 Give ${name}.`,
      )
    }
  }
}

function checkClientId(clientId: string): void {
  if (/^[^@]+@[^@]+$/.test(clientId) && clientId.length <= LONGEST_CLIENT_ID) return
  const message = `Easemob: clientId must be deviceID@AppID, ${LONGEST_CLIENT_ID} characters at most: ${clientId}`
  const hint =
    'clientId 格式为 deviceID@AppID，AppID 见环信控制台。 Find the AppID in the Easemob console.'
  throw mqttError('INVALID_CLIENT_ID', message, hint)
}

function endpoint(restApiUrl: string, path: string): string {
  return restApiUrl.replace(/\/+$/, '') + path
}

const LONGEST_CLIENT_ID = 64
