//! Decodes what the server sends, and dispatches packets: messages are handled in
//! `receive/publish.rs`, acknowledgements in `receive/acks.rs`, CONNACK and AUTH in `handshake.rs`.

mod acks;
mod publish;

use bytes::Buf;

use super::Client;
use super::handshake::connack_of_mqtt_3;
use crate::codec::reason::return_code;
use crate::codec::{
    Ack, DecodeError, Disconnect, Packet, PacketId, PropertyId, Version, frame_length, reason,
};
use crate::connection::Phase;
use crate::error::{ConnectionError, ProtocolError};
use crate::timer::Instant;

impl Client {
    /// Handles the packets that were received, up to a message that the application must
    /// acknowledge.
    pub(super) fn read(&mut self, now: Instant) {
        // if the connection is lost in between, there are no more bytes
        while self.connection.unacknowledged.is_none() {
            match self.next_packet() {
                Ok(Some(packet)) => self.handle_packet(packet, now),
                Ok(None) => break,
                Err(error) => {
                    return self.fail(error.reason(), ConnectionError::Malformed(error), now);
                }
            }
        }
        if self.connection.unacknowledged.is_some() {
            if self.connection.inbound.len() > self.options.max_packet_size {
                return self.close_transport(Some(ConnectionError::Overrun), now);
            }
            // PINGRESP may be among the bytes that are not decoded
            self.connection.keep_alive.cancel_response();
        }
        self.connection.keep_alive.schedule();
    }

    /// Decodes the next packet, if it was received completely.
    fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        let inbound = &mut self.connection.inbound;
        if self.version == Version::V5 && self.connection.phase == Phase::Connecting {
            // CONNACK of MQTT 3 has no properties, and could not be decoded as one of MQTT 5
            match inbound[..] {
                [0x20, 2] | [0x20, 2, _] => return Ok(None),
                [
                    0x20,
                    2,
                    0,
                    code @ (return_code::ACCEPTED | return_code::UNACCEPTABLE_PROTOCOL_VERSION),
                    ..,
                ] => {
                    inbound.advance(4);
                    return Ok(Some(connack_of_mqtt_3(code)));
                }
                _ => {}
            }
        }
        match frame_length(inbound, self.options.packet_limit(self.version), self.version)? {
            Some(length) => Packet::decode(inbound.split_to(length), self.version).map(Some),
            None => Ok(None),
        }
    }

    fn handle_packet(&mut self, packet: Packet, now: Instant) {
        self.outputs.packet_received(&packet);
        let result = if self.connection.phase == Phase::Connecting {
            self.handle_while_connecting(packet, now)
        } else {
            self.handle_while_connected(packet, now)
        };
        match result {
            Ok(()) => self.disconnect_when_idle(now),
            Err(error) => self.protocol_error(error, now),
        }
    }

    fn handle_while_connected(
        &mut self,
        packet: Packet,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        self.check_problem_information(&packet)?;
        match packet {
            Packet::Publish(publish) => self.handle_publish(publish, now)?,
            Packet::PubAck(ack) => self.handle_puback(ack, now)?,
            Packet::PubRec(ack) => self.handle_pubrec(ack, now)?,
            Packet::PubRel(ack) => self.handle_pubrel(&ack, now),
            Packet::PubComp(ack) => self.handle_pubcomp(ack, now)?,
            Packet::SubAck(suback) => self.handle_suback(suback, now)?,
            Packet::UnsubAck(unsuback) => self.handle_unsuback(unsuback, now)?,
            Packet::PingResp => {
                self.connection.keep_alive.cancel_response();
                self.connection.keep_alive.schedule();
            }
            Packet::Disconnect(disconnect) => self.handle_disconnect(disconnect, now),
            Packet::Auth(auth) => self.handle_auth(auth)?,
            Packet::ConnAck(_) => return Err(ProtocolError::SecondConnAck),
            Packet::Connect(_)
            | Packet::Subscribe(_)
            | Packet::Unsubscribe(_)
            | Packet::PingReq => unreachable!("only a client sends it, so it is not decoded"),
        }
        Ok(())
    }

    /// The server must not send reason strings and user properties if the client has asked for
    /// none. [MQTT-3.1.2-29]
    fn check_problem_information(&self, packet: &Packet) -> Result<(), ProtocolError> {
        let requested = self.options.properties.number(PropertyId::REQUEST_PROBLEM_INFORMATION);
        if requested != Some(0) {
            return Ok(());
        }
        let properties = match packet {
            Packet::PubAck(ack)
            | Packet::PubRec(ack)
            | Packet::PubRel(ack)
            | Packet::PubComp(ack) => &ack.properties,
            Packet::SubAck(suback) => &suback.properties,
            Packet::UnsubAck(unsuback) => &unsuback.properties,
            Packet::Auth(auth) => &auth.properties,
            _ => return Ok(()),
        };
        if properties.has_diagnostics() { Err(ProtocolError::ProblemInformation) } else { Ok(()) }
    }

    fn handle_disconnect(&mut self, disconnect: Disconnect, now: Instant) {
        let code = disconnect.reason;
        let error = ConnectionError::Disconnected(disconnect);
        if self.is_retryable(code, &error) {
            self.close_transport(Some(error), now); // [MQTT-4.13.2-1]
        } else {
            self.give_up(error, now);
        }
    }

    /// PUBREL or PUBCOMP. MQTT 5 reports an unknown packet identifier.
    fn release_ack(&self, packet_id: PacketId, is_known: bool) -> Ack {
        let is_error = !is_known && self.version == Version::V5;
        let reason = if is_error { reason::PACKET_IDENTIFIER_NOT_FOUND } else { reason::SUCCESS };
        Ack { reason, ..packet_id.into() }
    }
}
