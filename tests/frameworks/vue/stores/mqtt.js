import { defineStore } from 'pinia'
import mqtt from '../utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../config.js'

export const useMqttStore = defineStore('mqtt', {
  state: () => ({ client: null, state: 'idle', message: '', count: 0 }),

  actions: {
    connect() {
      this.client = mqtt.connect(ADDRESS, optionsOf('pinia'))
      this.client.on('connect', () => {
        this.state = 'online'
        this.client.subscribe(TOPIC)
      })
      this.client.on('message', (topic, payload) => {
        this.message = payload.toString()
        this.count++
      })
      this.client.on('close', () => this.$patch({ state: 'closed' }))
      this.client.on('end', () => this.$patch({ state: 'ended' }))
    },
    publish(payload) {
      this.client.publish(TOPIC, payload)
    },
    end() {
      this.client.end()
    },
    reconnect() {
      this.client.reconnect()
    },
  },
})
