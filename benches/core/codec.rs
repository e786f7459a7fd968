//! Encoding and decoding of single packets.

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use mqtt_miniprogram::codec::{PacketId, Properties, PropertyId, Value, frame_length};
use mqtt_miniprogram::{Packet, Publish, QoS, TopicName, Version};

criterion_group!(codec, encode, decode);
criterion_main!(codec);

fn encode(criterion: &mut Criterion) {
    for (name, packet, version) in packets() {
        criterion.bench_function(&format!("encode {name}"), |bencher| {
            bencher.iter(|| black_box(&packet).encode(version));
        });
    }
}

/// With the length of its frame, as it is found in what the transport delivers.
fn decode(criterion: &mut Criterion) {
    for (name, packet, version) in packets() {
        let frame = packet.encode(version).expect("it can be expressed");
        criterion.bench_function(&format!("decode {name}"), |bencher| {
            bencher.iter_batched(
                || BytesMut::from(&frame[..]),
                |frame| {
                    let length = frame_length(&frame, usize::MAX, version).expect("a header");
                    assert_eq!(length, Some(frame.len()));
                    Packet::decode(frame, version).expect("a packet")
                },
                BatchSize::SmallInput,
            );
        });
    }
}

fn packets() -> Vec<(&'static str, Packet, Version)> {
    vec![
        ("PUBLISH 16 B", publish(16, Properties::default()), Version::V311),
        ("PUBLISH 256 B", publish(256, Properties::default()), Version::V311),
        ("PUBLISH 16 KiB", publish(16_384, Properties::default()), Version::V311),
        ("PUBLISH 256 B, MQTT 5, three properties", publish(256, properties()), Version::V5),
        ("PUBACK", Packet::PubAck(PacketId::MIN.into()), Version::V311),
    ]
}

fn publish(size: usize, properties: Properties) -> Packet {
    let topic = TopicName::new("sensors/room-1/temperature").expect("a topic");
    let mut publish = Publish::new(topic, vec![b'x'; size], QoS::AtMostOnce);
    publish.properties = properties;
    Packet::Publish(publish)
}

fn properties() -> Properties {
    Properties(vec![
        (PropertyId::CONTENT_TYPE, Value::Text("application/json".into())),
        (PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(60)),
        (PropertyId::CORRELATION_DATA, Value::Binary(Bytes::from_static(b"request-1"))),
    ])
}
