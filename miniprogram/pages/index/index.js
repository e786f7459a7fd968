// 收发消息：获取Token、连接、订阅、发布、取消订阅、断开。设置在 config.js 里。
import config from '../../config.js'
import { Blocks } from '../../lib/blocks.js'
import { dateAndTime, timeOfDay } from '../../lib/time.js'
import { explain } from '../../mqtt/errors.js'
import { copyable } from '../../mqtt/payload.js'
import { isBlank, settingsOf, usesToken } from '../../mqtt/settings.js'
import { fetchToken } from '../../mqtt/token.js'

const LONGEST_TEXT = 300 // 日志和弹窗里一条消息的字数
const BATCH = 100 // 毫秒，这段时间里的日志合成一次 setData

Page({
  data: {
    state: { name: 'offline' },
    clientId: '',
    username: config.username,
    usesToken: usesToken(config),
    isBlank: isBlank(config),
    expiry: '',
    fetching: false,
    topic: config.topic,
    payload: config.payload,
    qosNames: ['QoS 0', 'QoS 1', 'QoS 2'],
    qos: 0,
    popsUp: true,
    log: { order: [], blocks: [] },
    isEmpty: true,
    lastLine: '',
  },

  onLoad() {
    this.connection = getApp().connection
    this.settings = settingsOf(config)
    this.log = new Blocks('log', 5, 30)
    this.waiting = []
    this.lines = 0
    this.said = [] // 断线期间同样的话只说一次
    const { clientId } = this.settings
    this.setData(Object.assign(this.log.clear(), { clientId, state: this.connection.state }))
    this.ignore = this.connection.listen({
      state: state => this.onState(state),
      message: message => this.onMessage(message),
      error: (error, ends) => this.onError(error, ends),
      token: token => this.onToken(token),
    })
  },

  onShow() {
    this.isHidden = false
    this.flush()
  },

  onHide() {
    this.isHidden = true
  },

  onUnload() {
    this.ignore()
    clearTimeout(this.timer)
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

  openConsole() {
    wx.switchTab({ url: '/pages/console/console' })
  },

  getToken() {
    if (this.data.isBlank) return this.hint('请先填写 config.js')
    this.setData({ fetching: true })
    fetchToken(this.settings).then(
      token => {
        this.setData({ fetching: false })
        this.onToken(token)
        this.tell('获取Token成功')
      },
      error => {
        this.setData({ fetching: false })
        this.complain('获取Token失败', explain(error))
      },
    )
  },

  connect() {
    if (this.data.usesToken && !this.token) return this.hint('请先获取Token')
    if (this.data.isBlank) return this.hint('请先填写 config.js')
    this.said = []
    try {
      this.connection.connect(this.settings, this.token)
    } catch (error) {
      this.complain('连接失败', explain(error))
    }
  },

  subscribe() {
    if (!this.isReady()) return
    const { topic, qos } = this.data
    this.connection.subscribe(topic, { qos }, (error, granted) => {
      if (error) return this.complain('订阅主题失败', explain(error), topic)
      this.tell('订阅主题成功', granted === undefined ? topic : `${topic}，QoS ${granted}`)
    })
  },

  publish() {
    if (!this.isReady()) return
    const { topic, payload, qos } = this.data
    this.connection.publish(topic, payload, { qos }, error => {
      if (error) this.complain('发布失败', explain(error), topic)
    })
  },

  unsubscribe() {
    if (!this.isReady()) return
    const { topic } = this.data
    this.connection.unsubscribe(topic, error => {
      if (error) return this.complain('取消订阅失败', explain(error), topic)
      this.tell('取消订阅成功', topic)
    })
  },

  disconnect() {
    if (!this.connection.client) return this.hint('请先连接服务器')
    this.connection.disconnect()
    this.tell('已断开连接')
  },

  clearLog() {
    this.waiting = []
    this.setData(Object.assign(this.log.clear(), { isEmpty: true, lastLine: '' }))
  },

  onToken(token) {
    this.token = token
    const { expiresIn } = token
    this.setData({
      expiry: expiresIn ? dateAndTime(new Date(Date.now() + expiresIn * 1000)) : '断开为止',
    })
  },

  // 连接可能是调试台建立的，用的是那里的设置
  onState(state) {
    const before = this.data.state.name
    const { clientId, username } = this.connection.settings || this.settings
    const changes = { state }
    if (clientId !== this.data.clientId) changes.clientId = clientId
    if (username !== this.data.username) changes.username = username || ''
    this.setData(changes)
    if (state.name === 'online') {
      this.said = []
      this.tell('连接成功')
    }
    if (state.name === 'reconnecting' && before !== 'reconnecting' && this.isNew('正在重连…')) {
      this.write('sys', '正在重连…')
    }
    // 会自己恢复的原因不触发 error
    if (state.name === 'reconnecting' && state.error && this.isNew(state.error.title)) {
      this.complain('连接出错', state.error)
    }
  },

  // 收到的消息：记到日志里，并弹窗显示。弹窗还开着时，后来的消息只记日志，免得关不完
  onMessage({ direction, topic, payload }) {
    const text = shortened(copyable(payload))
    this.write(direction, text, topic)
    if (direction === 'out' || !this.data.popsUp || this.isShowing || this.isHidden) return
    this.isShowing = true
    wx.showModal({
      title: `收到topic:${shortened(topic, 60)}`,
      content: text,
      showCancel: false,
      complete: () => {
        this.isShowing = false
      },
    })
  },

  // ends：不会再自己尝试
  onError(error, ends) {
    if (this.isNew(error.title)) this.complain(ends ? '连接失败' : '连接出错', error)
  },

  isNew(text) {
    return this.said.indexOf(text) < 0 && this.said.push(text)
  },

  isReady() {
    if (!this.connection.isOnline) this.hint('请先连接服务器')
    else if (!this.data.topic) this.hint('请填写主题')
    else return true
    return false
  },

  hint(title) {
    if (!this.isHidden) wx.showToast({ title, icon: 'none' })
  },

  tell(title, detail) {
    if (!this.isHidden) wx.showToast({ title, icon: 'success' })
    this.write('sys', detail ? `${title}：${detail}` : title)
  },

  // subject 是出错的主题
  complain(title, error, subject) {
    this.hint(title)
    this.write('err', `${title}：${subject ? `${subject}，` : ''}${error.title}`)
    if (error.advice) this.write('err', error.advice)
  },

  write(kind, text, topic = '') {
    const tag = topic && `${kind === 'in' ? '收到' : '发布'} ${shortened(topic, 60)}`
    this.waiting.push({ id: ++this.lines, kind, time: timeOfDay(new Date()), tag, text })
    if (!this.timer) this.timer = setTimeout(() => this.flush(), BATCH)
  },

  // 只传新的几行；页面不在前面时先不传
  flush() {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.isHidden || this.waiting.length === 0) return
    const changes = this.log.push(this.waiting)
    this.waiting = []
    if (this.data.isEmpty) changes.isEmpty = false
    changes.lastLine = `line-${this.lines}`
    this.setData(changes)
  },
})

function shortened(text, longest = LONGEST_TEXT) {
  return text.length > longest ? `${text.slice(0, longest)}…（共 ${text.length} 字）` : text
}
