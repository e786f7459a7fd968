//! Answers of the server to what the client sent: PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK.

use crate::client::Client;
use crate::codec::{Ack, Packet, PacketId, QoS, SubAck, UnsubAck, Version, reason};
use crate::connection::{PendingRequest, RequestKind};
use crate::error::{ConnectionError, ProtocolError};
use crate::event::Event;
use crate::leniency::Leniency;
use crate::request_id::RequestId;
use crate::session::RecordKey;
use crate::timer::Instant;

impl Client {
    pub(super) fn handle_puback(&mut self, ack: Ack, now: Instant) -> Result<(), ProtocolError> {
        let request_id = match self.session.in_flight.puback(ack.packet_id) {
            Err(error) => Some(self.completed_early(ack.packet_id).ok_or(error)?),
            Ok(request_id) => request_id,
        };
        self.complete_delivery(request_id, ack, now);
        Ok(())
    }

    pub(super) fn handle_pubrec(&mut self, ack: Ack, now: Instant) -> Result<(), ProtocolError> {
        let request_id = match self.session.in_flight.pubrec(&ack) {
            Err(_) if self.is_tolerable(ack.packet_id, QoS::AtLeastOnce) => {
                self.tolerate(Leniency::Qos1AnsweredWithPubRec);
                self.session.in_flight.continue_as_qos2(ack.packet_id);
                self.session.in_flight.pubrec(&ack)?
            }
            result => result?,
        };
        if reason::is_error(ack.reason) {
            self.complete_delivery(request_id, ack, now);
            return Ok(());
        }
        if let Some(request_id) = request_id {
            self.put_released(request_id, ack.packet_id);
        }
        let pubrel = self.release_ack(ack.packet_id, request_id.is_some());
        self.send(Packet::PubRel(pubrel), now); // [MQTT-4.3.3-1]
        self.flush(now);
        Ok(())
    }

    pub(super) fn handle_pubcomp(
        &mut self,
        mut ack: Ack,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        if ack.reason == reason::PACKET_IDENTIFIER_NOT_FOUND
            && self.session.in_flight.is_resumed(ack.packet_id)
        {
            ack.reason = reason::SUCCESS; // it has completed the delivery before
        }
        let request_id = match self.session.in_flight.pubcomp(ack.packet_id) {
            Err(error) => Some(self.completed_early(ack.packet_id).ok_or(error)?),
            Ok(request_id) => request_id,
        };
        self.complete_delivery(request_id, ack, now);
        Ok(())
    }

    #[inline(never)]
    pub(super) fn handle_suback(
        &mut self,
        suback: SubAck,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        let packet_id = suback.packet_id;
        let request = self.connection.pending.take_request(packet_id, |kind| match kind {
            RequestKind::Subscribe(requested) if requested.len() == suback.codes.len() => Ok(()),
            RequestKind::Subscribe(_) => Err(ProtocolError::AckLength), // [MQTT-3.8.4-5]
            RequestKind::Unsubscribe(_) => Err(ProtocolError::UnexpectedAck),
        })?;
        let Some(PendingRequest { request_id, kind: RequestKind::Subscribe(requested), .. }) =
            request
        else {
            return Ok(());
        };
        self.session.packet_ids.release(packet_id);
        for (subscription, &code) in requested.into_iter().zip(&suback.codes) {
            let subscriptions = &mut self.session.subscriptions;
            if !reason::is_error(code) {
                if let Some(record) = subscriptions.granted(&subscription.filter, packet_id) {
                    self.put_record(record);
                }
                continue;
            }
            if subscriptions.refused(&subscription.filter, packet_id) {
                self.delete_record(RecordKey::Subscription(subscription.filter.clone()));
            }
            if request_id.is_none() {
                let error = ConnectionError::ResubscribeRefused(subscription.filter, code);
                self.outputs.emit(Event::Error(error));
            }
        }
        if let Some(request_id) = request_id {
            self.outputs.emit(Event::Subscribed { request_id, suback: Box::new(suback) });
        }
        self.flush(now);
        Ok(())
    }

    #[inline(never)]
    pub(super) fn handle_unsuback(
        &mut self,
        unsuback: UnsubAck,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        let packet_id = unsuback.packet_id;
        let has_codes = self.version == Version::V5;
        let request = self.connection.pending.take_request(packet_id, |kind| match kind {
            RequestKind::Unsubscribe(filters) if !has_codes || *filters == unsuback.codes.len() => {
                Ok(())
            }
            RequestKind::Unsubscribe(_) => Err(ProtocolError::AckLength), // [MQTT-3.11.3-1]
            RequestKind::Subscribe(_) => Err(ProtocolError::UnexpectedAck),
        })?;
        if let Some(PendingRequest { request_id: Some(request_id), .. }) = request {
            self.session.packet_ids.release(packet_id);
            self.outputs.emit(Event::Unsubscribed { request_id, unsuback: Box::new(unsuback) });
            self.flush(now);
        }
        Ok(())
    }

    /// A delivery has ended: its packet identifier is free, and there may be room for another
    /// message.
    fn complete_delivery(&mut self, request_id: Option<RequestId>, ack: Ack, now: Instant) {
        let Some(request_id) = request_id else {
            return self.complete_removed(ack.packet_id, now);
        };
        self.session.packet_ids.release(ack.packet_id);
        self.delete_delivery(request_id);
        self.outputs.emit(if reason::is_error(ack.reason) {
            Event::Refused { request_id, ack }
        } else {
            Event::Published { request_id, ack: Some(ack) }
        });
        self.flush(now);
    }

    /// The server has completed a delivery without the packets that its quality of service prescribes.
    fn completed_early(&mut self, packet_id: PacketId) -> Option<RequestId> {
        if !self.is_tolerable(packet_id, QoS::ExactlyOnce) {
            return None;
        }
        self.tolerate(Leniency::Qos2CompletedEarly);
        self.session.in_flight.remove_sent(packet_id)
    }

    /// Whether the client accepts a wrong acknowledgement of a message with this quality of service.
    fn is_tolerable(&self, packet_id: PacketId, qos: QoS) -> bool {
        !self.options.strict && self.session.in_flight.qos(packet_id) == Some(qos)
    }

    /// The server has answered a message that the application had removed.
    fn complete_removed(&mut self, packet_id: PacketId, now: Instant) {
        if self.connection.pending.take_removed(packet_id) {
            self.session.packet_ids.release(packet_id);
            self.flush(now);
        }
    }
}
