/**
 * Errors of `wx.connectSocket` and `wx.createTCPSocket`. WeChat reports text only, which differs between
 * platforms and versions: the first pattern that matches gives the error its code and its hint.
 */
import type { MqttError } from '../api'
import { mqttError } from './errors'
import { redact } from './secrets'

/** The error for a text that `wx` reports; the text becomes its message. */
export function socketError(text: string): MqttError {
  const [, code, hint] = SOCKET_ERRORS.filter(([pattern]) => pattern.test(text))[0]!
  return mqttError(code, redact(text), hint)
}

/** An open socket was closed by the server or the network; the text says how. */
export function closedError(text: string): MqttError {
  const hint =
    '连接断开，会自动重连；若每次刚连上就断，请检查 clientId 是否重复。 ' +
    'The connection was lost and is made again; if each is lost at once, look for a second client with this client id.'
  return mqttError('CLOSED', redact(text), hint)
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
  return MISTAKES.indexOf(code) >= 0 || (!hasWorked && ADDRESS_ERRORS.indexOf(code) >= 0)
}

/** Mistakes of the app */
const MISTAKES: unknown[] = [
  'NO_WX',
  'NO_TCP',
  'INVALID_OPTION',
  'TRANSFORM_WS_URL',
  'STREAM_BUILDER',
]

const ADDRESS_ERRORS: unknown[] = [
  'DOMAIN_NOT_LISTED',
  'CERTIFICATE',
  'SUB_PROTOCOL',
  'BAD_PATH',
  'INVALID_URL',
  'TCP_PORT',
]

const SOCKET_ERRORS: Array<[pattern: RegExp, code: string, hint: string]> = [
  [
    /connectSocket is/,
    'NO_WX',
    'Worker 内没有 wx 接口：请在主线程连接，用 postMessage 传递消息。 ' +
      'A Worker has no wx: connect in the main thread, and pass messages on by postMessage.',
  ],
  [
    /no wx|TCP.*不支持/,
    'NO_TCP',
    '需要基础库 2.18.0 和真机。 Needs base library 2.18.0 and a phone.',
  ],
  [
    // ports below 1024, and those that the documentation of wx.createTCPSocket lists
    /^TCP (\d{1,3}|10([01]\d|2[0-3]|99|051|080)|1(433|521|719|72[03]|1211)|2(049|375|701[789])|3(128|306|389|659)|4045|5(06[01]|432|984)|6(379|000|566)|700[12]|8(0\d\d|100|443|888)|9[23]00|\d+ error 2:)\b/,
    'TCP_PORT',
    '小程序禁止该端口：请用 1883 等。 This port is not allowed: use e.g. 1883.',
  ],
  [
    /^TCP (?!.*(suspend|time))/i,
    'TCP',
    'mqtt:// 只用于局域网和 tcp 合法域名：请检查地址、端口、防火墙与 Wi-Fi。 ' +
      'mqtt:// is for the LAN and listed TCP domains: check address, port, firewall and Wi-Fi.',
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
    '小程序最多同时有 5 个 WebSocket，5 分钟内 20 个 TCP：请 end() 不用的客户端。 ' +
      'A mini-program may have 5 WebSockets at once, 20 TCP sockets in 5 minutes: end() clients that are not needed.',
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
