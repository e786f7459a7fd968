//! What the client reports to the application.

use bytes::Bytes;

use crate::codec::{Ack, Auth, ConnAck, DecodeError, Packet, Publish, SubAck, UnsubAck};
use crate::error::{ConnectionError, Failure};
use crate::leniency::Leniency;
use crate::request_id::RequestId;

/// Something that the application may want to know.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The server accepted the connection.
    Connected(ConnAck),
    /// The client tries to connect again; opening the transport comes next.
    Reconnecting,
    /// The server does not support MQTT 5: the client continues with MQTT 3.1.1.
    FellBack,
    /// The connection was lost and will be made again: once per outage, before `Closed`.
    Offline,
    /// The connection, or an attempt to connect, is over.
    Closed,
    /// The client has disconnected for good: emitted once, after everything else.
    Ended,
    /// An error; followed by `Closed` unless [`ConnectionError`] says otherwise.
    Error(ConnectionError),
    /// The server sent AUTH. [`CONTINUE_AUTHENTICATION`] asks for the next step, which
    /// [`Client::authenticate`] sends; with [`SUCCESS`] the exchange is complete.
    ///
    /// [`CONTINUE_AUTHENTICATION`]: crate::codec::reason::CONTINUE_AUTHENTICATION
    /// [`SUCCESS`]: crate::codec::reason::SUCCESS
    /// [`Client::authenticate`]: crate::Client::authenticate
    Authenticate(Auth),
    /// A message was received. Boxed, as it passes through several hands.
    Message(Box<Publish>),
    /// A message was acknowledged and dropped, because what its publisher chose is invalid, or because
    /// it is larger than the client accepts. With [`Options::strict`] it ends the connection instead.
    ///
    /// [`Options::strict`]: crate::Options::strict
    MessageDropped {
        /// The topic as it was sent, which may be the invalid part; empty if an unknown alias stood for it
        topic: Bytes,
        /// What is wrong
        error: DecodeError,
    },
    /// The server did something that the standard forbids, and the connection continues. Emitted once
    /// for each kind.
    Tolerated(Leniency),
    /// A message was sent (QoS 0), or delivered (QoS 1 and 2).
    Published {
        /// Of the request
        request_id: RequestId,
        /// The PUBACK, PUBREC or PUBCOMP that completed it; `None` at QoS 0
        ack: Option<Ack>,
    },
    /// The server refused a message of QoS 1 or 2.
    Refused {
        /// Of the request
        request_id: RequestId,
        /// The PUBACK, PUBREC or PUBCOMP with the reason
        ack: Ack,
    },
    /// The server answered SUBSCRIBE.
    Subscribed {
        /// Of the request
        request_id: RequestId,
        /// One code for each filter, in their order
        suback: Box<SubAck>,
    },
    /// The server answered UNSUBSCRIBE.
    Unsubscribed {
        /// Of the request
        request_id: RequestId,
        /// In MQTT 5 one code for each filter, in their order
        unsuback: Box<UnsubAck>,
    },
    /// A request that was accepted failed.
    Failed {
        /// Of the request
        request_id: RequestId,
        /// The cause
        failure: Failure,
    },
    /// A packet is sent. Emitted only if [`Client::observe_packets`] is on.
    ///
    /// [`Client::observe_packets`]: crate::Client::observe_packets
    PacketSent(Box<Packet>),
    /// A packet was received. Emitted only if [`Client::observe_packets`] is on.
    ///
    /// [`Client::observe_packets`]: crate::Client::observe_packets
    PacketReceived(Box<Packet>),
}
