/**
 * The errors that cross the boundary, by the numbers of the enum in `src/wasm/error_code.rs`, which says
 * what each means. They are repeated here so that rooms below the engine need not load the core;
 * `tests/shim/error-codes.test.mjs` compares the two.
 */
export const enum ErrorCode {
  InvalidTopic = 1,
  InvalidFilter = 2,
  NoFilters = 3,
  InvalidQos = 4,
  PacketTooLarge = 5,
  QueueFull = 6,
  NotConnected = 7,
  Disconnecting = 8,
  InvalidOption = 9,
  ConnectionRefused = 10,
  ConnackTimeout = 11,
  KeepAliveTimeout = 12,
  Malformed = 13,
  ProtocolError = 14,
  ConnectionLost = 15,
  ResubscribeRefused = 16,
  Ended = 17,
  PublishRefused = 18,
  Unsupported = 19,
  Expired = 20,
  Disconnected = 21,
  VersionRefused = 22,
  InvalidProperty = 23,
  NoLocalOnShared = 24,
  InvalidReason = 25,
  NoAuthenticationMethod = 26,
  TopicAliasRange = 27,
  TopicAliasUnknown = 28,
  Removed = 29,
  Overrun = 30,
  InvalidRecord = 31,
}
