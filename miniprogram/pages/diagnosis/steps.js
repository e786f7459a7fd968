// 诊断的各步，和每个 code 属于哪一步
import { usesTcp, usesToken } from '../../mqtt/settings.js'

const STEPS = [
  { id: 'runtime', title: '基础库' },
  { id: 'network', title: '手机的网络' },
  { id: 'token', title: 'Token', only: 'token' },
  { id: 'wasm', title: 'WebAssembly 内核' },
  { id: 'domain', title: '合法域名', only: 'websocket' },
  { id: 'handshake', title: 'WebSocket 握手', only: 'websocket' },
  { id: 'protocol', title: '子协议 mqtt', only: 'websocket' },
  { id: 'tcp', title: 'TCP 连接', only: 'tcp' },
  { id: 'connect', title: 'MQTT 连接' },
  { id: 'subscribe', title: '订阅' },
  { id: 'echo', title: '收到自己发布的消息' },
  { id: 'times', title: '往返时间' },
]

/** state：'waiting' 等待，'running' 进行中，'passed' 通过，'failed' 失败，'skipped' 未进行 */
export function freshSteps(settings) {
  const kinds = [usesTcp(settings) ? 'tcp' : 'websocket', usesToken(settings) && 'token']
  return STEPS.filter(({ only }) => !only || kinds.indexOf(only) >= 0).map(({ id, title }) => ({
    id,
    title,
    state: 'waiting',
    detail: '',
    advice: '',
    code: '',
    took: '',
  }))
}

/** 连接时的错误出在哪一步 */
export function stepOf(code, settings) {
  const step = STEP_OF[code] || (/^WASM_/.test(code) ? 'wasm' : 'connect')
  return step === 'handshake' && usesTcp(settings) ? 'tcp' : step
}

const STEP_OF = {
  PANIC: 'wasm',
  NO_TCP: 'runtime',
  NO_WX: 'runtime',
  DOMAIN_NOT_LISTED: 'domain',
  BAD_PATH: 'handshake',
  CERTIFICATE: 'handshake',
  CLOSED: 'handshake',
  SERVER_UNAVAILABLE: 'handshake',
  INVALID_URL: 'handshake',
  SOCKET: 'handshake',
  SUSPENDED: 'handshake',
  TIMEOUT: 'handshake',
  TOO_MANY_SOCKETS: 'handshake',
  SUB_PROTOCOL: 'protocol',
  TCP: 'tcp',
  TCP_PORT: 'tcp',
}
