//! The state that survives a network connection: messages in flight in both directions, queued
//! requests, subscriptions. `client` decides when something may be sent.

mod in_flight;
mod packet_ids;
mod queue;
mod record;
mod subscriptions;

use std::mem;

use crate::codec::PacketId;
use crate::request_id::RequestId;
use crate::timer::Instant;

use in_flight::InFlight;
use packet_ids::PacketIds;
use queue::Queue;
pub(crate) use queue::{Entry, Queued, reduce_expiry};
pub use record::{DeliveryState, RecordKey, SessionRecord};
pub(crate) use subscriptions::Subscriptions;

/// The session state of the client. [MQTT-3.1.2-4], section 4.1
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) in_flight: InFlight,
    pub(crate) packet_ids: PacketIds,
    pub(crate) queue: Queue,
    pub(crate) subscriptions: Subscriptions,
    /// QoS 2 messages that were received, and that PUBREL has not released
    received: Vec<PacketId>,
    last_request_id: u32,
}

/// Session state that became invalid because the server has no session.
pub(crate) struct InvalidState {
    /// Outgoing deliveries that were released: the server had accepted the messages
    pub(crate) released: Vec<(RequestId, PacketId)>,
    /// Incoming QoS 2 messages that the server had not released
    pub(crate) received: Vec<PacketId>,
}

impl Session {
    /// A session whose packet identifiers start at this number.
    pub(crate) fn new(first_packet_id: u32) -> Self {
        Self { packet_ids: PacketIds::starting_at(first_packet_id), ..Self::default() }
    }

    /// Whether nothing is queued or in flight to the server.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.queue.is_empty()
    }

    /// Bytes of all messages that are queued or in flight, approximately.
    pub(crate) fn size(&self) -> usize {
        self.in_flight.size() + self.queue.size()
    }

    pub(crate) fn next_request_id(&mut self) -> RequestId {
        self.last_request_id = self.last_request_id.checked_add(1).unwrap_or(1);
        RequestId(self.last_request_id)
    }

    /// Queues a request, with a packet identifier for it as long as these are plentiful.
    pub(crate) fn enqueue(&mut self, queued: Queued) -> RequestId {
        let request_id = self.next_request_id();
        let may_reserve = queued.has_packet_id() && self.packet_ids.is_plentiful();
        let packet_id = if may_reserve { self.packet_ids.allocate() } else { None };
        self.queue.push(Entry { request_id, packet_id, queued });
        request_id
    }

    /// Removes a delivery that cannot be completed.
    pub(crate) fn cancel_delivery(&mut self, packet_id: PacketId) -> Option<RequestId> {
        self.packet_ids.release(packet_id);
        self.in_flight.remove_sent(packet_id)
    }

    /// Restores a delivery of a stored session.
    pub(crate) fn restore_delivery(&mut self, request_id: RequestId, state: DeliveryState) {
        self.last_request_id = self.last_request_id.max(request_id.0);
        match state {
            DeliveryState::Queued(publish, since) => {
                self.queue.restore(request_id, Queued::Publish(publish, Instant(since)));
            }
            DeliveryState::Sent(publish) => {
                if let Some(packet_id) = publish.packet_id {
                    self.packet_ids.restore(packet_id);
                    self.in_flight.restore(packet_id, request_id, publish);
                }
            }
            DeliveryState::Released(packet_id) => {
                self.packet_ids.restore(packet_id);
                self.in_flight.restore_released(packet_id, request_id);
            }
        }
    }

    /// The server has no session. Messages that it had not accepted will be sent again as new;
    /// those that it had accepted (PUBREC) are complete as far as the client can know.
    pub(crate) fn server_lost_session(&mut self) -> InvalidState {
        let received = mem::take(&mut self.received);
        let released = self.in_flight.session_lost();
        for (_, packet_id) in &released {
            self.packet_ids.release(*packet_id);
        }
        InvalidState { released, received }
    }

    /// Drops everything that is queued or in flight to the server; the requests, oldest first.
    pub(crate) fn cancel_all(&mut self) -> Vec<RequestId> {
        let mut request_ids = Vec::new();
        for (request_id, packet_id) in self.in_flight.drain() {
            self.packet_ids.release(packet_id);
            request_ids.push(request_id);
        }
        while let Some(Entry { request_id, packet_id, .. }) = self.queue.pop() {
            self.packet_ids.release_reserved(packet_id);
            request_ids.push(request_id);
        }
        request_ids
    }

    /// Removes a queued request, or a message that is in flight. If that was sent on the current connection, its
    /// identifier goes to `removed` and stays in use until the server answers or the connection
    /// ends. [MQTT-2.2.1-3]
    pub(crate) fn remove_outgoing(
        &mut self,
        packet_id: PacketId,
        removed: &mut Vec<PacketId>,
    ) -> Option<RequestId> {
        if let Some(request_id) = self.queue.remove(packet_id) {
            self.packet_ids.release(packet_id);
            return Some(request_id);
        }
        let (request_id, sent) = self.in_flight.remove_message(packet_id)?;
        if sent {
            removed.push(packet_id);
        } else {
            self.packet_ids.release(packet_id);
        }
        Some(request_id)
    }

    /// Removes a message that is queued, or whose record is not stored; whether there is one.
    pub(crate) fn withdraw(&mut self, request_id: RequestId) -> bool {
        let removed = match self.queue.take(request_id) {
            Some(entry) => entry.packet_id,
            None => match self.in_flight.remove_held(request_id) {
                None => return false,
                held => held,
            },
        };
        self.packet_ids.release_reserved(removed);
        true
    }

    /// A QoS 2 message was received: whether it is new to the application. [MQTT-4.3.3-2]
    pub(crate) fn receive(&mut self, packet_id: PacketId) -> bool {
        let is_new = !self.received.contains(&packet_id);
        if is_new {
            self.received.push(packet_id);
        }
        is_new
    }

    /// The number of received QoS 2 messages that the server has not released.
    pub(crate) fn unreleased(&self) -> usize {
        self.received.len()
    }

    /// PUBREL: the server may reuse the identifier. Whether it was in use.
    pub(crate) fn release_received(&mut self, packet_id: PacketId) -> bool {
        let before = self.received.len();
        self.received.retain(|received| *received != packet_id);
        self.received.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Publish, QoS, TopicName};

    /// A session in which every packet identifier is taken, the first by a QoS 2 message.
    fn exhausted() -> (Session, PacketId) {
        let mut session = Session::default();
        let first = session.packet_ids.allocate().unwrap();
        while session.packet_ids.allocate().is_some() {}
        let publish = Publish::new(TopicName::new("t").unwrap(), "m", QoS::ExactlyOnce);
        session.in_flight.push(first, RequestId(1), publish, false);
        (session, first)
    }

    #[test]
    fn a_released_delivery_frees_its_identifier_when_the_server_loses_the_session() {
        let (mut session, first) = exhausted();
        session.in_flight.pubrec(&first.into()).unwrap();
        assert_eq!(session.server_lost_session().released, [(RequestId(1), first)]);
        assert_eq!(session.packet_ids.allocate(), Some(first));
    }

    #[test]
    fn a_message_that_is_sent_again_as_new_keeps_its_identifier() {
        let (mut session, _) = exhausted();
        assert_eq!(session.server_lost_session().released, []);
        assert_eq!(session.packet_ids.allocate(), None);
    }

    #[test]
    fn a_cancelled_delivery_frees_its_identifier_and_its_room() {
        let (mut session, first) = exhausted();
        assert!(session.size() > 0);
        assert_eq!(session.cancel_all(), [RequestId(1)]);
        assert_eq!(session.packet_ids.allocate(), Some(first));
        assert!(session.is_idle() && session.size() == 0);
    }
}
