// The client is a variable of a module.
import { TOPIC } from '../../config.js'
import { endClient, getClient } from '../../utils/client.js'

Page({
  data: { state: 'idle', message: '', count: 0 },

  onLoad() {
    const client = getClient()
    client.on('connect', () => this.setData({ state: 'online' }))
    client.on('message', (topic, payload) => {
      this.setData({ message: `${payload}`, count: this.data.count + 1 })
    })
    client.on('close', () => this.setData({ state: 'closed' }))
    client.on('end', () => this.setData({ state: 'ended' }))
  },

  onUnload: endClient,

  publish() {
    getClient().publish(TOPIC, 'hello')
  },

  end() {
    getClient().end()
  },

  reconnect() {
    getClient().reconnect()
  },
})
