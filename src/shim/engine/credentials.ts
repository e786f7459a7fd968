/**
 * The password of a client whose passwords expire: the option `tokenProvider`. It is asked for a token
 * before a CONNECT that has none, or whose token is about to expire or was rejected. How often it may be
 * asked is limited here; when to connect is for the core to decide.
 */
import type { MqttError, ProvidedToken, TokenProvider } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { isMqttError, messageOf } from '../errors/errors'
import { keepSecrets } from '../errors/secrets'
import { isNumber, isText } from '../payload/value-types'
import { promiseOf } from '../platform/turns'

export class Credentials {
  private current: string | undefined
  private expires = Infinity
  /** The server rejected the token. */
  private rejected = false
  /** Requests since a token that the server accepted */
  private failures = 0
  private notBefore = 0
  private asked: Promise<string> | undefined

  /** `password` is a token that the application has already, if any. */
  constructor(
    private readonly provider: TokenProvider,
    password: unknown,
  ) {
    if (isText(password) && password) this.current = password
  }

  /** A token to connect with. `now` is a clock, because the provider may take its time. */
  get(now: () => number): Promise<string> {
    const token = this.current
    if (token !== undefined && !this.rejected && now() < this.expires) return Promise.resolve(token)
    if (now() < this.notBefore) return this.asked || Promise.reject(coreError(ErrorCode.TokenPause))
    const request = this.ask(now) // also if an earlier request was never answered
    const answered = (): void => {
      if (this.asked === request) this.asked = undefined
    }
    this.asked = request
    request.then(answered, answered)
    return request
  }

  /** The server accepted the token. */
  accept(): void {
    this.failures = 0
    this.notBefore = 0
  }

  /** The server rejected the token. */
  reject(): void {
    this.rejected = true
  }

  private ask(now: () => number): Promise<string> {
    const pause = Math.min(SHORTEST_PAUSE * (1 << Math.min(this.failures, 6)), LONGEST_PAUSE)
    this.failures++
    this.notBefore = now() + pause
    return promiseOf<ProvidedToken>(() => this.provider()).then(
      provided => this.take(provided, now()),
      error => {
        throw providerError(messageOf(error), error)
      },
    )
  }

  private take(provided: ProvidedToken, now: number): string {
    const { token, expiresIn } = isText(provided)
      ? { token: provided, expiresIn: undefined }
      : Object(provided)
    if (!isText(token) || !token) throw providerError('it gave no token')
    const lifetime = isNumber(expiresIn) ? expiresIn * 1000 : Infinity
    keepSecrets(token)
    this.current = token
    this.expires = now + lifetime - Math.min(lifetime / 10, MARGIN)
    this.rejected = false
    return token
  }
}

function providerError(text: string, cause?: unknown): MqttError {
  const { statusCode } = Object(cause) as Partial<MqttError>
  const error = coreError(ErrorCode.TokenProvider, 0, text)
  if (isMqttError(cause)) error.hint = cause.hint
  return isNumber(statusCode) ? Object.assign(error, { statusCode }) : error
}

/** Milliseconds after a request whose token was not accepted; twice as many after each further one */
const SHORTEST_PAUSE = 5_000
const LONGEST_PAUSE = 300_000

/** Milliseconds before its end from which on a token is not used, or a tenth of its lifetime */
const MARGIN = 60_000
