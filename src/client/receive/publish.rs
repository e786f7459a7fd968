//! Messages from the server, and their acknowledgement.

use bytes::Bytes;

use crate::client::Client;
use crate::codec::{
    Ack, DecodeError, InvalidPublish, Packet, PacketId, PropertyId, Publish, QoS, reason,
};
use crate::connection::{Phase, Unacknowledged};
use crate::error::ProtocolError;
use crate::event::Event;
use crate::leniency::Leniency;
use crate::session::{RecordKey, SessionRecord};
use crate::timer::Instant;

impl Client {
    /// A message arrived whose content is valid.
    pub(super) fn handle_publish(&mut self, mut publish: Box<Publish>, now: Instant) {
        let message = Unacknowledged { qos: publish.qos, packet_id: publish.packet_id };
        let resolved = self.connection.incoming_aliases.resolve(&mut publish);
        let received = resolved.and_then(|invalid| Ok((invalid, self.receive(&message)?)));
        match received {
            Ok((None, is_new)) => self.deliver(publish, message, is_new, now),
            Ok((Some(topic), is_new)) => {
                self.drop_message(&message, is_new, topic, DecodeError::TopicName, now);
            }
            Err(error) => {
                self.check_repeated(publish.fingerprint());
                return self.protocol_error(error, now);
            }
        }
        self.disconnect_when_idle(now);
    }

    /// A message arrived whose content is invalid: it is acknowledged and dropped.
    pub(super) fn handle_invalid_publish(
        &mut self,
        mut publish: InvalidPublish,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        if self.connection.phase != Phase::Connected {
            return Err(ProtocolError::BeforeConnAck);
        }
        self.connection.incoming_aliases.resolve_invalid(&mut publish)?;
        let InvalidPublish { qos, packet_id, topic, error, .. } = publish;
        let message = Unacknowledged { qos, packet_id };
        let is_new = self.receive(&message)?;
        self.drop_message(&message, is_new, topic, error, now);
        Ok(())
    }

    /// Passes a message on, unless it is a duplicate, and acknowledges it, unless the application does.
    fn deliver(
        &mut self,
        publish: Box<Publish>,
        message: Unacknowledged,
        is_new: bool,
        now: Instant,
    ) {
        let manual_ack = self.options.manual_ack;
        if let (QoS::ExactlyOnce, true, false, Some(packet_id)) =
            (message.qos, is_new, manual_ack, message.packet_id)
        {
            self.put_record(SessionRecord::Received(packet_id));
        }
        if is_new {
            self.outputs.emit(Event::Message(publish));
        }
        if is_new && manual_ack {
            self.connection.unacknowledged = Some(message);
        } else if message.packet_id.is_some() {
            let ack = message.ack(reason::SUCCESS, self.version);
            self.acknowledge_message(&message, ack, now);
        }
    }

    /// Acknowledges a message that the application does not get. The reason code is success: an error
    /// would tell the publisher, who may have been served by a hundred other subscribers.
    fn drop_message(
        &mut self,
        message: &Unacknowledged,
        is_new: bool,
        topic: Bytes,
        error: DecodeError,
        now: Instant,
    ) {
        if is_new {
            self.outputs.emit(Event::MessageDropped { topic, error });
        }
        if let (QoS::ExactlyOnce, true, Some(packet_id)) = (message.qos, is_new, message.packet_id)
        {
            self.put_record(SessionRecord::Received(packet_id));
        }
        if let Some(ack) = message.ack(reason::SUCCESS, self.version) {
            self.send(ack, now);
        }
    }

    /// Notes the arrival of a message; whether it is not a duplicate.
    #[inline] // for QoS 0 and 1 there is nothing to note
    fn receive(&mut self, message: &Unacknowledged) -> Result<bool, ProtocolError> {
        // QoS 1 is acknowledged before the next packet is decoded: only QoS 2 can accumulate
        match (message.qos, message.packet_id) {
            (QoS::ExactlyOnce, Some(packet_id)) => self.receive_qos2(packet_id),
            _ => Ok(true),
        }
    }

    /// [MQTT-4.3.3-10]
    fn receive_qos2(&mut self, packet_id: PacketId) -> Result<bool, ProtocolError> {
        let is_new = self.session.receive(packet_id);
        let maximum = self.options.announced(PropertyId::RECEIVE_MAXIMUM, self.version);
        if maximum.is_some_and(|maximum| self.session.unreleased() > maximum as usize) {
            if self.options.strict {
                return Err(ProtocolError::ReceiveMaximum); // [MQTT-3.3.4-9]
            }
            self.tolerate(Leniency::ReceiveMaximumExceeded);
        }
        Ok(is_new)
    }

    /// Acknowledges a message, in the order of their arrival. [MQTT-4.6.0-2] [MQTT-4.6.0-3]
    pub(in crate::client) fn acknowledge_message(
        &mut self,
        message: &Unacknowledged,
        ack: Option<Packet>,
        now: Instant,
    ) {
        if let (QoS::ExactlyOnce, Some(packet_id)) = (message.qos, message.packet_id) {
            let is_accepted = match &ack {
                Some(Packet::PubRec(ack)) => !reason::is_error(ack.reason),
                ack => ack.is_some(),
            };
            if !is_accepted {
                self.session.release_received(packet_id); // PUBREL will not come [MQTT-4.3.3-9]
            } else if self.options.manual_ack {
                // from now on a duplicate is not delivered to the application
                self.put_record(SessionRecord::Received(packet_id));
            }
        }
        if let Some(ack) = ack {
            self.send(ack, now);
        }
    }

    pub(super) fn handle_pubrel(&mut self, pubrel: &Ack, now: Instant) {
        let is_known = self.session.release_received(pubrel.packet_id);
        if is_known {
            self.delete_record(RecordKey::Received(pubrel.packet_id));
        }
        let pubcomp = self.release_ack(pubrel.packet_id, is_known);
        self.send(Packet::PubComp(pubcomp), now); // [MQTT-4.3.3-11]
    }
}
