//! Rules about CONNECT and CONNACK, one test for each, with the bytes in sight.

use bytes::Bytes;
use mqtt_miniprogram::codec::{Connect, EncodeError, Properties, PropertyId, Value, Will, reason};
use mqtt_miniprogram::{Options, Packet, QoS, TopicName, Version};

use crate::common::packets::{ALL, MQTT_3, assert_malformed, connect, encoded};
use crate::common::scenario::Scenario;
use crate::common::{QOS, clean, name};

/// [MQTT-3.1.2-9] [MQTT-3.1.2-12] [MQTT-3.1.2-14]
#[test]
fn a_will_is_in_connect_with_its_flags() {
    for version in ALL {
        for qos in QOS {
            for retain in [false, true] {
                let topic = name("w");
                let payload = Bytes::from_static(b"bye");
                let will = Will { topic, payload, qos, retain, properties: Properties::default() };
                let bytes = connect_bytes(Connect { will: Some(will), ..connect("c") }, version);
                let expected = 0b0000_0110 | (qos as u8) << 3 | u8::from(retain) << 5;
                assert_eq!(flags(&bytes), expected);
                assert!(bytes.ends_with(b"\0\x01w\0\x03bye"), "{bytes:?}");
            }
        }
    }
}

/// [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-16]
#[test]
fn without_a_will_and_a_user_name_their_flags_and_fields_are_absent() {
    for version in ALL {
        let bytes = connect_bytes(connect("c"), version);
        assert_eq!(flags(&bytes), 0b0000_0010, "Clean Session alone");
        assert!(bytes.ends_with(b"\0\x01c"), "the client identifier is the last field");
    }
}

/// [MQTT-3.1.2-16] [MQTT-3.1.2-19]
#[test]
fn mqtt_5_has_a_password_without_a_user_name() {
    let password = Some(Bytes::from_static(b"tok"));
    let bytes = connect_bytes(Connect { password, ..connect("c") }, Version::V5);
    assert_eq!(flags(&bytes), 0b0100_0010);
    assert!(bytes.ends_with(b"\0\x01c\0\x03tok"), "{bytes:?}");
}

/// [MQTT-3.1.3-1] [MQTT-3.1.3-3]
#[test]
fn the_fields_of_connect_have_their_order() {
    let delay = (PropertyId::WILL_DELAY_INTERVAL, Value::Number(10));
    let will = Will {
        topic: name("w"),
        payload: Bytes::from_static(b"x"),
        qos: QoS::AtLeastOnce,
        retain: true,
        properties: Properties(vec![delay]),
    };
    let (username, password) = (Some("u".to_owned()), Some(Bytes::from_static(b"p")));
    let connect = Connect { will: Some(will), username, password, ..connect("id") };
    let bytes = connect_bytes(connect, Version::V5);
    let fields = b"\0\x02id\x05\x18\0\0\0\x0a\0\x01w\0\x01x\0\x01u\0\x01p";
    assert_eq!(&bytes[2..], [b"\0\x04MQTT\x05\xee\0\x3c\0", &fields[..]].concat());
}

/// [MQTT-3.1.3-4] [MQTT-3.1.3-11] [MQTT-3.1.3-12]
#[test]
fn client_identifier_and_user_name_are_utf_8() {
    let options = Connect { username: Some("用户".into()), ..connect("客户端") };
    for version in ALL {
        let bytes = connect_bytes(options.clone(), version);
        let fields = ["\0\u{9}客户端", "\0\u{6}用户"].concat();
        assert!(bytes.ends_with(fields.as_bytes()), "{bytes:x?}");
    }
}

/// [MQTT-3.1.3-7]
#[test]
fn an_empty_client_identifier_requires_a_clean_session() {
    let kept = Packet::Connect(Box::new(Connect { clean: false, ..connect("") }));
    for version in MQTT_3 {
        assert_eq!(kept.encode(version), Err(EncodeError::ClientId));
        assert!(connect_bytes(connect(""), version).ends_with(b"\0\0"));
    }
}

/// [MQTT-3.1.3-10] [MQTT-3.1.3-11]
#[test]
fn a_will_topic_is_a_topic_name_in_utf_8() {
    for topic in ["w/#", "+", "", "a\0"] {
        assert_eq!(TopicName::new(topic), None, "a will cannot be made of it");
    }
    let will = Will {
        topic: name("遗嘱"),
        payload: Bytes::new(),
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::default(),
    };
    for version in ALL {
        let connect = Connect { will: Some(will.clone()), ..connect("c") };
        assert!(connect_bytes(connect, version).ends_with("\0\u{6}遗嘱\0\0".as_bytes()));
    }
}

/// [MQTT-3.2.2-1]
#[test]
fn reserved_bits_of_connack_end_the_connection() {
    for bit in 1..8 {
        refuse_connack(Version::V311, &[0x20, 2, 1 << bit, 0]);
        refuse_connack(Version::V5, &[0x20, 3, 1 << bit, 0, 0]);
    }
}

/// [MQTT-3.2.2-4] [MQTT-3.2.2-6]
#[test]
fn a_refusal_with_session_present_is_malformed() {
    for code in 1..=5 {
        refuse_connack(Version::V311, &[0x20, 2, 1, code]);
    }
    refuse_connack(Version::V5, &[0x20, 3, 1, reason::UNSPECIFIED_ERROR, 0]);
}

/// [MQTT-3.2.2-8]
#[test]
fn connack_has_a_reason_code_of_connack() {
    for code in [0x01, 0x04, 0x8b, 0x8d, 0x8e, 0x92, 0xa2, 0xff] {
        refuse_connack(Version::V5, &[0x20, 3, 0, code, 0]);
    }
}

fn connect_bytes(connect: Connect, version: Version) -> Vec<u8> {
    encoded(&Packet::Connect(Box::new(connect)), version)
}

/// The connect flags.
fn flags(connect: &[u8]) -> u8 {
    let name_length = usize::from(connect[3]);
    connect[2 + 2 + name_length + 1]
}

/// This CONNACK ends the connection.
fn refuse_connack(version: Version, bytes: &[u8]) {
    let mut scenario = Scenario::connecting(Options { protocol_version: version, ..clean() });
    scenario.server_sends_bytes(bytes);
    assert_malformed(&mut scenario, bytes);
}
