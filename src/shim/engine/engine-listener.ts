/** What an engine reports to its client. */
import type {
  IAuthPacket,
  IConnackPacket,
  IDisconnectPacket,
  IPublishPacket,
  MqttError,
  Packet,
} from '../api'
import type { Answer, Request } from './request'

/** Who is told what happens. Each call is a step of its own: it may throw, and may call the engine. */
export interface EngineListener {
  connectionAccepted(packet: IConnackPacket): void
  reconnectionStarted(): void
  connectionLost(): void
  /** The connection, or an attempt, is over; `cause` is why, unless the application wanted it. */
  connectionClosed(cause?: MqttError): void
  ended(): void
  errorReported(error: MqttError): void
  /** Something went wrong, and the connection continues. */
  warningReported(warning: MqttError): void
  disconnectReceived(packet: IDisconnectPacket): void
  /** The server wants the next step of enhanced authentication. */
  authenticate(packet: IAuthPacket): void
  messageReceived(packet: IPublishPacket): void
  /** No further message follows before `acknowledge` was called. */
  messageToAcknowledge(packet: IPublishPacket): void
  /** The core has taken a request. */
  requestAccepted(request: Request): void
  /** A store has taken the message of a request. */
  requestStored(request: Request): void
  /** The core or a store refused a request, and did nothing. */
  requestRefused(request: Request, error: MqttError): void
  /** Once for each request that was accepted: with the answer, or with the error that kept it away. */
  requestSettled(request: Request, error: MqttError | null, answer: Answer): void
  /** Every request of the core is settled. */
  idle(): void
  packetSent(packet: Packet): void
  packetReceived(packet: Packet): void
}
