// One client for all pages, in a variable of the module.
import mqtt from './mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../config.js'

let client = null

export function getClient() {
  if (!client) {
    client = mqtt.connect(ADDRESS, optionsOf('module'))
    client.on('connect', () => client.subscribe(TOPIC))
  }
  return client
}

export function endClient() {
  if (client) client.end()
  client = null
}
