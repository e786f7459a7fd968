// 调试台：连接、订阅、发布，看收发的消息
import config from '../../config.js'
import { Blocks } from '../../lib/blocks.js'
import { explain } from '../../mqtt/errors.js'
import { copyable } from '../../mqtt/payload.js'
import { PRESETS } from '../../mqtt/settings.js'
import { loadForm, missingIn, saveForm, settingsFrom, withPreset, withVersion } from './form.js'
import { propertiesFrom } from './properties.js'
import { detailOf, isMatch, rowOf } from './rows.js'

const BATCH = 200 // 毫秒，这段时间里的变化合成一次 setData
const READING = 24 // 像素，往下滚过这么多就是在读旧消息
const QOS_NAMES = ['QoS 0', 'QoS 1', 'QoS 2']

Page({
  data: {
    state: { name: 'offline' },
    counts: '',
    showsForm: true,
    form: { presetAt: 0, versionAt: 0, url: '', clientId: '', username: '', tokenUrl: '' },
    presetNames: PRESETS.map(({ name }) => name),
    versionNames: ['3.1.1', '5.0'],
    qosNames: QOS_NAMES,
    subscriptions: [],
    sheet: '',
    subscription: { filter: config.topic, qos: 0, noLocal: false, retainAsPublished: false },
    message: { topic: config.topic, payload: config.payload, qos: 0, retain: false },
    properties: { contentType: '', responseTopic: '', expiry: '', user: '' },
    wanted: '',
    isPaused: false,
    unseen: 0,
    list: { order: [], blocks: [] },
    isEmpty: true,
    scrollTop: 0,
  },

  onLoad() {
    this.connection = getApp().connection
    this.list = new Blocks('list', 8, 25)
    this.waiting = []
    this.changed = {}
    this.received = 0
    this.sent = 0
    const { state, subscriptions, history } = this.connection
    const showsForm = state.name === 'offline'
    this.setData(
      Object.assign({ state, subscriptions, showsForm, form: loadForm() }, this.list.clear()),
    )
    this.take(history.messages)
    this.flush()
    this.ignore = this.connection.listen({
      state: state => this.onState(state),
      subscriptions: list => this.change({ subscriptions: list }),
      message: message => this.take([message]),
      update: ({ id, status }) => this.change(this.list.update(id, 'status', status)),
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

  // 连接

  onPresetChange({ detail }) {
    this.setData({ form: withPreset(this.data.form, Number(detail.value)) })
  },

  onVersionChange({ detail }) {
    this.setData({ form: withVersion(this.data.form, Number(detail.value)) })
  },

  /** 输入框、开关：data-field 是 data 里的位置 */
  onInput({ detail, currentTarget }) {
    this.setData({ [currentTarget.dataset.field]: detail.value })
  },

  toggleForm() {
    this.setData({ showsForm: !this.data.showsForm })
  },

  connect() {
    const { form } = this.data
    const missing = missingIn(form)
    if (missing) return this.hint(missing)
    try {
      saveForm(form)
    } catch {
      this.hint('设置没有记住：本地缓存不可用')
    }
    try {
      this.connection.connect(settingsFrom(form))
      this.setData({ showsForm: false })
    } catch (error) {
      this.hint(explain(error).title)
    }
  },

  disconnect() {
    this.connection.disconnect()
  },

  reconnectNow() {
    this.connection.reconnectNow()
  },

  onState(state) {
    if (state.name === 'offline' && state.error) this.setData({ showsForm: true })
    this.change({ state })
  },

  // 订阅

  openSheet({ currentTarget }) {
    this.setData({ sheet: currentTarget.dataset.sheet })
  },

  closeSheet() {
    this.setData({ sheet: '' })
  },

  onSubscriptionQosChange({ currentTarget }) {
    this.setData({ 'subscription.qos': currentTarget.dataset.qos })
  },

  subscribe() {
    const { filter, qos, noLocal: nl, retainAsPublished: rap } = this.data.subscription
    if (!filter) return this.hint('请填写主题过滤器')
    if (!this.connection.client) return this.hint('请先连接服务器')
    const options = this.isVersion5() ? { qos, nl, rap } : { qos }
    this.connection.subscribe(filter, options, error => {
      if (error) return this.hint(`订阅失败：${explain(error).title}`)
      this.closeSheet()
    })
  },

  unsubscribe({ currentTarget }) {
    this.connection.unsubscribe(currentTarget.dataset.filter, error => {
      if (error) this.hint(`取消订阅失败：${explain(error).title}`)
    })
  },

  // 发布

  onMessageQosChange({ currentTarget }) {
    this.setData({ 'message.qos': currentTarget.dataset.qos })
  },

  publish() {
    const { topic, payload, qos, retain } = this.data.message
    if (!this.connection.client) return this.hint('请先连接服务器')
    if (!topic) return this.hint('请填写主题')
    const options = { qos, retain }
    if (this.isVersion5()) options.properties = propertiesFrom(this.data.properties)
    this.connection.publish(topic, payload, options, error => {
      if (error) this.hint(`发布失败：${explain(error).title}`)
    })
  },

  isVersion5() {
    return this.connection.settings.protocolVersion === 5
  },

  // 消息

  onScroll({ detail }) {
    this.isReading = detail.scrollTop > READING
  },

  onScrollToUpper() {
    this.isReading = false
    this.plan()
  },

  showNewest() {
    this.isReading = false
    // scroll-top 的值与上一次不同才有作用
    this.setData({ isPaused: false, scrollTop: this.data.scrollTop ? 0 : 0.1 })
    this.flush()
  },

  togglePause() {
    this.setData({ isPaused: !this.data.isPaused })
    this.plan()
  },

  onFilter({ detail }) {
    this.setData({ wanted: detail.value })
    this.showAll()
  },

  clear() {
    this.connection.history.clear()
    this.showAll()
  },

  toggle({ detail }) {
    const message = this.connection.history.find(detail.id)
    if (!message) return this.hint('这条消息太旧，内容已经不在')
    const isOpen = this.opened === detail.id
    const changes = this.opened ? this.list.update(this.opened, 'full', '') : {}
    this.opened = isOpen ? undefined : detail.id
    if (!isOpen) {
      const shown = detailOf(message)
      Object.assign(changes, this.list.update(detail.id, 'full', shown.full))
      Object.assign(changes, this.list.update(detail.id, 'properties', shown.properties))
    }
    this.setData(changes)
  },

  copy({ detail }) {
    const message = this.connection.history.find(detail.id)
    if (message) wx.setClipboardData({ data: copyable(message.payload) })
  },

  reuse({ detail }) {
    const message = this.connection.history.find(detail.id)
    if (!message) return
    const { topic, payload, qos, retain } = message
    this.setData({ message: { topic, payload: copyable(payload), qos, retain } })
  },

  // 新的消息先攒着，一起显示
  take(messages) {
    for (const message of messages) {
      if (message.direction === 'in') this.received += 1
      else this.sent += 1
      if (isMatch(message, this.data.wanted)) this.waiting.push(message)
    }
    if (messages.length > 0) this.plan()
  },

  /** 筛选变了，或清空：整个列表重来 */
  showAll() {
    this.waiting = []
    this.opened = undefined
    this.setData(Object.assign(this.list.clear(), { isEmpty: true, unseen: 0 }))
    const { wanted } = this.data
    this.waiting = this.connection.history.messages.filter(message => isMatch(message, wanted))
    this.flush(true)
  },

  change(changes) {
    Object.assign(this.changed, changes)
    this.plan()
  },

  plan() {
    if (!this.timer) this.timer = setTimeout(() => this.flush(), BATCH)
  },

  // 只传变了的。正在读旧消息，或暂停时，列表不动，只说有几条新的
  flush(always) {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.isHidden) return
    const changes = this.changed
    this.changed = {}
    const holds = !always && (this.isReading || this.data.isPaused)
    if (!holds) {
      const rows = this.waiting.map(one => rowOf(one, this.connection.colorOf(one.topic)))
      Object.assign(changes, this.list.push(rows))
      this.waiting = []
    }
    this.note(changes, 'unseen', this.waiting.length)
    this.note(changes, 'isEmpty', this.list.isEmpty)
    this.note(changes, 'counts', `收 ${this.received} · 发 ${this.sent}`)
    if (Object.keys(changes).length > 0) this.setData(changes)
  },

  note(changes, name, value) {
    if (this.data[name] !== value) changes[name] = value
  },

  hint(title) {
    wx.showToast({ title, icon: 'none' })
  },
})
