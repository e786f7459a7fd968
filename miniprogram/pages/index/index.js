// 演示页面：获取Token、连接、订阅、发布、取消订阅、断开。
// 只用到 wx 和 MQTT.js 的接口，所以 utils/mqtt.min.js 换成 MQTT.js 4.2.1 也能运行。
import mqtt from '../../utils/mqtt.min.js'
import config from '../../config.js'

const clientId = `${config.deviceId}@${config.appId}`
const LONGEST_LOG = 100

Page({
  data: {
    state: 'offline',
    stateTexts: { offline: '未连接', connecting: '连接中…', online: '已连接' },
    clientId,
    username: config.username,
    topic: 'Topic0',
    payload: 'i am from wechat msg',
    qosNames: ['QoS 0', 'QoS 1', 'QoS 2'],
    qos: 0,
    showsMessages: true,
    hasToken: false,
    fetching: false,
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

  onShowsMessagesChange({ detail }) {
    this.setData({ showsMessages: detail.value })
  },

  // 先用应用的 ID 和 Secret 换 App Token，再用它换用户的 Token，也就是 MQTT 的密码
  getToken() {
    const { appClientId, appClientSecret, username, expiresIn } = config
    this.setData({ fetching: true })
    this.post('/openapi/rm/app/token', { appClientId, appClientSecret })
      .then(({ access_token: appToken }) =>
        this.post(
          '/openapi/rm/user/token',
          { username, expires_in: expiresIn, cid: clientId },
          { Authorization: appToken },
        ),
      )
      .then(
        ({ access_token: token }) => {
          this.token = token
          this.setData({ hasToken: true, fetching: false })
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
    let client
    try {
      client = mqtt.connect(config.url, {
        clientId,
        username: config.username,
        password: this.token,
        protocolVersion: config.protocolVersion,
        clean: true,
        keepalive: 60,
        connectTimeout: 30000,
        reconnectPeriod: 1000,
      })
    } catch (error) {
      this.setData({ state: 'offline' })
      return this.complain('连接失败', error)
    }
    this.client = client
    client.on('connect', () => {
      this.setData({ state: 'online' })
      this.tell('连接成功')
    })
    client.on('message', (topic, payload) => this.show(topic, `${payload}`))
    client.on('reconnect', () => this.write('sys', '正在重连…'))
    client.on('close', () => this.setData({ state: this.client ? 'connecting' : 'offline' }))
    client.on('error', error => {
      if (/refused/i.test(error.message)) this.leave() // 再连也会被拒绝
      this.complain('连接出错', error)
    })
  },

  subscribe() {
    const { topic, qos } = this.data
    if (!this.isConnected()) return
    this.client.subscribe(topic, { qos }, (err, granted) => {
      if (err || granted.some(({ qos: code }) => code > 2)) {
        return this.complain('订阅主题失败', err || new Error(`服务器拒绝了 ${topic}`))
      }
      this.tell('订阅主题成功', `${topic}，QoS ${granted.map(({ qos: code }) => code)}`)
    })
  },

  publish() {
    const { topic, payload, qos } = this.data
    if (!this.isConnected()) return
    this.client.publish(topic, payload, { qos }, err => {
      if (err) return this.complain('发布失败', err)
      this.write('out', payload, topic)
    })
  },

  unsubscribe() {
    const { topic } = this.data
    if (!this.isConnected()) return
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

  isConnected() {
    const connected = this.client !== undefined && this.client.connected
    if (!connected) this.hint('请先连接服务器')
    return connected
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
    if (!this.data.showsMessages || this.showing) return
    this.showing = true
    wx.showModal({
      title: `收到topic:${topic}`,
      content: text,
      showCancel: false,
      complete: () => {
        this.showing = false
      },
    })
  },

  // 向 REST API 发请求；HTTP 状态和应答里的 code 都要看，服务器说了什么就报什么
  post(path, data, header = {}) {
    return new Promise((resolve, reject) => {
      wx.request({
        url: config.restApiUrl + path,
        method: 'POST',
        header,
        data,
        success: ({ statusCode, data: reply }) => {
          const { code = 200, msg, body = reply } = Object(reply)
          if (statusCode === 200 && code === 200 && body.access_token) return resolve(body)
          const words = typeof body === 'string' ? body : msg
          reject(new Error(words || `HTTP ${statusCode}`))
        },
        fail: ({ errMsg }) => reject(new Error(errMsg)),
      })
    })
  },

  hint(title) {
    wx.showToast({ title, icon: 'none' })
  },

  tell(title, detail = '') {
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
    const now = new Date()
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()]
      .map(number => `0${number}`.slice(-2))
      .join(':')
    const log = this.data.log.concat({ id, kind, time, topic, text }).slice(-LONGEST_LOG)
    this.setData({ log, lastLine: `line-${id}` })
  },
})
