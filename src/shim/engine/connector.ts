/**
 * Connects when the core says so: gets a token if the client needs one, and opens the transport. An
 * attempt that the core has given up meanwhile is not continued.
 */
import type { MqttError } from '../api'
import type { Settings } from '../options/table'
import type { Transport } from '../platform/transport'
import type { Credentials } from './credentials'
import type { ReceiveQueue } from './receive-queue'

/** Who is told how an attempt goes on, besides the listener of the transport. */
export interface ConnectorListener {
  /** The transport is being opened, and user name and password are those of this attempt. */
  transportOpening(): void
  transportClosed(error?: MqttError): void
}

export class Connector {
  /** Counts what is opened and closed, so that a late token is known to be late */
  private attempts = 0

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
    private readonly received: ReceiveQueue,
    /** `undefined` for a client whose password is an option */
    private readonly credentials: Credentials | undefined,
    private readonly listener: ConnectorListener,
  ) {}

  /** `now` is a clock. */
  open(now: () => number): void {
    const attempt = ++this.attempts
    const { credentials, listener } = this
    if (!credentials) return this.openTransport()
    credentials.get(now).then(
      token => {
        if (attempt !== this.attempts) return
        this.settings.password = token
        this.openTransport()
      },
      error => {
        if (attempt === this.attempts) listener.transportClosed(error)
      },
    )
  }

  /** Gives up the attempt or the connection. */
  close(): void {
    this.attempts++
    this.transport.close()
    this.received.clear()
  }

  private openTransport(): void {
    this.transport.open()
    if (this.transport.isActive) this.listener.transportOpening()
  }
}
