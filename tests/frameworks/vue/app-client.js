// A plugin of the app: `this.$mqtt` in all pages.
import { reactive } from 'vue'
import mqtt from './utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from './config.js'

export default {
  install(app) {
    app.config.globalProperties.$mqtt = reactive({
      client: null,
      connect() {
        if (this.client) return this.client
        this.client = mqtt.connect(ADDRESS, optionsOf('app'))
        this.client.on('connect', () => this.client.subscribe(TOPIC))
        return this.client
      },
    })
  },
}
