// 诊断：一步步连接一次，看到哪一步为止、为什么、该做什么
import { addressOf, isBlank, usesToken } from '../../mqtt/settings.js'
import { loadForm, settingsFrom } from '../console/form.js'
import { baseLibrary } from './checks.js'
import { ROUNDS, diagnose } from './diagnose.js'
import { reportOf } from './report.js'
import { freshSteps } from './steps.js'

Page({
  data: {
    address: '',
    isBlank: false,
    isRunning: false,
    isDone: false,
    verdict: '',
    steps: [],
    times: [],
    rounds: ROUNDS,
  },

  onShow() {
    if (!this.data.isRunning && !this.data.isDone) this.prepare()
  },

  onUnload() {
    if (this.run) this.run.cancel()
  },

  openConsole() {
    wx.switchTab({ url: '/pages/console/console' })
  },

  start() {
    this.prepare()
    if (this.data.isBlank) return
    this.borrow()
    this.setData({ isRunning: true })
    this.started = Date.now()
    this.run = diagnose(this.settings, {
      running: id => this.mark(id, { state: 'running' }),
      passed: (id, detail) => this.mark(id, { state: 'passed', detail, took: this.lap() }),
      times: times => this.setData({ times }),
      received: (...message) => getApp().connection.receive(...message),
    })
    this.run.done.then(
      () => this.finish('全部通过', 'passed'),
      error => this.fail(error),
    )
  },

  copy() {
    const { address, steps, times } = this.data
    const { protocolVersion } = this.settings
    const version = baseLibrary()
    const now = new Date()
    wx.setClipboardData({
      data: reportOf({ address, version, protocolVersion, steps, times, now }),
    })
  },

  /** 当前的连接用什么设置，就诊断什么；还没有连过时，用调试台里的 */
  prepare() {
    const { connection } = getApp()
    this.settings = connection.settings || settingsFrom(loadForm())
    this.setData({
      address: addressOf(this.settings.url),
      isBlank: isBlank(this.settings),
      isDone: false,
      verdict: '',
      steps: freshSteps(this.settings),
      times: [],
    })
  },

  // Token 只对一个 clientId 有效，只好让共用的连接先断开，完了再连；否则用另一个 clientId，互不打扰
  borrow() {
    const { connection } = getApp()
    this.giveBack = () => {}
    if (!usesToken(this.settings)) {
      const clientId = `${this.settings.clientId}-diagnosis`
      this.settings = Object.assign({}, this.settings, { clientId, clean: true })
    } else if (connection.client) {
      const { settings, token, subscriptions } = connection
      connection.disconnect()
      this.giveBack = () => connection.restore(settings, token, subscriptions)
    }
  },

  fail({ step, title, advice, code, message }) {
    const failed = this.data.steps.map(({ id }) => id).indexOf(step)
    this.data.steps.forEach(({ id, state }, at) => {
      if (at < failed && state !== 'passed') this.mark(id, { state: 'passed' })
      if (at > failed) this.mark(id, { state: 'skipped' })
    })
    this.mark(step, { state: 'failed', detail: title, advice, code, message, took: this.lap() })
    this.finish(`停在「${this.data.steps[failed].title}」`, 'failed')
  },

  finish(verdict, result) {
    this.run = undefined
    this.setData({ isRunning: false, isDone: true, verdict, result })
    this.giveBack()
  },

  // 只传这一步变了的
  mark(id, changes) {
    const at = this.data.steps.map(step => step.id).indexOf(id)
    const paths = {}
    for (const name of Object.keys(changes)) paths[`steps[${at}].${name}`] = changes[name] || ''
    this.setData(paths)
  },

  lap() {
    const now = Date.now()
    const took = now - this.started
    this.started = now
    return took > 0 ? `${took} ms` : ''
  },
})
