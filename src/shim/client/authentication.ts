/** Enhanced authentication (MQTT 5, section 4.12): the server asks, the application answers. */
import type { AuthCallback, IAuthPacket, IClientOptions, MqttError } from '../api'
import { coreError } from '../errors/core-errors'
import { mqttError } from '../errors/errors'

/** Who can answer AUTH of the server. */
export interface Authenticator {
  handleAuth(packet: IAuthPacket, callback: AuthCallback): void
  /** 0, or a negative `ErrorCode`. */
  sendAuth(packet: IAuthPacket): number
  /** The authentication cannot continue on this connection. */
  failed(error: Error | MqttError): void
}

export function authenticate(challenge: IAuthPacket, authenticator: Authenticator): void {
  authenticator.handleAuth(challenge, (error, answer) => {
    if (error) return authenticator.failed(error)
    if (challenge.reasonCode !== CONTINUE) return // it is completed
    if (!answer) return authenticator.failed(noAnswer())
    const refused = authenticator.sendAuth(answer)
    if (refused < 0) authenticator.failed(coreError(-refused))
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
