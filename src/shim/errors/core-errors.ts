/**
 * Errors that the core reports by a number. Their names, texts (MQTT.js's where it has one) and hints are
 * in `src/wasm/error_text.rs`, and cross with the error; those of errors that can occur before the module
 * is loaded are here. `%` in a text stands for the detail, or for what the reason code means.
 */
import type { ISubackPacket, MqttError } from '../api'
import { ErrorCode } from './error-code'
import { ErrorWithSubackPacket, mqttError, reasonError } from './errors'
import { reasonText } from './reason-codes'

/** An error that the core reports; `detail` is what it is about, e.g. a topic filter. */
export function coreError(code: ErrorCode, reason = 0, detail = ''): MqttError {
  const [name = '', text = '', hint] = CORE_ERRORS[code] || textOf(code, reason).split('\n')
  const shown = detail.length > LONGEST_DETAIL ? detail.slice(0, LONGEST_DETAIL) + '…' : detail
  const message = text.replace('%', () => shown || (reason ? reasonText(reason) : ''))
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
  const hint = `服务器拒绝订阅 ${filters.join(', ')}：请检查权限。 The server refused: check the permissions.`
  const error = new ErrorWithSubackPacket(`Subscribe error: ${reasonText(reason)}`, packet)
  return Object.assign(error, { code: reason, hint, final: false })
}

/** The server refused to unsubscribe from a filter in UNSUBACK (MQTT 5). */
export function unsubscribeError(reason: number): MqttError {
  const hint = '服务器拒绝取消订阅：请检查权限。 The server refused: check the permissions.'
  return reasonError(reason, `Unsubscribe error: ${reasonText(reason)}`, hint)
}

/** Characters of a topic in an error message, which may be shown on a small screen */
const LONGEST_DETAIL = 200

/** Gives name, text and hint of a code that is not among `CORE_ERRORS`, a line each. */
type ErrorText = (code: ErrorCode, reason: number) => string

const noText: ErrorText = code => `ERROR_${code}\nError ${code}`
let textOf = noText

type Entry = readonly [code: string, message: string, hint: string]

const CORE_ERRORS: Partial<Record<ErrorCode, Entry>> = {
  [ErrorCode.InvalidTopic]: [
    'INVALID_TOPIC',
    'Invalid topic %',
    '发布的主题不能为空，不能含 + 或 #。 A topic to publish to is not empty and has no + or #.',
  ],
  [ErrorCode.InvalidFilter]: [
    'INVALID_FILTER',
    'Invalid topic %',
    '+ 与 # 须独占一级，# 只能在末尾。 + and # stand for whole levels, and # comes last.',
  ],
  [ErrorCode.InvalidQos]: ['INVALID_QOS', 'Invalid qos', 'qos 只能是 0、1、2。 qos is 0, 1 or 2.'],
  [ErrorCode.NotConnected]: [
    'NOT_CONNECTED',
    'No connection to broker',
    '请等待 connect 事件。 Wait for the event connect.',
  ],
  [ErrorCode.Disconnecting]: [
    'DISCONNECTING',
    'client disconnecting',
    '已调用 end()，请重新 connect。 end() was called: connect again.',
  ],
  [ErrorCode.Removed]: [
    'REMOVED',
    'Message removed',
    '已被 removeOutgoingMessage 撤回。 It was taken back.',
  ],
  [ErrorCode.Ended]: [
    'ENDED',
    'Connection closed',
    '应答之前调用了 end()。 end() was called before the answer.',
  ],
  [ErrorCode.KeepAliveTimeout]: [
    'KEEPALIVE_TIMEOUT',
    'Keepalive timeout',
    '服务器没有应答心跳，正在重连。 The server did not answer a ping; reconnecting.',
  ],
}
