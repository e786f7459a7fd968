//! MQTT 5, but for CONNECT (`connect`), PUBLISH (`publish`) and framing (`frame`). Strict: what the
//! standard does not allow is refused, in both directions.

use bytes::{BufMut, BytesMut};

use super::frame;
use super::property::{Place, Properties};
use super::wire::{Reader, finish, packet, put_field};
use super::{
    Ack, Auth, ConnAck, DecodeError, Disconnect, EncodeError, Packet, SubAck, Subscribe,
    Subscription, TopicFilter, UnsubAck, Unsubscribe, reason,
};

pub(super) fn encode(packet: &Packet) -> Result<BytesMut, EncodeError> {
    match packet {
        Packet::PubAck(ack) => encode_ack(0x40, ack, reason::PUBACK),
        Packet::PubRec(ack) => encode_ack(0x50, ack, reason::PUBACK),
        Packet::PubRel(ack) => encode_ack(0x62, ack, reason::PUBREL), // [MQTT-3.6.1-1]
        Packet::PubComp(ack) => encode_ack(0x70, ack, reason::PUBREL),
        Packet::Subscribe(subscribe) => encode_subscribe(subscribe),
        Packet::Unsubscribe(unsubscribe) => encode_unsubscribe(unsubscribe),
        Packet::PingReq => Ok(self::packet(0xc0, &[])),
        Packet::Disconnect(Disconnect { reason, properties }) => {
            encode_reason(0xe0, *reason, reason::DISCONNECT_OUT, properties, Place::DISCONNECT_OUT)
        }
        Packet::Auth(Auth { reason, properties }) => {
            encode_reason(0xf0, *reason, reason::AUTH_OUT, properties, Place::AUTH)
        }
        Packet::Connect(_)
        | Packet::Publish(_)
        | Packet::ConnAck(_)
        | Packet::SubAck(_)
        | Packet::UnsubAck(_)
        | Packet::PingResp => Err(EncodeError::PacketType),
    }
}

pub(super) fn decode(first: u8, packet: BytesMut) -> Result<Packet, DecodeError> {
    let mut reader = Reader::new(packet);
    let packet = match first >> 4 {
        frame::CONNACK => Packet::ConnAck(decode_connack(&mut reader)?),
        frame::PUBACK => Packet::PubAck(decode_ack(&mut reader, reason::PUBACK)?),
        frame::PUBREC => Packet::PubRec(decode_ack(&mut reader, reason::PUBACK)?),
        frame::PUBREL => Packet::PubRel(decode_ack(&mut reader, reason::PUBREL)?),
        frame::PUBCOMP => Packet::PubComp(decode_ack(&mut reader, reason::PUBREL)?),
        frame::SUBACK => {
            let packet_id = reader.packet_id()?;
            let properties = Properties::read(&mut reader, Place::SUBACK)?;
            let codes = codes(&mut reader, reason::SUBACK)?;
            Packet::SubAck(SubAck { packet_id, properties, codes })
        }
        frame::UNSUBACK => {
            let packet_id = reader.packet_id()?;
            let properties = Properties::read(&mut reader, Place::SUBACK)?;
            let codes = codes(&mut reader, reason::UNSUBACK)?;
            Packet::UnsubAck(UnsubAck { packet_id, properties, codes })
        }
        frame::PINGRESP => Packet::PingResp,
        frame::DISCONNECT => {
            let (reason, properties) =
                decode_reason(&mut reader, reason::DISCONNECT, Place::DISCONNECT)?;
            Packet::Disconnect(Disconnect { reason, properties })
        }
        frame::AUTH => {
            let (reason, properties) = decode_reason(&mut reader, reason::AUTH, Place::AUTH)?;
            Packet::Auth(Auth { reason, properties })
        }
        _ => return Err(DecodeError::PacketType),
    };
    if reader.is_empty() { Ok(packet) } else { Err(DecodeError::Length) }
}

/// Whether these can be subscribed to.
pub(crate) fn check_subscribe(
    subscriptions: &[Subscription],
    properties: &Properties,
) -> Result<(), EncodeError> {
    if subscriptions.is_empty() {
        return Err(EncodeError::NoFilters); // [MQTT-3.8.3-2]
    }
    let is_wrong = |asked: &Subscription| asked.no_local && asked.filter.is_shared();
    if subscriptions.iter().any(is_wrong) {
        return Err(EncodeError::NoLocalOnShared); // [MQTT-3.8.3-4]
    }
    properties.check(Place::SUBSCRIBE)
}

/// Whether these can be unsubscribed from.
pub(crate) fn check_unsubscribe(
    filters: &[TopicFilter],
    properties: &Properties,
) -> Result<(), EncodeError> {
    if filters.is_empty() {
        return Err(EncodeError::NoFilters); // [MQTT-3.10.3-2]
    }
    properties.check(Place::UNSUBSCRIBE)
}

/// The reason code and the properties may be left out when they say nothing.
fn encode_ack(first: u8, ack: &Ack, allowed: &[u8]) -> Result<BytesMut, EncodeError> {
    let Ack { packet_id, reason, properties } = ack;
    check_reason(*reason, allowed)?;
    properties.check(Place::ACK)?;
    let mut body = BytesMut::from(&packet_id.get().to_be_bytes()[..]);
    if *reason != reason::SUCCESS || !properties.is_empty() {
        body.put_u8(*reason);
        properties.put(&mut body);
    }
    finish(first, &body, &[])
}

/// DISCONNECT and AUTH.
fn encode_reason(
    first: u8,
    reason: u8,
    allowed: &[u8],
    properties: &Properties,
    place: Place,
) -> Result<BytesMut, EncodeError> {
    check_reason(reason, allowed)?;
    properties.check(place)?;
    let mut body = BytesMut::new();
    if reason != reason::SUCCESS || !properties.is_empty() {
        body.put_u8(reason);
        properties.put(&mut body);
    }
    finish(first, &body, &[])
}

fn encode_subscribe(subscribe: &Subscribe) -> Result<BytesMut, EncodeError> {
    let Subscribe { packet_id, properties, subscriptions } = subscribe;
    check_subscribe(subscriptions, properties)?;
    let mut body = BytesMut::from(&packet_id.get().to_be_bytes()[..]);
    properties.put(&mut body);
    for subscription in subscriptions {
        put_field(&mut body, subscription.filter.as_str().as_bytes());
        body.put_u8(subscription.options());
    }
    finish(0x82, &body, &[]) // [MQTT-3.8.1-1]
}

fn encode_unsubscribe(unsubscribe: &Unsubscribe) -> Result<BytesMut, EncodeError> {
    let Unsubscribe { packet_id, properties, filters } = unsubscribe;
    check_unsubscribe(filters, properties)?;
    let mut body = BytesMut::from(&packet_id.get().to_be_bytes()[..]);
    properties.put(&mut body);
    for filter in filters {
        put_field(&mut body, filter.as_str().as_bytes());
    }
    finish(0xa2, &body, &[]) // [MQTT-3.10.1-1]
}

fn check_reason(reason: u8, allowed: &[u8]) -> Result<(), EncodeError> {
    if allowed.contains(&reason) { Ok(()) } else { Err(EncodeError::ReasonCode) }
}

fn decode_connack(reader: &mut Reader) -> Result<ConnAck, DecodeError> {
    let flags = reader.u8()?;
    let reason = allowed(reader.u8()?, reason::CONNACK)?;
    // reserved bits, or a session with a refusal [MQTT-3.2.2-1] [MQTT-3.2.2-6]
    if flags > 1 || (flags == 1 && reason != reason::SUCCESS) {
        return Err(DecodeError::ConnAckFlags);
    }
    let properties = Properties::read(reader, Place::CONNACK)?;
    Ok(ConnAck { session_present: flags == 1, reason, properties })
}

fn decode_ack(reader: &mut Reader, codes: &[u8]) -> Result<Ack, DecodeError> {
    let packet_id = reader.packet_id()?;
    let (reason, properties) = decode_reason(reader, codes, Place::ACK)?;
    Ok(Ack { packet_id, reason, properties })
}

/// A reason code and properties, which may be left out from the end.
fn decode_reason(
    reader: &mut Reader,
    codes: &[u8],
    place: Place,
) -> Result<(u8, Properties), DecodeError> {
    if reader.is_empty() {
        return Ok((reason::SUCCESS, Properties::default()));
    }
    let reason = allowed(reader.u8()?, codes)?;
    if reader.is_empty() {
        return Ok((reason, Properties::default()));
    }
    Ok((reason, Properties::read(reader, place)?))
}

/// The rest of SUBACK or UNSUBACK: a code a filter.
fn codes(reader: &mut Reader, known: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut codes = Vec::new();
    while !reader.is_empty() {
        codes.push(allowed(reader.u8()?, known)?);
    }
    if codes.is_empty() { Err(DecodeError::Length) } else { Ok(codes) }
}

fn allowed(reason: u8, codes: &[u8]) -> Result<u8, DecodeError> {
    if codes.contains(&reason) { Ok(reason) } else { Err(DecodeError::ReasonCode) }
}
