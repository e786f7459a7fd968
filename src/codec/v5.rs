//! The packets of MQTT 5 that are not the same in all versions. Strict in both directions: whatever the
//! standard does not allow is an error.

use super::error::{DecodeError, EncodeError};
use super::frame::{self, first_byte};
use super::packet::{Ack, Auth, ConnAck, Disconnect, Packet};
use super::primitives::{Reader, encode_packet, encode_packet_in_parts};
use super::property::Properties;
use super::property_table::Location;
use super::reason;
use super::subscribe::{SubAck, UnsubAck};

pub(super) fn encode(packet: &Packet) -> Result<Vec<u8>, EncodeError> {
    match packet {
        Packet::PubAck(ack) => encode_ack(frame::PUBACK, ack, reason::IN_PUBACK),
        Packet::PubRec(ack) => encode_ack(frame::PUBREC, ack, reason::IN_PUBACK),
        Packet::PubRel(ack) => encode_ack(frame::PUBREL, ack, reason::IN_PUBREL),
        Packet::PubComp(ack) => encode_ack(frame::PUBCOMP, ack, reason::IN_PUBREL),
        Packet::PingReq => Ok(encode_packet(first_byte(frame::PINGREQ), &[])),
        Packet::Disconnect(Disconnect { reason, properties }) => {
            check_reason(*reason, reason::IN_CLIENT_DISCONNECT)?;
            properties.check(Location::CLIENT_DISCONNECT)?;
            encode_reason(frame::DISCONNECT, *reason, properties)
        }
        Packet::Auth(Auth { reason, properties }) => {
            check_reason(*reason, reason::IN_CLIENT_AUTH)?;
            properties.check(Location::AUTH)?;
            encode_reason(frame::AUTH, *reason, properties)
        }
        Packet::Connect(_)
        | Packet::Publish(_)
        | Packet::Subscribe(_)
        | Packet::Unsubscribe(_)
        | Packet::ConnAck(_)
        | Packet::SubAck(_)
        | Packet::UnsubAck(_)
        | Packet::PingResp => Err(EncodeError::PacketType),
    }
}

pub(super) fn decode(first: u8, packet: &[u8]) -> Result<Packet, DecodeError> {
    let mut reader = Reader::new(packet);
    let packet = match first >> 4 {
        frame::CONNACK => Packet::ConnAck(decode_connack(&mut reader)?),
        frame::PUBACK => Packet::PubAck(decode_ack(&mut reader, reason::IN_PUBACK)?),
        frame::PUBREC => Packet::PubRec(decode_ack(&mut reader, reason::IN_PUBACK)?),
        frame::PUBREL => Packet::PubRel(decode_ack(&mut reader, reason::IN_PUBREL)?),
        frame::PUBCOMP => Packet::PubComp(decode_ack(&mut reader, reason::IN_PUBREL)?),
        frame::SUBACK => {
            let packet_id = reader.packet_id()?;
            let properties = Properties::read(&mut reader, Location::SUBACK)?;
            let codes = codes(&mut reader, reason::IN_SUBACK)?;
            Packet::SubAck(SubAck { packet_id, properties, codes })
        }
        frame::UNSUBACK => {
            let packet_id = reader.packet_id()?;
            let properties = Properties::read(&mut reader, Location::SUBACK)?;
            let codes = codes(&mut reader, reason::IN_UNSUBACK)?;
            Packet::UnsubAck(UnsubAck { packet_id, properties, codes })
        }
        frame::PINGRESP => Packet::PingResp,
        frame::DISCONNECT => {
            let (reason, properties) =
                decode_reason(&mut reader, reason::IN_SERVER_DISCONNECT, Location::DISCONNECT)?;
            Packet::Disconnect(Disconnect { reason, properties })
        }
        frame::AUTH => {
            let (reason, properties) =
                decode_reason(&mut reader, reason::IN_SERVER_AUTH, Location::AUTH)?;
            Packet::Auth(Auth { reason, properties })
        }
        _ => return Err(DecodeError::PacketType),
    };
    if reader.is_empty() { Ok(packet) } else { Err(DecodeError::Length) }
}

/// The reason code and the properties are left out if they have their default values.
fn encode_ack(packet_type: u8, ack: &Ack, allowed: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let Ack { packet_id, reason, properties } = ack;
    check_reason(*reason, allowed)?;
    properties.check(Location::ACK)?;
    let mut body = packet_id.get().to_be_bytes().to_vec();
    if *reason != reason::SUCCESS || !properties.is_empty() {
        body.push(*reason);
        properties.put(&mut body);
    }
    encode_packet_in_parts(first_byte(packet_type), &body, &[])
}

/// DISCONNECT and AUTH. As with `encode_ack`, default values are left out.
fn encode_reason(
    packet_type: u8,
    reason: u8,
    properties: &Properties,
) -> Result<Vec<u8>, EncodeError> {
    let mut body = Vec::new();
    if reason != reason::SUCCESS || !properties.is_empty() {
        body.push(reason);
        properties.put(&mut body);
    }
    encode_packet_in_parts(first_byte(packet_type), &body, &[])
}

fn check_reason(reason: u8, allowed: &[u8]) -> Result<(), EncodeError> {
    if allowed.contains(&reason) { Ok(()) } else { Err(EncodeError::ReasonCode) }
}

fn decode_connack(reader: &mut Reader) -> Result<ConnAck, DecodeError> {
    let flags = reader.u8()?;
    let reason = allowed(reader.u8()?, reason::IN_CONNACK)?;
    // reserved bits, or Session Present with a refusal [MQTT-3.2.2-1] [MQTT-3.2.2-6]
    if flags > 1 || (flags == 1 && reason != reason::SUCCESS) {
        return Err(DecodeError::ConnAckFlags);
    }
    let properties = Properties::read(reader, Location::CONNACK)?;
    Ok(ConnAck { session_present: flags == 1, reason, properties })
}

fn decode_ack(reader: &mut Reader, codes: &[u8]) -> Result<Ack, DecodeError> {
    let packet_id = reader.packet_id()?;
    let (reason, properties) = decode_reason(reader, codes, Location::ACK)?;
    Ok(Ack { packet_id, reason, properties })
}

/// A reason code and properties, which may be left out: the properties, or both.
fn decode_reason(
    reader: &mut Reader,
    codes: &[u8],
    location: Location,
) -> Result<(u8, Properties), DecodeError> {
    if reader.is_empty() {
        return Ok((reason::SUCCESS, Properties::default()));
    }
    let reason = allowed(reader.u8()?, codes)?;
    if reader.is_empty() {
        return Ok((reason, Properties::default()));
    }
    Ok((reason, Properties::read(reader, location)?))
}

/// The rest of SUBACK or UNSUBACK: one reason code for each filter.
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
