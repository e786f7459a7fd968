/** Numbers as pages write them: from a form or from storage they come as text, and `false` is none. */
import type { QoS } from '../api'

/** The number that a text of one, `false` or `null` stands for; anything else is returned as it is. */
export function numberOf(value: unknown): unknown {
  if (typeof value !== 'string' && value !== false && value !== null) return value
  const number = Number(value)
  return number === number ? number : value
}

/** A quality of service, 0 if there is none; `undefined` if this is not one. */
export function qosOf(value: unknown): QoS | undefined {
  const qos = value === undefined ? 0 : numberOf(value)
  return qos === 0 || qos === 1 || qos === 2 ? qos : undefined
}
