//! What the client wants done, and what it has to tell.

use bytes::BytesMut;

use crate::codec::{ConnAck, Packet, PacketId, Publish, SubAck};
use crate::error::{ConnectionError, Failure};

/// Something for the caller to do. To be carried out in the order in which it is polled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Output {
    /// Open a new transport, then call `handle_open` or `handle_close`.
    OpenTransport,
    /// Send these bytes: one or more whole packets, never empty.
    Send(BytesMut),
    /// Close the transport and forget it, with all that it may still deliver.
    CloseTransport,
    /// Tell the application.
    Event(Event),
}

/// Something the application may want to know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// The server accepted the connection.
    Connected(ConnAck),
    /// The connection is tried again; the transport is opened next.
    Reconnecting,
    /// The connection is gone and will be tried again: once an outage, before `Closed`.
    Offline,
    /// The connection, or an attempt to make it, is over.
    Closed,
    /// The client has left for good: told once, after everything else.
    Ended,
    /// What went wrong; followed by `Closed` unless it says otherwise.
    Error(ConnectionError),
    /// A message came in.
    Message(Publish),
    /// The request is done: written (QoS 0), or answered by PUBACK, PUBCOMP or UNSUBACK.
    Completed {
        /// Of the request
        token: Token,
        /// It had this one, unless it was a QoS 0 message.
        packet_id: Option<PacketId>,
    },
    /// The server answered SUBSCRIBE.
    Granted {
        /// Of the request
        token: Token,
        /// With one code a filter, in their order
        suback: SubAck,
    },
    /// The request will not be answered.
    Failed {
        /// Of the request
        token: Token,
        /// Why
        failure: Failure,
    },
    /// A packet goes out. Only told while packets are observed.
    PacketSent(Packet),
    /// A packet came in. Only told while packets are observed.
    PacketReceived(Packet),
}

/// Names one request, so that its answer can be told apart. Never 0.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Token(pub u32);
