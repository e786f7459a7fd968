//! As many deliveries in flight as there are packet identifiers: the next one waits or is refused,
//! and no identifier is used twice.

mod common;

use std::collections::BTreeSet;

use common::lasting;
use common::scene::Scene;
use common::wire::{Wire, packets_of};
use mqtt_miniprogram::{Options, QoS, RequestError};

/// One of the 65,535 is left over, so that subscriptions can be made again.
const MOST: u16 = u16::MAX - 1;

/// All that may be in flight is.
fn full(options: Options) -> Scene {
    let mut scene = Scene::connected(Options { max_in_flight: u16::MAX, ..options });
    for _ in 0..MOST {
        scene.publishes("m", QoS::AtLeastOnce);
    }
    let ids = ids(&mut scene);
    assert!(ids.iter().copied().eq(1..=MOST));
    scene
}

/// Identifiers of the packets that were sent.
fn ids(scene: &mut Scene) -> Vec<u16> {
    let packets = packets_of(&scene.sent_messages().concat()).into_iter();
    let ids = packets.map(|packet| match packet {
        Wire::Publish(message) => message.id,
        Wire::Subscribe { id, .. } | Wire::Unsubscribe { id, .. } => id,
        other => panic!("{other:?}"),
    });
    ids.collect()
}

#[test]
fn the_next_message_waits_until_one_is_answered() {
    let mut scene = full(lasting());
    scene.publishes("one", QoS::AtLeastOnce);
    scene.publishes("two", QoS::ExactlyOnce);
    assert_eq!(ids(&mut scene), []);
    scene.server_sends(&[Wire::PubAck(4_711)]);
    assert_eq!(ids(&mut scene), [u16::MAX]);
    scene.server_sends(&[Wire::PubAck(815)]);
    assert_eq!(ids(&mut scene), [815], "in turn, past all that are in use [MQTT-2.3.1-2]");
    scene.publishes("three", QoS::AtMostOnce);
    assert_eq!(ids(&mut scene), [0], "QoS 0 needs none [MQTT-2.3.1-5]");
}

#[test]
fn the_last_identifier_is_for_subscriptions_and_the_next_one_waits() {
    let mut scene = full(lasting());
    scene.subscribes(&[("a", QoS::AtMostOnce)]);
    assert_eq!(ids(&mut scene), [u16::MAX]);
    scene.unsubscribes(&["b"]);
    scene.subscribes(&[("c", QoS::AtMostOnce)]);
    assert_eq!(ids(&mut scene), []);
    scene.server_sends(&[Wire::PubAck(4_711)]);
    assert_eq!(ids(&mut scene), [4_711]);
    scene.server_sends(&[Wire::SubAck { id: u16::MAX, codes: vec![0] }]);
    assert_eq!(ids(&mut scene), [u16::MAX]);
}

#[test]
fn what_finds_no_room_in_the_queue_is_refused_and_nothing_is_sent() {
    let mut scene = full(Options { queue_limit: 5 << 20, ..lasting() });
    let refused = loop {
        if let Err(error) = scene.publish(common::message("m", QoS::AtLeastOnce)) {
            break error;
        }
    };
    assert_eq!(refused, RequestError::QueueFull);
    assert_eq!(scene.outputs(), []);
    scene.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(ids(&mut scene), [u16::MAX], "the first that waited");
    assert!(scene.publish(common::message("m", QoS::AtLeastOnce)).is_ok(), "and there is room");
}

#[test]
fn all_of_them_are_sent_again_under_their_identifiers() {
    for session_present in [true, false] {
        let mut scene = full(lasting());
        scene.publishes("one more", QoS::AtLeastOnce);
        scene.close();
        scene.reopens();
        scene.outputs();
        scene.server_sends(&[common::wire::accepted(session_present)]);
        let sent = packets_of(&scene.sent_messages().concat());
        let mut ids = BTreeSet::new();
        for packet in &sent {
            let Wire::Publish(message) = packet else { panic!("{packet:?}") };
            assert_eq!(message.dup, session_present);
            assert!(ids.insert(message.id), "{} twice", message.id);
        }
        assert_eq!(ids.len(), MOST.into());
    }
}
