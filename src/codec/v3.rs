//! MQTT 3.1 and 3.1.1 by `mqttbytes::v4`, behind a guard for what that crate lets pass.
//! CONNECT is in `connect`, PUBLISH in `publish`, framing and its checks in `frame`.

use bytes::BytesMut;
use mqttbytes::v4;

use super::wire::{Reader, packet};
use super::{
    ConnAck, DecodeError, EncodeError, Packet, PacketId, Properties, QoS, SubAck, TopicFilter,
    UnsubAck, frame,
};

pub(super) fn encode(packet: &Packet) -> Result<BytesMut, EncodeError> {
    match packet {
        Packet::PubAck(answer) => Ok(ack(0x40, answer.packet_id)),
        Packet::PubRec(answer) => Ok(ack(0x50, answer.packet_id)),
        Packet::PubRel(answer) => Ok(ack(0x62, answer.packet_id)), // [MQTT-3.6.1-1]
        Packet::PubComp(answer) => Ok(ack(0x70, answer.packet_id)),
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
        Packet::PingReq => Ok(packet_without_body(0xc0)),
        Packet::Disconnect(_) => Ok(packet_without_body(0xe0)),
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
                v4::SubscribeReasonCode::Failure => 0x80,
            });
            Packet::SubAck(SubAck {
                packet_id: PacketId::new(suback.pkid).ok_or(DecodeError::PacketId)?,
                properties: Properties::default(),
                codes: codes.collect(),
            })
        }
        frame::PINGRESP => Packet::PingResp,
        other => {
            // all the others are a packet identifier and nothing else, as `frame` has seen
            let packet_id = Reader::new(frame).packet_id()?;
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

/// The part of the guard that needs the raw bytes: what the crate drops or does not look at.
fn check(frame: &[u8]) -> Result<(), DecodeError> {
    match frame {
        // Reserved bits of the flags; a session goes with return code 0 only. [MQTT-3.2.2-4]
        [first, _, flags, code]
            if first >> 4 == frame::CONNACK && (*flags > 1 || *flags == 1 && *code != 0) =>
        {
            Err(DecodeError::ConnAckFlags)
        }
        _ => Ok(()),
    }
}

/// Runs a writer of the crate on an empty buffer, which is dropped if it fails half way.
fn write<E>(
    writer: impl FnOnce(&mut BytesMut) -> Result<usize, E>,
) -> Result<BytesMut, EncodeError> {
    let mut buffer = BytesMut::new();
    match writer(&mut buffer) {
        Ok(_) => Ok(buffer),
        Err(_) => Err(EncodeError::TooLarge), // all else was checked before
    }
}

fn ack(first: u8, packet_id: PacketId) -> BytesMut {
    packet(first, &packet_id.get().to_be_bytes())
}

fn packet_without_body(first: u8) -> BytesMut {
    packet(first, &[])
}

fn decode_connack(connack: v4::ConnAck) -> ConnAck {
    let reason = match connack.code {
        v4::ConnectReturnCode::Success => 0,
        v4::ConnectReturnCode::RefusedProtocolVersion => 1,
        v4::ConnectReturnCode::BadClientId => 2,
        v4::ConnectReturnCode::ServiceUnavailable => 3,
        v4::ConnectReturnCode::BadUserNamePassword => 4,
        v4::ConnectReturnCode::NotAuthorized => 5,
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
