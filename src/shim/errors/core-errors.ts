/**
 * Errors that the core reports by a number: their names, their texts (MQTT.js's where it has one) and
 * what to do about them. `%` in a text stands for the detail, or for what the reason code means.
 */
import type { ISubackPacket, MqttError } from '../api'
import { ErrorCode } from './error-code'
import { ErrorWithSubackPacket, mqttError, reasonError } from './errors'
import { reasonText } from './reason-codes'

/** An error that the core reports; `detail` is what it is about, e.g. a topic filter. */
export function coreError(code: ErrorCode, reason = 0, detail = ''): MqttError {
  if (code === ErrorCode.ConnectionRefused) {
    return reasonError(
      reason,
      `Connection refused: ${reasonText(reason)}`,
      REFUSAL_HINTS[reason] || REFUSED_HINT,
    )
  }
  const [name, text, hint] = CORE_ERRORS[code]
  const shown = detail.length > LONGEST_DETAIL ? detail.slice(0, LONGEST_DETAIL) + '…' : detail
  const message = text.replace('%', () => shown || (reason ? reasonText(reason) : ''))
  // as in MQTT.js, the code of an error that has a reason code is that number
  return reason >= 0x80 ? reasonError(reason, message, hint) : mqttError(name, message, hint)
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

type Entry = readonly [code: string, message: string, hint: string]

const CORE_ERRORS: Record<Exclude<ErrorCode, ErrorCode.ConnectionRefused>, Entry> = {
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
  [ErrorCode.NoFilters]: [
    'NO_FILTERS',
    'Invalid topic empty_topic_list',
    '至少给出一个主题。 Give one topic at least.',
  ],
  [ErrorCode.InvalidQos]: ['INVALID_QOS', 'Invalid qos', 'qos 只能是 0、1、2。 qos is 0, 1 or 2.'],
  [ErrorCode.PacketTooLarge]: [
    'PACKET_TOO_LARGE',
    'The packet is too large',
    '请减小消息或主题。 Make the message smaller.',
  ],
  [ErrorCode.QueueFull]: [
    'QUEUE_FULL',
    'The queue of messages is full',
    '待发送的消息过多，请等待回调后再发布。 Wait for callbacks before publishing more.',
  ],
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
  [ErrorCode.InvalidOption]: [
    'INVALID_OPTION',
    'CONNECT cannot be written with these options',
    'clientId、username、password、will 过长或含空字符；有 password 须有 username。 ' +
      'clientId, username, password or will is too long or has U+0000 in it; a password needs a username.',
  ],
  [ErrorCode.ConnackTimeout]: [
    'CONNACK_TIMEOUT',
    'connack timeout',
    '服务器未在 connectTimeout 内应答：请检查地址、端口与路径。 ' +
      'The server did not answer within connectTimeout: check host, port and path.',
  ],
  [ErrorCode.TopicAliasRange]: [
    'TOPIC_ALIAS_RANGE',
    'Sending Topic Alias out of range',
    '服务器接受的 topicAliasMaximum 更小，或尚未连接。 ' +
      'The server takes fewer aliases, or there is no connection yet.',
  ],
  [ErrorCode.TopicAliasUnknown]: [
    'TOPIC_ALIAS_UNKNOWN',
    'Unregistered Topic Alias',
    '请先用主题加别名发布一次。 Publish once with both the topic and the alias.',
  ],
  [ErrorCode.Removed]: [
    'REMOVED',
    'Message removed',
    '已被 removeOutgoingMessage 撤回。 It was taken back.',
  ],
  [ErrorCode.Overrun]: [
    'OVERRUN',
    'Messages pile up behind handleMessage',
    'handleMessage 未及时回调，已断开重连。 handleMessage did not call back in time.',
  ],
  [ErrorCode.InvalidRecord]: [
    'INVALID_RECORD',
    'A stored record is torn or foreign',
    '该记录已忽略。 The record was ignored.',
  ],
  [ErrorCode.Unconfirmed]: [
    'UNCONFIRMED',
    'The server lost the session before it confirmed the message',
    '该 QoS 2 消息可能已送达，也可能没有；为避免重复，没有重发。 ' +
      'The QoS 2 message may have been delivered or not; it is not sent again, to avoid a duplicate.',
  ],
  [ErrorCode.InvalidMessage]: [
    'INVALID_MESSAGE',
    'A message was dropped: %',
    '发布方的主题或属性不合法，该消息已确认并丢弃，连接不受影响。 ' +
      'Its publisher chose an invalid topic or property. The message was acknowledged, the connection stays.',
  ],
  [ErrorCode.MessageTooLarge]: [
    'MESSAGE_TOO_LARGE',
    'A message was dropped: too large%',
    '消息超过 16 MiB 或 maximumPacketSize，已跳过。 Larger than 16 MiB, or than maximumPacketSize.',
  ],
  [ErrorCode.Tolerated]: [
    'TOLERATED',
    'The server broke a rule that does no harm: %',
    '已容忍；strict: true 会断开连接。 It is tolerated; strict: true closes the connection.',
  ],
  [ErrorCode.KeepAliveTimeout]: [
    'KEEPALIVE_TIMEOUT',
    'Keepalive timeout',
    '服务器没有应答心跳，正在重连。 The server did not answer a ping; reconnecting.',
  ],
  [ErrorCode.Malformed]: [
    'MALFORMED',
    'Malformed packet: %',
    '服务器发来的不是 MQTT：请检查路径（常见 /mqtt）。 The server does not speak MQTT: check the path, often /mqtt.',
  ],
  [ErrorCode.ProtocolError]: [
    'PROTOCOL_ERROR',
    'Protocol error: %',
    '服务器违反了 MQTT 协议。 The server broke the rules of MQTT.',
  ],
  [ErrorCode.ConnectionLost]: [
    'CONNECTION_LOST',
    'Connection closed',
    '应答之前断线，请重试。 The connection was lost before the answer: try again.',
  ],
  [ErrorCode.ResubscribeRefused]: [
    'RESUBSCRIBE_REFUSED',
    'Subscribe error: % was refused after reconnecting',
    '服务器拒绝恢复该订阅：请检查权限。 The server refused to restore it: check the permissions.',
  ],
  [ErrorCode.Ended]: [
    'ENDED',
    'Connection closed',
    '应答之前调用了 end()。 end() was called before the answer.',
  ],
  [ErrorCode.PublishRefused]: [
    'PUBLISH_REFUSED',
    'Publish error: %',
    '服务器拒绝了该消息：请检查权限与配额。 The server refused it: check permissions and quota.',
  ],
  [ErrorCode.Unsupported]: [
    'UNSUPPORTED',
    'Not supported by the server: %',
    '服务器在 CONNACK 中声明不支持。 The server said in CONNACK that it does not take this.',
  ],
  [ErrorCode.Expired]: [
    'EXPIRED',
    'The message expired before it was sent',
    '已超过 messageExpiryInterval。 Its messageExpiryInterval is over.',
  ],
  [ErrorCode.Disconnected]: [
    'DISCONNECTED',
    'Disconnected by the server: %',
    '服务器主动断开：请按原因处理。 The server disconnected: see the reason.',
  ],
  [ErrorCode.VersionRefused]: [
    'VERSION_REFUSED',
    'The server does not speak MQTT 5.0',
    '请改用 protocolVersion: 4，或打开 fallback 选项。 Use protocolVersion 4, or the option fallback.',
  ],
  [ErrorCode.InvalidProperty]: [
    'INVALID_PROPERTY',
    'Invalid property',
    '属性名、取值或所在报文不对。 A name, a value, or the packet it is in.',
  ],
  [ErrorCode.NoLocalOnShared]: [
    'NO_LOCAL_ON_SHARED',
    'nl cannot be used with a shared subscription',
    '共享订阅不能设置 nl。 Leave nl out.',
  ],
  [ErrorCode.InvalidReason]: [
    'INVALID_REASON',
    'Invalid reason code',
    '该报文不能使用这个原因码。 This packet cannot have it.',
  ],
  [ErrorCode.NoAuthenticationMethod]: [
    'NO_AUTHENTICATION_METHOD',
    'Packet has no Authentication Method',
    '请在 properties 中给出 authenticationMethod。 Give authenticationMethod in properties.',
  ],
}

const REFUSED_HINT =
  '服务器拒绝连接：请按原因检查 clientId、用户名、密码与权限。 ' +
  'The server refused: check client id, user name, password and permissions by the reason.'

/** By CONNACK return code of MQTT 3 */
const REFUSAL_HINTS: Record<number, string> = {
  1: '服务器不支持该 MQTT 版本：请检查 protocolVersion。 Check protocolVersion.',
  2: 'clientId 不被接受：环信要求 deviceID@AppID。 The client id is refused: Easemob wants deviceID@AppID.',
  3: '服务器暂不可用，将自动重试。 The server is unavailable for now; it is tried again.',
  4: '用户名或密码（Token）错误。 The user name or the password (token) is wrong.',
  5:
    '未授权：Token 可能已过期，或与 username、clientId 不符。 ' +
    'Not authorized: the token may have expired, or does not fit username and clientId.',
}
