// The client belongs to the app: pages come and go, and listen while they are there.
import { TOPIC } from '../../config.js'

const app = getApp()

Page({
  data: { state: 'idle', message: '', count: 0 },

  onLoad() {
    const client = app.globalData.client || app.connect()
    this.listeners = {
      connect: () => this.setData({ state: 'online' }),
      message: (topic, payload) => {
        this.setData({ message: payload.toString(), count: this.data.count + 1 })
      },
      close: () => this.setData({ state: 'closed' }),
      end: () => this.setData({ state: 'ended' }),
    }
    for (const name of Object.keys(this.listeners)) client.on(name, this.listeners[name])
    if (client.connected) this.setData({ state: 'online' })
  },

  onUnload() {
    const { client } = app.globalData
    for (const name of Object.keys(this.listeners)) {
      client.removeListener(name, this.listeners[name])
    }
  },

  publish() {
    app.globalData.client.publish(TOPIC, 'hello')
  },

  end() {
    app.globalData.client.end()
  },

  reconnect() {
    app.globalData.client.reconnect()
  },
})
