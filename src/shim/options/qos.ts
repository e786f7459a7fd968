/** Quality of service, as pages write it. */
import type { QoS } from '../api'

/** Whether this is 0, 1 or 2. */
export function isQos(value: unknown): value is QoS {
  return value === 0 || value === 1 || value === 2
}
