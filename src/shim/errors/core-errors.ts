/**
 * Errors with a text in the module: all that can only occur while there is one. Their names, texts (MQTT.js's
 * where it has one) and hints are in `src/wasm/error_text.rs`, and cross with the error. Those of the core that
 * can occur before are here. `%` in a text stands for the detail, or for what the reason code means.
 */
import type { ISubackPacket, MqttError } from '../api'
import { ErrorCode } from './error-code'
import { ErrorWithSubackPacket, mqttError, reasonError } from './errors'
import { reasonText } from './reason-codes'

/** An error by its number; `detail` is what it is about, e.g. a topic filter. */
export function coreError(code: ErrorCode, reason = 0, detail = ''): MqttError {
  const shown = detail.length > LONGEST_DETAIL ? detail.slice(0, LONGEST_DETAIL) + '…' : detail
  const lines = (
    CORE_ERRORS[code] ||
    textOf(code, reason) ||
    `ERROR_${code}\nError ${code} %`
  ).split('\n')
  const [name = '', message = '', hint] = lines.map(line =>
    line.replace('%', () => shown || (reason ? reasonText(reason) : '')),
  )
  // as in MQTT.js, the code of an error that has a reason code is that number
  const hasReason = reason >= 0x80 || code === ErrorCode.ConnectionRefused
  return hasReason ? reasonError(reason, message, hint) : mqttError(name, message, hint)
}

/** To be called when a module is loaded, with its `errorText`; without one when it is lost. */
export function useTexts(errorText: ErrorText = noText): void {
  textOf = errorText
}

/** The server refused these filters in SUBACK; `reason` is the code of the first one. */
export function subscribeError(
  filters: string[],
  reason: number,
  packet: ISubackPacket,
): MqttError {
  const { hint } = coreError(ErrorCode.SubscribeRefused, 0, filters.join(', '))
  const error = new ErrorWithSubackPacket(`Subscribe error: ${reasonText(reason)}`, packet)
  return Object.assign(error, { code: reason, hint, final: false })
}

/** Characters of a topic in an error message, which may be shown on a small screen */
const LONGEST_DETAIL = 200

/** Gives name, text and hint of a code that is not among `CORE_ERRORS`, a line each; empty if it cannot. */
type ErrorText = (code: ErrorCode, reason: number) => string

const noText: ErrorText = () => ''
let textOf = noText

/** A line each, as the module gives them */
const CORE_ERRORS: Partial<Record<ErrorCode, string>> = {
  [ErrorCode.InvalidTopic]:
    'INVALID_TOPIC\nInvalid topic %\n' +
    '发布的主题不能为空，不能含 + 或 #。 A topic to publish to is not empty and has no + or #.',
  [ErrorCode.InvalidFilter]:
    'INVALID_FILTER\nInvalid topic %\n' +
    '+ 与 # 须独占一级，# 只能在末尾。 + and # stand for whole levels, and # comes last.',
  [ErrorCode.InvalidQos]: 'INVALID_QOS\nInvalid qos\nqos 只能是 0、1、2。 qos is 0, 1 or 2.',
  [ErrorCode.NotConnected]:
    'NOT_CONNECTED\nNo connection to broker\n' +
    '请等待 connect 事件。 Wait for the event connect.',
  [ErrorCode.Disconnecting]:
    'DISCONNECTING\nclient disconnecting\n' +
    '已调用 end()，请重新 connect。 end() was called: connect again.',
  [ErrorCode.Removed]:
    'REMOVED\nMessage removed\n已被 removeOutgoingMessage 撤回。 It was taken back.',
  [ErrorCode.Ended]:
    'ENDED\nConnection closed\n应答之前调用了 end()。 end() was called before the answer.',
  [ErrorCode.KeepAliveTimeout]:
    'KEEPALIVE_TIMEOUT\nKeepalive timeout\n' +
    '服务器没有应答心跳，正在重连。 The server did not answer a ping; reconnecting.',
  [ErrorCode.Store]:
    'STORE\nStorage failed: %\n' +
    '写入本地缓存失败（单个 1 MB，总共 10 MB）：该消息只在内存中，杀掉小程序会丢失。 ' +
    'The storage takes 1 MB a key and 10 MB in all: the message is kept in memory only.',
}
