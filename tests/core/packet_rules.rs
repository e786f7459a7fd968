//! Rules about the format of packets, one test for each, with the bytes in sight. All packets of
//! `tests/vectors` go through the codec in `vectors.rs`.

use bytes::BytesMut;
use mqtt_miniprogram::codec::{
    Ack, Disconnect, EncodeError, PacketId, Properties, PropertyId, Subscribe, Subscription,
    Unsubscribe, Value, reason,
};
use mqtt_miniprogram::{Options, Packet, Publish, QoS, TopicFilter, TopicName, Version};

use crate::common::packets::{ALL, MQTT_3, assert_malformed, connect, encoded};
use crate::common::scenario::Scenario;
use crate::common::{QOS, clean, filter, name, strict};

/// [MQTT-2.2.2-1] [MQTT-2.1.3-1] [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1]
#[test]
fn reserved_flags_have_their_fixed_values() {
    let ack = || Ack::from(id(1));
    let subscribe = Subscribe {
        packet_id: id(1),
        properties: Properties::default(),
        subscriptions: vec![Subscription::new(filter("a"), QoS::AtMostOnce)],
    };
    let unsubscribe = Unsubscribe {
        packet_id: id(1),
        properties: Properties::default(),
        filters: vec![filter("a")],
    };
    let packets = [
        (Packet::Connect(Box::new(connect("c"))), 0x10),
        (Packet::PubAck(ack()), 0x40),
        (Packet::PubRec(ack()), 0x50),
        (Packet::PubRel(ack()), 0x62),
        (Packet::PubComp(ack()), 0x70),
        (Packet::Subscribe(subscribe), 0x82),
        (Packet::Unsubscribe(unsubscribe), 0xa2),
        (Packet::PingReq, 0xc0),
        (Packet::Disconnect(Disconnect::default()), 0xe0),
    ];
    for (packet, first) in packets {
        for version in ALL {
            assert_eq!(encoded(&packet, version)[0], first, "{packet:?}");
        }
    }
}

/// [MQTT-2.2.2-2] [MQTT-2.1.3-1] [MQTT-3.6.1-1] [MQTT-3.14.1-1]
#[test]
fn other_reserved_flags_end_the_connection() {
    let packets: [(u8, &[u8]); 7] = [
        (0x40, &[2, 0, 1]),
        (0x50, &[2, 0, 1]),
        (0x62, &[2, 0, 1]),
        (0x70, &[2, 0, 1]),
        (0xb0, &[2, 0, 1]),
        (0xd0, &[0]),
        (0x90, &[3, 0, 1, 0]),
    ];
    for (first, rest) in packets {
        for flags in (0..16).filter(|flags| *flags != first & 0x0f) {
            for version in MQTT_3 {
                end_the_connection(version, &[&[first & 0xf0 | flags], rest].concat());
            }
        }
    }
    for first in [0x61, 0x63, 0xe1, 0xf8] {
        end_the_connection(Version::V5, &[first, 2, 0, 1]);
    }
}

/// [MQTT-1.5.3-2] [MQTT-1.5.4-2]
#[test]
fn a_null_character_is_neither_sent_nor_accepted() {
    assert_eq!(TopicName::new("a\0b"), None);
    assert_eq!(TopicFilter::new("a\0b"), None);
    for version in ALL {
        let connect = Packet::Connect(Box::new(connect("c\0")));
        assert_eq!(connect.encode(version), Err(EncodeError::Field));
    }
    let properties = Properties(vec![(PropertyId::CONTENT_TYPE, Value::Text("\0".into()))]);
    let publish = Publish { properties, ..Publish::new(name("t"), "", QoS::AtMostOnce) };
    let refused = Err(EncodeError::Property(PropertyId::CONTENT_TYPE));
    assert_eq!(Packet::Publish(publish).encode(Version::V5), refused);
    end_the_connection(Version::V311, b"\x30\x05\0\x03a\0b");
    end_the_connection(Version::V5, b"\x30\x06\0\x03a\0b\0");
    end_the_connection(Version::V5, b"\x40\x08\0\x01\x10\x04\x1f\0\x01\0"); // a reason string
}

/// [MQTT-1.5.4-1]
#[test]
fn text_that_is_not_utf_8_ends_the_connection() {
    let ill_formed: [&[u8]; 5] = [
        b"\xc3\x28",         // a continuation byte is missing
        b"\xc0\xaf",         // an overlong encoding
        b"\xed\xa0\x80",     // a surrogate
        b"\xf4\x90\x80\x80", // beyond U+10FFFF
        b"\xff",
    ];
    for text in ill_formed {
        let length = text.len() as u8;
        let topic = [&[0x30, length + 3, 0, length], text, &[0]].concat();
        end_the_connection(Version::V5, &topic);
        let reason_string =
            [&[0x40, length + 7, 0, 1, 0x10, length + 3, 0x1f, 0, length], text].concat();
        end_the_connection(Version::V5, &reason_string);
    }
}

/// [MQTT-3.3.1-4]
#[test]
fn qos_3_ends_the_connection() {
    for first in [0x36, 0x37, 0x3e, 0x3f] {
        for version in MQTT_3 {
            end_the_connection(version, &[first, 5, 0, 1, b't', 0, 1]);
        }
        end_the_connection(Version::V5, &[first, 6, 0, 1, b't', 0, 1, 0]);
    }
}

/// [MQTT-3.3.2-1]
#[test]
fn the_topic_name_is_the_first_field_of_publish_in_utf_8() {
    let publish = Publish {
        packet_id: Some(id(7)),
        ..Publish::new(name("设备"), vec![0xaa], QoS::AtLeastOnce)
    };
    let packet = Packet::Publish(publish);
    let topic = "\0\u{6}设备".as_bytes();
    for version in MQTT_3 {
        assert_eq!(encoded(&packet, version)[2..], [topic, &[0, 7, 0xaa]].concat());
    }
    assert_eq!(encoded(&packet, Version::V5)[2..], [topic, &[0, 7, 0, 0xaa]].concat());
}

/// [MQTT-3.3.2-2]
#[test]
fn a_topic_name_with_a_wildcard_is_neither_sent_nor_accepted() {
    for topic in ["#", "+", "a/#", "a/+/b", "a+", "a#"] {
        assert_eq!(TopicName::new(topic), None);
        let length = topic.len() as u8;
        let field = [&[0, length], topic.as_bytes()].concat();
        end_the_connection(Version::V311, &[&[0x30, length + 2], &field[..]].concat());
        end_the_connection(Version::V5, &[&[0x30, length + 3], &field[..], &[0]].concat());
    }
}

/// [MQTT-3.8.3-4] [MQTT-3.8.3-5]
#[test]
fn reserved_bits_of_subscription_options_are_0() {
    let flags = [false, true];
    for qos in QOS {
        for (no_local, retain_as_published) in
            flags.into_iter().flat_map(|first| flags.map(|second| (first, second)))
        {
            let subscription = Subscription {
                no_local,
                retain_as_published,
                ..Subscription::new(filter("a"), qos)
            };
            let subscribe = Packet::Subscribe(Subscribe {
                packet_id: id(1),
                properties: Properties::default(),
                subscriptions: vec![subscription],
            });
            for version in MQTT_3 {
                assert_eq!(encoded(&subscribe, version).last(), Some(&(qos as u8)));
            }
            let options = *encoded(&subscribe, Version::V5).last().unwrap();
            assert_eq!(options & 0b1100_0000, 0);
            let expected = qos as u8 | u8::from(no_local) << 2 | u8::from(retain_as_published) << 3;
            assert_eq!(options, expected);
        }
    }
}

/// [MQTT-3.8.3-4]
#[test]
fn no_local_does_not_go_with_a_shared_subscription() {
    for (text, expected) in [("$share/g/a", Err(EncodeError::NoLocalOnShared)), ("a", Ok(()))] {
        let subscription =
            Subscription { no_local: true, ..Subscription::new(filter(text), QoS::AtMostOnce) };
        let subscribe = Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties: Properties::default(),
            subscriptions: vec![subscription],
        });
        assert_eq!(subscribe.encode(Version::V5).map(|_| ()), expected, "{text}");
    }
}

/// [MQTT-3.9.3-2]
#[test]
fn suback_of_mqtt_3_has_the_codes_0_1_2_and_0x80() {
    for code in 0..=u8::MAX {
        let packet = Packet::decode(BytesMut::from(&[0x90, 3, 0, 1, code][..]), Version::V311);
        match packet {
            Ok(Packet::SubAck(suback)) => assert_eq!(suback.codes, [code]),
            other => assert!(other.is_err(), "{other:?}"),
        }
        if ![0, 1, 2, 0x80].contains(&code) {
            end_the_connection(Version::V311, &[0x90, 3, 0, 1, code]);
        }
    }
}

/// [MQTT-3.10.3-1]
#[test]
fn filters_of_unsubscribe_are_utf_8() {
    let unsubscribe = Packet::Unsubscribe(Unsubscribe {
        packet_id: id(1),
        properties: Properties::default(),
        filters: vec![filter("设备/+"), filter("b")],
    });
    let filters = "\0\u{8}设备/+\0\u{1}b".as_bytes();
    for version in MQTT_3 {
        assert_eq!(encoded(&unsubscribe, version)[4..], *filters);
    }
    assert_eq!(encoded(&unsubscribe, Version::V5)[5..], *filters);
}

/// [MQTT-3.10.3-2]
#[test]
fn unsubscribe_has_at_least_one_filter() {
    let unsubscribe = Packet::Unsubscribe(Unsubscribe {
        packet_id: id(1),
        properties: Properties::default(),
        filters: Vec::new(),
    });
    for version in ALL {
        assert_eq!(unsubscribe.encode(version), Err(EncodeError::NoFilters));
    }
}

/// [MQTT-3.14.1-1]
#[test]
fn disconnect_of_mqtt_3_has_no_content() {
    let packet =
        Packet::Disconnect(Disconnect { reason: reason::SUCCESS, ..Disconnect::default() });
    for version in ALL {
        assert_eq!(encoded(&packet, version)[..], [0xe0, 0]);
    }
}

/// [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3]
/// [MQTT-3.7.2-2] [MQTT-3.7.2-3]
#[test]
fn acknowledgements_have_no_properties_that_could_make_them_too_large() {
    let options = Options { protocol_version: Version::V5, manual_ack: true, ..clean() };
    let mut scenario = Scenario::connecting(options);
    // Maximum Packet Size 6: an acknowledgement with a reason code, and no properties
    scenario.server_sends_bytes(&[0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 6]);
    let mut sent = |bytes: &[u8], reason: Option<u8>| {
        scenario.server_sends_bytes(bytes);
        scenario.acknowledges(reason).unwrap();
        scenario.sent_messages().concat()
    };
    let publish = |qos: u8, id: u8| [0x30 | qos << 1, 6, 0, 1, b't', 0, id, 0];
    let refusal = reason::QUOTA_EXCEEDED;
    assert_eq!(sent(&publish(1, 1), Some(reason::SUCCESS)), [0x40, 2, 0, 1]);
    assert_eq!(sent(&publish(1, 2), Some(refusal)), [0x40, 4, 0, 2, refusal, 0]);
    assert_eq!(sent(&publish(2, 3), Some(reason::SUCCESS)), [0x50, 2, 0, 3]);
    assert_eq!(sent(&publish(2, 4), Some(refusal)), [0x50, 4, 0, 4, refusal, 0]);
    assert_eq!(sent(&[0x62, 2, 0, 3], None), [0x70, 2, 0, 3]);
    let unknown = reason::PACKET_IDENTIFIER_NOT_FOUND;
    assert_eq!(sent(&[0x62, 2, 0, 9], None), [0x70, 4, 0, 9, unknown, 0]);
    assert_eq!(sent(&[0x50, 2, 0, 9], None), [0x62, 4, 0, 9, unknown, 0]);
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

/// These bytes of a server end a connection that is established.
fn end_the_connection(version: Version, bytes: &[u8]) {
    let mut scenario = Scenario::connected(Options { protocol_version: version, ..strict() });
    scenario.server_sends_bytes(bytes);
    assert_malformed(&mut scenario, bytes);
}
