/**
 * Errors have a code for programs and a hint for people, in Chinese and in English. No error ever
 * carries a password, a secret or a token. Their texts are where they arise; those of the core in
 * `core-errors.ts`, those of sockets in `socket-errors.ts`.
 */
import type { MqttError } from './api'

export function mqttError(code: number | string, message: string, hint = ''): MqttError {
  return Object.assign(new Error(message), { name: 'MqttError', code, hint })
}

/** What an unknown thrown value, or a failure that wx reports, says. */
export function wordsOf(error: unknown): string {
  const { message, errMsg } = Object(error) as { message?: unknown; errMsg?: unknown }
  return String(message || errMsg || error)
}
