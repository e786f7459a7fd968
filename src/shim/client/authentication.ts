/** Enhanced authentication (MQTT 5, section 4.12): the server asks, the application answers. */
import type { IAuthPacket, IClientOptions, MqttClient } from '../api'
import type { Engine } from '../engine/engine'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'

/** Who authenticates. */
export interface Authenticating {
  readonly client: Pick<MqttClient, 'handleAuth'>
  readonly engine: Pick<Engine, 'drop' | 'sendAuth'>
  report(error: Error): void
}

/** Has the application answer, and sends that. Where it fails, the connection cannot be used any longer. */
export function authenticate(challenge: IAuthPacket, connection: Authenticating): void {
  const { client, engine } = connection
  client.handleAuth(challenge, (error, answer) => {
    const isCompleted = challenge.reasonCode !== CONTINUE
    if (!error && isCompleted) return
    const failure = error || (answer ? engine.sendAuth(answer) : coreError(ErrorCode.NoAuthAnswer))
    if (!failure) return
    connection.report(failure)
    engine.drop()
  })
}

/** The answer of the option `authPacket`, which serves for every challenge. */
export function answerOf(
  { reasonCode }: IAuthPacket,
  { authPacket }: IClientOptions,
): IAuthPacket | undefined {
  if (reasonCode !== CONTINUE || !authPacket) return undefined
  return { cmd: 'auth', reasonCode: CONTINUE, properties: authPacket.properties }
}

/** Reason code of AUTH: continue authentication */
const CONTINUE = 0x18

/** Reason code of AUTH: re-authenticate */
export const REAUTHENTICATE = 0x19
