/** What `mqtt.min.js` exports: `connect`, which carries everything else, in every form of import. */
import { MqttClient } from './client'
import { fetchAppToken, fetchUserToken } from './easemob'
import { settingsFor } from './options'
import type { IClientOptions } from './api'

function connect(url: string | IClientOptions, options?: IClientOptions): MqttClient {
  return new MqttClient(settingsFor(url, options))
}

const mqtt = Object.assign(connect, {
  connect,
  MqttClient,
  Client: MqttClient,
  easemob: { fetchAppToken, fetchUserToken },
  default: connect,
})

export = mqtt
