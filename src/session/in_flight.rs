//! Outgoing QoS 1 and 2 messages that were sent but not completely acknowledged, in the order in
//! which they were first sent.

use std::collections::VecDeque;

use crate::codec::{Ack, Packet, PacketId, Publish, QoS, reason};
use crate::error::ProtocolError;
use crate::request_id::RequestId;

/// Deliveries in flight.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    /// Waiting for PUBACK or PUBREC, in the order of first sending [MQTT-4.6.0-1]
    published: VecDeque<Delivery>,
    /// How many of `published`, from the front, were sent on the current connection
    sent: usize,
    /// Waiting for PUBCOMP, in the order of their PUBREC [MQTT-4.6.0-4]
    released: VecDeque<(RequestId, PacketId)>,
    /// How many of `released`, from the front, were released on an earlier connection
    resumed: usize,
    size: usize,
}

#[derive(Debug)]
struct Delivery {
    request_id: RequestId,
    packet_id: PacketId,
    /// DUP is set if it was sent on an earlier connection.
    publish: Publish,
    /// It must not be sent before its record is stored.
    held: bool,
}

impl InFlight {
    pub(crate) fn is_empty(&self) -> bool {
        self.published.is_empty() && self.released.is_empty()
    }

    /// Bytes held in memory, approximately.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The number of deliveries that wait for an answer on the current connection.
    pub(crate) fn unanswered(&self) -> usize {
        self.sent + self.released.len()
    }

    /// The packet identifier of a message.
    pub(crate) fn packet_id(&self, request_id: RequestId) -> Option<PacketId> {
        let published =
            self.published.iter().map(|delivery| (delivery.request_id, delivery.packet_id));
        let mut all = published.chain(self.released.iter().copied());
        all.find(|(known, _)| *known == request_id).map(|(_, packet_id)| packet_id)
    }

    /// Adds a message that is being sent for the first time, or will be by [`resend`](Self::resend) once
    /// it is not `held` any more. There must be nothing to send again. Returns the message, to be sent.
    #[inline(always)] // a message is moved once less
    pub(crate) fn push(
        &mut self,
        packet_id: PacketId,
        request_id: RequestId,
        publish: Publish,
        held: bool,
    ) -> &Publish {
        debug_assert!(self.may_be_followed(true));
        self.size += publish.size();
        self.sent += usize::from(!held);
        let delivery = Delivery { request_id, packet_id, publish, held };
        &self.published.push_back_mut(delivery).publish
    }

    /// The record of a message is stored: it may be sent.
    pub(crate) fn release_held(&mut self, request_id: RequestId) {
        let mut unsent = self.published.iter_mut().skip(self.sent);
        if let Some(delivery) = unsent.find(|delivery| delivery.request_id == request_id) {
            delivery.held = false;
        }
    }

    /// Removes a message that is held; its packet identifier.
    pub(crate) fn remove_held(&mut self, request_id: RequestId) -> Option<PacketId> {
        let is_held = |delivery: &Delivery| delivery.held && delivery.request_id == request_id;
        let at = self.published.iter().position(is_held)?;
        let packet_id = self.published[at].packet_id;
        self.remove(at);
        Some(packet_id)
    }

    /// Adds a message of a restored session that was sent before, in the order of the requests.
    pub(crate) fn restore(&mut self, packet_id: PacketId, request_id: RequestId, publish: Publish) {
        self.size += publish.size();
        let at = self.published.partition_point(|other| other.request_id < request_id);
        let publish = Publish { dup: true, ..publish }; // [MQTT-3.3.1-1]
        self.published.insert(at, Delivery { request_id, packet_id, publish, held: false });
    }

    /// Adds a message of a restored session that was released before.
    pub(crate) fn restore_released(&mut self, packet_id: PacketId, request_id: RequestId) {
        let at = self.released.partition_point(|(other, _)| *other < request_id);
        self.released.insert(at, (request_id, packet_id));
        self.resumed += 1;
    }

    /// The PUBRELs to send again on a new connection. [MQTT-4.4.0-1] Messages are sent again by
    /// [`resend`](Self::resend), as the window allows.
    pub(crate) fn pubrels(&self) -> Vec<Packet> {
        self.released.iter().map(|(_, packet_id)| Packet::PubRel((*packet_id).into())).collect()
    }

    /// Whether every message was sent on the current connection.
    pub(crate) fn is_all_sent(&self) -> bool {
        self.sent == self.published.len()
    }

    /// Whether the next request can be taken from the queue: all messages were sent on the current
    /// connection, or are held, if it is a delivery, which can be held behind them.
    pub(crate) fn may_be_followed(&self, by_delivery: bool) -> bool {
        let first_unsent = self.published.get(self.sent);
        first_unsent.is_none_or(|delivery| delivery.held && by_delivery)
    }

    /// The connection was lost: messages that were sent on it will be sent again, with DUP.
    /// [MQTT-3.3.1-1]
    pub(crate) fn connection_lost(&mut self) {
        for delivery in self.published.iter_mut().take(self.sent) {
            delivery.publish.dup = true;
        }
        self.sent = 0;
        self.resumed = self.released.len();
    }

    /// The next message to send on the current connection, mostly again. It counts as sent.
    pub(crate) fn resend(&mut self) -> Option<&Publish> {
        let delivery = self.published.get(self.sent).filter(|delivery| !delivery.held)?;
        self.sent += 1;
        Some(&delivery.publish)
    }

    /// The server has no session: to it, messages are new again. Removes and returns the deliveries
    /// that were released.
    pub(crate) fn session_lost(&mut self) -> Vec<(RequestId, PacketId)> {
        for delivery in &mut self.published {
            delivery.publish.dup = false;
        }
        self.resumed = 0;
        self.released.drain(..).collect()
    }

    /// The quality of service of a message that waits for PUBACK or PUBREC.
    pub(crate) fn qos(&self, packet_id: PacketId) -> Option<QoS> {
        self.position(packet_id).map(|at| self.published[at].publish.qos)
    }

    /// PUBACK completes a delivery at QoS 1; `None` if there is no such message.
    pub(crate) fn puback(
        &mut self,
        packet_id: PacketId,
    ) -> Result<Option<RequestId>, ProtocolError> {
        self.take(packet_id, QoS::AtLeastOnce)
    }

    /// PUBREC for a message of QoS 1: from now on the delivery continues as at QoS 2.
    pub(crate) fn continue_as_qos2(&mut self, packet_id: PacketId) {
        if let Some(at) = self.position(packet_id) {
            self.published[at].publish.qos = QoS::ExactlyOnce;
        }
    }

    /// PUBREC: from now on the server owns the message, and only PUBREL is sent. [MQTT-4.3.3-1] With an
    /// error it ends the delivery, without PUBREL. [MQTT-4.3.3-4] `None` if there is no such message, and
    /// none was released.
    pub(crate) fn pubrec(
        &mut self,
        Ack { packet_id, reason, .. }: &Ack,
    ) -> Result<Option<RequestId>, ProtocolError> {
        let taken = self.take(*packet_id, QoS::ExactlyOnce)?;
        if reason::is_error(*reason) {
            return Ok(taken);
        }
        if let Some(request_id) = taken {
            self.released.push_back((request_id, *packet_id));
            return Ok(taken);
        }
        let known = self.released.iter().find(|(_, released)| released == packet_id);
        Ok(known.map(|(request_id, _)| *request_id))
    }

    /// Whether PUBREL of this delivery was sent on an earlier connection, whose PUBCOMP may be lost: the
    /// server may not know the identifier any more.
    pub(crate) fn is_resumed(&self, packet_id: PacketId) -> bool {
        self.released.iter().take(self.resumed).any(|(_, released)| *released == packet_id)
    }

    /// PUBCOMP completes a delivery at QoS 2.
    pub(crate) fn pubcomp(
        &mut self,
        packet_id: PacketId,
    ) -> Result<Option<RequestId>, ProtocolError> {
        let at = (0..self.released.len()).find(|at| self.released[*at].1 == packet_id);
        if let Some(at) = at {
            self.resumed -= usize::from(at < self.resumed);
            return Ok(self.released.remove(at).map(|(request_id, _)| request_id));
        }
        match self.position(packet_id) {
            Some(_) => Err(ProtocolError::UnexpectedAck), // PUBREC must come first
            None => Ok(None),
        }
    }

    /// Removes all deliveries, in the order of first sending.
    pub(crate) fn drain(&mut self) -> Vec<(RequestId, PacketId)> {
        self.sent = 0;
        self.resumed = 0;
        self.size = 0;
        let mut all: Vec<_> = self.released.drain(..).collect();
        while let Some(delivery) = self.published.pop_front() {
            all.push((delivery.request_id, delivery.packet_id));
        }
        all
    }

    /// Removes a message that was sent on the current connection, or counts as sent on it.
    pub(crate) fn remove_sent(&mut self, packet_id: PacketId) -> Option<RequestId> {
        self.position(packet_id).map(|at| self.remove(at))
    }

    /// Removes a message that the server has not acknowledged; also returns whether it was sent on
    /// the current connection.
    pub(crate) fn remove_message(&mut self, packet_id: PacketId) -> Option<(RequestId, bool)> {
        let at = self.published.iter().position(|delivery| delivery.packet_id == packet_id)?;
        let was_sent = at < self.sent;
        Some((self.remove(at), was_sent))
    }

    /// Removes a message that was sent with this quality of service.
    fn take(&mut self, packet_id: PacketId, qos: QoS) -> Result<Option<RequestId>, ProtocolError> {
        let at = match self.published.front() {
            // servers mostly answer in order
            Some(first) if first.packet_id == packet_id && self.sent > 0 => 0,
            _ => match self.position(packet_id) {
                Some(at) => at,
                None => return Ok(None),
            },
        };
        if self.published[at].publish.qos != qos {
            return Err(ProtocolError::UnexpectedAck);
        }
        Ok(Some(self.remove(at)))
    }

    fn remove(&mut self, at: usize) -> RequestId {
        let Delivery { request_id, ref publish, .. } = self.published[at];
        self.size -= publish.size();
        self.sent -= usize::from(at < self.sent);
        self.published.remove(at);
        request_id
    }

    /// The index of a message that was sent on the current connection.
    fn position(&self, packet_id: PacketId) -> Option<usize> {
        self.published.iter().take(self.sent).position(|delivery| delivery.packet_id == packet_id)
    }
}
