//! Calls that cross the boundary as a number, because there is little else to say: one export for what
//! JavaScript tells the core, and one import for what the core wants done, in place of one for each.

/// What JavaScript tells by `Core::input`. The shim repeats the numbers in `engine/core-numbers.ts`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Input {
    /// Connect now unless there is a connection, or one is being made.
    Connect = 0,
    /// Send PINGREQ if there is a connection.
    Ping = 1,
    /// Take back the request with the packet identifier `value`, if it is queued, or a message in flight.
    RemoveOutgoing = 2,
    /// The transport is open.
    TransportOpened = 3,
    /// The transport closed, or could not be opened.
    TransportClosed = 4,
    /// A deadline may have passed. Early and repeated calls do nothing.
    Timeout = 5,
    /// The app went to the background.
    AppHidden = 6,
    /// The app came to the foreground.
    AppShown = 7,
    /// The network was lost, was found, or changed; `value` is 1 if there is one.
    NetworkChanged = 8,
    /// Where the option `confirmRecords` is set: the record of the message of request `value` is stored.
    RecordStored = 9,
    /// The record could not be stored: the message is dropped.
    RecordFailed = 10,
}

impl Input {
    /// In the order of their numbers
    pub(super) const ALL: [Self; 11] = [
        Self::Connect,
        Self::Ping,
        Self::RemoveOutgoing,
        Self::TransportOpened,
        Self::TransportClosed,
        Self::Timeout,
        Self::AppHidden,
        Self::AppShown,
        Self::NetworkChanged,
        Self::RecordStored,
        Self::RecordFailed,
    ];
}

/// What the core wants done, or reports, by `Host::step`: with a packet, or with nothing. The shim repeats the
/// numbers in `engine/core-numbers.ts`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostStep {
    /// Open a transport.
    OpenTransport = 0,
    /// Close the transport.
    CloseTransport = 1,
    /// CONNACK accepted the connection.
    Connected = 2,
    /// The server does not speak MQTT 5: the client goes on with 3.1.1.
    FellBack = 3,
    /// DISCONNECT of the server
    Disconnected = 4,
    /// AUTH of the server
    Authenticate = 5,
    /// An attempt to connect again begins.
    Reconnecting = 6,
    /// A connection that was open is lost.
    Offline = 7,
    /// Nothing more will be reported: the core can be freed.
    Ended = 8,
    /// A packet was sent; only while packets are observed.
    PacketSent = 9,
    /// A packet was received; only while packets are observed.
    PacketReceived = 10,
}
