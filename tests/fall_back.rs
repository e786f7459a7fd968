//! A client that goes on with MQTT 3.1.1, because the server does not speak MQTT 5: it could not say
//! its limits, so it does not hold the server to them.

mod common;

use common::scene::Scene;
use common::wire::{accepted, publish, refused};
use common::{clean, lasting};
use mqtt_miniprogram::codec::{Properties, PropertyId, Value};
use mqtt_miniprogram::{Event, Options, Version};

/// On a connection of MQTT 3.1.1 after an attempt with this limit in CONNECT.
fn fallen_back(limit: PropertyId, number: u32, options: Options) -> Scene {
    let mut scene = Scene::connecting(Options {
        version: Version::V5,
        fall_back: true,
        properties: Properties(vec![(limit, Value::Number(number))]),
        ..options
    });
    scene.server_sends(&[refused(1)]);
    scene.open();
    scene.server_sends(&[accepted(false)]);
    scene.outputs();
    scene
}

#[test]
fn a_packet_is_not_too_large_for_a_limit_that_could_not_be_said() {
    let mut scene = fallen_back(PropertyId::MAXIMUM_PACKET_SIZE, 10, clean());
    scene.server_sends(&[publish(0, 0, "more than ten bytes")]);
    let events = scene.events();
    assert!(matches!(events[..], [Event::Message(_)]), "{events:?}");
}

#[test]
fn messages_are_not_too_many_for_a_limit_that_could_not_be_said() {
    let mut scene = fallen_back(PropertyId::RECEIVE_MAXIMUM, 1, lasting());
    scene.server_sends(&[publish(2, 1, "a"), publish(2, 2, "b")]);
    let events = scene.events();
    assert!(matches!(events[..], [Event::Message(_), Event::Message(_)]), "{events:?}");
}
