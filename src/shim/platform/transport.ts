/**
 * What carries bytes to the server: a WebSocket of `wx` (`socket.ts`), or a stream that the application
 * provides (`stream-transport.ts`). One transport makes one network connection at a time, again and again.
 */
import type { MqttError } from '../api'
import type { SendProgress } from './send-progress'

export interface Transport {
  readonly isOpen: boolean
  /** Whether there is a network connection, open or being opened */
  readonly isActive: boolean
  /** Starts to open one. The listener is told how that ended, possibly before this returns. */
  open(): void
  /** What the network connection has sent; `undefined` if there is none */
  readonly progress: SendProgress | undefined
  /** Sends all of a buffer as one message. Ignored if it is not open. */
  send(bytes: ArrayBuffer): void
  /** Closes it. The listener is not told, and hears nothing more of this network connection. */
  close(): void
}

/** Who is told what happens on a transport. */
export interface TransportListener {
  transportOpened(): void
  transportReceived(bytes: Uint8Array): void
  /** Once for each network connection that was not closed by `close()`. */
  transportClosed(error?: MqttError): void
}
