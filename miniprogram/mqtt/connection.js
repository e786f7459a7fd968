// 全小程序共用的一个 MQTT 客户端。app.js 创建它，各页面用 getApp().connection，页面关闭也不断开。
// 只用到 wx 和 MQTT.js 的接口，所以 utils/mqtt.min.js 换成 MQTT.js 4.2.1 也能运行。
import mqtt from '../utils/mqtt.min.js'
import { explain, isFinal } from './errors.js'
import { History } from './history.js'
import { addressOf, loginOf, usesToken } from './settings.js'
import { fetchToken } from './token.js'

const RECONNECT_PERIOD = 1000
const REFUSED = 128 // SUBACK：从这里起都是拒绝
const COLORS = 6
const RENEWS = Boolean(mqtt.easemob) // MQTT.js 没有 tokenProvider

/**
 * state.name：'offline' 未连接，'connecting' 正在连接，'online' 已连接，'reconnecting' 重连中；state.retryAt 是
 * 下次重连的时间（毫秒），正在尝试时没有；state.error 是最近一次的原因，见 errors.js，
 * ends 为 true 时不会再自己尝试
 */
export class Connection {
  constructor() {
    this.state = { name: 'offline' }
    this.subscriptions = [] // { filter, qos, color }
    this.history = new History()
    this.listeners = []
    // 没有网络时，库推迟下一次尝试；它也在听，所以等一等再看
    wx.onNetworkStatusChange(() => setTimeout(() => this.updateRetry(), 0))
  }

  /**
   * 页面的监听：{ state(state), message(message), update(message), subscriptions(list), error(explained, ends),
   * token(token) }，都可以省略。返回取消监听的函数
   */
  listen(listener) {
    this.listeners.push(listener)
    return () => {
      this.listeners = this.listeners.filter(one => one !== listener)
    }
  }

  get isOnline() {
    return this.state.name === 'online'
  }

  /** settings 见 settings.js；token 是已经换来的 { token, expiresIn }，没有时由库去换 */
  connect(settings, token) {
    this.disconnect()
    this.settings = settings
    this.token = token
    this.setState({ name: 'connecting' })
    try {
      this.client = mqtt.connect(settings.url, this.optionsOf(settings))
    } catch (error) {
      this.setState({ name: 'offline', error: explain(error) })
      throw error
    }
    this.follow(this.client)
  }

  /** 结束连接；此后它的事件不再影响页面 */
  disconnect() {
    const { client } = this
    this.client = undefined
    if (client) {
      client.removeAllListeners()
      client.on('error', () => {})
      client.end()
    }
    this.setSubscriptions([])
    this.setState({ name: 'offline' })
  }

  /** 断开之后照原样再连：同样的设置，同样的订阅 */
  restore(settings, token, subscriptions) {
    this.connect(settings, token)
    for (const { filter, qos } of subscriptions) {
      this.subscribe(filter, { qos }, error => error && this.tell('error', explain(error)))
    }
  }

  /** 不等下一次尝试，马上重连 */
  reconnectNow() {
    if (this.client) this.client.reconnect()
  }

  /** done(error, qos)：qos 是服务器授予的；已经订阅过、没有再发送时没有 */
  subscribe(filter, options, done) {
    this.client.subscribe(filter, options, (error, granted) => {
      // 已经订阅过的主题，MQTT.js 不再发送，granted 为空；主题不合法时，4.x 没有 err，也没有 granted
      const [grant] = granted || [{ qos: REFUSED }]
      if (error || (grant && grant.qos >= REFUSED)) {
        return done(error || new Error(`${filter} 不合法，或被服务器拒绝`))
      }
      if (grant) this.remember(filter, grant.qos)
      done(undefined, grant && grant.qos)
    })
  }

  unsubscribe(filter, done) {
    this.client.unsubscribe(filter, error => {
      if (!error) this.setSubscriptions(this.subscriptions.filter(one => one.filter !== filter))
      done(error)
    })
  }

  /** done 在 QoS 0 发出、QoS 1 和 2 被确认后调用 */
  publish(topic, payload, options, done) {
    const { qos = 0, retain = false, properties } = options
    const out = { direction: 'out', topic, qos, retain, properties, status: 'sending' }
    const message = this.history.add(Object.assign(out, { payload: bytesOf(payload) }))
    this.tell('message', message)
    this.client.publish(topic, payload, options, error => {
      message.status = error ? 'failed' : 'done'
      this.tell('update', message)
      done(error)
    })
  }

  /** 收到了一条消息，参数同 message 事件 */
  receive(topic, payload, { qos, retain, dup, properties }) {
    const received = { direction: 'in', topic, payload, qos, retain, dup, properties }
    this.tell('message', this.history.add(received))
  }

  /** 与主题相配的第一个订阅的颜色；没有时是 0 */
  colorOf(topic) {
    const [match] = this.subscriptions.filter(({ filter }) => matches(filter, topic))
    return match ? match.color : 0
  }

  optionsOf(settings) {
    const options = Object.assign(
      loginOf(settings, this.token ? this.token.token : settings.password),
      {
        connectTimeout: 30000,
        reconnectPeriod: RECONNECT_PERIOD,
      },
    )
    if (settings.store) options.store = settings.store
    // Token 过期或被拒绝时，库会再要一个
    if (RENEWS && usesToken(settings)) options.tokenProvider = () => this.renewToken(settings)
    return options
  }

  renewToken(settings) {
    return fetchToken(settings).then(token => {
      this.token = token
      this.tell('token', token)
      return token
    })
  }

  follow(client) {
    client.on('connect', () => this.setState({ name: 'online' }))
    client.on('message', (...message) => this.receive(...message))
    client.on('reconnect', () => this.setState({ name: 'reconnecting', error: this.state.error }))
    client.on('close', cause => {
      this.setState({
        name: 'reconnecting',
        retryAt: retryAtOf(client),
        // 会自己恢复的原因不触发 error，在这里说明。MQTT.js 没有这个参数
        error: cause && cause.code !== 'CLOSED' ? explain(cause) : this.state.error,
      })
    })
    client.on('error', error => {
      const ends = isFinal(error, RENEWS && usesToken(this.settings))
      const explained = Object.assign(explain(error), { ends })
      if (ends) this.disconnect()
      this.setState(Object.assign({}, this.state, { error: explained }))
      this.tell('error', explained, ends)
    })
  }

  updateRetry() {
    const { client, state } = this
    if (!client || !state.retryAt) return
    const retryAt = retryAtOf(client)
    if (retryAt !== state.retryAt) this.setState(Object.assign({}, state, { retryAt }))
  }

  find(filter) {
    return this.subscriptions.filter(one => one.filter === filter)[0]
  }

  remember(filter, qos) {
    const known = this.find(filter)
    if (known) known.qos = qos
    const added = { filter, qos, color: freeColor(this.subscriptions) }
    this.setSubscriptions(known ? this.subscriptions : this.subscriptions.concat(added))
  }

  setSubscriptions(list) {
    if (list.length === 0 && this.subscriptions.length === 0) return
    this.subscriptions = list
    this.tell('subscriptions', list)
  }

  setState(state) {
    const address = this.settings ? addressOf(this.settings.url) : ''
    this.state = Object.assign({ address }, state)
    this.tell('state', this.state)
  }

  tell(event, ...detail) {
    for (const listener of this.listeners) {
      if (listener[event]) listener[event](...detail)
    }
  }
}

// MQTT.js 没有 reconnectAt，它总是等 reconnectPeriod
function retryAtOf(client) {
  return 'reconnectAt' in client ? client.reconnectAt : Date.now() + RECONNECT_PERIOD
}

function bytesOf(payload) {
  if (typeof payload !== 'string') return payload
  const escaped = unescape(encodeURIComponent(payload))
  const bytes = new Uint8Array(escaped.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = escaped.charCodeAt(at)
  return Object.assign(bytes, { toString: () => payload })
}

// 还没有用到的第一种颜色，从 1 起；都用到了就重复
function freeColor(subscriptions) {
  const used = subscriptions.map(({ color }) => color)
  for (let color = 1; color <= COLORS; color++) if (used.indexOf(color) < 0) return color
  return (subscriptions.length % COLORS) + 1
}

// 主题是否与过滤器相配：+ 是一级，# 是其余各级；$ 开头的主题不与开头的通配符相配
function matches(filter, topic) {
  const levels = filter.replace(/^\$share\/[^/]+\//, '').split('/')
  const names = topic.split('/')
  if (topic[0] === '$' && (levels[0] === '+' || levels[0] === '#')) return false
  for (let at = 0; at < levels.length; at++) {
    if (levels[at] === '#') return true
    if (levels[at] !== '+' && levels[at] !== names[at]) return false
    if (names[at] === undefined) return false
  }
  return levels.length === names.length
}
