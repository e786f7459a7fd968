//! Topic aliases that the application gives its messages (MQTT 5, section 3.3.2.3.4). Those that the
//! client gives by itself, and those of the server, are in `mqtt5.rs`.

mod common;

use common::scene::Scene;
use common::{lasting, name};
use mqtt_miniprogram::codec::{EncodeError, Properties, PropertyId, Value};
use mqtt_miniprogram::{Options, Publish, QoS, RequestError, TopicName, Version};

/// The server takes so many aliases.
fn connected(maximum: u8, options: Options) -> Scene {
    let mut scene = Scene::connecting(Options { version: Version::V5, ..options });
    scene.server_sends_bytes(&[0x20, 6, 0, 0, 3, 0x22, 0, maximum]);
    scene.outputs();
    scene
}

fn aliased(topic: TopicName, alias: u32, qos: QoS) -> Publish {
    let properties = Properties(vec![(PropertyId::TOPIC_ALIAS, Value::Number(alias))]);
    Publish { properties, ..Publish::new(topic, "m", qos) }
}

const QOS0: QoS = QoS::AtMostOnce;

#[test]
fn an_alias_stands_for_the_topic_it_was_given_with() {
    let mut scene = connected(2, lasting());
    scene.publish(aliased(name("t"), 2, QOS0)).unwrap();
    scene.publish(aliased(TopicName::aliased(), 2, QOS0)).unwrap();
    scene.publish(aliased(name("u"), 2, QOS0)).unwrap();
    scene.publish(aliased(TopicName::aliased(), 2, QOS0)).unwrap();
    let first = b"\x30\x08\0\x01t\x03\x23\0\x02m";
    let other = b"\x30\x08\0\x01u\x03\x23\0\x02m";
    let short = b"\x30\x07\0\0\x03\x23\0\x02m";
    assert_eq!(scene.sent_messages().concat(), [&first[..], short, other, short].concat());
}

#[test]
fn an_alias_that_the_server_does_not_take_or_know_is_refused() {
    let mut scene = connected(2, lasting());
    let range = Err(RequestError::TopicAlias); // [MQTT-3.3.2-8] [MQTT-3.3.2-9]
    assert_eq!(scene.publish(aliased(name("t"), 3, QOS0)), range);
    let malformed = Err(RequestError::Packet(EncodeError::Property));
    assert_eq!(scene.publish(aliased(name("t"), 0, QOS0)), malformed);
    let unknown = Err(RequestError::UnknownTopicAlias);
    assert_eq!(scene.publish(aliased(TopicName::aliased(), 1, QOS0)), unknown);
    assert!(scene.outputs().is_empty());
    scene.close();
    assert_eq!(scene.publish(aliased(name("t"), 1, QOS0)), range, "nobody is there to take it");
}

#[test]
fn a_message_keeps_its_topic_over_the_connection_that_its_alias_dies_with() {
    // [MQTT-3.3.2-7]
    let mut scene = connected(1, lasting());
    scene.publish(aliased(name("t"), 1, QOS0)).unwrap();
    scene.publish(aliased(TopicName::aliased(), 1, QoS::AtLeastOnce)).unwrap();
    scene.close();
    scene.reopens();
    scene.outputs();
    scene.server_sends_bytes(&[0x20, 3, 1, 0, 0]);
    assert_eq!(scene.sent_messages(), [b"\x3a\x07\0\x01t\0\x01\0m"]);
}

#[test]
fn a_topic_with_an_alias_is_known_to_the_aliases_that_the_client_gives() {
    let mut scene = connected(2, Options { automatic_aliases: true, ..lasting() });
    scene.publish(aliased(name("t"), 2, QOS0)).unwrap();
    scene.publish(Publish::new(name("t"), "m", QOS0)).unwrap();
    let first = b"\x30\x08\0\x01t\x03\x23\0\x02m";
    let short = b"\x30\x07\0\0\x03\x23\0\x02m";
    assert_eq!(scene.sent_messages().concat(), [&first[..], short].concat());
}

#[test]
fn only_known_aliases_may_be_used_by_themselves() {
    let mut scene = connected(2, Options { known_aliases: true, ..lasting() });
    scene.publish(Publish::new(name("t"), "m", QOS0)).unwrap();
    scene.publish(aliased(name("t"), 2, QOS0)).unwrap();
    scene.publish(Publish::new(name("t"), "m", QOS0)).unwrap();
    scene.publish(Publish::new(name("u"), "m", QOS0)).unwrap();
    let plain = b"\x30\x05\0\x01t\0m";
    let named = b"\x30\x08\0\x01t\x03\x23\0\x02m";
    let short = b"\x30\x07\0\0\x03\x23\0\x02m";
    let other = b"\x30\x05\0\x01u\0m";
    assert_eq!(scene.sent_messages().concat(), [&plain[..], named, short, other].concat());
}

#[test]
fn mqtt_3_has_no_aliases_not_even_wrong_ones() {
    for version in [Version::V31, Version::V311] {
        let mut scene = Scene::connected(Options { version, ..lasting() });
        for alias in [0, 1, u32::MAX] {
            scene.publish(aliased(name("t"), alias, QOS0)).unwrap();
        }
        assert_eq!(scene.sent_messages().concat(), b"\x30\x04\0\x01tm".repeat(3));
    }
}
