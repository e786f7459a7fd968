//! A client that goes on with MQTT 3.1.1, because the server does not speak MQTT 5: it could not
//! announce its limits, so it does not enforce them.

use crate::common::scenario::Scenario;
use crate::common::wire::{accepted, publish, refused};
use crate::common::{clean, persistent};
use mqtt_miniprogram::codec::{Properties, PropertyId, Value};
use mqtt_miniprogram::{Event, Options, Version};

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
