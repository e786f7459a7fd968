// 连接的状态：圆点、文字，重连时还有倒计时

const TEXTS = {
  offline: '未连接',
  connecting: '正在连接',
  online: '已连接',
  reconnecting: '重连中',
}

Component({
  properties: {
    // 见 mqtt/connection.js 的 state
    state: { type: Object, value: { name: 'offline' } },
  },
  data: { name: 'offline', text: TEXTS.offline, wait: '' },
  observers: {
    state(state) {
      const { name } = state
      if (name !== this.data.name) this.setData({ name, text: TEXTS[name] })
      this.retryAt = name === 'reconnecting' ? state.retryAt : undefined
      this.tick()
    },
  },
  lifetimes: {
    detached() {
      clearTimeout(this.timer)
    },
  },
  methods: {
    // 每秒改一次，只在等待重连的时候
    tick() {
      clearTimeout(this.timer)
      const seconds = this.retryAt ? Math.ceil((this.retryAt - Date.now()) / 1000) : 0
      const wait = seconds > 0 ? `${seconds} 秒后再试` : ''
      if (wait !== this.data.wait) this.setData({ wait })
      if (wait) this.timer = setTimeout(() => this.tick(), 1000)
    },
  },
})
