/**
 * Return codes of MQTT 3 (up to 5) and reason codes of MQTT 5 in words. The words are MQTT.js's, since
 * pages compare them; `mqtt.ReasonCodes` is this table.
 */
export const ReasonCodes: Record<number, string> = {
  0: '',
  1: 'Unacceptable protocol version',
  2: 'Identifier rejected',
  3: 'Server unavailable',
  4: 'Bad username or password',
  5: 'Not authorized',
  16: 'No matching subscribers',
  17: 'No subscription existed',
}

/** The words for a code, or the number of one that the standard does not know. */
export function reasonText(reason: number): string {
  return ReasonCodes[reason] || `reason code ${reason}`
}

/** Of the reason codes from 128 on, which have no gap */
const FAILURES =
  'Unspecified error,Malformed Packet,Protocol Error,Implementation specific error,' +
  'Unsupported Protocol Version,Client Identifier not valid,Bad User Name or Password,' +
  'Not authorized,Server unavailable,Server busy,Banned,Server shutting down,' +
  'Bad authentication method,Keep Alive timeout,Session taken over,Topic Filter invalid,' +
  'Topic Name invalid,Packet identifier in use,Packet Identifier not found,' +
  'Receive Maximum exceeded,Topic Alias invalid,Packet too large,Message rate too high,' +
  'Quota exceeded,Administrative action,Payload format invalid,Retain not supported,' +
  'QoS not supported,Use another server,Server moved,Shared Subscriptions not supported,' +
  'Connection rate exceeded,Maximum connect time,Subscription Identifiers not supported,' +
  'Wildcard Subscriptions not supported'

FAILURES.split(',').forEach((words, at) => {
  ReasonCodes[128 + at] = words
})
