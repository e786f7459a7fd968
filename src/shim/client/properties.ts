/** Properties of MQTT 5 in the packets that callbacks and snapshots show. */
import type { IProperties } from '../api'

/** Adds properties to a packet, in place; one that has none does not have the field. */
export function withProperties<P extends { properties?: IProperties | undefined }>(
  packet: P,
  properties: IProperties | undefined,
): P {
  if (properties) packet.properties = properties
  return packet
}
