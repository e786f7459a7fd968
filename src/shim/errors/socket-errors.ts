/**
 * Errors of `wx.connectSocket`. WeChat reports text only, which differs between platforms and versions:
 * the first pattern that matches gives the error its code and its hint.
 */
import type { MqttError } from '../api'
import { mqttError } from './errors'
import { redact } from './secrets'

/** The error for a text that `wx` reports; the text becomes its message. */
export function socketError(text: string): MqttError {
  const known = SOCKET_ERRORS.filter(([pattern]) => pattern.test(text))[0]
  const [, code, hint] = known || SOCKET_ERRORS[SOCKET_ERRORS.length - 1]!
  return mqttError(code, redact(text), hint)
}

/** An open WebSocket was closed by the server or the network, with this code and reason. */
export function closedError(end: string): MqttError {
  const hint =
    '连接断开，会自动重连；若每次刚连上就断，请检查 clientId 是否重复。 ' +
    'The connection was lost and is made again; if each is lost at once, look for a second client with this client id.'
  return mqttError('CLOSED', `WebSocket closed: ${redact(end)}`, hint)
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
  return MISTAKES.indexOf(code) >= 0 || (!hasWorked && ADDRESS_ERRORS.indexOf(code) >= 0)
}

/** Mistakes of the app */
const MISTAKES: unknown[] = ['NO_WX', 'INVALID_OPTION', 'TRANSFORM_WS_URL', 'STREAM_BUILDER']

const ADDRESS_ERRORS: unknown[] = [
  'DOMAIN_NOT_LISTED',
  'CERTIFICATE',
  'SUB_PROTOCOL',
  'BAD_PATH',
  'INVALID_URL',
]

const SOCKET_ERRORS: Array<[pattern: RegExp, code: string, hint: string]> = [
  [
    new RegExp(NO_SOCKETS),
    'NO_WX',
    'Worker 内没有 wx 接口：请在主线程连接，用 postMessage 传递消息。 ' +
      'A Worker has no wx: connect in the main thread, and pass messages on by postMessage.',
  ],
  [
    /not in domain list/i,
    'DOMAIN_NOT_LISTED',
    '请在小程序后台“开发设置”的 socket 合法域名中加入该 wss 域名。 ' +
      'Add the wss domain to the socket domains in the mini-program console.',
  ],
  [
    /exceed max|reach max/i,
    'TOO_MANY_SOCKETS',
    '小程序最多同时有 5 个 WebSocket：请 end() 不用的客户端。 ' +
      'A mini-program may have 5 WebSockets at once: end() clients that are not needed.',
  ],
  [
    /certificate|\bssl\b|\btls\b|cert_|-1202|-9807|errcode:-?12\d\d/i,
    'CERTIFICATE',
    '证书无效或证书链不完整：请在服务器上配置完整证书链。 ' +
      'The certificate is invalid or its chain is incomplete: install the full chain on the server.',
  ],
  [
    /sub-?protocol/i,
    'SUB_PROTOCOL',
    '服务器不接受 WebSocket 子协议 mqtt：请确认它是 MQTT over WebSocket 端口。 ' +
      'The server refuses the sub-protocol mqtt: is this its MQTT over WebSocket port?',
  ],
  [
    /\b(status|response)\b.*\b(429|5\d\d)\b/i,
    'SERVER_UNAVAILABLE',
    '服务器或网关暂不可用，会自动重试。 The server or its gateway is not available for now; it is tried again.',
  ],
  [
    /\b(400|401|403|404)\b|unexpected response|invalid http status/i,
    'BAD_PATH',
    '服务器拒绝了 WebSocket 握手：请检查 URL 的路径（常见 /mqtt）。 ' +
      'The server refused the WebSocket handshake: check the path of the URL, often /mqtt.',
  ],
  [
    /invalid url|parameter error/i,
    'INVALID_URL',
    '地址形如 wxs://host/path。 An address is like wxs://host/path.',
  ],
  [
    /suspend|interrupted/i,
    'SUSPENDED',
    '小程序在后台时网络被挂起，回到前台后会重连。 The network is suspended in the background.',
  ],
  [
    /time ?(d )?out/i,
    'TIMEOUT',
    '连接超时：请检查网络、地址与端口。 Timed out: check network, host and port.',
  ],
  [
    /(?:)/,
    'SOCKET',
    '请检查网络、地址、端口、路径（常见 /mqtt）、证书与 socket 合法域名。 ' +
      'Check network, host, port, path (often /mqtt), certificate and the list of socket domains.',
  ],
]
