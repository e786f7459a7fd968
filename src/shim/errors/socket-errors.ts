/**
 * Errors of `wx.connectSocket` and `wx.createTCPSocket`. WeChat reports text only, which differs between
 * platforms and versions: the first pattern that matches gives the error its code.
 */
import type { MqttError } from '../api'
import { coreError } from './core-errors'
import { ErrorCode } from './error-code'
import { redact } from './secrets'

/** The error for a text that `wx` reports; the text becomes its message. */
export function socketError(text: string): MqttError {
  const [, code = ErrorCode.Socket] =
    SOCKET_ERRORS.filter(([pattern]) => pattern.test(text))[0] || []
  return coreError(code, 0, redact(text))
}

/** An open socket was closed by the server or the network; the text says how. */
export function closedError(text: string): MqttError {
  return coreError(ErrorCode.Closed, 0, redact(text))
}

/** The text for a JavaScript context without sockets. */
export const NO_SOCKETS = 'wx.connectSocket is not available'

/** The text for a platform without TCP sockets. */
export const NO_TCP = 'no wx.createTCPSocket'

/** The text for more TCP sockets than the platform allows in a time. */
export const TOO_MANY_TCP = 'exceed max: TCP sockets'

/**
 * Whether the cause lies in the address, the server's set-up or the app's, so that another attempt
 * will hardly do better. An address that `hasWorked` is right: what it meets now, as a gateway's 404
 * or the certificate of a hotel's login page, will pass.
 */
export function isConfigurationError(error: MqttError, hasWorked: boolean): boolean {
  const { code, statusCode = 0 } = error
  if (code === 'TOKEN_PROVIDER') return statusCode >= 400 && statusCode < 500 && statusCode !== 429
  return MISTAKES.test(String(code)) || (!hasWorked && ADDRESS_ERRORS.test(String(code)))
}

/** Mistakes of the app */
const MISTAKES = /^(NO_WX|NO_TCP|INVALID_OPTION|TRANSFORM_WS_URL|STREAM_BUILDER)$/

const ADDRESS_ERRORS =
  /^(DOMAIN_NOT_LISTED|CERTIFICATE|SUB_PROTOCOL|BAD_PATH|INVALID_URL|TCP_PORT)$/

/** Ports below 1024, and those that the documentation of `wx.createTCPSocket` lists */
const TCP_PORTS =
  /^TCP (\d{1,3}|10([01]\d|2[0-3]|99|051|080)|1(433|521|719|72[03]|1211)|2(049|375|701[789])|3(128|306|389|659)|4045|5(06[01]|432|984)|6(379|000|566)|700[12]|8(0\d\d|100|443|888)|9[23]00|\d+ error 2:)\b/

const SOCKET_ERRORS: Array<[pattern: RegExp, code: ErrorCode]> = [
  [/connectSocket is/, ErrorCode.NoWx],
  [/no wx|TCP.*不支持/, ErrorCode.NoTcp],
  [TCP_PORTS, ErrorCode.TcpPort],
  [/^TCP (?!.*(suspend|time))/i, ErrorCode.Tcp],
  [/not in domain list/i, ErrorCode.DomainNotListed],
  [/exceed max|reach max/i, ErrorCode.TooManySockets],
  [/certificate|\bssl\b|\btls\b|cert_|-1202|-9807|errcode:-?12\d\d/i, ErrorCode.Certificate],
  [/sub-?protocol/i, ErrorCode.SubProtocol],
  [/\b(status|response)\b.*\b(429|5\d\d)\b/i, ErrorCode.ServerUnavailable],
  [/\b(400|401|403|404)\b|unexpected response|invalid http status/i, ErrorCode.BadPath],
  [/invalid url|parameter error/i, ErrorCode.InvalidUrl],
  [/suspend|interrupted/i, ErrorCode.Suspended],
  [/time ?(d )?out/i, ErrorCode.TimedOut],
]
