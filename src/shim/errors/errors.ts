/**
 * What an error of this library is: a message, a code for programs and a hint for people, in Chinese
 * and in English, and whether the library tries again by itself. No error ever carries a password, a
 * secret or a token: what comes from outside gets into a message by `messageOf` or `redact`.
 *
 * The classes are those that MQTT.js exports. The texts of errors that can only occur
 * while there is a module are in it (see `core-errors.ts`), all others where they are made.
 */
import type { ISubackPacket, MqttError } from '../api'
import { redact } from './secrets'

/** An error for which the server gave a reason code, or a return code of MQTT 3. */
export class ErrorWithReasonCode extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message)
    // a compiler that turns classes into functions loses the prototype of what extends Error
    Object.setPrototypeOf(this, ErrorWithReasonCode.prototype)
    this.name = 'ErrorWithReasonCode'
  }
}

/** A subscription that the server refused, with what it said. */
export class ErrorWithSubackPacket extends Error {
  constructor(
    message: string,
    readonly packet: ISubackPacket,
  ) {
    super(message)
    Object.setPrototypeOf(this, ErrorWithSubackPacket.prototype)
    this.name = 'ErrorWithSubackPacket'
  }
}

/** An error whose code is a reason code of the server, as in MQTT.js. */
export function reasonError(code: number, message: string, hint = ''): MqttError {
  return Object.assign(new ErrorWithReasonCode(message, code), { hint, final: false })
}

/** An error of this library; `code` is a name in capitals. */
export function mqttError(code: number | string, message: string, hint = ''): MqttError {
  return Object.assign(new Error(message), { name: 'MqttError', code, hint, final: false })
}

/** Whether it has a code and a hint already, and needs neither a wrapper nor another text. */
export function isMqttError(error: unknown): error is MqttError {
  return error instanceof Error && 'hint' in error
}

/**
 * The message of anything that can be thrown, or of a failure that `wx` reports (`errMsg`), without
 * secrets.
 */
export function messageOf(error: unknown): string {
  const { message, errMsg } = Object(error) as { message?: unknown; errMsg?: unknown }
  return redact(String(message || errMsg || error))
}
