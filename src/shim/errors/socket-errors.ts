/**
 * Errors of `wx.connectSocket`. WeChat reports text only, which differs between platforms and versions:
 * the first pattern that matches gives the error its code.
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

/** An open WebSocket was closed by the server or the network, with this code and reason. */
export function closedError(end: string): MqttError {
  return coreError(ErrorCode.Closed, 0, redact(end))
}

/** The text for a JavaScript context without sockets. */
export const NO_SOCKETS = 'wx.connectSocket is not available'

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
const MISTAKES = /^(NO_WX|INVALID_OPTION|TRANSFORM_WS_URL|STREAM_BUILDER)$/

const ADDRESS_ERRORS = /^(DOMAIN_NOT_LISTED|CERTIFICATE|SUB_PROTOCOL|BAD_PATH|INVALID_URL)$/

const SOCKET_ERRORS: Array<[pattern: RegExp, code: ErrorCode]> = [
  [new RegExp(NO_SOCKETS), ErrorCode.NoWx],
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
