//! Requests that cannot be sent at once: the window of messages in flight, and the queue behind it.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted, again, publish, subscribe};
use crate::common::{message, persistent};
use mqtt_miniprogram::{Options, QoS, RequestError};

#[test]
fn the_window_limits_messages_in_flight_and_keeps_their_order() {
    let mut scenario = Scenario::connected(Options { max_in_flight: 2, ..persistent() });
    scenario.publishes("1", QoS::AtLeastOnce);
    scenario.publishes("2", QoS::ExactlyOnce);
    scenario.publishes("3", QoS::AtLeastOnce);
    scenario.publishes("4", QoS::AtMostOnce);
    assert_eq!(scenario.sent(), [publish(1, 1, "1"), publish(2, 2, "2")]);
    scenario.server_sends(&[Wire::PubRec(2)]); // not done with
    assert_eq!(scenario.sent(), [Wire::PubRel(2)]);
    scenario.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scenario.sent(), [publish(1, 3, "3"), publish(0, 0, "4")]);
}

#[test]
fn a_window_made_smaller_holds_for_what_is_sent_again_and_nothing_overtakes_it() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("1", QoS::AtLeastOnce);
    scenario.publishes("2", QoS::AtLeastOnce);
    scenario.client.options_mut().max_in_flight = 1;
    scenario.close();
    scenario.publishes("3", QoS::AtMostOnce);
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(scenario.sent(), [again(publish(1, 1, "1"))]);
    scenario.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scenario.sent(), [again(publish(1, 2, "2")), publish(0, 0, "3")]);
}

#[test]
fn a_window_of_0_is_one_of_1() {
    let mut scenario = Scenario::connected(Options { max_in_flight: 0, ..persistent() });
    scenario.publishes("1", QoS::AtLeastOnce);
    scenario.publishes("2", QoS::AtLeastOnce);
    assert_eq!(scenario.sent(), [publish(1, 1, "1")]);
}

#[test]
fn a_full_queue_refuses_and_loses_nothing() {
    let mut scenario = Scenario::new(Options { queue_limit: 10_000, ..persistent() });
    let mut taken = Vec::new();
    let mut refused = None;
    while refused.is_none() && taken.len() < 200 {
        let payload = taken.len().to_string();
        match scenario.publish(message(&payload, QoS::AtLeastOnce)) {
            Ok(_) => taken.push(payload),
            Err(error) => refused = Some(error),
        }
    }
    assert_eq!(refused, Some(RequestError::QueueFull));
    assert!((100..160).contains(&taken.len()), "{}", taken.len());
    scenario.connect();
    scenario.open();
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    let full = scenario.publish(message("m", QoS::AtLeastOnce));
    assert_eq!(full, Err(RequestError::QueueFull)); // sent is not answered
    for id in 1..=taken.len() as u16 {
        scenario.server_sends(&[Wire::PubAck(id)]);
    }
    let sent = scenario.sent().into_iter().map(|packet| match packet {
        Wire::Publish(message) => String::from_utf8(message.payload).unwrap(),
        other => panic!("{other:?}"),
    });
    assert_eq!(sent.collect::<Vec<_>>(), taken);
    scenario.publishes("there is room again", QoS::AtLeastOnce);
}

#[test]
fn a_single_message_always_has_room() {
    let mut scenario = Scenario::new(Options { queue_limit: 10, ..persistent() });
    scenario.publishes(&"x".repeat(100), QoS::AtLeastOnce);
    assert_eq!(scenario.publish(message("", QoS::AtLeastOnce)), Err(RequestError::QueueFull));
}

#[test]
fn qos_0_without_a_connection_is_queued_or_refused_by_the_option() {
    let mut waits = Scenario::new(persistent());
    waits.publishes("m", QoS::AtMostOnce);
    let mut refuses = Scenario::new(Options { queue_qos_zero: false, ..persistent() });
    let message = message("m", QoS::AtMostOnce);
    assert_eq!(refuses.publish(message.clone()), Err(RequestError::NotConnected));
    refuses.publishes("m", QoS::AtLeastOnce);
    let mut connected = Scenario::connected(Options { queue_qos_zero: false, ..persistent() });
    connected.publish(message).unwrap();
}

#[test]
fn subscribe_that_waits_behind_a_full_window_keeps_its_place() {
    let mut scenario = Scenario::connected(Options { max_in_flight: 1, ..persistent() });
    scenario.publishes("1", QoS::AtLeastOnce);
    scenario.publishes("2", QoS::AtLeastOnce);
    scenario.subscribes(&[("t", QoS::AtMostOnce)]);
    assert_eq!(scenario.sent(), [publish(1, 1, "1")]);
    scenario.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scenario.sent(), [publish(1, 2, "2"), subscribe(3, &[("t", 0)])]);
}
