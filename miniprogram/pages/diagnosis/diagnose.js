// 一步步连接一次，看到哪一步为止。每一步通过或失败时告诉页面。
import mqtt from '../../utils/mqtt.min.js'
import { explain, reasonOf } from '../../mqtt/errors.js'
import { addressOf, loginOf, usesTcp, usesToken } from '../../mqtt/settings.js'
import { fetchToken } from '../../mqtt/token.js'
import { checkNetwork, checkRuntime, opensWithoutProtocol } from './checks.js'
import { stepOf } from './steps.js'

export const ROUNDS = 10
const ANSWER = 5000 // 毫秒，等服务器应答
const CONNECT = 10000 // 毫秒，等连接
const REFUSED = 128 // SUBACK：从这里起都是拒绝

/**
 * tell.running(id)、tell.passed(id, detail)、tell.times(毫秒的数组)；tell.received(…) 是别的消息，参数同
 * message 事件：会话里积压的也会送到这里来。
 * 返回 { done, cancel }：done 在全部通过时完成；否则以 { step, title, advice, code, message } 拒绝
 */
export function diagnose(settings, tell) {
  let client
  let isOver = false
  const cancel = () => {
    isOver = true
    if (client) client.end(true)
  }
  const done = checkRuntime(settings, tell)
    .then(() => checkNetwork(tell))
    .then(() => obtainPassword(settings, tell))
    .then(password => {
      if (isOver) throw failure('connect', '已取消')
      return connect(settings, password, tell, made => (client = made))
    })
    .then(() => converse(client, settings, tell))
  return { done: settle(done, cancel), cancel }
}

// 不论成败，都断开
function settle(done, cancel) {
  return done.then(
    () => cancel(),
    error => {
      cancel()
      throw error.step ? error : failureOf('connect', error)
    },
  )
}

function obtainPassword(settings, tell) {
  if (!usesToken(settings)) return settings.password
  tell.running('token')
  return fetchToken(settings).then(
    ({ token, expiresIn }) => {
      tell.passed('token', expiresIn ? `有效 ${Math.round(expiresIn / 60)} 分钟` : '')
      return token
    },
    error => {
      throw failureOf('token', error)
    },
  )
}

function connect(settings, password, tell, made) {
  const { url } = settings
  let isOpen = false
  tell.running('wasm')
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(
      url,
      Object.assign(loginOf(settings, password), {
        reconnectPeriod: 0,
        connectTimeout: CONNECT,
        // 内核加载好了，要建立 WebSocket 时才会问；TCP 不问
        transformWsUrl: opened => {
          tell.passed('wasm', mqtt.easemob ? '' : 'MQTT.js 没有内核，不需要')
          tell.running('domain')
          return opened
        },
      }),
    )
    made(client)
    client.on('packetsend', ({ cmd }) => {
      if (cmd !== 'connect') return
      isOpen = true
      if (usesTcp(settings)) {
        tell.passed('wasm', '')
        tell.passed('tcp', addressOf(url))
      } else {
        tell.passed('domain', addressOf(url))
        tell.passed('handshake', '')
        tell.passed('protocol', '')
      }
      tell.running('connect')
    })
    client.on('connect', ({ sessionPresent }) => {
      tell.passed('connect', sessionPresent ? '服务器保留着会话' : '')
      resolve()
    })
    client.on('error', error => reject(error))
    client.on('close', cause => reject(cause || new Error('')))
  }).catch(error => located(error, settings, isOpen))
}

// 握手之后断开，是服务器不要这个连接。握手失败时再试一次不带子协议的：能打开，就是子协议的问题
function located(error, settings, isOpen) {
  const { code } = error
  const step = stepOf(code, settings)
  const isClosed = isOpen && (code === undefined || step === 'handshake' || step === 'tcp')
  if (isClosed) throw failure('connect', CLOSED.title, Object.assign(asText(error), CLOSED))
  if (step !== 'handshake') throw failureOf(step, error)
  return opensWithoutProtocol(settings.url).then(opens => {
    if (!opens) throw failureOf('handshake', error)
    throw Object.assign(failureOf('protocol', error), {
      title: '服务器不接受子协议 mqtt',
      advice: '不带子协议可以打开 WebSocket：请确认它是 MQTT over WebSocket 的端口和路径。',
    })
  })
}

function converse(client, settings, tell) {
  const topic = `${settings.topic}/diagnosis`
  const listeners = {}
  client.on('message', (from, payload, packet) => {
    const listener = from === topic && listeners[`${payload}`]
    if (listener) listener()
    else if (from !== topic) tell.received(from, payload, packet)
  })
  const echo = (qos, step) => {
    const text = `${Date.now()}-${Math.random().toString(36).slice(2)}`
    const started = Date.now()
    const arrival = new Promise(resolve => (listeners[text] = resolve))
    client.publish(topic, text, { qos })
    return within(arrival, step, NO_ECHO).then(() => {
      delete listeners[text]
      return Date.now() - started
    })
  }

  tell.running('subscribe')
  return within(subscribe(client, topic), 'subscribe', NO_SUBACK)
    .then(() => {
      tell.passed('subscribe', topic)
      tell.running('echo')
      return echo(1, 'echo')
    })
    .then(() => {
      tell.passed('echo', 'QoS 1')
      tell.running('times')
      return measure(echo, tell, [])
    })
    .then(() => unsubscribe(client, topic))
}

// 一次接一次
function measure(echo, tell, times) {
  if (times.length === ROUNDS) {
    tell.passed('times', `${ROUNDS} 次`)
    return undefined
  }
  return echo(0, 'times').then(time => {
    const measured = times.concat(time)
    tell.times(measured)
    return measure(echo, tell, measured)
  })
}

function subscribe(client, topic) {
  return new Promise((resolve, reject) => {
    client.subscribe(topic, { qos: 1 }, (error, [grant] = []) => {
      const refused = grant && grant.qos >= REFUSED
      if (refused) {
        return reject(
          failure('subscribe', `服务器拒绝订阅 ${topic}：${reasonOf(grant.qos)}`, {
            advice: '请检查这个账号对主题的权限。',
            code: String(grant.qos),
          }),
        )
      }
      if (error) return reject(failureOf('subscribe', error))
      resolve()
    })
  })
}

// 会话保留时，订阅不能留在服务器上
function unsubscribe(client, topic) {
  return new Promise(resolve => client.unsubscribe(topic, () => resolve()))
}

function within(promise, step, { title, advice }) {
  let timer
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(failure(step, title, { advice })), ANSWER)
  })
  const stop = () => clearTimeout(timer)
  return Promise.race([promise, limit]).then(
    value => {
      stop()
      return value
    },
    error => {
      stop()
      throw error
    },
  )
}

const CLOSED = {
  title: '服务器关闭了连接，没有说原因',
  advice: '常见的原因是 clientId、用户名或密码不合服务器的规则；服务器的日志里有。',
}
const NO_SUBACK = { title: '服务器没有应答订阅', advice: '请再试一次，或查看服务器的日志。' }
const NO_ECHO = {
  title: '没有收到自己发布的消息',
  advice: '请检查这个账号对主题的发布权限，以及服务器是否丢弃了消息。',
}

function asText({ code = '', message }) {
  return { code: String(code), message }
}

function failureOf(step, error) {
  const { title, advice, code } = explain(error)
  return failure(step, title, { advice, code, message: error.message })
}

function failure(step, title, { advice = '', code = '', message = '' } = {}) {
  return { step, title, advice, code, message }
}
