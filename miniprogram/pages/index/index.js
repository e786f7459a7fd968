// 演示页面：获取Token、连接、订阅、发布、取消订阅、断开。
// 只用到 wx 和 MQTT.js 的接口，所以 utils/mqtt.min.js 换成 MQTT.js 4.2.1 也能运行。
import mqtt from '../../utils/mqtt.min.js'
import config from '../../config.js'
import { fetchUserToken } from './token.js'
import { dateAndTime, timeOfDay } from './time.js'

const clientId = `${config.deviceId}@${config.appId}`
const LONGEST_LOG = 100
const UNAVAILABLE = [3, 136, 137] // CONNACK：服务器暂不可用，3.1.1 与 5.0
const REFUSED = 128 // SUBACK：从这里起都是拒绝

Page({
  data: {
    state: 'offline',
    stateTexts: { offline: '未连接', connecting: '连接中…', online: '已连接' },
    clientId,
    username: config.username,
    expiry: '',
    fetching: false,
    topic: config.topic,
    payload: config.payload,
    qosNames: ['QoS 0', 'QoS 1', 'QoS 2'],
    qos: 0,
    popsUp: true,
    log: [],
    lastLine: '',
  },

  onUnload() {
    this.leave()
  },

  onTopicInput({ detail }) {
    this.setData({ topic: detail.value })
  },

  onPayloadInput({ detail }) {
    this.setData({ payload: detail.value })
  },

  onQosChange({ detail }) {
    this.setData({ qos: Number(detail.value) })
  },

  onPopsUpChange({ detail }) {
    this.setData({ popsUp: detail.value })
  },

  getToken() {
    if (config.appId === 'AppID') return this.hint('请先填写 config.js')
    this.setData({ fetching: true })
    fetchUserToken(config, clientId).then(
      ({ token, expiresIn }) => {
        this.token = token
        const expiry = dateAndTime(new Date(Date.now() + expiresIn * 1000))
        this.setData({ expiry, fetching: false })
        this.tell('获取Token成功')
      },
      error => {
        this.setData({ fetching: false })
        this.complain('获取Token失败', error)
      },
    )
  },

  connect() {
    if (!this.token) return this.hint('请先获取Token')
    this.leave()
    this.setData({ state: 'connecting' })
    try {
      this.client = mqtt.connect(config.url, {
        clientId,
        username: config.username,
        password: this.token,
        protocolVersion: config.protocolVersion,
        clean: config.clean,
        store: config.store,
        keepalive: 60,
        connectTimeout: 30000,
        reconnectPeriod: 1000,
      })
    } catch (error) {
      this.setData({ state: 'offline' })
      return this.complain('连接失败', error)
    }
    this.listen(this.client)
  },

  listen(client) {
    let said = [] // 断线期间同样的话只说一次
    const isNew = text => said.indexOf(text) < 0 && said.push(text)
    client.on('connect', () => {
      said = []
      this.setData({ state: 'online' })
      this.tell('连接成功')
    })
    client.on('message', (topic, payload) => this.show(topic, `${payload}`))
    client.on('reconnect', () => isNew('正在重连…') && this.write('sys', '正在重连…'))
    client.on('close', () => this.setData({ state: 'connecting' }))
    client.on('error', error => {
      const isFinal = /refused/i.test(error.message) && UNAVAILABLE.indexOf(error.code) < 0
      if (isFinal) this.leave() // 再连也会被拒绝
      if (isNew(error.message)) this.complain(isFinal ? '连接失败' : '连接出错', error)
    })
  },

  subscribe() {
    if (!this.isReady()) return
    const { topic, qos } = this.data
    this.client.subscribe(topic, { qos }, (err, granted) => {
      // 已经订阅过的主题，MQTT.js 不再发送，granted 为空；主题不合法时，4.x 没有 err，也没有 granted
      const [grant] = granted || [{ qos: REFUSED }]
      if (err || (grant && grant.qos >= REFUSED)) {
        const refusal = new Error(`${topic} 不合法，或被服务器拒绝`)
        return this.complain('订阅主题失败', err || refusal)
      }
      this.tell('订阅主题成功', grant ? `${topic}，QoS ${grant.qos}` : topic)
    })
  },

  publish() {
    if (!this.isReady()) return
    const { topic, payload, qos } = this.data
    this.write('out', payload, topic)
    this.client.publish(topic, payload, { qos }, err => {
      if (err) this.complain('发布失败', err)
    })
  },

  unsubscribe() {
    if (!this.isReady()) return
    const { topic } = this.data
    this.client.unsubscribe(topic, err => {
      if (err) return this.complain('取消订阅失败', err)
      this.tell('取消订阅成功', topic)
    })
  },

  disconnect() {
    if (!this.client) return this.hint('请先连接服务器')
    this.leave()
    this.tell('已断开连接')
  },

  clearLog() {
    this.setData({ log: [] })
  },

  isReady() {
    if (!this.client || !this.client.connected) this.hint('请先连接服务器')
    else if (!this.data.topic) this.hint('请填写主题')
    else return true
    return false
  },

  // 结束当前的连接；此后它的事件不再影响页面
  leave() {
    const { client } = this
    this.client = undefined
    if (client) {
      client.removeAllListeners()
      client.on('error', () => {})
      client.end()
    }
    this.setData({ state: 'offline' })
  },

  // 收到的消息：记到日志里，并弹窗显示。弹窗还开着时，后来的消息只记日志，免得关不完
  show(topic, text) {
    this.write('in', text, topic)
    if (!this.data.popsUp || this.isShowing) return
    this.isShowing = true
    wx.showModal({
      title: `收到topic:${topic}`,
      content: text,
      showCancel: false,
      complete: () => {
        this.isShowing = false
      },
    })
  },

  hint(title) {
    wx.showToast({ title, icon: 'none' })
  },

  tell(title, detail) {
    wx.showToast({ title, icon: 'success' })
    this.write('sys', detail ? `${title}：${detail}` : title)
  },

  complain(title, error) {
    wx.showToast({ title, icon: 'none' })
    this.write('err', `${title}：${error.message}`)
    if (error.hint) this.write('err', error.hint)
  },

  write(kind, text, topic = '') {
    const id = (this.lines = (this.lines || 0) + 1)
    const line = { id, kind, time: timeOfDay(new Date()), topic, text }
    this.setData({
      log: this.data.log.concat(line).slice(-LONGEST_LOG),
      lastLine: `line-${id}`,
    })
  },
})
