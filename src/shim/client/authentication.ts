/** Enhanced authentication (MQTT 5, section 4.12): the server asks, the application answers. */
import type { IAuthPacket, IClientOptions, MqttClient, MqttError } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'

/** `sendAuth` returns the error if it cannot. After `failed` this connection cannot be used. */
export function authenticate(
  challenge: IAuthPacket,
  client: Pick<MqttClient, 'handleAuth'>,
  sendAuth: (packet: IAuthPacket) => MqttError | undefined,
  failed: (error: Error) => void,
): void {
  client.handleAuth(challenge, (error, answer) => {
    if (error) return failed(error)
    if (challenge.reasonCode !== CONTINUE) return // it is completed
    if (!answer) return failed(coreError(ErrorCode.NoAuthAnswer))
    const refused = sendAuth(answer)
    if (refused) failed(refused)
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
