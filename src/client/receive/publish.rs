//! Messages from the server, and their acknowledgement.

use crate::client::Client;
use crate::codec::{Ack, Packet, PropertyId, Publish, QoS, reason};
use crate::connection::Unacknowledged;
use crate::error::ProtocolError;
use crate::event::Event;
use crate::session::{RecordKey, SessionRecord};
use crate::timer::Instant;

impl Client {
    pub(super) fn handle_publish(
        &mut self,
        mut publish: Publish,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        self.connection.incoming_aliases.resolve(&mut publish)?;
        let Publish { qos, packet_id, .. } = publish;
        let is_new = match packet_id {
            Some(packet_id) if qos == QoS::ExactlyOnce => self.session.receive(packet_id),
            _ => true,
        };
        // QoS 1 is acknowledged before the next packet is decoded: only QoS 2 can accumulate
        let maximum = self.options.announced(PropertyId::RECEIVE_MAXIMUM, self.version);
        if maximum.is_some_and(|maximum| self.session.unreleased() > maximum as usize) {
            return Err(ProtocolError::ReceiveMaximum); // [MQTT-3.3.4-9]
        }
        let message = Unacknowledged { qos, packet_id };
        let manual_ack = self.options.manual_ack;
        if let (QoS::ExactlyOnce, true, false, Some(packet_id)) =
            (qos, is_new, manual_ack, packet_id)
        {
            self.put_record(SessionRecord::Received(packet_id));
        }
        if is_new {
            self.outputs.emit(Event::Message(publish));
        }
        if is_new && manual_ack {
            self.connection.unacknowledged = Some(message);
        } else {
            let ack = message.ack(reason::SUCCESS, self.version);
            self.acknowledge_message(&message, ack, now);
        }
        Ok(())
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
