// The client is put into the page's data, past setData, with the options that it is made of.
import mqtt from '../../utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../../config.js'

Page({
  data: { client: null, options: optionsOf('data'), state: 'idle', message: '', count: 0 },

  onLoad() {
    this.data.client = mqtt.connect(ADDRESS, { ...this.data.options })
    this.data.client.on('connect', () => {
      this.setData({ state: 'online' })
      this.data.client.subscribe(TOPIC, { qos: 1 })
    })
    this.data.client.on('message', (topic, payload) => {
      this.setData({ message: payload.toString(), count: this.data.count + 1 })
    })
    this.data.client.on('close', () => this.setData({ state: 'closed' }))
    this.data.client.on('end', () => this.setData({ state: 'ended' }))
  },

  onUnload() {
    this.data.client.end()
  },

  publish() {
    this.data.client.publish(TOPIC, 'hello', { qos: 1 })
  },

  end() {
    this.data.client.end()
  },

  reconnect() {
    this.data.client.reconnect()
  },
})
