/**
 * Options of the core, by the numbers of the enum in `src/wasm/calls.rs`, which says what each means;
 * `tests/shim/numbers.test.mjs` compares the two.
 */
export const enum CoreOption {
  AutoAssignTopicAlias = 1,
  AutoUseTopicAlias = 2,
  ConfirmRecords = 3,
  ConnectTimeout = 4,
  Fallback = 5,
  Keepalive = 6,
  ManualAck = 7,
  MaxInFlight = 8,
  NextPacketId = 9,
  ObservePackets = 10,
  QueueQosZero = 11,
  ReconnectOnConnackError = 12,
  ReconnectPeriod = 13,
  Resubscribe = 14,
  StoreSession = 15,
  Strict = 16,
  TokenProvider = 17,
}
