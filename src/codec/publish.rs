//! PUBLISH, for all versions: MQTT 5 adds the properties, among them topic aliases.

use bytes::{Buf, Bytes};

use super::error::{DecodeError, EncodeError};
use super::frame;
use super::primitives::{MAX_VARIABLE, Reader, begin_packet, fnv1a, put_field};
use super::property::Properties;
use super::property_id::PropertyId;
use super::property_table::Location;
use super::protocol::{PacketId, QoS, Version};
use super::topic::{self, TopicName};
use super::topic_cache::TopicCache;

/// PUBLISH: an application message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Publish {
    /// The message may have been sent before.
    pub dup: bool,
    /// The delivery guarantee
    pub qos: QoS,
    /// To the server: keep the message for future subscribers. From the server: it was kept.
    pub retain: bool,
    /// The topic name; [`TopicName::aliased`] if a topic alias stands for it
    pub topic: TopicName,
    /// `None` at QoS 0 [MQTT-2.3.1-5], and at QoS 1 and 2 until the client assigns one
    pub packet_id: Option<PacketId>,
    /// MQTT 5
    pub properties: Properties,
    /// The application's data
    pub payload: Bytes,
}

impl Publish {
    /// A message that has not been sent, without properties and not retained.
    pub fn new(topic: TopicName, payload: impl Into<Bytes>, qos: QoS) -> Self {
        Self {
            dup: false,
            qos,
            retain: false,
            topic,
            packet_id: None,
            properties: Properties::default(),
            payload: payload.into(),
        }
    }

    /// Its bytes, if `check` has accepted it.
    pub(crate) fn encode(&self, version: Version) -> Result<Vec<u8>, EncodeError> {
        let Self { qos, topic, packet_id, properties, payload, .. } = self;
        if packet_id.is_some() == (*qos == QoS::AtMostOnce) {
            return Err(EncodeError::PacketId); // [MQTT-2.3.1-1] [MQTT-2.3.1-5] [MQTT-2.2.1-2]
        }
        let length = self.remaining_length(version);
        if length > MAX_VARIABLE {
            return Err(EncodeError::TooLarge);
        }
        let mut packet = begin_packet(frame::PUBLISH << 4 | self.flags(), length);
        put_field(&mut packet, topic.as_str().as_bytes());
        if let Some(packet_id) = packet_id {
            packet.extend_from_slice(&packet_id.get().to_be_bytes());
        }
        if version == Version::V5 {
            properties.put(&mut packet);
        }
        packet.extend_from_slice(payload);
        Ok(packet)
    }

    /// The lower half of the first byte: DUP, QoS, RETAIN. (section 2.2.2 of MQTT 3.1.1)
    pub(crate) fn flags(&self) -> u8 {
        u8::from(self.dup) << 3 | (self.qos as u8) << 1 | u8::from(self.retain)
    }

    /// Whether it can be encoded in this version, once it has a packet identifier.
    pub(crate) fn check(&self, version: Version) -> Result<(), EncodeError> {
        let Self { dup, qos, topic, properties, .. } = self;
        if *dup && *qos == QoS::AtMostOnce {
            return Err(EncodeError::DupAtQos0); // [MQTT-3.3.1-2]
        }
        let v5 = version == Version::V5;
        if topic.is_aliased() && !(v5 && properties.get(PropertyId::TOPIC_ALIAS).is_some()) {
            return Err(EncodeError::TopicName); // [MQTT-4.7.3-1] [MQTT-3.3.2-8]
        }
        if v5 { properties.check(Location::CLIENT_PUBLISH) } else { Ok(()) }
    }

    /// Bytes of the packet after the fixed header, counting the topic name even if an alias stands
    /// for it.
    #[must_use]
    pub fn remaining_length(&self, version: Version) -> usize {
        let properties = match version {
            Version::V5 => self.properties.length(),
            Version::V31 | Version::V311 => 0,
        };
        let packet_id = if self.packet_id.is_some() { 2 } else { 0 };
        2 + self.topic.as_str().len() + packet_id + properties + self.payload.len()
    }

    /// Decodes `frame`, one whole PUBLISH from a server. `topics` are those of earlier messages. Boxed, as
    /// it passes through several hands.
    ///
    /// # Errors
    /// It is invalid, and given back.
    pub(crate) fn decode(
        mut frame: Bytes,
        version: Version,
        topics: &mut TopicCache,
    ) -> Result<Box<Self>, (DecodeError, Bytes)> {
        match Self::read(&frame, version, topics) {
            Ok((mut publish, head)) => {
                frame.advance(head);
                publish.payload = frame; // it is not copied
                Ok(publish)
            }
            Err(error) => Err((error, frame)),
        }
    }

    /// Reads a PUBLISH without its payload; also returns how many bytes are in front of that.
    fn read(
        frame: &[u8],
        version: Version,
        topics: &mut TopicCache,
    ) -> Result<(Box<Self>, usize), DecodeError> {
        let (first, qos, mut reader) = open(frame)?;
        let topic = topics.name(reader.binary()?)?;
        let packet_id = read_packet_id(&mut reader, qos)?;
        let properties = match version {
            Version::V5 => Properties::read(&mut reader, Location::PUBLISH)?,
            Version::V31 | Version::V311 => Properties::default(),
        };
        let has_topic = |name: &TopicName| {
            !name.is_aliased() || properties.get(PropertyId::TOPIC_ALIAS).is_some()
        };
        let topic = topic.filter(has_topic).ok_or(DecodeError::TopicName)?; // [MQTT-3.3.2-2]
        let head = frame.len() - reader.rest().len();
        let publish = Self {
            dup: first & DUP != 0,
            qos,
            retain: first & 1 != 0,
            topic,
            packet_id,
            properties,
            payload: Bytes::new(),
        };
        Ok((Box::new(publish), head))
    }

    /// A number that stays the same when the server sends the message again, with DUP or under another
    /// packet identifier. `None` for one that the server will not send again.
    pub(crate) fn fingerprint(&self) -> Option<u32> {
        let is_repeated = self.qos != QoS::AtMostOnce;
        is_repeated.then(|| fingerprint_of(self.topic.as_str().as_bytes(), &self.payload))
    }

    /// Bytes held in memory, approximately; never less than the encoded length.
    pub(crate) fn size(&self) -> usize {
        let texts = self.topic.as_str().len() + self.properties.size();
        topic::OVERHEAD + texts + self.payload.len()
    }
}

/// A PUBLISH that is framed correctly, but whose content is invalid or too large to be received.
#[derive(Debug)]
pub(crate) struct InvalidPublish {
    pub(crate) qos: QoS,
    pub(crate) packet_id: Option<PacketId>,
    /// The bytes in the place of the topic name
    pub(crate) topic: Bytes,
    /// The topic alias, which the server has assigned although the message is invalid
    pub(crate) alias: Option<u32>,
    pub(crate) error: DecodeError,
}

impl InvalidPublish {
    /// Reads the beginning of a PUBLISH that was rejected because of `error`, without looking at what the
    /// publisher has chosen.
    ///
    /// # Errors
    /// The framing is wrong as well: packet identifier, lengths, or properties that only a server sets.
    pub(crate) fn read(
        frame: &[u8],
        version: Version,
        error: DecodeError,
    ) -> Result<Self, DecodeError> {
        let (_, qos, mut reader) = open(frame)?;
        let topic = Bytes::copy_from_slice(reader.binary()?);
        let packet_id = read_packet_id(&mut reader, qos)?;
        let alias = match version {
            Version::V5 => Properties::skim(&mut reader)?,
            Version::V31 | Version::V311 => None,
        };
        Ok(Self { qos, packet_id, topic, alias, error })
    }
}

/// As [`Publish::fingerprint`], of one that is invalid.
pub(crate) fn fingerprint(frame: &[u8]) -> Option<u32> {
    let (_, qos, mut reader) = open(frame).ok()?;
    if qos == QoS::AtMostOnce {
        return None;
    }
    let content = reader.binary().and_then(|topic| {
        reader.u16()?;
        Ok(fingerprint_of(topic, reader.rest()))
    });
    Some(content.unwrap_or_else(|_| fnv1a(&frame[1..]))) // too short for a topic
}

fn fingerprint_of(topic: &[u8], content: &[u8]) -> u32 {
    fnv1a(topic) ^ fnv1a(content).rotate_left(1)
}

/// The first byte of a PUBLISH, its QoS, and what follows the fixed header.
fn open(frame: &[u8]) -> Result<(u8, QoS, Reader<'_>), DecodeError> {
    let first = frame.first().copied().unwrap_or_default();
    let qos = QoS::new(first >> 1 & 3).ok_or(DecodeError::QoS)?; // [MQTT-3.3.1-4]
    Ok((first, qos, Reader::new(frame)))
}

#[inline] // there is none at QoS 0
fn read_packet_id(reader: &mut Reader, qos: QoS) -> Result<Option<PacketId>, DecodeError> {
    match qos {
        QoS::AtMostOnce => Ok(None),
        QoS::AtLeastOnce | QoS::ExactlyOnce => reader.packet_id().map(Some),
    }
}

/// The DUP flag in the first byte
const DUP: u8 = 0b1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Value;

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
                assert_eq!(header + length, publish.encode(version).unwrap().len(), "{publish:?}");
            }
        }
    }
}
