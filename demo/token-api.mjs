/**
 * A stand-in for Easemob's token API that checks what it is sent, and answers in the vendor's shapes.
 * Tokens are random, expire, and hold for one user name and client identifier.
 */
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { listen } from './simulator/server.mjs'

export const ACCOUNT = {
  appId: 'demo01',
  appClientId: 'demo-client',
  appClientSecret: 'demo-secret',
}

/**
 * @param {{now?: () => number, account?: typeof ACCOUNT, port?: number}} options `now` in
 *   milliseconds; port 0: any that is free
 */
export async function startTokenApi({ now = Date.now, account = ACCOUNT, port = 0 } = {}) {
  const appTokens = new Map()
  const userTokens = new Map()

  const routes = {
    [`/app/${account.appId}/openapi/rm/app/token`]: body => {
      require(body.appClientId, 'app_client_id can not be empty')
      require(body.appClientSecret, 'app_client_secret can not be empty')
      const known =
        body.appClientId === account.appClientId && body.appClientSecret === account.appClientSecret
      require(known, 'app_client_id does not match app_client_secret')
      return issue(appTokens, APP_TOKEN_SECONDS, {})
    },
    [`/app/${account.appId}/openapi/rm/user/token`]: (body, authorization) => {
      if (!isValid(appTokens.get(authorization)))
        throw new Refusal(401, 'unauthorized: app token is invalid or expired')
      require(body.username, 'username can not be empty')
      require(body.cid, 'cid can not be empty')
      const [device, appId, ...rest] = body.cid.split('@')
      const wellFormed =
        device && appId === account.appId && rest.length === 0 && body.cid.length <= 64
      require(wellFormed, 'cid is invalid: expected deviceID@AppID')
      const seconds = body.expires_in ?? USER_TOKEN_SECONDS
      require(Number.isInteger(seconds) && seconds > 0, 'expires_in is invalid')
      return issue(userTokens, seconds, { username: body.username, clientId: body.cid })
    },
  }

  const server = createServer(async (request, response) => {
    const { status, reply } = await answer(request)
    response.writeHead(status, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*',
    })
    response.end(JSON.stringify(reply))
  })
  const address = await listen(server, port)

  return {
    restApiUrl: `http://127.0.0.1:${address.port}/app/${account.appId}`,
    /** Whether a broker should let this client in. */
    accepts(clientId, username, password) {
      const token = userTokens.get(password)
      return isValid(token) && token.username === username && token.clientId === clientId
    },
    /** The newest token that was issued to a user. */
    newestToken: () => [...userTokens.keys()].at(-1),
    /** From now on, no token that was issued is worth anything. */
    expireAll() {
      appTokens.clear()
      userTokens.clear()
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }

  async function answer(request) {
    if (request.method === 'OPTIONS') return { status: 204 }
    const route = routes[request.url]
    if (!route || request.method !== 'POST')
      return { status: 404, reply: { code: 404, msg: 'not found' } }
    try {
      const body = await route(await jsonOf(request), request.headers.authorization)
      return { status: 200, reply: { code: 200, msg: 'success', body } }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return {
        status: error.status,
        reply: { code: error.status, msg: 'fail', body: error.message },
      }
    }
  }

  function issue(tokens, seconds, claims) {
    const token = randomUUID()
    tokens.set(token, { ...claims, expires: now() + seconds * 1000 })
    return { access_token: token, expires_in: seconds }
  }

  function isValid(token) {
    return token !== undefined && now() < token.expires
  }
}

const APP_TOKEN_SECONDS = 3600
const USER_TOKEN_SECONDS = 3 * 86400

class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

function require(condition, message) {
  if (!condition) throw new Refusal(400, message)
}

async function jsonOf(request) {
  let text = ''
  for await (const chunk of request) text += chunk
  try {
    return Object(JSON.parse(text))
  } catch {
    throw new Refusal(400, 'the body is not JSON')
  }
}
