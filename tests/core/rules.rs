//! Rules of the standard that no other module tests.

use crate::common::scenario::Scenario;
use crate::common::v5::{connack, connected, refuses, text};
use crate::common::wire::{Wire, accepted, publish};
use crate::common::{clean, message, persistent, strict};
use mqtt_miniprogram::codec::{Ack, Auth, EncodeError, PacketId, Properties, PropertyId, Value};
use mqtt_miniprogram::{
    ConnectionError, Event, Options, Output, ProtocolError, Publish, QoS, RequestError,
};

const QOS1: QoS = QoS::AtLeastOnce;
const QOS2: QoS = QoS::ExactlyOnce;

#[test]
fn a_byte_order_mark_is_a_character() {
    // [MQTT-1.5.3-3] [MQTT-1.5.4-3]
    let mut scenario = Scenario::connected(clean());
    let topic = "\u{feff}a";
    scenario.server_sends_bytes(b"\x30\x06\0\x04\xef\xbb\xbfa");
    match &scenario.events()[..] {
        [Event::Message(publish)] => assert_eq!(publish.topic.as_str(), topic),
        other => panic!("{other:?}"),
    }
    scenario.publish(Publish::new(crate::common::name(topic), "", QoS::AtMostOnce)).unwrap();
    assert_eq!(scenario.sent_messages(), [b"\x30\x06\0\x04\xef\xbb\xbfa"]);
}

#[test]
fn a_qos_1_identifier_is_free_for_another_message_after_puback() {
    // [MQTT-4.3.2-2] [MQTT-4.3.2-5] whatever DUP says
    let mut scenario = Scenario::connected(persistent());
    scenario.server_sends(&[publish(1, 7, "1"), crate::common::wire::again(publish(1, 7, "2"))]);
    let messages = scenario.events().into_iter().filter(|event| matches!(event, Event::Message(_)));
    assert_eq!(messages.count(), 2);
    assert_eq!(scenario.sent(), [Wire::PubAck(7), Wire::PubAck(7)]);
}

#[test]
fn nothing_is_sent_again_on_the_same_connection() {
    // [MQTT-4.4.0-1]
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("1", QOS1);
    scenario.publishes("2", QOS2);
    scenario.publishes("3", QOS2);
    scenario.server_sends(&[Wire::PubRec(3)]);
    scenario.sent();
    for _ in 0..60 {
        scenario.pass(60_000);
        assert_eq!(scenario.sent(), [Wire::PingReq]);
        scenario.server_sends(&[Wire::PingResp]);
    }
}

#[test]
fn a_message_that_nobody_subscribed_to_is_acknowledged() {
    // [MQTT-4.5.0-2]
    let mut scenario = Scenario::connected(clean());
    scenario.server_sends(&[publish(1, 1, "m"), publish(2, 2, "m")]);
    assert_eq!(scenario.sent(), [Wire::PubAck(1), Wire::PubRec(2)]);
}

#[test]
fn pubrel_goes_in_the_order_of_pubrec() {
    // [MQTT-4.6.0-4]
    let mut scenario = Scenario::connected(persistent());
    for payload in ["1", "2", "3"] {
        scenario.publishes(payload, QOS2);
    }
    scenario.sent();
    scenario.server_sends(&[Wire::PubRec(2), Wire::PubRec(3), Wire::PubRec(1)]);
    let pubrels = [Wire::PubRel(2), Wire::PubRel(3), Wire::PubRel(1)];
    assert_eq!(scenario.sent(), pubrels);
    scenario.close();
    scenario.reopens();
    scenario.sent();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(scenario.sent(), pubrels, "and in the same order again");
}

#[test]
fn user_properties_are_checked_in_both_halves() {
    // [MQTT-1.5.7-1]
    for pair in [&b"\x26\0\x01\xff\0\x01v"[..], b"\x26\0\x01n\0\x01\xff", b"\x26\0\x01n\0\x01\0"] {
        let puback = [&[0x40, 4 + pair.len() as u8, 0, 1, 0, pair.len() as u8], pair].concat();
        let (sent, errors) = refuses(clean(), &puback);
        assert_eq!(sent, [0xe0, 2, 0x81, 0], "malformed");
        assert!(matches!(errors[..], [ConnectionError::Malformed(_)]));
    }
    for (name, value) in [("n\0", "v"), ("n", "v\0")] {
        let pair = (PropertyId::USER_PROPERTY, Value::Pair(name.into(), value.into()));
        let publish = Publish { properties: Properties(vec![pair]), ..message("m", QOS1) };
        let refused = connected(clean(), &[]).publish(publish);
        assert_eq!(
            refused,
            Err(RequestError::Packet(EncodeError::Property(PropertyId::USER_PROPERTY)))
        );
    }
}

#[test]
fn a_response_topic_is_a_topic_name() {
    // [MQTT-3.3.2-13] [MQTT-3.3.2-14]
    for topic in ["a/+", "#", "", "a\0"] {
        let properties = text(PropertyId::RESPONSE_TOPIC, topic);
        let publish = Publish { properties, ..message("m", QOS1) };
        let refused = connected(clean(), &[]).publish(publish);
        assert_eq!(
            refused,
            Err(RequestError::Packet(EncodeError::Property(PropertyId::RESPONSE_TOPIC))),
            "{topic:?}"
        );
    }
    let (_, errors) = refuses(strict(), b"\x30\x08\0\x01t\x04\x08\0\x01#");
    assert!(matches!(errors[..], [ConnectionError::Malformed(_)]));
}

#[test]
fn a_content_type_is_text() {
    // [MQTT-3.3.2-19]
    let properties = text(PropertyId::CONTENT_TYPE, "a\0");
    let publish = Publish { properties, ..message("m", QOS1) };
    let refused = connected(clean(), &[]).publish(publish);
    assert_eq!(refused, Err(RequestError::Packet(EncodeError::Property(PropertyId::CONTENT_TYPE))));
    let (_, errors) = refuses(strict(), b"\x30\x08\0\x01t\x04\x03\0\x01\xff");
    assert!(matches!(errors[..], [ConnectionError::Malformed(_)]));
}

#[test]
fn without_a_maximum_there_are_no_aliases() {
    // [MQTT-3.2.2-18]
    let mut scenario = connected(Options { auto_assign_topic_alias: true, ..persistent() }, &[]);
    scenario.publishes("1", QoS::AtMostOnce);
    scenario.publishes("2", QoS::AtMostOnce);
    assert_eq!(scenario.sent_messages().concat(), b"\x30\x05\0\x01t\x001\x30\x05\0\x01t\x002");
}

#[test]
fn the_servers_aliases_end_with_their_connection() {
    // [MQTT-3.3.2-7]
    let aliases = Properties(vec![(PropertyId::TOPIC_ALIAS_MAXIMUM, Value::Number(2))]);
    let mut scenario = connected(Options { properties: aliases, ..persistent() }, &[]);
    scenario.server_sends_bytes(b"\x30\x07\0\x01t\x03\x23\0\x01");
    scenario.close();
    scenario.reopens();
    scenario.server_sends_bytes(&connack(true, 0, &[]));
    scenario.outputs();
    scenario.server_sends_bytes(b"\x30\x06\0\0\x03\x23\0\x01");
    assert_eq!(scenario.errors(), [ConnectionError::Protocol(ProtocolError::UnknownTopicAlias)]);
}

#[test]
fn an_alias_that_was_not_allowed_ends_the_connection() {
    // [MQTT-3.1.2-27]
    let (sent, errors) = refuses(clean(), b"\x30\x07\0\x01t\x03\x23\0\x01");
    assert_eq!(sent, [0xe0, 2, 0x94, 0]);
    assert_eq!(errors, [ConnectionError::Protocol(ProtocolError::TopicAlias)]);
}

#[test]
fn a_full_window_does_not_hold_back_other_packets() {
    // [MQTT-3.3.4-8] [MQTT-4.9.0-3]
    let mut scenario = connected(Options { keepalive: 60, ..persistent() }, b"\x21\0\x01");
    scenario.publishes("1", QOS2);
    scenario.sent_messages();
    scenario.server_sends_bytes(b"\x32\x06\0\x01t\0\x09\0"); // a message to answer
    scenario.pass(60_000);
    scenario.client.authenticate(Auth::default(), scenario.now).unwrap_err(); // has no method
    scenario.server_sends_bytes(b"\x62\x02\0\x09"); // and a PUBREL that belongs to nothing
    assert_eq!(
        scenario.sent_messages().concat(),
        b"\x40\x02\0\x09\xc0\0\x70\x04\0\x09\x92\0",
        "PUBACK, PINGREQ, PUBCOMP"
    );
    scenario.server_sends_bytes(b"\x50\x02\0\x01");
    assert_eq!(scenario.sent_messages().concat(), b"\x62\x02\0\x01", "PUBREL");
}

#[test]
fn a_refusing_pubrec_ends_the_delivery_without_pubrel() {
    // [MQTT-4.3.3-4]
    let mut scenario = connected(persistent(), &[]);
    let request_id = scenario.publishes("1", QOS2);
    scenario.outputs();
    scenario.server_sends_bytes(b"\x50\x03\0\x01\x97");
    let ack = Ack { reason: 0x97, ..PacketId::new(1).unwrap().into() };
    let failed = Event::Refused { request_id, ack };
    assert_eq!(scenario.outputs(), [Output::Event(failed)]);
}

#[test]
fn a_refused_message_is_not_sent_again() {
    // [MQTT-4.4.0-2]
    for (qos, refusal) in [(QOS1, b"\x40\x03\0\x01\x97"), (QOS2, b"\x50\x03\0\x01\x97")] {
        let mut scenario = connected(persistent(), &[]);
        scenario.publishes("1", qos);
        scenario.server_sends_bytes(refusal);
        scenario.close();
        scenario.reopens();
        scenario.outputs();
        scenario.server_sends_bytes(&connack(true, 0, &[]));
        assert!(scenario.sent_messages().is_empty());
    }
}

#[test]
fn what_was_sent_does_not_expire() {
    // [MQTT-4.3.3-7] [MQTT-4.3.3-13]
    let expiry = Properties(vec![(PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(1))]);
    let mut scenario = connected(persistent(), &[]);
    scenario.publish(Publish { properties: expiry, ..message("1", QOS2) }).unwrap();
    scenario.close();
    scenario.reopens();
    scenario.freeze(3_600_000);
    scenario.outputs();
    scenario.server_sends_bytes(&connack(true, 0, &[]));
    let sent = scenario.sent_messages().concat();
    assert!(sent.starts_with(&[0x3c]), "PUBLISH with DUP: {sent:?}");
    scenario.server_sends_bytes(b"\x50\x02\0\x01");
    assert_eq!(scenario.sent_messages().concat(), b"\x62\x02\0\x01");
}

#[test]
fn problem_information_that_was_not_requested_ends_the_connection() {
    // [MQTT-3.1.2-29]
    let unwanted = |value| {
        let properties =
            Properties(vec![(PropertyId::REQUEST_PROBLEM_INFORMATION, Value::Number(value))]);
        Options { properties, ..persistent() }
    };
    let puback = b"\x40\x08\0\x01\0\x04\x1f\0\x01r";
    let suback = b"\x90\x0b\0\x01\x07\x26\0\x01n\0\x01v\0";
    for packet in [&puback[..], suback] {
        let (sent, errors) = refuses(unwanted(0), packet);
        assert_eq!(sent, [0xe0, 2, 0x82, 0]);
        let error = ProtocolError::ProblemInformation;
        assert_eq!(errors, [ConnectionError::Protocol(error)]);
        assert_eq!(refuses(unwanted(1), packet), (vec![], vec![]));
    }
    let publish = b"\x30\x0c\0\x01t\x07\x26\0\x01n\0\x01vm"; // may have them all the same
    assert_eq!(refuses(unwanted(0), publish), (vec![], vec![]));
    let disconnect = b"\xe0\x06\x8b\x04\x1f\0\x01r";
    assert!(matches!(refuses(unwanted(0), disconnect).1[..], [ConnectionError::Disconnected(_)]));
}

#[test]
fn reason_codes_of_suback_and_unsuback() {
    // [MQTT-3.9.3-2] [MQTT-3.11.3-2]
    for packet in [b"\x90\x04\0\x01\0\x03", b"\xb0\x04\0\x01\0\x01"] {
        let (sent, errors) = refuses(clean(), packet);
        assert_eq!(sent, [0xe0, 2, 0x81, 0]);
        assert!(matches!(errors[..], [ConnectionError::Malformed(_)]));
    }
}

#[test]
fn an_unsuback_with_another_number_of_codes_ends_the_connection() {
    // [MQTT-3.11.3-1]
    let mut scenario = connected(persistent(), &[]);
    scenario.unsubscribes(&["a", "b"]);
    scenario.outputs();
    scenario.server_sends_bytes(b"\xb0\x04\0\x01\0\0");
    assert_eq!(scenario.errors(), [ConnectionError::Protocol(ProtocolError::AckLength)]);
}
