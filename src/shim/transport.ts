/** What carries bytes: a WebSocket of `wx` (`socket.ts`), or a stream of the application's (`stream.ts`). */

/** The network connection, again and again. */
export interface Transport {
  readonly isOpen: boolean
  /** Whether there is one, open or about to be */
  readonly isActive: boolean
  open(): void
  send(bytes: ArrayBuffer): void
  close(): void
}
