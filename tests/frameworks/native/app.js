import mqtt from './utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from './config.js'

App({
  globalData: { client: null, shared: null },

  /** The client of pages/app, which outlives the page. */
  connect() {
    const client = mqtt.connect(ADDRESS, optionsOf('app'))
    client.on('connect', () => client.subscribe(TOPIC))
    this.globalData.client = client
    return client
  },
})
