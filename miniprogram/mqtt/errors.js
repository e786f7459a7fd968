// 错误的中文说明，按 code。库的 hint 是中英文两种，页面上只显示中文

/**
 * 得到 { title, advice, code }：出了什么事，该做什么；advice 可能为空
 */
export function explain(error) {
  const { code, hint = '' } = error
  const title = TITLES[code] || (typeof code === 'number' && REASONS[code])
  return {
    title: title ? prefixed(error, title) : error.message,
    advice: chineseOf(hint) || ADVICE[code] || '',
    code: code === undefined ? '' : String(code),
  }
}

/**
 * 库不会再自己尝试。error.final 说了算；MQTT.js 没有它，只能看原因。
 * renewsToken：密码是 Token，被拒绝后会再换一个
 */
export function isFinal(error, renewsToken) {
  if (typeof error.final === 'boolean') return error.final
  const { code, message } = error
  if (/^(WASM_|INVALID_|NO_WX|VERSION_REFUSED)/.test(code)) return true
  if (!/connection refused/i.test(message)) return false
  const mayHeal = BUSY.indexOf(code) >= 0 || (renewsToken && TOKEN_REFUSED.indexOf(code) >= 0)
  return !mayHeal
}

/** 原因码的中文：CONNACK、SUBACK、DISCONNECT 等 */
export function reasonOf(code) {
  return REASONS[code] || `原因码 ${code}`
}

function prefixed({ code, message }, title) {
  if (typeof code !== 'number') return title
  return /refused/i.test(message) ? `服务器拒绝连接：${title}` : title
}

// 末尾没有汉字的一段是英文
function chineseOf(hint) {
  return hint.replace(/([。！])\s+[^\u4e00-\u9fff]+$/, '$1')
}

const BUSY = [3, 136, 137] // 服务器暂不可用，3.1.1 与 5.0
const TOKEN_REFUSED = [4, 5, 134, 135]

/** docs/errors.md 里的每一个 code */
export const TITLES = {
  BAD_PATH: '服务器拒绝了 WebSocket 握手',
  CERTIFICATE: '证书有问题',
  CLOSED: '连接断开了',
  CONNACK_TIMEOUT: '服务器没有应答 CONNECT',
  CONNECTION_LOST: '连接断开了',
  CONNECT_FAILED: '连接不上服务器',
  DISCONNECTED: '服务器断开了连接',
  DISCONNECTING: '连接已结束',
  DOMAIN_NOT_LISTED: '域名不在 socket 合法域名里',
  ENDED: '连接已结束',
  EXPIRED: '消息在发送之前过期了',
  INVALID_CLIENT_ID: 'clientId 不合格式',
  INVALID_FILTER: '主题过滤器不合法',
  INVALID_JSON: '消息不是 JSON',
  INVALID_MESSAGE: '收到的消息不合法，已跳过',
  INVALID_OPTION: '连接的选项不对',
  INVALID_PAYLOAD: '消息内容的类型不对',
  INVALID_PROPERTY: '属性不合法',
  INVALID_QOS: 'QoS 不合法',
  INVALID_REASON: '原因码不合法',
  INVALID_RECORD: '保存的会话已损坏',
  INVALID_TEXT: '消息不是文本',
  INVALID_TOPIC: '主题不合法',
  INVALID_URL: '地址不合法',
  KEEPALIVE_TIMEOUT: '服务器没有应答心跳',
  MALFORMED: '服务器发来的不是 MQTT',
  MESSAGE_TOO_LARGE: '收到的消息太大，已跳过',
  MISSING_CLIENT_ID: '没有填写 clientId',
  MISSING_HOST: '地址里没有主机',
  MISSING_PROTOCOL: '地址里没有协议',
  NOT_CONNECTED: '还没有连接',
  NO_AUTHENTICATION_METHOD: '没有填写认证方法',
  NO_AUTH_ANSWER: '没有应答服务器的认证',
  NO_FILTERS: '没有填写主题',
  NO_LOCAL_ON_SHARED: '共享订阅不能设置 nl',
  NO_TCP: '这里没有 TCP',
  NO_WX: '这里没有 wx 接口',
  OVERRUN: '消息来不及处理，已断开重连',
  PACKET_TOO_LARGE: '消息太大',
  PANIC: '内核出错，已重新启动',
  PROTOCOL_ERROR: '服务器违反了 MQTT 协议',
  PUBLISH_REFUSED: '服务器拒绝了这条消息',
  QUEUE_FULL: '待发送的消息太多',
  REMOVED: '消息已撤回',
  REQUEST: '没有拿到 Token',
  RESUBSCRIBE_REFUSED: '重连后，服务器拒绝了一个订阅',
  SERVER_UNAVAILABLE: '服务器或网关暂不可用',
  SOCKET: '连接不上服务器',
  STORE: '本地缓存不可用',
  STORE_IN_USE: '会话已被另一个客户端占用',
  STREAM: '页面提供的流出错',
  STREAM_BUILDER: '页面的 streamBuilder 出错',
  SUB_PROTOCOL: '服务器不接受子协议 mqtt',
  SUSPENDED: '小程序在后台，网络被挂起',
  TCP: '连接不上局域网的服务器',
  TCP_PORT: '微信不允许这个端口',
  TIMEOUT: '连接超时',
  TOKEN_PAUSE: 'Token 连续被拒绝，稍后再取',
  TOKEN_PROVIDER: '没有拿到 Token',
  TOLERATED: '服务器有小错，不影响使用',
  TOO_MANY_SOCKETS: '连接太多，微信不再给',
  TOPIC_ALIAS_RANGE: '主题别名超出了范围',
  TOPIC_ALIAS_UNKNOWN: '主题别名没有登记',
  TRANSFORM_WS_URL: '页面的 transformWsUrl 出错',
  UNCONFIRMED: '不知道消息是否送达',
  UNKNOWN_PROTOCOL: '不认识地址里的协议',
  UNSUPPORTED: '服务器不支持',
  UNSUPPORTED_VERSION: '协议版本不对',
  VERSION_REFUSED: '服务器不支持 MQTT 5.0',
  WASM_FALLBACK: '备用内核没有加载',
  WASM_LOAD: '内核文件没有加载',
  WASM_MISSING: '这里没有 WebAssembly',
  WRONG_REASON_CODE: 'customHandleAcks 的原因码不对',
}

// MQTT.js 没有 hint
const ADVICE = {
  1: '请检查 protocolVersion。',
  2: '环信要求 clientId 为 deviceID@AppID。',
  4: '请检查用户名和密码（Token）。',
  5: 'Token 可能已过期，或与 username、clientId 不符。',
  KEEPALIVE_TIMEOUT: '正在重连。',
  CONNECTION_LOST: '正在重连。',
}

const REASONS = {
  1: '不支持的协议版本',
  2: 'clientId 不被接受',
  3: '服务器暂不可用',
  4: '用户名或密码错误',
  5: '未授权',
  128: '未说明的错误',
  129: '报文格式错误',
  130: '协议错误',
  131: '服务器的规则不允许',
  132: '不支持的协议版本',
  133: 'clientId 不合法',
  134: '用户名或密码错误',
  135: '未授权',
  136: '服务器暂不可用',
  137: '服务器忙',
  138: '被禁止',
  139: '服务器正在关闭',
  140: '认证方法错误',
  141: '心跳超时',
  142: '同一个 clientId 在别处登录',
  143: '主题过滤器不合法',
  144: '主题不合法',
  145: '报文标识符正在使用',
  146: '报文标识符不存在',
  147: '同时在途的消息太多',
  148: '主题别名不合法',
  149: '报文太大',
  150: '消息太频繁',
  151: '超出配额',
  152: '被管理员断开',
  153: '内容格式不符',
  154: '不支持保留消息',
  155: '不支持这个 QoS',
  156: '请改用另一台服务器',
  157: '服务器已迁移',
  158: '不支持共享订阅',
  159: '连接太频繁',
  160: '连接时间到上限',
  161: '不支持订阅标识符',
  162: '不支持通配符订阅',
}
