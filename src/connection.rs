//! The state of one network connection. A new connection is a new value, so that nothing of an old
//! one remains.

mod aliases;
mod inbound;
mod keep_alive;
mod limits;
mod oversize;

use std::collections::VecDeque;

use crate::codec::{Ack, Packet, PacketId, QoS, Subscription, Version, reason};
use crate::error::ProtocolError;
use crate::request_id::RequestId;
use crate::timer::Instant;

pub(crate) use aliases::{IncomingAliases, OutgoingAliases};
pub(crate) use inbound::Inbound;
pub(crate) use keep_alive::KeepAlive;
pub(crate) use limits::Limits;
pub(crate) use oversize::OversizeMessage;

/// A network connection, or none.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    pub(crate) phase: Phase,
    /// Received bytes that are not decoded yet
    pub(crate) inbound: Inbound,
    /// The message that is being skipped, because it is larger than the client accepts
    pub(crate) oversize: Option<OversizeMessage>,
    /// The message that the application has not acknowledged; nothing behind it is decoded.
    pub(crate) unacknowledged: Option<Unacknowledged>,
    /// When the server accepted the connection
    pub(crate) accepted: Option<Instant>,
    pub(crate) pending: Pending,
    pub(crate) limits: Limits,
    pub(crate) incoming_aliases: IncomingAliases,
    pub(crate) outgoing_aliases: OutgoingAliases,
    pub(crate) keep_alive: KeepAlive,
}

/// How far a connection is established.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Phase {
    /// There is no transport.
    #[default]
    Closed,
    /// The transport is being opened.
    Opening,
    /// CONNECT was sent.
    Connecting,
    /// CONNACK accepted the connection.
    Connected,
}

/// A received message that the application has not acknowledged.
#[derive(Debug)]
pub(crate) struct Unacknowledged {
    pub(crate) qos: QoS,
    pub(crate) packet_id: Option<PacketId>,
}

impl Unacknowledged {
    /// The PUBACK or PUBREC with this reason code. MQTT 3 has no reason codes: every message is
    /// accepted.
    pub(crate) fn ack(&self, reason: u8, version: Version) -> Option<Packet> {
        let reason = if version == Version::V5 { reason } else { reason::SUCCESS };
        let ack = Ack { reason, ..self.packet_id?.into() };
        Some(match self.qos {
            QoS::ExactlyOnce => Packet::PubRec(ack), // [MQTT-4.3.3-2]
            _ => Packet::PubAck(ack),                // [MQTT-4.3.2-2]
        })
    }
}

/// What the server may still answer on this connection, apart from deliveries, which outlive it.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// SUBSCRIBE and UNSUBSCRIBE packets; mostly the first is answered first
    pub(crate) requests: VecDeque<PendingRequest>,
    /// Messages that the application has removed after they were sent
    pub(crate) removed: Vec<PacketId>,
}

impl Pending {
    /// Removes and returns the request with this packet identifier, if there is one. A request that
    /// `check` rejects stays, and fails with the connection.
    pub(crate) fn take_request(
        &mut self,
        packet_id: PacketId,
        check: impl Fn(&RequestKind) -> Result<(), ProtocolError>,
    ) -> Result<Option<PendingRequest>, ProtocolError> {
        let Some(at) = self.requests.iter().position(|request| request.packet_id == packet_id)
        else {
            return Ok(None);
        };
        check(&self.requests[at].kind)?;
        Ok(self.requests.remove(at))
    }

    /// Forgets a removed message that the server has answered; whether there was one.
    pub(crate) fn take_removed(&mut self, packet_id: PacketId) -> bool {
        let at = self.removed.iter().position(|removed| *removed == packet_id);
        at.map(|at| self.removed.swap_remove(at)).is_some()
    }

    /// The packet identifier of a request.
    pub(crate) fn packet_id(&self, request_id: RequestId) -> Option<PacketId> {
        let request = self.requests.iter().find(|request| request.request_id == Some(request_id));
        request.map(|request| request.packet_id)
    }
}

/// A request that the server has not answered.
#[derive(Debug)]
pub(crate) struct PendingRequest {
    pub(crate) packet_id: PacketId,
    /// `None` if the client itself subscribes again
    pub(crate) request_id: Option<RequestId>,
    pub(crate) kind: RequestKind,
}

#[derive(Debug)]
pub(crate) enum RequestKind {
    Subscribe(Vec<Subscription>),
    /// The number of filters
    Unsubscribe(usize),
}
