/** The same as a Bed with MQTT.js in place of the built library: how another client fares. */
import mqtt from 'mqtt'
import { Bed } from './bed.mjs'

export class ReferenceBed extends Bed {
  open(options) {
    const client = mqtt.connect(this.url.replace(/^wx/, 'ws'), { ...options, ca: this.ca })
    const phone = { violations: [], uncaught: [] }
    return { client, phone, drop: () => client.stream.destroy() }
  }
}
