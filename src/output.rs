//! What the client wants done, and what it has to tell.

use bytes::BytesMut;

use crate::codec::{Ack, Auth, ConnAck, Packet, Publish, Record, RecordKey, SubAck, UnsubAck};
use crate::error::{ConnectionError, Failure};

/// Something for the caller to do. To be carried out in the order in which it is polled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Output {
    /// Open a new transport, then call `handle_open` or `handle_close`.
    OpenTransport,
    /// Send these bytes: one or more whole packets, never empty.
    Send(BytesMut),
    /// Keep this record in storage, under its key, before anything that comes behind it is done.
    Store(Record),
    /// Erase the record with this key, if there is one.
    Erase(RecordKey),
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
    /// The server does not speak MQTT 5: the client goes on with MQTT 3.1.1.
    FellBack,
    /// The connection is gone and will be tried again: once an outage, before `Closed`.
    Offline,
    /// The connection, or an attempt to make it, is over.
    Closed,
    /// The client has left for good: told once, after everything else.
    Ended,
    /// What went wrong; followed by `Closed` unless it says otherwise.
    Error(ConnectionError),
    /// The server wants the next step of enhanced authentication: `authenticate` gives it. With
    /// reason code 0 the exchange is done.
    Authenticate(Auth),
    /// A message came in.
    Message(Publish),
    /// A message is written (QoS 0), or delivered (QoS 1 and 2).
    Published {
        /// Of the request
        token: Token,
        /// PUBACK, PUBREC or PUBCOMP that ended it; `None` at QoS 0
        answer: Option<Ack>,
    },
    /// The server answered SUBSCRIBE.
    Subscribed {
        /// Of the request
        token: Token,
        /// With one code a filter, in their order
        suback: SubAck,
    },
    /// The server answered UNSUBSCRIBE.
    Unsubscribed {
        /// Of the request
        token: Token,
        /// In MQTT 5 with one code a filter, in their order
        unsuback: UnsubAck,
    },
    /// The request will not be done.
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
