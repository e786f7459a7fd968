//! Decodes what the server sends, and dispatches packets: messages are handled in
//! `receive/publish.rs`, acknowledgements in `receive/acks.rs`, CONNACK and AUTH in `handshake.rs`. What
//! handles rare packets is not inlined: each message would pay for the frame of it all.

mod acks;
mod publish;

use bytes::Bytes;

use super::Client;
use super::handshake::connack_of_mqtt_3;
use crate::codec::reason::return_code;
use crate::codec::{
    Ack, DISCONNECT, DecodeError, Disconnect, FixedHeader, InvalidPublish, Packet, PacketId,
    PropertyId, Publish, Version, fingerprint, is_of_mqtt_5, reason,
};
use crate::connection::{Connection, OversizeMessage, Phase};
use crate::error::{ConnectionError, ProtocolError};
use crate::leniency::Leniency;
use crate::timer::Instant;

impl Client {
    /// Handles the packets that were received, up to a message that the application must
    /// acknowledge.
    pub(super) fn read(&mut self, now: Instant) {
        // if the connection is lost in between, there are no more bytes
        while !self.connection.inbound.is_empty() && self.connection.unacknowledged.is_none() {
            match self.read_packet(now) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return self.malformed(error, now),
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

    /// Handles the next packet; whether it was received completely.
    fn read_packet(&mut self, now: Instant) -> Result<bool, DecodeError> {
        if self.connection.oversize.is_some() {
            return Ok(self.skip_oversize(now));
        }
        let inbound = &mut self.connection.inbound;
        if self.version == Version::V5 && self.connection.phase == Phase::Connecting {
            // CONNACK of MQTT 3 has no properties, and could not be decoded as one of MQTT 5
            match inbound[..] {
                [0x20, 2] | [0x20, 2, _] => return Ok(false),
                [
                    0x20,
                    2,
                    0,
                    code @ (return_code::ACCEPTED | return_code::UNACCEPTABLE_PROTOCOL_VERSION),
                    ..,
                ] => {
                    inbound.take(4);
                    self.handle_packet(connack_of_mqtt_3(code), now);
                    return Ok(true);
                }
                _ => {}
            }
        }
        let (mut version, mut header) = (self.version, FixedHeader::read(inbound, self.version));
        // servers that send in MQTT 3 what only MQTT 5 has use its format
        let is_foreign = header.is_err() && !self.options.strict && is_of_mqtt_5(inbound);
        if is_foreign {
            version = Version::V5;
            header = FixedHeader::read(inbound, version);
        }
        let Some(header) = header? else { return Ok(false) };
        if header.length > self.options.packet_limit(version) {
            let may_skip = header.is_publish() && self.connection.phase == Phase::Connected;
            if self.options.strict || !may_skip {
                return Err(DecodeError::TooLarge);
            }
            self.connection.oversize = Some(OversizeMessage::new(header.length));
            return Ok(self.skip_oversize(now));
        }
        if inbound.len() < header.length {
            inbound.reserve(header.length);
            return Ok(false);
        }
        let frame = inbound.take(header.length);
        if header.is_publish() {
            self.decode_publish(frame, now);
            return Ok(true);
        }
        if is_foreign && frame[0] != DISCONNECT {
            self.tolerate(Leniency::AckOfMqtt5);
        }
        self.handle_packet(Packet::decode(frame, version)?, now);
        Ok(true)
    }

    /// Skips what has arrived of a message that is too large; whether that was all of it.
    fn skip_oversize(&mut self, now: Instant) -> bool {
        let Connection { oversize, inbound, .. } = &mut self.connection;
        let Some(head) = oversize.as_mut().and_then(|oversize| oversize.skip(inbound)) else {
            return false;
        };
        *oversize = None;
        self.reject_publish(&head, DecodeError::TooLarge, now);
        true
    }

    fn decode_publish(&mut self, frame: Bytes, now: Instant) {
        match Publish::decode(frame, self.version, &mut self.incoming_topics) {
            Ok(publish) => {
                self.outputs.packet_received(|| Packet::Publish((*publish).clone()));
                if self.connection.phase != Phase::Connected {
                    return self.protocol_error(ProtocolError::BeforeConnAck, now);
                }
                self.handle_publish(publish, now);
            }
            Err((error, frame)) => self.reject_publish(&frame, error, now),
        }
    }

    /// A PUBLISH whose content is invalid costs that message only, unless the options are strict: another
    /// publisher chose the content, and would disconnect every subscriber with it. If the framing is
    /// wrong, the connection ends.
    fn reject_publish(&mut self, frame: &[u8], error: DecodeError, now: Instant) {
        let invalid = if self.options.strict {
            Err(error)
        } else {
            InvalidPublish::read(frame, self.version, error)
        };
        let handled = match invalid {
            Ok(publish) => self.handle_invalid_publish(publish, now),
            Err(error) => {
                self.check_repeated(fingerprint(frame));
                return self.malformed(error, now);
            }
        };
        match handled {
            Ok(()) => self.disconnect_when_idle(now),
            Err(error) => {
                self.check_repeated(fingerprint(frame));
                self.protocol_error(error, now);
            }
        }
    }

    /// A PUBLISH is about to end the connection. If it has ended the connection before, and the server
    /// keeps it until it is acknowledged, it would only come again: the client does not reconnect.
    pub(super) fn check_repeated(&mut self, fingerprint: Option<u32>) {
        if self.connection.phase != Phase::Connected {
            return; // not a message: this is no MQTT server, or not yet
        }
        let Some(fault) = fingerprint else { return };
        if self.last_fault.replace(fault) == Some(fault) {
            self.stop_reconnecting();
        }
    }

    fn malformed(&mut self, error: DecodeError, now: Instant) {
        self.fail(error.reason(), ConnectionError::Malformed(error), now);
    }

    fn handle_packet(&mut self, packet: Packet, now: Instant) {
        self.outputs.packet_received(|| packet.clone());
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
            Packet::Publish(_) => unreachable!("handled by `decode_publish`"),
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
            Packet::Disconnect(disconnect) => {
                if self.version != Version::V5 {
                    self.tolerate(Leniency::DisconnectInMqtt3);
                }
                self.handle_disconnect(disconnect, now);
            }
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

    #[inline(never)]
    fn handle_disconnect(&mut self, disconnect: Disconnect, now: Instant) {
        let code = disconnect.reason;
        let error = ConnectionError::Disconnected(disconnect);
        // only MQTT 5 has a format for it, whatever version the connection uses
        if self.is_retryable(Version::V5, code, &error) {
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
