/** Enhanced authentication (MQTT 5, section 4.12): the server asks, the application answers. */
import type { IAuthPacket, IClientOptions, MqttClient, MqttError } from '../api'
import { mqttError } from '../errors/errors'

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
    if (!answer) return failed(noAnswer())
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

function noAnswer(): MqttError {
  const hint =
    '服务器要求继续认证：请改写 handleAuth，或给 authPacket 选项。 ' +
    'The server wants another step: replace handleAuth, or give the option authPacket.'
  const message = 'Protocol error: No auth packet to continue the authentication exchange'
  return mqttError('NO_AUTH_ANSWER', message, hint)
}

/** Reason code of AUTH: continue authentication */
const CONTINUE = 0x18

/** Reason code of AUTH: re-authenticate */
export const REAUTHENTICATE = 0x19
