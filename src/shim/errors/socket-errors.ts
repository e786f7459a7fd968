/**
 * Errors of `wx.connectSocket`. WeChat reports text only, which differs between platforms and versions:
 * the first pattern that matches gives the error its code and its hint.
 */
import type { MqttError } from '../api'
import { mqttError } from './errors'

/** The error for a text that `wx` reports; the text becomes its message. */
export function socketError(text: string): MqttError {
  const known = SOCKET_ERRORS.filter(([pattern]) => pattern.test(text))[0]
  const [, code, hint] = known || SOCKET_ERRORS[SOCKET_ERRORS.length - 1]!
  return mqttError(code, withoutQuery(text), hint)
}

/** The text for a JavaScript context without sockets. */
export const NO_SOCKETS = 'wx.connectSocket is not available'

/** Without query strings, which may contain tokens. */
function withoutQuery(text: string): string {
  return text.replace(/\?[^\s"']*/g, '?…')
}

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
    /exceed max/i,
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
    /\b(400|403|404)\b|unexpected response/i,
    'BAD_PATH',
    '服务器拒绝了 WebSocket 握手：请检查 URL 的路径（常见 /mqtt）。 ' +
      'The server refused the WebSocket handshake: check the path of the URL, often /mqtt.',
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
