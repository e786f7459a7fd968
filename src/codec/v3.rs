//! The packets of MQTT 3.1 and 3.1.1, except CONNECT (`connect`) and PUBLISH (`publish`), by means
//! of `mqttbytes::v4`, with checks for what that crate wrongly accepts.

use bytes::BytesMut;
use mqttbytes::v4;

use super::error::{DecodeError, EncodeError};
use super::frame::{self, first_byte};
use super::packet::{ConnAck, Packet};
use super::primitives::{Reader, encode_packet};
use super::property::Properties;
use super::protocol::{PacketId, QoS};
use super::reason::return_code;
use super::subscribe::{SubAck, UnsubAck};
use super::topic::TopicFilter;

pub(super) fn encode(packet: &Packet) -> Result<BytesMut, EncodeError> {
    match packet {
        Packet::PubAck(ack) => Ok(encode_ack(frame::PUBACK, ack.packet_id)),
        Packet::PubRec(ack) => Ok(encode_ack(frame::PUBREC, ack.packet_id)),
        Packet::PubRel(ack) => Ok(encode_ack(frame::PUBREL, ack.packet_id)),
        Packet::PubComp(ack) => Ok(encode_ack(frame::PUBCOMP, ack.packet_id)),
        Packet::Subscribe(subscribe) => {
            let filters = subscribe.subscriptions.iter();
            let filters = filters.map(|subscription| v4::SubscribeFilter {
                path: subscription.filter.as_str().to_owned(),
                qos: to_mqttbytes(subscription.qos),
            });
            let subscribe =
                v4::Subscribe { pkid: subscribe.packet_id.get(), filters: filters.collect() };
            if subscribe.filters.is_empty() {
                return Err(EncodeError::NoFilters); // [MQTT-3.8.3-3]
            }
            write(|buffer| subscribe.write(buffer))
        }
        Packet::Unsubscribe(unsubscribe) => {
            let topics = unsubscribe.filters.iter().map(TopicFilter::as_str).map(str::to_owned);
            let unsubscribe =
                v4::Unsubscribe { pkid: unsubscribe.packet_id.get(), topics: topics.collect() };
            if unsubscribe.topics.is_empty() {
                return Err(EncodeError::NoFilters); // [MQTT-3.10.3-2]
            }
            write(|buffer| unsubscribe.write(buffer))
        }
        Packet::PingReq => Ok(encode_packet(first_byte(frame::PINGREQ), &[])),
        Packet::Disconnect(_) => Ok(encode_packet(first_byte(frame::DISCONNECT), &[])),
        Packet::Connect(_)
        | Packet::Publish(_)
        | Packet::ConnAck(_)
        | Packet::SubAck(_)
        | Packet::UnsubAck(_)
        | Packet::PingResp
        | Packet::Auth(_) => Err(EncodeError::PacketType),
    }
}

pub(super) fn decode(first: u8, frame: BytesMut) -> Result<Packet, DecodeError> {
    check(&frame)?;
    let read = |frame: BytesMut| {
        let header = mqttbytes::check(frame.iter(), usize::MAX).map_err(|_| DecodeError::Length)?;
        Ok((header, frame.freeze()))
    };
    Ok(match first >> 4 {
        frame::CONNACK => {
            let (header, frame) = read(frame)?;
            let connack = v4::ConnAck::read(header, frame).map_err(|_| DecodeError::ReasonCode)?;
            Packet::ConnAck(decode_connack(connack))
        }
        frame::SUBACK => {
            let (header, frame) = read(frame)?;
            let suback = v4::SubAck::read(header, frame).map_err(|_| DecodeError::ReasonCode)?;
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
            // all others consist of a packet identifier alone: `frame` has checked the length
            let packet_id = Reader::new(frame.freeze()).packet_id()?;
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
fn check(frame: &[u8]) -> Result<(), DecodeError> {
    match frame {
        // reserved bits; Session Present only with return code 0 [MQTT-3.2.2-4]
        [first, _, flags, code]
            if first >> 4 == frame::CONNACK && (*flags > 1 || *flags == 1 && *code != 0) =>
        {
            Err(DecodeError::ConnAckFlags)
        }
        _ => Ok(()),
    }
}

/// Encodes with a function of the crate, into a buffer that is dropped on an error.
fn write<E>(
    writer: impl FnOnce(&mut BytesMut) -> Result<usize, E>,
) -> Result<BytesMut, EncodeError> {
    let mut buffer = BytesMut::new();
    match writer(&mut buffer) {
        Ok(_) => Ok(buffer),
        Err(_) => Err(EncodeError::TooLarge), // everything else was checked before
    }
}

fn encode_ack(packet_type: u8, packet_id: PacketId) -> BytesMut {
    encode_packet(first_byte(packet_type), &packet_id.get().to_be_bytes())
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

fn to_mqttbytes(qos: QoS) -> mqttbytes::QoS {
    match qos {
        QoS::AtMostOnce => mqttbytes::QoS::AtMostOnce,
        QoS::AtLeastOnce => mqttbytes::QoS::AtLeastOnce,
        QoS::ExactlyOnce => mqttbytes::QoS::ExactlyOnce,
    }
}
