//! Packets that a client may send survive encoding and decoding, whether they were decoded before
//! or made by an application; so do session records.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use mqtt_miniprogram::codec::{
    Ack, PacketId, Properties, PropertyId, Subscription, Value, frame_length,
};
use mqtt_miniprogram::{
    DeliveryState, Packet, Publish, QoS, SessionRecord, TopicFilter, TopicName, Version,
};

const LIMIT: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    for version in [Version::V31, Version::V311, Version::V5] {
        decoded(bytes, version);
    }
    let mut source = Unstructured::new(bytes);
    let _ = made(&mut source); // ends when the bytes are used up
});

fn decoded(bytes: &[u8], version: Version) {
    let Ok(Some(length)) = frame_length(bytes, LIMIT, version) else { return };
    let Ok(packet) = Packet::decode(BytesMut::from(&bytes[..length]), version) else { return };
    again(&packet, version);
}

fn again(packet: &Packet, version: Version) {
    let Ok(bytes) = packet.encode(version) else { return };
    assert_eq!(frame_length(&bytes, usize::MAX, version), Ok(Some(bytes.len())));
    assert_eq!(Packet::decode(BytesMut::from(&bytes[..]), version).as_ref(), Ok(packet));
}

fn made(source: &mut Unstructured) -> arbitrary::Result<()> {
    let publish = publish(source)?;
    for version in [Version::V31, Version::V311, Version::V5] {
        let properties = match version {
            Version::V5 => publish.properties.clone(),
            Version::V31 | Version::V311 => Properties::default(),
        };
        again(&Packet::Publish(Publish { properties, ..publish.clone() }), version);
    }
    let packet_id = packet_id(source)?;
    let ack = Ack { packet_id, reason: source.arbitrary()?, properties: properties(source)? };
    for packet in [Packet::PubAck, Packet::PubRec, Packet::PubRel, Packet::PubComp] {
        again(&packet(ack.clone()), Version::V5);
    }
    record(source, publish)
}

fn record(source: &mut Unstructured, publish: Publish) -> arbitrary::Result<()> {
    let record = match source.int_in_range(0..=3)? {
        0 => SessionRecord::Delivery(
            source.arbitrary()?,
            DeliveryState::Released(packet_id(source)?),
        ),
        1 => SessionRecord::Received(packet_id(source)?),
        2 => SessionRecord::Subscription(
            Subscription::new(filter(source)?, qos(source)?),
            Properties::default(),
        ),
        _ => SessionRecord::ClientId(source.arbitrary()?),
    };
    assert_eq!(SessionRecord::decode(&record.encode()), Some(record));
    if publish.packet_id.is_some() && Packet::Publish(publish.clone()).encode(Version::V5).is_ok() {
        let since = source.arbitrary()?;
        for state in
            [DeliveryState::Sent(publish.clone()), DeliveryState::Queued(publish.clone(), since)]
        {
            let record = SessionRecord::Delivery(source.arbitrary()?, state);
            let read = SessionRecord::decode(&record.encode());
            if !publish.topic.is_aliased() {
                assert_eq!(read, Some(record)); // a record always has a topic name
            }
        }
    }
    Ok(())
}

fn publish(source: &mut Unstructured) -> arbitrary::Result<Publish> {
    let qos = qos(source)?;
    let packet_id = if qos == QoS::AtMostOnce { None } else { Some(packet_id(source)?) };
    let topic = TopicName::new(String::arbitrary(source)?).unwrap_or_else(TopicName::aliased);
    Ok(Publish {
        dup: source.arbitrary()?,
        qos,
        retain: source.arbitrary()?,
        topic,
        packet_id,
        properties: properties(source)?,
        payload: Vec::arbitrary(source)?.into(),
    })
}

fn properties(source: &mut Unstructured) -> arbitrary::Result<Properties> {
    let mut properties = Vec::new();
    for _ in 0..source.int_in_range(0..=4)? {
        let Some(id) = PropertyId::new(source.int_in_range(0..=48)?) else { continue };
        let value = match source.int_in_range(0..=3)? {
            0 => Value::Number(source.arbitrary()?),
            1 => Value::Text(source.arbitrary()?),
            2 => Value::Binary(Vec::arbitrary(source)?.into()),
            _ => Value::Pair(source.arbitrary()?, source.arbitrary()?),
        };
        properties.push((id, value));
    }
    Ok(Properties(properties))
}

fn filter(source: &mut Unstructured) -> arbitrary::Result<TopicFilter> {
    TopicFilter::new(String::arbitrary(source)?).ok_or(arbitrary::Error::IncorrectFormat)
}

fn qos(source: &mut Unstructured) -> arbitrary::Result<QoS> {
    QoS::new(source.int_in_range(0..=2)?).ok_or(arbitrary::Error::IncorrectFormat)
}

fn packet_id(source: &mut Unstructured) -> arbitrary::Result<PacketId> {
    source.arbitrary()
}
