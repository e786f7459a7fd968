/**
 * What a call of the core or of the host is about, by the numbers of the enums in `src/wasm/calls.rs`, which says what each
 * means; `tests/shim/numbers.test.mjs` compares the two.
 */

/** What happened, or what the page wants and nobody answers. */
export const enum Input {
  Timeout = 0,
  Connect = 1,
  Ping = 2,
  TransportOpened = 3,
  TransportClosed = 4,
  AppHidden = 5,
  AppShown = 6,
  NetworkLost = 7,
  NetworkChanged = 8,
  RecordStored = 9,
  RecordNotStored = 10,
  RemoveOutgoing = 11,
}

/** What can be refused. */
export const enum Command {
  Disconnect = 0,
  DisconnectNow = 1,
  Authenticate = 2,
  Acknowledge = 3,
  Subscribe = 4,
  Unsubscribe = 5,
  SetConnectProperties = 6,
  DropProperties = 7,
  Validate = 8,
  PutSubscriptions = 9,
}

/** What can be asked. */
export const enum Query {
  Deadline = 0,
  PacketId = 1,
  LastPacketId = 2,
  IsReplaceable = 3,
}

/** What is done with a topic filter. */
export const enum FilterUse {
  Add = 0,
  IsValid = 1,
  IsSubscribed = 2,
}

/** The type of a property whose value crosses as bytes. */
export const enum PropertyType {
  Text = 0,
  Binary = 1,
  User = 2,
}

/** What the core wants done, or reports. */
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
