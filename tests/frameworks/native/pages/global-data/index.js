// Each run of this file connects anew, and ends what an earlier run has left in globalData.
import mqtt from '../../utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../../config.js'

const { globalData } = getApp()

Page({
  data: { state: 'idle', message: '', count: 0 },

  onLoad() {
    if (globalData.shared) globalData.shared.end(true)
    const client = mqtt.connect(ADDRESS, optionsOf('global-data'))
    globalData.shared = client
    client.on('connect', () => {
      this.setData({ state: 'online' })
      client.subscribe(TOPIC)
    })
    client.on('message', (topic, payload) => {
      this.setData({ message: payload.toString(), count: this.data.count + 1 })
    })
    client.on('close', () => this.setData({ state: 'closed' }))
    client.on('end', () => this.setData({ state: 'ended' }))
  },

  onUnload() {
    globalData.shared.end()
    globalData.shared = null
  },

  publish() {
    globalData.shared.publish(TOPIC, 'hello')
  },

  end() {
    globalData.shared.end()
  },

  reconnect() {
    globalData.shared.reconnect()
  },
})
