//! PUBLISH, of every version: MQTT 5 only adds the properties, and topic aliases among them.

use bytes::{BufMut, BytesMut};

use super::property::{Place, Properties, PropertyId};
use super::wire::{Reader, finish, put_field};
use super::{DecodeError, EncodeError, Publish, QoS, TopicName, Version};

/// Whether a message can be written, but for its packet identifier.
pub(super) fn check(publish: &Publish, version: Version) -> Result<(), EncodeError> {
    let Publish { dup, qos, topic, properties, .. } = publish;
    if *dup && *qos == QoS::AtMostOnce {
        return Err(EncodeError::DupAtQos0); // [MQTT-3.3.1-2]
    }
    let v5 = version == Version::V5;
    if topic.is_aliased() && !(v5 && properties.get(PropertyId::TOPIC_ALIAS).is_some()) {
        return Err(EncodeError::TopicName); // [MQTT-4.7.3-1] [MQTT-3.3.2-8]
    }
    if v5 { properties.check(Place::PUBLISH_OUT) } else { Ok(()) }
}

pub(super) fn encode(publish: &Publish, version: Version) -> Result<BytesMut, EncodeError> {
    check(publish, version)?;
    let Publish { dup, qos, retain, topic, packet_id, properties, payload } = publish;
    if packet_id.is_some() == (*qos == QoS::AtMostOnce) {
        return Err(EncodeError::PacketId); // [MQTT-2.3.1-1] [MQTT-2.3.1-5] [MQTT-2.2.1-2]
    }
    let mut head = BytesMut::with_capacity(topic.as_str().len() + 16);
    put_field(&mut head, topic.as_str().as_bytes());
    if let Some(packet_id) = packet_id {
        head.put_u16(packet_id.get());
    }
    if version == Version::V5 {
        properties.put(&mut head);
    }
    let first = 0x30 | u8::from(*dup) << 3 | (*qos as u8) << 1 | u8::from(*retain);
    finish(first, &head, payload) // the payload may be large: it is copied once
}

pub(super) fn decode(
    first: u8,
    mut reader: Reader,
    version: Version,
) -> Result<Publish, DecodeError> {
    let qos = QoS::new(first >> 1 & 3).ok_or(DecodeError::QoS)?; // [MQTT-3.3.1-4]
    let name = reader.text()?;
    let packet_id = match qos {
        QoS::AtMostOnce => None,
        QoS::AtLeastOnce | QoS::ExactlyOnce => Some(reader.packet_id()?),
    };
    let properties = match version {
        Version::V5 => Properties::read(&mut reader, Place::PUBLISH)?,
        Version::V31 | Version::V311 => Properties::default(),
    };
    let aliased = name.is_empty() && properties.get(PropertyId::TOPIC_ALIAS).is_some();
    let topic = if aliased { Some(TopicName::aliased()) } else { TopicName::new(name) };
    Ok(Publish {
        dup: first & 0b1000 != 0,
        qos,
        retain: first & 1 != 0,
        topic: topic.ok_or(DecodeError::TopicName)?, // [MQTT-3.3.2-2]
        packet_id,
        properties,
        payload: reader.rest(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{PacketId, Value};

    #[test]
    fn the_remaining_length_is_that_of_the_packet() {
        let properties = Properties(vec![
            (PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(60)),
            (PropertyId::USER_PROPERTY, Value::Pair("name".into(), "x".repeat(200))),
        ]);
        let topic = TopicName::new("设备/1").unwrap();
        let plain = Publish::new(topic, "payload", QoS::AtMostOnce);
        let numbered =
            Publish { qos: QoS::AtLeastOnce, packet_id: PacketId::new(7), ..plain.clone() };
        let with_properties = Publish { properties, ..numbered.clone() };
        for publish in [plain, numbered, with_properties] {
            for version in [Version::V311, Version::V5] {
                let length = publish.remaining_length(version);
                let header = if length < 128 { 2 } else { 3 };
                assert_eq!(
                    header + length,
                    encode(&publish, version).unwrap().len(),
                    "{publish:?}"
                );
            }
        }
    }
}
