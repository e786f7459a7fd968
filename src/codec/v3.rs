//! The packets of MQTT 3.1 and 3.1.1 that are not the same in all versions. CONNACK and SUBACK are decoded by
//! `mqttbytes::v4`, with checks for what that crate wrongly accepts.

use bytes::Bytes;
use mqttbytes::v4;

use super::error::{DecodeError, EncodeError};
use super::frame::{self, first_byte};
use super::packet::{ConnAck, Packet};
use super::primitives::encode_packet;
use super::property::Properties;
use super::protocol::PacketId;
use super::reason::return_code;
use super::subscribe::{SubAck, UnsubAck};

pub(super) fn encode(packet: &Packet) -> Result<Vec<u8>, EncodeError> {
    match packet {
        Packet::PubAck(ack) => Ok(encode_ack(frame::PUBACK, ack.packet_id)),
        Packet::PubRec(ack) => Ok(encode_ack(frame::PUBREC, ack.packet_id)),
        Packet::PubRel(ack) => Ok(encode_ack(frame::PUBREL, ack.packet_id)),
        Packet::PubComp(ack) => Ok(encode_ack(frame::PUBCOMP, ack.packet_id)),
        Packet::PingReq => Ok(encode_packet(first_byte(frame::PINGREQ), &[])),
        Packet::Disconnect(_) => Ok(encode_packet(first_byte(frame::DISCONNECT), &[])),
        Packet::Connect(_)
        | Packet::Publish(_)
        | Packet::Subscribe(_)
        | Packet::Unsubscribe(_)
        | Packet::ConnAck(_)
        | Packet::SubAck(_)
        | Packet::UnsubAck(_)
        | Packet::PingResp
        | Packet::Auth(_) => Err(EncodeError::PacketType),
    }
}

pub(super) fn decode(first: u8, frame: Bytes) -> Result<Packet, DecodeError> {
    let header = || mqttbytes::check(frame.iter(), usize::MAX).map_err(|_| DecodeError::Length);
    Ok(match first >> 4 {
        frame::CONNACK => {
            check_connack(&frame)?;
            let connack =
                v4::ConnAck::read(header()?, frame).map_err(|_| DecodeError::ReasonCode)?;
            Packet::ConnAck(decode_connack(connack))
        }
        frame::SUBACK => {
            let suback = v4::SubAck::read(header()?, frame).map_err(|_| DecodeError::ReasonCode)?;
            let codes = suback.return_codes.iter().map(|code| match code {
                v4::SubscribeReasonCode::Success(qos) => *qos as u8,
                v4::SubscribeReasonCode::Failure => return_code::SUBSCRIBE_FAILURE,
            });
            Packet::SubAck(SubAck {
                packet_id: PacketId::new(suback.pkid).ok_or(DecodeError::PacketId)?,
                properties: Properties::default(),
                codes: codes.collect(),
            })
        }
        frame::PINGRESP => Packet::PingResp,
        other => {
            // all others consist of a packet identifier alone
            let [_, _, high, low] = frame[..] else { return Err(DecodeError::Length) };
            let packet_id = PacketId::new(u16::from_be_bytes([high, low]));
            let packet_id = packet_id.ok_or(DecodeError::PacketId)?; // [MQTT-2.3.1-1]
            let (properties, codes) = (Properties::default(), Vec::new());
            match other {
                frame::PUBACK => Packet::PubAck(packet_id.into()),
                frame::PUBREC => Packet::PubRec(packet_id.into()),
                frame::PUBREL => Packet::PubRel(packet_id.into()),
                frame::PUBCOMP => Packet::PubComp(packet_id.into()),
                frame::UNSUBACK => Packet::UnsubAck(UnsubAck { packet_id, properties, codes }),
                _ => return Err(DecodeError::PacketType),
            }
        }
    })
}

/// Checks the flags of CONNACK, which the crate ignores.
fn check_connack(frame: &[u8]) -> Result<(), DecodeError> {
    match frame {
        // reserved bits; Session Present only with return code 0 [MQTT-3.2.2-4]
        [_, _, flags, code] if *flags > 1 || *flags == 1 && *code != 0 => {
            Err(DecodeError::ConnAckFlags)
        }
        _ => Ok(()),
    }
}

fn encode_ack(packet_type: u8, packet_id: PacketId) -> Vec<u8> {
    let [high, low] = packet_id.get().to_be_bytes();
    vec![first_byte(packet_type), 2, high, low]
}

fn decode_connack(connack: v4::ConnAck) -> ConnAck {
    let reason = match connack.code {
        v4::ConnectReturnCode::Success => return_code::ACCEPTED,
        v4::ConnectReturnCode::RefusedProtocolVersion => return_code::UNACCEPTABLE_PROTOCOL_VERSION,
        v4::ConnectReturnCode::BadClientId => return_code::IDENTIFIER_REJECTED,
        v4::ConnectReturnCode::ServiceUnavailable => return_code::SERVER_UNAVAILABLE,
        v4::ConnectReturnCode::BadUserNamePassword => return_code::BAD_USER_NAME_OR_PASSWORD,
        v4::ConnectReturnCode::NotAuthorized => return_code::NOT_AUTHORIZED,
    };
    let properties = Properties::default();
    ConnAck { session_present: connack.session_present, reason, properties }
}
