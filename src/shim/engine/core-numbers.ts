/**
 * What crosses the boundary as a number, by the enums of `src/wasm/numbers.rs`, which says what each means.
 * `tests/shim/error-codes.test.mjs` compares the two.
 */

/** What the core is told by `Core.input`. */
export const enum Input {
  Connect = 0,
  Ping = 1,
  RemoveOutgoing = 2,
  TransportOpened = 3,
  TransportClosed = 4,
  Timeout = 5,
  AppHidden = 6,
  AppShown = 7,
  NetworkChanged = 8,
  RecordStored = 9,
  RecordFailed = 10,
}

/** What the core wants done by `Host.step`. */
export const enum HostStep {
  OpenTransport = 0,
  CloseTransport = 1,
  Connected = 2,
  FellBack = 3,
  Disconnected = 4,
  Authenticate = 5,
  Reconnecting = 6,
  Offline = 7,
  Ended = 8,
  PacketSent = 9,
  PacketReceived = 10,
}
