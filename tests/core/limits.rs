//! What a server of MQTT 5 limits and what it does not, where two rules meet: scenarios that the
//! random schedules have found.

use crate::common::clean;
use crate::common::scenario::Scenario;
use crate::common::wire::{
    Packet, Properties, V5, Value, Wire, accepted, property_id as id, split,
};
use mqtt_miniprogram::{Event, Failure, Limit, Options, QoS, Version};

/// Connected to a server with these properties in CONNACK.
fn connected(options: Options, connack_properties: &[(u8, u32)]) -> Scenario {
    let mut scenario = Scenario::connecting(Options { protocol_version: Version::V5, ..options });
    scenario.server_sends_bytes(&connack(false, connack_properties));
    scenario.outputs();
    scenario
}

fn connack(session_present: bool, connack_properties: &[(u8, u32)]) -> Vec<u8> {
    let properties: Properties =
        connack_properties.iter().map(|(id, number)| (*id, Value::Number(*number))).collect();
    Packet { properties, ..accepted(session_present).into() }.bytes(V5)
}

/// The topic, the alias and the payload of each PUBLISH that was sent.
fn published(scenario: &mut Scenario) -> Vec<(String, Option<u32>, String)> {
    let sent = scenario.sent_messages().concat();
    let packets = split(&sent).into_iter().map(|packet| Packet::decode(packet, V5).wire);
    packets
        .filter_map(|wire| match wire {
            Wire::Publish(message) => {
                let alias = crate::common::wire::number(&message.properties, id::TOPIC_ALIAS);
                let payload = String::from_utf8(message.payload).unwrap();
                Some((message.topic, alias, payload))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn a_message_that_is_too_large_does_not_assign_its_alias() {
    let options = Options { auto_assign_topic_alias: true, ..clean() };
    let connack_properties = [(id::MAXIMUM_PACKET_SIZE, 20), (id::TOPIC_ALIAS_MAXIMUM, 1)];
    let mut scenario = connected(options, &connack_properties);
    scenario.publishes("more than twenty bytes", QoS::AtMostOnce);
    assert!(matches!(
        scenario.events()[..],
        [Event::Failed { failure: Failure::Limit(Limit::PacketSize), .. }]
    ));
    scenario.publishes("1", QoS::AtMostOnce);
    assert_eq!(published(&mut scenario), [("t".into(), Some(1), "1".into())]); // [MQTT-3.3.2-7]
}

/// [MQTT-3.2.2-15]
#[test]
fn a_message_that_an_alias_would_make_too_large_goes_without() {
    let options = Options { auto_assign_topic_alias: true, ..clean() };
    // a header of 2 bytes, the topic with 3, no properties with 1; an alias takes 3, and saves 1
    let connack_properties = [(id::MAXIMUM_PACKET_SIZE, 11), (id::TOPIC_ALIAS_MAXIMUM, 1)];
    let mut scenario = connected(options, &connack_properties);
    for payload in ["12345", "1", "12345", "123"] {
        scenario.publishes(payload, QoS::AtMostOnce);
    }
    let expected =
        [("t", None, "12345"), ("t", Some(1), "1"), ("t", None, "12345"), ("", Some(1), "123")];
    let expected = expected.map(|(topic, alias, payload)| (topic.into(), alias, payload.into()));
    assert_eq!(published(&mut scenario), expected);
}
