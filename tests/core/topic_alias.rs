//! Topic aliases that the application assigns (MQTT 5, section 3.3.2.3.4). Those that the
//! client assigns automatically, and those of the server, are in `mqtt5.rs`.

use crate::common::scenario::Scenario;
use crate::common::{name, persistent};
use mqtt_miniprogram::codec::{EncodeError, Properties, PropertyId, Value};
use mqtt_miniprogram::{Options, Publish, QoS, RequestError, TopicName, Version};

/// The server allows so many aliases.
fn connected(maximum: u8, options: Options) -> Scenario {
    let mut scenario = Scenario::connecting(Options { protocol_version: Version::V5, ..options });
    scenario.server_sends_bytes(&[0x20, 6, 0, 0, 3, 0x22, 0, maximum]);
    scenario.outputs();
    scenario
}

fn aliased(topic: TopicName, alias: u32, qos: QoS) -> Publish {
    let properties = Properties(vec![(PropertyId::TOPIC_ALIAS, Value::Number(alias))]);
    Publish { properties, ..Publish::new(topic, "m", qos) }
}

const QOS0: QoS = QoS::AtMostOnce;

#[test]
fn an_alias_stands_for_the_topic_it_was_given_with() {
    let mut scenario = connected(2, persistent());
    scenario.publish(aliased(name("t"), 2, QOS0)).unwrap();
    scenario.publish(aliased(TopicName::aliased(), 2, QOS0)).unwrap();
    scenario.publish(aliased(name("u"), 2, QOS0)).unwrap();
    scenario.publish(aliased(TopicName::aliased(), 2, QOS0)).unwrap();
    let first = b"\x30\x08\0\x01t\x03\x23\0\x02m";
    let other = b"\x30\x08\0\x01u\x03\x23\0\x02m";
    let short = b"\x30\x07\0\0\x03\x23\0\x02m";
    assert_eq!(scenario.sent_messages().concat(), [&first[..], short, other, short].concat());
}

/// [MQTT-3.2.2-17]
#[test]
fn an_alias_that_the_server_does_not_take_or_know_is_refused() {
    let mut scenario = connected(2, persistent());
    let range = Err(RequestError::TopicAlias); // [MQTT-3.3.2-8] [MQTT-3.3.2-9]
    assert_eq!(scenario.publish(aliased(name("t"), 3, QOS0)), range);
    let malformed = Err(RequestError::Packet(EncodeError::Property(PropertyId::TOPIC_ALIAS)));
    assert_eq!(scenario.publish(aliased(name("t"), 0, QOS0)), malformed);
    let unknown = Err(RequestError::UnknownTopicAlias);
    assert_eq!(scenario.publish(aliased(TopicName::aliased(), 1, QOS0)), unknown);
    assert!(scenario.outputs().is_empty());
    scenario.close();
    let alone = aliased(TopicName::aliased(), 1, QOS0);
    assert_eq!(scenario.publish(alone), range, "nobody is there to take it");
}

#[test]
fn an_alias_is_left_out_while_nobody_is_there_to_take_it() {
    let mut scenario = connected(2, persistent());
    scenario.close();
    for alias in [1, 3] {
        scenario.publish(aliased(name("t"), alias, QOS0)).unwrap();
    }
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends_bytes(&[0x20, 6, 0, 0, 3, 0x22, 0, 2]);
    let plain = b"\x30\x05\0\x01t\0m".repeat(2);
    assert_eq!(scenario.sent_messages().concat(), plain);
}

/// [MQTT-3.2.2-18]
#[test]
fn a_message_keeps_its_topic_when_its_alias_ends_with_the_connection() {
    // [MQTT-3.3.2-7]
    let mut scenario = connected(1, persistent());
    scenario.publish(aliased(name("t"), 1, QOS0)).unwrap();
    scenario.publish(aliased(TopicName::aliased(), 1, QoS::AtLeastOnce)).unwrap();
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends_bytes(&[0x20, 3, 1, 0, 0]);
    assert_eq!(scenario.sent_messages(), [b"\x3a\x07\0\x01t\0\x01\0m"]);
}

#[test]
fn a_topic_with_an_alias_is_known_to_the_aliases_that_the_client_gives() {
    let mut scenario = connected(2, Options { auto_assign_topic_alias: true, ..persistent() });
    scenario.publish(aliased(name("t"), 2, QOS0)).unwrap();
    scenario.publish(Publish::new(name("t"), "m", QOS0)).unwrap();
    let first = b"\x30\x08\0\x01t\x03\x23\0\x02m";
    let short = b"\x30\x07\0\0\x03\x23\0\x02m";
    assert_eq!(scenario.sent_messages().concat(), [&first[..], short].concat());
}

#[test]
fn only_known_aliases_may_be_used_by_themselves() {
    let mut scenario = connected(2, Options { auto_use_topic_alias: true, ..persistent() });
    scenario.publish(Publish::new(name("t"), "m", QOS0)).unwrap();
    scenario.publish(aliased(name("t"), 2, QOS0)).unwrap();
    scenario.publish(Publish::new(name("t"), "m", QOS0)).unwrap();
    scenario.publish(Publish::new(name("u"), "m", QOS0)).unwrap();
    let plain = b"\x30\x05\0\x01t\0m";
    let named = b"\x30\x08\0\x01t\x03\x23\0\x02m";
    let short = b"\x30\x07\0\0\x03\x23\0\x02m";
    let other = b"\x30\x05\0\x01u\0m";
    assert_eq!(scenario.sent_messages().concat(), [&plain[..], named, short, other].concat());
}

#[test]
fn mqtt_3_has_no_aliases_not_even_wrong_ones() {
    for version in [Version::V31, Version::V311] {
        let mut scenario =
            Scenario::connected(Options { protocol_version: version, ..persistent() });
        for alias in [0, 1, u32::MAX] {
            scenario.publish(aliased(name("t"), alias, QOS0)).unwrap();
        }
        assert_eq!(scenario.sent_messages().concat(), b"\x30\x04\0\x01tm".repeat(3));
    }
}
