//! As many deliveries in flight as there are packet identifiers: the next one waits or is refused,
//! and no identifier is used twice.

use std::collections::BTreeSet;

use crate::common::persistent;
use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, packets_of};
use mqtt_miniprogram::{Options, QoS, RequestError};

/// One of the 65,535 is left over, so that subscriptions can be made again.
const MOST: u16 = u16::MAX - 1;

/// All that may be in flight is.
fn full(options: Options) -> Scenario {
    let mut scenario = Scenario::connected(Options { max_in_flight: u16::MAX, ..options });
    for _ in 0..MOST {
        scenario.publishes("m", QoS::AtLeastOnce);
    }
    let ids = ids(&mut scenario);
    assert!(ids.iter().copied().eq(1..=MOST));
    scenario
}

/// Identifiers of the packets that were sent.
fn ids(scenario: &mut Scenario) -> Vec<u16> {
    let packets = packets_of(&scenario.sent_messages().concat()).into_iter();
    let ids = packets.map(|packet| match packet {
        Wire::Publish(message) => message.id,
        Wire::Subscribe { id, .. } | Wire::Unsubscribe { id, .. } => id,
        other => panic!("{other:?}"),
    });
    ids.collect()
}

#[test]
fn the_next_message_waits_until_one_is_answered() {
    let mut scenario = full(persistent());
    scenario.publishes("one", QoS::AtLeastOnce);
    scenario.publishes("two", QoS::ExactlyOnce);
    assert_eq!(ids(&mut scenario), [0_u16; 0]);
    scenario.server_sends(&[Wire::PubAck(4_711)]);
    assert_eq!(ids(&mut scenario), [u16::MAX]);
    scenario.server_sends(&[Wire::PubAck(815)]);
    assert_eq!(ids(&mut scenario), [815], "in turn, past all that are in use [MQTT-2.3.1-2]");
    scenario.publishes("three", QoS::AtMostOnce);
    assert_eq!(ids(&mut scenario), [0], "QoS 0 needs none [MQTT-2.3.1-5]");
}

#[test]
fn the_last_identifier_is_for_subscriptions_and_the_next_one_waits() {
    let mut scenario = full(persistent());
    scenario.subscribes(&[("a", QoS::AtMostOnce)]);
    assert_eq!(ids(&mut scenario), [u16::MAX]);
    scenario.unsubscribes(&["b"]);
    scenario.subscribes(&[("c", QoS::AtMostOnce)]);
    assert_eq!(ids(&mut scenario), [0_u16; 0]);
    scenario.server_sends(&[Wire::PubAck(4_711)]);
    assert_eq!(ids(&mut scenario), [4_711]);
    scenario.server_sends(&[Wire::SubAck { id: u16::MAX, codes: vec![0] }]);
    assert_eq!(ids(&mut scenario), [u16::MAX]);
}

#[test]
fn a_request_beyond_the_queue_limit_is_refused_and_nothing_is_sent() {
    let mut scenario = full(Options { queue_limit: 5 << 20, ..persistent() });
    let refused = loop {
        if let Err(error) = scenario.publish(crate::common::message("m", QoS::AtLeastOnce)) {
            break error;
        }
    };
    assert_eq!(refused, RequestError::QueueFull);
    assert_eq!(scenario.outputs(), []);
    scenario.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(ids(&mut scenario), [u16::MAX], "the first that waited");
    assert!(
        scenario.publish(crate::common::message("m", QoS::AtLeastOnce)).is_ok(),
        "and there is room"
    );
}

/// [MQTT-2.3.1-3] [MQTT-4.6.0-1]
#[test]
fn all_of_them_are_sent_again_under_their_identifiers() {
    for session_present in [true, false] {
        let mut scenario = full(persistent());
        scenario.publishes("one more", QoS::AtLeastOnce);
        scenario.close();
        scenario.reopens();
        scenario.outputs();
        scenario.server_sends(&[crate::common::wire::accepted(session_present)]);
        let sent = packets_of(&scenario.sent_messages().concat());
        let mut ids = BTreeSet::new();
        for packet in &sent {
            let Wire::Publish(message) = packet else { panic!("{packet:?}") };
            assert_eq!(message.dup, session_present);
            assert!(ids.insert(message.id), "{} twice", message.id);
        }
        assert_eq!(ids.len(), usize::from(MOST));
    }
}
