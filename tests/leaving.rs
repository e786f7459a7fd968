//! Leaving: DISCONNECT, a forced end, and what the application hears last.

mod common;

use common::scene::Scene;
use common::wire::{Wire, accepted, publish, suback};
use common::{clean, lasting, message};
use mqtt_miniprogram::{Event, Failure, Options, Output, QoS, RequestError};

#[test]
fn disconnect_is_sent_and_ends_it() {
    let mut scene = Scene::connected(clean());
    scene.disconnect(false);
    assert_eq!(scene.sent(), [Wire::Disconnect]);
    // [MQTT-3.14.4-1]
    let ended = [Output::CloseTransport, Output::Event(Event::Closed), Output::Event(Event::Ended)];
    assert_eq!(scene.outputs(), ended);
    assert_eq!(scene.client.poll_timeout(), None);
    scene.disconnect(false);
    scene.disconnect(true);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn disconnect_waits_until_everything_is_answered() {
    let mut scene = Scene::connected(lasting());
    scene.publishes("m", QoS::ExactlyOnce);
    scene.subscribes(&[("t", QoS::AtMostOnce)]);
    scene.unsubscribes(&["u"]);
    scene.outputs();
    scene.disconnect(false);
    let late = scene.publish(message("late", QoS::AtMostOnce));
    assert_eq!(late, Err(RequestError::Disconnecting));
    let answers = [Wire::PubRec(1), Wire::PubComp(1), suback(2, &[0]), Wire::UnsubAck(3)];
    for answer in answers {
        assert!(!scene.sent().contains(&Wire::Disconnect), "before {answer:?}");
        scene.server_sends(&[answer]);
    }
    assert_eq!(scene.sent(), [Wire::Disconnect]);
    assert_eq!(scene.events().last(), Some(&Event::Ended));
}

#[test]
fn disconnect_does_not_wait_for_ever() {
    let mut scene = Scene::connected(Options { keep_alive: 0, ..lasting() });
    let token = scene.publishes("m", QoS::AtLeastOnce);
    scene.outputs();
    scene.disconnect(false);
    scene.pass(29_999);
    scene.disconnect(false); // asking again does not put it off
    assert_eq!(scene.outputs(), []);
    scene.pass(1);
    assert_eq!(scene.sent(), [Wire::Disconnect]);
    let failed = Event::Failed { token, failure: Failure::Ended };
    assert_eq!(scene.events(), [Event::Closed, failed, Event::Ended]);
}

#[test]
fn a_forced_end_says_nothing_so_that_the_will_is_published() {
    let mut scene = Scene::connected(lasting());
    scene.publishes("m", QoS::AtLeastOnce);
    scene.outputs();
    scene.disconnect(true);
    assert_eq!(scene.sent(), []);
    assert_eq!(scene.outputs()[0], Output::CloseTransport);
}

#[test]
fn leaving_without_a_connection_ends_at_once() {
    let mut never = Scene::new(clean());
    never.disconnect(false);
    assert_eq!(never.outputs(), [Output::Event(Event::Ended)]);

    let mut waiting = Scene::connected(clean());
    waiting.close();
    waiting.outputs();
    waiting.disconnect(false);
    assert_eq!(waiting.outputs(), [Output::Event(Event::Ended)]);
    assert_eq!(waiting.client.poll_timeout(), None);

    let mut connecting = Scene::connecting(clean());
    connecting.disconnect(false);
    let ended = [Output::CloseTransport, Output::Event(Event::Closed), Output::Event(Event::Ended)];
    assert_eq!(connecting.outputs(), ended);
}

#[test]
fn losing_the_connection_while_leaving_is_the_end() {
    let mut scene = Scene::connected(lasting());
    let delivery = scene.publishes("m", QoS::AtLeastOnce);
    let request = scene.subscribes(&[("t", QoS::AtMostOnce)]);
    scene.disconnect(false);
    scene.outputs();
    scene.close();
    assert_eq!(
        scene.events(),
        [
            Event::Failed { token: request, failure: Failure::ConnectionLost },
            Event::Closed,
            Event::Failed { token: delivery, failure: Failure::Ended },
            Event::Ended,
        ]
    );
}

#[test]
fn a_client_that_has_left_can_be_used_again() {
    let mut scene = Scene::connected(lasting());
    scene.publishes("left behind", QoS::AtLeastOnce);
    scene.disconnect(true);
    scene.outputs();
    scene.connect();
    scene.open();
    scene.outputs();
    scene.server_sends(&[accepted(true)]);
    assert_eq!(scene.sent(), []); // it was answered: Ended
    scene.publishes("new", QoS::AtLeastOnce);
    assert_eq!(scene.sent(), [publish(1, 2, "new")]);
}

#[test]
fn coming_back_after_leaving_is_a_first_attempt_again() {
    let mut scene = Scene::connected(clean());
    for _ in 0..6 {
        scene.close();
        scene.reopens();
    }
    scene.disconnect(true);
    scene.outputs();
    scene.connect();
    assert_eq!(scene.outputs(), [Output::OpenTransport]); // not Reconnecting
    scene.close();
    assert_eq!(scene.events(), [Event::Offline, Event::Closed]);
    assert_eq!(scene.reopens(), 1_000);
}

#[test]
fn a_client_that_is_leaving_cannot_be_called_back() {
    let mut scene = Scene::connected(lasting());
    scene.publishes("m", QoS::AtLeastOnce);
    scene.disconnect(false);
    scene.connect();
    scene.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scene.events().last(), Some(&Event::Ended));
}
