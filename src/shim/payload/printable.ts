/** Packets that crossed the boundary: their bytes print as text, like Node's Buffer in MQTT.js. */
import type { IProperties, IPublishPacket } from '../api'
import { Payload } from './payload'

/** Replaces the payload and binary properties of a packet, in place. */
export function printable<P extends object>(packet: P): P {
  const { payload, properties } = packet as Partial<IPublishPacket>
  if (payload instanceof Uint8Array) Object.assign(packet, { payload: new Payload(payload) })
  if (properties) printableProperties(properties)
  return packet
}

/** Replaces binary properties, in place. */
export function printableProperties(properties: IProperties): IProperties {
  const { correlationData, authenticationData } = properties
  if (correlationData) properties.correlationData = new Payload(correlationData)
  if (authenticationData) properties.authenticationData = new Payload(authenticationData)
  return properties
}
