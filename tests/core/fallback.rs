//! A client that goes on with MQTT 3.1.1, because the server does not speak MQTT 5: it could not
//! announce its limits, so it does not enforce them.

use crate::common::scenario::Scenario;
use crate::common::wire::{accepted, publish, refused};
use crate::common::{clean, message, persistent};
use mqtt_miniprogram::codec::{Properties, PropertyId, Value};
use mqtt_miniprogram::{Event, Options, Publish, QoS, RequestError, Version};

/// On a connection of MQTT 3.1.1 after an attempt with this limit in CONNECT.
fn fallen_back(limit: PropertyId, number: u32, options: Options) -> Scenario {
    let mut scenario = Scenario::connecting(Options {
        protocol_version: Version::V5,
        fallback: true,
        properties: Properties(vec![(limit, Value::Number(number))]),
        ..options
    });
    scenario.server_sends(&[refused(1)]);
    scenario.open();
    scenario.server_sends(&[accepted(false)]);
    scenario.outputs();
    scenario
}

fn v5(fallback: bool) -> Scenario {
    let version = Version::V5;
    Scenario::connecting(Options { protocol_version: version, fallback, ..clean() })
}

/// The level of the CONNECT that was sent last.
fn level(scenario: &mut Scenario) -> u8 {
    scenario.sent_messages().concat()[8]
}

/// Closes the transport instead of answering CONNECT; the level of the next CONNECT.
fn closes_silently(scenario: &mut Scenario) -> u8 {
    scenario.close();
    scenario.reopens();
    level(scenario)
}

#[test]
fn a_server_that_closes_instead_of_answering_twice_is_tried_with_mqtt_3_1_1() {
    let mut scenario = v5(true);
    assert_eq!(closes_silently(&mut scenario), 5);
    assert_eq!(closes_silently(&mut scenario), 4);
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    assert!(matches!(scenario.events()[..], [Event::FellBack, Event::Connected(_)]));
    assert_eq!(scenario.client.version(), Version::V311);
}

#[test]
fn a_server_that_does_not_answer_twice_is_tried_with_mqtt_3_1_1() {
    let mut scenario = v5(true);
    let mut levels = Vec::new();
    for _ in 0..2 {
        scenario.pass(30_000);
        scenario.reopens();
        levels.push(level(&mut scenario));
    }
    assert_eq!(levels, [5, 4]);
}

#[test]
fn mqtt_3_1_1_is_given_up_if_it_is_not_answered_either() {
    let mut scenario = v5(true);
    let levels: Vec<u8> = (0..6).map(|_| closes_silently(&mut scenario)).collect();
    assert_eq!(levels, [5, 4, 5, 5, 4, 5]);
}

#[test]
fn a_server_that_has_accepted_mqtt_5_is_not_suspected() {
    let mut scenario = v5(true);
    scenario.server_sends_bytes(&[0x20, 3, 0, 0, 0]);
    scenario.outputs();
    for _ in 0..4 {
        assert_eq!(closes_silently(&mut scenario), 5);
    }
}

#[test]
fn without_the_option_there_is_no_other_version() {
    let mut scenario = v5(false);
    for _ in 0..4 {
        assert_eq!(closes_silently(&mut scenario), 5);
    }
}

#[test]
fn what_is_published_during_the_trial_keeps_its_properties() {
    let mut scenario = v5(true);
    closes_silently(&mut scenario);
    closes_silently(&mut scenario);
    let expiry = Properties(vec![(PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(60))]);
    let publish = Publish { properties: expiry, ..message("m", QoS::AtLeastOnce) };
    scenario.publish(publish).unwrap();
    assert_eq!(closes_silently(&mut scenario), 5);
    scenario.server_sends_bytes(&[0x20, 3, 0, 0, 0]);
    let sent = scenario.sent_messages().concat();
    assert!(sent.windows(4).any(|bytes| bytes == [2, 0, 0, 0]), "{sent:x?}");
}

#[test]
fn properties_are_checked_during_the_trial_because_mqtt_5_may_send_them() {
    let mut scenario = v5(true);
    closes_silently(&mut scenario);
    closes_silently(&mut scenario);
    for property in [PropertyId::TOPIC_ALIAS, PropertyId::SUBSCRIPTION_IDENTIFIER] {
        let properties = Properties(vec![(property, Value::Number(0))]);
        let publish = Publish { properties, ..message("m", QoS::AtLeastOnce) };
        let refused = scenario.publish(publish);
        assert!(matches!(refused, Err(RequestError::Packet(_))), "{property:?}: {refused:?}");
    }
}

#[test]
fn a_packet_is_not_too_large_for_a_limit_that_was_not_announced() {
    let mut scenario = fallen_back(PropertyId::MAXIMUM_PACKET_SIZE, 10, clean());
    scenario.server_sends(&[publish(0, 0, "more than ten bytes")]);
    let events = scenario.events();
    assert!(matches!(events[..], [Event::Message(_)]), "{events:?}");
}

#[test]
fn messages_are_not_too_many_for_a_limit_that_was_not_announced() {
    let mut scenario = fallen_back(PropertyId::RECEIVE_MAXIMUM, 1, persistent());
    scenario.server_sends(&[publish(2, 1, "a"), publish(2, 2, "b")]);
    let events = scenario.events();
    assert!(matches!(events[..], [Event::Message(_), Event::Message(_)]), "{events:?}");
}
