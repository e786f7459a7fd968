//! What another publisher or a well-known broker does wrong costs as little as possible: a message, or a
//! warning. With the option `strict` it ends the connection, as the standard says.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted};
use crate::common::{clean, message, name, persistent_in, strict};
use mqtt_miniprogram::codec::{DecodeError, MAX_PROPERTIES, Properties, PropertyId, Value};
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Leniency, Options, Output, ProtocolError, QoS, Version,
};

const VERSIONS: [Version; 3] = [Version::V31, Version::V311, Version::V5];

/// A PUBLISH with this first byte, topic and rest.
fn publish(first: u8, topic: &[u8], rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::from((topic.len() as u16).to_be_bytes());
    body.extend_from_slice(topic);
    body.extend_from_slice(rest);
    packet(first, &body)
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    while length > 0x7f {
        packet.push(length as u8 | 0x80);
        length >>= 7;
    }
    packet.push(length as u8);
    packet.extend_from_slice(body);
    packet
}

/// A property block with its length.
fn properties(block: &[u8]) -> Vec<u8> {
    let length = packet(0, block);
    length[1..].to_vec()
}

fn connected(version: Version, options: Options) -> Scenario {
    let mut scenario = Scenario::connecting(Options {
        protocol_version: version,
        client_id: "c".into(),
        ..options
    });
    scenario.server_sends_bytes(&connack(version));
    scenario.outputs();
    scenario
}

fn connack(version: Version) -> Vec<u8> {
    if version == Version::V5 { vec![0x20, 3, 0, 0, 0] } else { vec![0x20, 2, 0, 0] }
}

/// Where the properties of a good message are, in this version.
fn none(version: Version) -> &'static [u8] {
    if version == Version::V5 { b"\0" } else { b"" }
}

/// Topics that a publisher can choose and that no topic name may be.
const TOPICS: [&[u8]; 8] = [
    b"a/#",
    b"a/+/b",
    b"+",
    b"a\0b",
    b"\xff",
    b"a\xed\xa0\x80", // a surrogate
    b"\xc0\xaf",      // longer than necessary
    b"",
];

fn dropped(topic: &[u8], error: DecodeError) -> Event {
    Event::MessageDropped { topic: topic.to_vec().into(), error }
}

fn error_of(topic: &[u8]) -> DecodeError {
    let is_text = str::from_utf8(topic).is_ok_and(|text| !text.contains('\0'));
    if is_text { DecodeError::TopicName } else { DecodeError::Utf8 }
}

#[test]
fn an_invalid_topic_costs_its_message_only() {
    for version in VERSIONS {
        for topic in TOPICS {
            for (first, id, ack) in [
                (0x30, &b""[..], vec![]),
                (0x32, b"\0\x07", vec![0x40, 2, 0, 7]),
                (0x34, b"\0\x07", vec![0x50, 2, 0, 7]),
            ] {
                let mut scenario = connected(version, clean());
                let rest = [id, none(version), b"poison"].concat();
                scenario.server_sends_bytes(&publish(first, topic, &rest));
                assert_eq!(scenario.sent_messages().concat(), ack, "{topic:?}");
                assert_eq!(scenario.events(), [dropped(topic, error_of(topic))]);

                let good = [none(version), b"good"].concat();
                scenario.server_sends_bytes(&publish(0x30, b"t", &good));
                assert!(matches!(&scenario.events()[..], [Event::Message(_)]), "{topic:?}");
            }
        }
    }
}

#[test]
fn strict_closes_on_an_invalid_topic() {
    // [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-3.3.2-2] [MQTT-4.7.3-1]
    for version in VERSIONS {
        for topic in TOPICS {
            let mut scenario = connected(version, strict());
            let rest = [none(version), b"poison"].concat();
            scenario.server_sends_bytes(&publish(0x30, topic, &rest));
            assert_eq!(scenario.errors(), [ConnectionError::Malformed(error_of(topic))]);
        }
    }
}

/// Properties that a publisher chooses and a server passes on.
fn invalid_properties() -> Vec<(Vec<u8>, DecodeError)> {
    let mut many = Vec::new();
    for _ in 0..=MAX_PROPERTIES {
        many.extend_from_slice(b"\x26\0\x01k\0\x01v");
    }
    vec![
        (b"\x08\0\x03a/#".to_vec(), DecodeError::PropertyValue),
        (b"\x08\0\0".to_vec(), DecodeError::PropertyValue),
        (b"\x08\0\x02\xed\xa0".to_vec(), DecodeError::Utf8),
        (b"\x03\0\x01\xff".to_vec(), DecodeError::Utf8),
        (b"\x03\0\x01\0".to_vec(), DecodeError::Utf8),
        (b"\x26\0\x01\xff\0\x01v".to_vec(), DecodeError::Utf8),
        (b"\x26\0\x01k\0\x02a\0".to_vec(), DecodeError::Utf8),
        (b"\x01\x02".to_vec(), DecodeError::PropertyValue),
        (many, DecodeError::TooManyProperties),
    ]
}

#[test]
fn an_invalid_property_of_the_publisher_costs_its_message_only() {
    for (block, error) in invalid_properties() {
        let rest = [b"\0\x07", &properties(&block)[..], b"poison"].concat();
        let mut scenario = connected(Version::V5, clean());
        scenario.server_sends_bytes(&publish(0x34, b"t", &rest));
        assert_eq!(scenario.events(), [dropped(b"t", error)]);
        assert_eq!(scenario.sent_messages().concat(), [0x50, 2, 0, 7]);
        // sent again, it is acknowledged and not reported again
        scenario.server_sends_bytes(&publish(0x3c, b"t", &rest));
        assert_eq!(scenario.events(), []);
        scenario.server_sends_bytes(b"\x62\x02\0\x07");
        assert_eq!(scenario.sent_messages().concat(), [0x50, 2, 0, 7, 0x70, 2, 0, 7]);

        let mut scenario = connected(Version::V5, strict());
        scenario.server_sends_bytes(&publish(0x34, b"t", &rest));
        assert_eq!(scenario.errors(), [ConnectionError::Malformed(error)]);
    }
}

#[test]
fn what_frames_the_stream_closes_the_connection() {
    for (packet, error) in [
        (publish(0x32, b"a/#", b"\0\0\0x"), DecodeError::PacketId),
        (publish(0x30, b"a/#", b"\x05\x26x"), DecodeError::Length),
        (publish(0x30, b"a/#", b"\x03\x21\0\x01"), DecodeError::PropertyNotAllowed),
        (publish(0x30, b"a/#", b"\x02\x0b\0"), DecodeError::PropertyValue),
        (publish(0x30, b"a/#", b"\x02\x7f\0"), DecodeError::UnknownProperty),
        (publish(0x30, b"a/#", b"\x04\x01\0\x01\0"), DecodeError::PropertyTwice),
        (packet(0x30, b"\0\x09t\0"), DecodeError::Length),
    ] {
        let mut scenario = connected(Version::V5, clean());
        scenario.server_sends_bytes(&packet);
        assert_eq!(scenario.errors(), [ConnectionError::Malformed(error)], "{packet:x?}");
    }
}

#[test]
fn an_alias_that_an_invalid_message_assigned_is_known() {
    let maximum = Properties(vec![(PropertyId::TOPIC_ALIAS_MAXIMUM, Value::Number(5))]);
    let mut scenario = connected(Version::V5, Options { properties: maximum, ..clean() });
    // a good topic with a bad property, then the alias alone
    scenario.server_sends_bytes(&publish(0x30, b"t", b"\x07\x23\0\x01\x03\0\x01\xffx"));
    scenario.server_sends_bytes(&publish(0x30, b"", b"\x03\x23\0\x01x"));
    match &scenario.events()[..] {
        [Event::MessageDropped { .. }, Event::Message(publish)] => {
            assert_eq!(publish.topic, name("t"));
        }
        events => panic!("{events:?}"),
    }
    // a bad topic, then its alias alone, also with a bad property
    scenario.server_sends_bytes(&publish(0x30, b"a/#", b"\x03\x23\0\x02x"));
    scenario.server_sends_bytes(&publish(0x32, b"", b"\0\x09\x03\x23\0\x02x"));
    scenario.server_sends_bytes(&publish(0x30, b"", b"\x07\x23\0\x02\x03\0\x01\xffx"));
    let bad = dropped(b"a/#", DecodeError::TopicName);
    let worse = dropped(b"a/#", DecodeError::Utf8);
    assert_eq!(scenario.events(), [bad.clone(), bad, worse]);
    assert_eq!(scenario.sent_messages().concat(), [0x40, 2, 0, 9]);
    // an alias beyond the maximum, or of nothing, is the server's fault
    scenario.server_sends_bytes(&publish(0x30, b"a/#", b"\x03\x23\0\x06x"));
    assert_eq!(scenario.errors(), [ConnectionError::Protocol(ProtocolError::TopicAlias)]);
}

#[test]
fn a_message_above_the_limit_is_skipped_as_it_arrives() {
    for version in VERSIONS {
        let large = [b"\0\x07", none(version), &[b'x'; 100_000]].concat();
        let large = publish(0x34, "设备".as_bytes(), &large);
        let good = publish(0x30, b"t", &[none(version), b"good"].concat());
        let stream = [large, good].concat();
        for piece in [1_000, 65_536, stream.len()] {
            let mut scenario = connected(version, Options { max_packet_size: 10_000, ..clean() });
            for bytes in stream.chunks(piece) {
                scenario.server_sends_bytes(bytes);
            }
            match &scenario.events()[..] {
                [
                    Event::MessageDropped { topic, error: DecodeError::TooLarge },
                    Event::Message(_),
                ] => {
                    assert_eq!(topic, "设备");
                }
                events => panic!("{events:?}"),
            }
            assert_eq!(scenario.sent_messages().concat(), [0x50, 2, 0, 7]);
        }
    }
}

#[test]
fn a_message_above_the_limit_closes_a_strict_client() {
    // [MQTT-3.1.2-24]
    let mut scenario = connected(Version::V311, Options { max_packet_size: 100, ..strict() });
    scenario.server_sends_bytes(&[0x30, 99]);
    assert_eq!(scenario.errors(), [ConnectionError::Malformed(DecodeError::TooLarge)]);
}

#[test]
fn another_packet_above_the_limit_closes_the_connection() {
    let mut scenario = connected(Version::V5, Options { max_packet_size: 100, ..clean() });
    scenario.server_sends_bytes(&[0x90, 99]);
    assert_eq!(scenario.errors(), [ConnectionError::Malformed(DecodeError::TooLarge)]);
}

#[test]
fn a_message_that_breaks_two_connections_is_not_met_a_third_time() {
    // the packet identifier and DUP may change when it is sent again
    let poison = |first, id| publish(first, b"t", &[b"\0", &[id][..], b"\x02\x7f\0x"].concat());
    let mut scenario = connected(Version::V5, persistent_in(Version::V5));
    scenario.server_sends_bytes(&poison(0x32, 1));
    assert!(scenario.events().contains(&Event::Offline), "it tries again");
    scenario.reopens();
    scenario.server_sends_bytes(&[0x20, 3, 1, 0, 0]);
    scenario.outputs();
    scenario.server_sends_bytes(&poison(0x3a, 2));
    let error = ConnectionError::Malformed(DecodeError::UnknownProperty);
    assert_eq!(scenario.events(), [Event::Error(error), Event::Closed]);
    assert_eq!(scenario.client.poll_timeout(), None, "no further attempt");

    // the application may ask for one
    scenario.outputs();
    scenario.connect();
    assert_eq!(scenario.outputs(), [Output::OpenTransport]);
}

#[test]
fn different_messages_may_break_one_connection_each() {
    let mut scenario = connected(Version::V5, persistent_in(Version::V5));
    for payload in [b"1", b"2", b"1", b"2"] {
        let content = [&b"\0\x01\x02\x7f\0"[..], payload].concat();
        scenario.server_sends_bytes(&publish(0x32, b"t", &content));
        assert!(scenario.client.poll_timeout().is_some(), "another attempt follows");
        scenario.reopens();
        scenario.server_sends_bytes(&[0x20, 3, 1, 0, 0]);
        scenario.outputs();
    }
}

#[test]
fn a_message_that_is_not_kept_by_the_server_never_ends_the_client() {
    // one with an unknown property, and one that ends within its topic
    for frame in [publish(0x30, b"t", b"\x02\x7f\0x"), vec![0x30, 4, 0, 9, b't', b't']] {
        let mut scenario = connected(Version::V5, persistent_in(Version::V5));
        for _ in 0..4 {
            scenario.server_sends_bytes(&frame);
            assert!(scenario.client.poll_timeout().is_some(), "another attempt follows");
            scenario.reopens();
            scenario.server_sends_bytes(&[0x20, 3, 1, 0, 0]);
            scenario.outputs();
        }
    }
}

#[test]
fn a_qos_2_message_may_be_completed_early() {
    for answer in [Wire::PubAck(1), Wire::PubComp(1)] {
        let mut scenario = Scenario::connected(clean());
        let request_id = scenario.publishes("m", QoS::ExactlyOnce);
        scenario.outputs();
        scenario.server_sends(std::slice::from_ref(&answer));
        match &scenario.events()[..] {
            [Event::Tolerated(leniency), Event::Published { request_id: published, .. }] => {
                assert_eq!(*leniency, Leniency::Qos2CompletedEarly);
                assert_eq!(*published, request_id);
            }
            events => panic!("{events:?}"),
        }
        assert!(scenario.client.is_idle());
    }
}

#[test]
fn each_leniency_is_reported_once() {
    let mut scenario = Scenario::connected(clean());
    scenario.publishes("1", QoS::ExactlyOnce);
    scenario.publishes("2", QoS::ExactlyOnce);
    scenario.server_sends(&[Wire::PubAck(1), Wire::PubAck(2)]);
    let tolerated = |event: &Event| matches!(event, Event::Tolerated(Leniency::Qos2CompletedEarly));
    assert_eq!(scenario.events().iter().filter(|event| tolerated(event)).count(), 1);
}

#[test]
fn a_qos_1_message_may_be_answered_as_at_qos_2() {
    let mut scenario = Scenario::connected(clean());
    scenario.publishes("m", QoS::AtLeastOnce);
    scenario.outputs();
    scenario.server_sends(&[Wire::PubRec(1)]);
    assert_eq!(scenario.sent(), [Wire::PubRel(1)]);
    scenario.server_sends(&[Wire::PubComp(1)]);
    assert!(matches!(scenario.events()[..], [Event::Tolerated(_), Event::Published { .. }]));
}

#[test]
fn more_messages_than_receive_maximum_are_delivered() {
    let maximum = Properties(vec![(PropertyId::RECEIVE_MAXIMUM, Value::Number(1))]);
    let mut scenario = connected(Version::V5, Options { properties: maximum, ..clean() });
    for id in 1..=3 {
        scenario.server_sends_bytes(&publish(0x34, b"t", &[0, id, 0, b'x']));
    }
    let events = scenario.events();
    let messages = events.iter().filter(|event| matches!(event, Event::Message(_)));
    assert_eq!(messages.count(), 3);
    assert!(events.contains(&Event::Tolerated(Leniency::ReceiveMaximumExceeded)));
}

#[test]
fn disconnect_in_mqtt_3_ends_the_connection_with_its_reason() {
    for (bytes, retries) in [
        (&b"\xe0\0"[..], true),     // nothing said
        (b"\xe0\x01\x8b", true),    // shutting down
        (b"\xe0\x02\x8e\0", false), // taken over
    ] {
        let mut scenario = connected(Version::V311, clean());
        scenario.server_sends_bytes(bytes);
        let events = scenario.events();
        assert_eq!(events[0], Event::Tolerated(Leniency::DisconnectInMqtt3));
        let disconnected = Event::Error(ConnectionError::Disconnected(Default::default()));
        assert_eq!(
            std::mem::discriminant(&events[1]),
            std::mem::discriminant(&disconnected),
            "{events:?}"
        );
        assert_eq!(scenario.client.poll_timeout().is_some(), retries, "{bytes:x?}");
    }
    let mut scenario = connected(Version::V311, strict());
    scenario.server_sends_bytes(b"\xe0\0");
    assert_eq!(scenario.errors(), [ConnectionError::Malformed(DecodeError::PacketType)]);
}

#[test]
fn a_released_message_is_unconfirmed_when_the_session_is_lost() {
    let mut scenario = Scenario::connected(clean());
    let request_id = scenario.publish(message("m", QoS::ExactlyOnce)).unwrap();
    scenario.server_sends(&[Wire::PubRec(1)]);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    let failure = Failure::Unconfirmed;
    assert_eq!(scenario.events()[1..], [Event::Failed { request_id, failure }]);
    assert_eq!(scenario.sent(), [], "sending it again could deliver it twice");
    assert!(scenario.client.is_idle());
}
