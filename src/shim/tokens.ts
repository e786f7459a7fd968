/**
 * The password of a client whose passwords expire: the option `tokenProvider`. It is asked when a
 * token is needed and only then: before a CONNECT without one, or with one that is about to expire or
 * was refused. How often it may be asked is limited here; when to connect is the core's matter.
 */
import type { MqttError, ProvidedToken, TokenProvider } from './api'
import { mqttError, wordsOf } from './errors'

export class Tokens {
  private token: string | undefined
  private expires = Infinity
  /** The server did not take it. */
  private refused = false
  /** Requests in a row that brought no token that was taken */
  private useless = 0
  private notBefore = 0
  private asked: Promise<string> | undefined

  /** `first` is a password that the application has already. */
  constructor(
    private readonly provider: TokenProvider,
    first: unknown,
  ) {
    if (typeof first === 'string' && first) this.token = first
  }

  /** A token to connect with. `now` is a clock, because the provider may take its time. */
  get(now: () => number): Promise<string> {
    const { token } = this
    if (token !== undefined && !this.refused && now() < this.expires) return Promise.resolve(token)
    if (now() < this.notBefore) return this.asked || Promise.reject(tooOften())
    const asked = this.ask(now) // also when an older question was never answered
    const answered = (): void => {
      if (this.asked === asked) this.asked = undefined
    }
    this.asked = asked
    asked.then(answered, answered)
    return asked
  }

  /** The server took it. */
  accept(): void {
    this.useless = 0
    this.notBefore = 0
  }

  /** The server did not take it. */
  refuse(): void {
    this.refused = true
  }

  private ask(now: () => number): Promise<string> {
    const pause = Math.min(SHORTEST_PAUSE * 2 ** this.useless, LONGEST_PAUSE)
    this.useless++
    this.notBefore = now() + pause
    // a promise's executor, so that what is thrown at once is a rejection too
    return new Promise<ProvidedToken>(resolve => resolve(this.provider())).then(
      provided => this.take(provided, now()),
      error => {
        throw failed(wordsOf(error))
      },
    )
  }

  private take(provided: ProvidedToken, now: number): string {
    const { token, expiresIn } =
      typeof provided === 'string' ? { token: provided, expiresIn: undefined } : Object(provided)
    if (typeof token !== 'string' || !token) throw failed('it gave no token')
    const life = typeof expiresIn === 'number' ? expiresIn * 1000 : Infinity
    this.token = token
    this.expires = now + life - Math.min(life / 10, MARGIN)
    this.refused = false
    return token
  }
}

function failed(words: string): MqttError {
  return mqttError(
    'TOKEN_PROVIDER',
    `tokenProvider: ${words}`,
    '获取 Token 失败，稍后自动重试：请检查 tokenProvider。 There is no token; it is tried again later.',
  )
}

function tooOften(): MqttError {
  return mqttError(
    'TOKEN_PAUSE',
    'The last token was of no use; the next one is asked for later',
    '请检查 Token 对应的 username 与 clientId。 Check the user name and clientId the token is for.',
  )
}

/** Milliseconds between two requests of which the first was of no use; twice as many each time */
const SHORTEST_PAUSE = 5_000
const LONGEST_PAUSE = 300_000

/** Milliseconds before its end from which on a token is not used any more, or a tenth of its life */
const MARGIN = 60_000
