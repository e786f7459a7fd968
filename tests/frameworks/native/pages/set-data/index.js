// The page's data gets a copy of the client at every event, as setData makes it.
import mqtt from '../../utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../../config.js'

Page({
  data: { client: null, state: 'idle', message: '', count: 0 },

  onLoad() {
    const client = mqtt.connect(ADDRESS, optionsOf('set-data'))
    this.client = client
    this.setData({ client })
    client.on('connect', () => {
      this.setData({ client, state: 'online' })
      client.subscribe(TOPIC, () => this.setData({ client, 'client.topic': TOPIC }))
    })
    client.on('message', (topic, payload, packet) => {
      this.setData({ client, packet, message: payload.toString(), count: this.data.count + 1 })
    })
    client.on('close', () => this.setData({ client, state: 'closed' }))
    client.on('end', () => this.setData({ client, state: 'ended' }))
  },

  onUnload() {
    this.client.end()
    this.setData({ client: null })
  },

  publish() {
    this.client.publish(TOPIC, 'hello')
  },

  end() {
    this.client.end()
  },

  reconnect() {
    this.client.reconnect()
  },
})
