//! Leaving: DISCONNECT, a forced end, and what the application hears last.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted, publish, suback};
use crate::common::{clean, message, persistent};
use mqtt_miniprogram::{Event, Failure, Options, Output, QoS, RequestError};

/// [MQTT-3.14.4-2]
#[test]
fn disconnect_is_sent_and_ends_it() {
    let mut scenario = Scenario::connected(clean());
    scenario.disconnect(false);
    assert_eq!(scenario.sent(), [Wire::Disconnect]);
    // [MQTT-3.14.4-1]
    let ended = [Output::CloseTransport, Output::Event(Event::Closed), Output::Event(Event::Ended)];
    assert_eq!(scenario.outputs(), ended);
    assert_eq!(scenario.client.poll_timeout(), None);
    scenario.disconnect(false);
    scenario.disconnect(true);
    assert_eq!(scenario.outputs(), []);
}

#[test]
fn disconnect_waits_until_everything_is_answered() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("m", QoS::ExactlyOnce);
    scenario.subscribes(&[("t", QoS::AtMostOnce)]);
    scenario.unsubscribes(&["u"]);
    scenario.outputs();
    scenario.disconnect(false);
    let late = scenario.publish(message("late", QoS::AtMostOnce));
    assert_eq!(late, Err(RequestError::Disconnecting));
    let answers = [Wire::PubRec(1), Wire::PubComp(1), suback(2, &[0]), Wire::UnsubAck(3)];
    for answer in answers {
        assert!(!scenario.sent().contains(&Wire::Disconnect), "before {answer:?}");
        scenario.server_sends(&[answer]);
    }
    assert_eq!(scenario.sent(), [Wire::Disconnect]);
    assert_eq!(scenario.events().last(), Some(&Event::Ended));
}

#[test]
fn disconnect_does_not_wait_for_ever() {
    let mut scenario = Scenario::connected(Options { keepalive: 0, ..persistent() });
    let request_id = scenario.publishes("m", QoS::AtLeastOnce);
    scenario.outputs();
    scenario.disconnect(false);
    scenario.pass(29_999);
    scenario.disconnect(false); // asking again does not put it off
    assert_eq!(scenario.outputs(), []);
    scenario.pass(1);
    assert_eq!(scenario.sent(), [Wire::Disconnect]);
    let failed = Event::Failed { request_id, failure: Failure::Ended };
    assert_eq!(scenario.events(), [Event::Closed, failed, Event::Ended]);
}

#[test]
fn a_forced_end_sends_no_disconnect_so_that_the_will_is_published() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("m", QoS::AtLeastOnce);
    scenario.outputs();
    scenario.disconnect(true);
    assert_eq!(scenario.sent(), []);
    assert_eq!(scenario.outputs()[0], Output::CloseTransport);
}

#[test]
fn disconnecting_without_a_connection_ends_at_once() {
    let mut never = Scenario::new(clean());
    never.disconnect(false);
    assert_eq!(never.outputs(), [Output::Event(Event::Ended)]);

    let mut waiting = Scenario::connected(clean());
    waiting.close();
    waiting.outputs();
    waiting.disconnect(false);
    assert_eq!(waiting.outputs(), [Output::Event(Event::Ended)]);
    assert_eq!(waiting.client.poll_timeout(), None);

    let mut connecting = Scenario::connecting(clean());
    connecting.disconnect(false);
    let ended = [Output::CloseTransport, Output::Event(Event::Closed), Output::Event(Event::Ended)];
    assert_eq!(connecting.outputs(), ended);
}

#[test]
fn losing_the_connection_while_disconnecting_is_the_end() {
    let mut scenario = Scenario::connected(persistent());
    let delivery = scenario.publishes("m", QoS::AtLeastOnce);
    let request = scenario.subscribes(&[("t", QoS::AtMostOnce)]);
    scenario.disconnect(false);
    scenario.outputs();
    scenario.close();
    assert_eq!(
        scenario.events(),
        [
            Event::Failed { request_id: request, failure: Failure::ConnectionLost },
            Event::Closed,
            Event::Failed { request_id: delivery, failure: Failure::Ended },
            Event::Ended,
        ]
    );
}

#[test]
fn a_client_that_has_ended_can_be_used_again() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("left behind", QoS::AtLeastOnce);
    scenario.disconnect(true);
    scenario.outputs();
    scenario.connect();
    scenario.open();
    scenario.outputs();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(scenario.sent(), []); // it was answered: Ended
    scenario.publishes("new", QoS::AtLeastOnce);
    assert_eq!(scenario.sent(), [publish(1, 2, "new")]);
}

#[test]
fn connecting_after_the_end_is_a_first_attempt_again() {
    let mut scenario = Scenario::connected(clean());
    for _ in 0..6 {
        scenario.close();
        scenario.reopens();
    }
    scenario.disconnect(true);
    scenario.outputs();
    scenario.connect();
    assert_eq!(scenario.outputs(), [Output::OpenTransport]); // not Reconnecting
    scenario.close();
    assert_eq!(scenario.events(), [Event::Offline, Event::Closed]);
    assert_eq!(scenario.reopens(), 1_000);
}

#[test]
fn a_client_that_is_disconnecting_cannot_connect() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("m", QoS::AtLeastOnce);
    scenario.disconnect(false);
    scenario.connect();
    scenario.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scenario.events().last(), Some(&Event::Ended));
}
