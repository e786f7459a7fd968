//! MQTT 3.1 and 3.1.1 by `mqttbytes::v4`, behind a guard for what that crate lets pass.
//! CONNECT is in `connect`, framing and its checks in `frame`.

use bytes::BytesMut;
use mqttbytes::v4;

use super::frame::CONNACK;
use super::wire::{MAX_VARIABLE, packet};
use super::{
    ConnAck, DecodeError, EncodeError, Packet, PacketId, Properties, Publish, QoS, SubAck,
    TopicFilter, TopicName, UnsubAck,
};

pub(super) fn encode(packet: &Packet) -> Result<BytesMut, EncodeError> {
    match packet {
        Packet::Publish(publish) => encode_publish(publish),
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
        | Packet::ConnAck(_)
        | Packet::SubAck(_)
        | Packet::UnsubAck(_)
        | Packet::PingResp
        | Packet::Auth(_) => Err(EncodeError::PacketType),
    }
}

pub(super) fn decode(mut frame: BytesMut) -> Result<Packet, DecodeError> {
    check(&frame)?;
    let packet = v4::read(&mut frame, usize::MAX).map_err(|error| match error {
        mqttbytes::Error::TopicNotUtf8 => DecodeError::TopicName,
        mqttbytes::Error::PacketIdZero => DecodeError::PacketId,
        mqttbytes::Error::InvalidConnectReturnCode(_)
        | mqttbytes::Error::InvalidSubscribeReasonCode(_)
        | mqttbytes::Error::InvalidQoS(_) => DecodeError::ReasonCode,
        // `frame` is one whole packet, so whatever is missing is not to come
        _ => DecodeError::Length,
    })?;
    Ok(match packet {
        v4::Packet::ConnAck(connack) => Packet::ConnAck(decode_connack(connack)?),
        v4::Packet::Publish(publish) => Packet::Publish(decode_publish(publish)?),
        v4::Packet::PubAck(ack) => Packet::PubAck(packet_id(ack.pkid)?.into()),
        v4::Packet::PubRec(ack) => Packet::PubRec(packet_id(ack.pkid)?.into()),
        v4::Packet::PubRel(ack) => Packet::PubRel(packet_id(ack.pkid)?.into()),
        v4::Packet::PubComp(ack) => Packet::PubComp(packet_id(ack.pkid)?.into()),
        v4::Packet::SubAck(suback) => {
            let codes = suback.return_codes.iter().map(|code| match code {
                v4::SubscribeReasonCode::Success(qos) => *qos as u8,
                v4::SubscribeReasonCode::Failure => 0x80,
            });
            Packet::SubAck(SubAck {
                packet_id: packet_id(suback.pkid)?,
                properties: Properties::default(),
                codes: codes.collect(),
            })
        }
        v4::Packet::UnsubAck(ack) => Packet::UnsubAck(UnsubAck {
            packet_id: packet_id(ack.pkid)?,
            properties: Properties::default(),
            codes: Vec::new(),
        }),
        v4::Packet::PingResp => Packet::PingResp,
        v4::Packet::Connect(_)
        | v4::Packet::Subscribe(_)
        | v4::Packet::Unsubscribe(_)
        | v4::Packet::PingReq
        | v4::Packet::Disconnect => return Err(DecodeError::PacketType),
    })
}

/// The part of the guard that needs the raw bytes: what the crate drops or does not look at.
fn check(frame: &[u8]) -> Result<(), DecodeError> {
    match frame {
        // Reserved bits of the flags; a session goes with return code 0 only. [MQTT-3.2.2-4]
        [first, _, flags, code]
            if first >> 4 == CONNACK && (*flags > 1 || *flags == 1 && *code != 0) =>
        {
            Err(DecodeError::ConnAckFlags)
        }
        _ => Ok(()),
    }
}

/// Whether a message can be written, but for its packet identifier.
pub(super) fn check_publish(publish: &Publish) -> Result<(), EncodeError> {
    if publish.dup && publish.qos == QoS::AtMostOnce {
        return Err(EncodeError::DupAtQos0); // [MQTT-3.3.1-2]
    }
    if publish.topic.is_aliased() {
        return Err(EncodeError::TopicName); // [MQTT-4.7.3-1]
    }
    Ok(())
}

fn encode_publish(publish: &Publish) -> Result<BytesMut, EncodeError> {
    check_publish(publish)?;
    let Publish { dup, qos, retain, topic, packet_id, properties: _, payload } = publish;
    // [MQTT-2.3.1-1] [MQTT-2.3.1-5]
    if packet_id.is_some() == (*qos == QoS::AtMostOnce) {
        return Err(EncodeError::PacketId);
    }
    let publish = v4::Publish {
        dup: *dup,
        qos: to_mqttbytes(*qos),
        retain: *retain,
        topic: topic.as_str().to_owned(),
        pkid: packet_id.map_or(0, PacketId::get),
        payload: payload.clone(),
    };
    if publish.len() > MAX_VARIABLE {
        return Err(EncodeError::TooLarge);
    }
    write(|buffer| publish.write(buffer))
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

fn decode_connack(connack: v4::ConnAck) -> Result<ConnAck, DecodeError> {
    let reason = match connack.code {
        v4::ConnectReturnCode::Success => 0,
        v4::ConnectReturnCode::RefusedProtocolVersion => 1,
        v4::ConnectReturnCode::BadClientId => 2,
        v4::ConnectReturnCode::ServiceUnavailable => 3,
        v4::ConnectReturnCode::BadUserNamePassword => 4,
        v4::ConnectReturnCode::NotAuthorized => 5,
    };
    let properties = Properties::default();
    Ok(ConnAck { session_present: connack.session_present, reason, properties })
}

fn decode_publish(publish: v4::Publish) -> Result<Publish, DecodeError> {
    let v4::Publish { dup, qos, retain, topic, pkid, payload } = publish;
    let topic = TopicName::new(topic).ok_or(DecodeError::TopicName)?;
    let qos = from_mqttbytes(qos);
    let (packet_id, properties) = (PacketId::new(pkid), Properties::default());
    Ok(Publish { dup, qos, retain, topic, packet_id, properties, payload })
}

fn packet_id(number: u16) -> Result<PacketId, DecodeError> {
    PacketId::new(number).ok_or(DecodeError::PacketId)
}

fn to_mqttbytes(qos: QoS) -> mqttbytes::QoS {
    match qos {
        QoS::AtMostOnce => mqttbytes::QoS::AtMostOnce,
        QoS::AtLeastOnce => mqttbytes::QoS::AtLeastOnce,
        QoS::ExactlyOnce => mqttbytes::QoS::ExactlyOnce,
    }
}

fn from_mqttbytes(qos: mqttbytes::QoS) -> QoS {
    match qos {
        mqttbytes::QoS::AtMostOnce => QoS::AtMostOnce,
        mqttbytes::QoS::AtLeastOnce => QoS::AtLeastOnce,
        mqttbytes::QoS::ExactlyOnce => QoS::ExactlyOnce,
    }
}
