//! What dies with the network connection. A new connection is a new value.

mod aliases;
mod limits;

use bytes::BytesMut;

use crate::codec::{Ack, Packet, PacketId, QoS, Subscription, Version, reason};
use crate::error::ProtocolError;
use crate::output::Token;
use crate::timer::Instant;

pub(crate) use aliases::{IncomingAliases, OutgoingAliases};
pub(crate) use limits::Limits;

/// One network connection, or none.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    pub(crate) phase: Phase,
    /// Bytes of a packet that is not complete yet
    pub(crate) inbound: BytesMut,
    /// The message that the application has not acknowledged; nothing behind it is read
    pub(crate) unacknowledged: Option<Unacknowledged>,
    /// SUBSCRIBE and UNSUBSCRIBE that the server has not answered
    pub(crate) requests: Vec<Request>,
    /// Messages that the application has taken back after they were sent: the server may answer yet
    pub(crate) removed: Vec<PacketId>,
    /// What the server said in CONNACK
    pub(crate) limits: Limits,
    pub(crate) incoming_aliases: IncomingAliases,
    pub(crate) outgoing_aliases: OutgoingAliases,
    /// Seconds of silence that the server allows; 0 for any
    pub(crate) keep_alive: u16,
    /// PINGRESP is awaited to know whether the connection is alive at all: nothing else will do.
    pub(crate) probing: bool,
    /// When the server accepted the connection
    pub(crate) accepted: Option<Instant>,
    pub(crate) last_sent: Instant,
    pub(crate) last_received: Instant,
}

impl Connection {
    /// Takes out the request with this packet identifier, if there is one. One that the answer does
    /// not fit stays, and fails with the connection.
    pub(crate) fn take_request(
        &mut self,
        packet_id: PacketId,
        fits: impl Fn(&RequestKind) -> Result<(), ProtocolError>,
    ) -> Result<Option<Request>, ProtocolError> {
        let Some(at) = self.requests.iter().position(|request| request.packet_id == packet_id)
        else {
            return Ok(None);
        };
        fits(&self.requests[at].kind)?;
        Ok(Some(self.requests.remove(at)))
    }
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Phase {
    /// There is no transport.
    #[default]
    Closed,
    /// Waiting for the transport
    Opening,
    /// CONNECT is sent.
    Connecting,
    /// CONNACK has accepted the client.
    Connected,
}

/// A message that waits for the application: its QoS, and its identifier if it has one.
#[derive(Debug)]
pub(crate) struct Unacknowledged {
    pub(crate) qos: QoS,
    pub(crate) packet_id: Option<PacketId>,
}

impl Unacknowledged {
    /// PUBACK or PUBREC; MQTT 3 has no reasons, it can only take a message.
    pub(crate) fn answer(&self, reason: u8, version: Version) -> Option<Packet> {
        let reason = if version == Version::V5 { reason } else { reason::SUCCESS };
        let ack = Ack { reason, ..self.packet_id?.into() };
        Some(match self.qos {
            QoS::ExactlyOnce => Packet::PubRec(ack), // [MQTT-4.3.3-2]
            _ => Packet::PubAck(ack),                // [MQTT-4.3.2-2]
        })
    }
}

/// A request whose answer is of use only on the connection it was sent on.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) packet_id: PacketId,
    /// `None` if it is the client's own: subscriptions that are made again
    pub(crate) token: Option<Token>,
    pub(crate) kind: RequestKind,
}

#[derive(Debug)]
pub(crate) enum RequestKind {
    Subscribe(Vec<Subscription>),
    /// How many filters
    Unsubscribe(usize),
}
