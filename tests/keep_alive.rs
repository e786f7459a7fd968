//! Keep alive: a quiet connection is asked, a dead one is left.

mod common;

use common::scene::Scene;
use common::wire::{Wire, accepted, publish};
use common::{clean, lasting};
use mqtt_miniprogram::{ConnectionError, Event, Instant, Options, Output, QoS};

#[test]
fn silence_is_broken_by_pingreq() {
    // [MQTT-3.1.2-23]
    let mut scene = Scene::connected(clean());
    scene.pass(59_999);
    assert_eq!(scene.outputs(), []);
    scene.pass(1);
    assert_eq!(scene.sent(), [Wire::PingReq]);
    scene.pass(1_000);
    scene.server_sends(&[Wire::PingResp]);
    scene.pass(58_999);
    assert_eq!(scene.outputs(), []);
    scene.pass(1); // 60 seconds after PINGREQ
    assert_eq!(scene.sent(), [Wire::PingReq]);
}

#[test]
fn a_client_that_only_listens_says_something_in_time() {
    // the server measures what it gets
    let mut scene = Scene::connected(clean());
    let mut pings = 0;
    for _ in 0..30 {
        scene.pass(10_000);
        scene.server_sends(&[publish(0, 0, "news")]);
        pings += scene.sent().len();
        scene.server_sends(&[Wire::PingResp]);
    }
    assert_eq!(pings, 5);
}

#[test]
fn a_client_that_only_publishes_asks_whether_the_server_is_there() {
    let mut scene = Scene::connected(clean());
    for second in 1..=89 {
        scene.pass(1_000);
        scene.publishes("m", QoS::AtMostOnce);
        let pings = scene.sent().iter().filter(|packet| **packet == Wire::PingReq).count();
        assert_eq!(pings, usize::from(second == 60), "second {second}");
    }
    scene.outputs();
    scene.pass(1_000);
    assert_left(&mut scene, ConnectionError::KeepAliveTimeout);
}

#[test]
fn a_missing_pingresp_ends_the_connection() {
    let mut scene = Scene::connected(clean());
    scene.pass(60_000);
    assert_eq!(scene.sent(), [Wire::PingReq]);
    scene.pass(29_999);
    assert_eq!(scene.outputs(), []);
    scene.pass(1);
    assert_left(&mut scene, ConnectionError::KeepAliveTimeout);
}

#[test]
fn requests_do_not_put_off_the_end_of_a_dead_connection() {
    let mut scene = Scene::connected(lasting());
    scene.pass(60_000);
    for _ in 0..29 {
        scene.pass(1_000);
        scene.publishes("m", QoS::AtLeastOnce);
        scene.subscribes(&[("t", QoS::AtMostOnce)]);
    }
    scene.pass(999);
    scene.outputs();
    scene.pass(1);
    assert_eq!(scene.outputs()[0], Output::CloseTransport);
}

#[test]
fn whatever_comes_in_proves_the_server_alive() {
    // a large packet on a slow line: PINGRESP waits behind it
    let mut scene = Scene::connected(clean());
    scene.pass(60_000);
    for byte in publish(0, 0, &"x".repeat(100)).bytes() {
        scene.pass(29_000);
        scene.server_sends_bytes(&[byte]);
    }
    assert!(matches!(scene.events()[..], [Event::Message(_)]));
    scene.pass(29_999);
    scene.sent();
    assert_eq!(scene.outputs(), []);
    scene.pass(1);
    assert_left(&mut scene, ConnectionError::KeepAliveTimeout);
}

#[test]
fn a_client_that_waits_for_pingresp_behind_a_large_packet_is_not_silent_meanwhile() {
    // [MQTT-3.1.2-23] else the server gives it up after one and a half keep alive times
    let mut scene = Scene::connected(clean());
    scene.pass(60_000);
    assert_eq!(scene.sent(), [Wire::PingReq]);
    let large = publish(0, 0, &"x".repeat(1_000)).bytes();
    for (minute, pieces) in large[..120].chunks(6).enumerate() {
        for byte in pieces {
            scene.pass(10_000);
            scene.server_sends_bytes(&[*byte]);
        }
        assert_eq!(scene.sent(), [Wire::PingReq], "minute {minute}");
    }
}

#[test]
fn keep_alive_0_turns_it_off() {
    let mut scene = Scene::connected(Options { keep_alive: 0, ..clean() });
    assert_eq!(scene.client.poll_timeout(), None);
    scene.publishes("m", QoS::AtMostOnce);
    scene.server_sends(&[publish(0, 0, "m")]);
    assert_eq!(scene.client.poll_timeout(), None);
}

#[test]
fn no_connack_in_time_ends_the_attempt() {
    let mut scene = Scene::connecting(clean());
    scene.pass(29_999);
    assert_eq!(scene.outputs(), []);
    scene.pass(1);
    assert_left(&mut scene, ConnectionError::ConnackTimeout);
}

#[test]
fn the_time_to_connect_includes_the_opening_of_the_transport() {
    let mut scene = Scene::new(Options { connect_timeout: 5_000, ..clean() });
    scene.connect();
    scene.pass(4_000);
    scene.open();
    scene.pass(999);
    scene.server_sends_bytes(&[0x20]); // half an answer is none
    scene.outputs();
    scene.pass(1);
    assert_eq!(scene.outputs()[0], Output::CloseTransport);

    let mut never_opened = Scene::new(Options { connect_timeout: 5_000, ..clean() });
    never_opened.connect();
    never_opened.outputs();
    never_opened.pass(5_000);
    assert_eq!(never_opened.outputs()[0], Output::CloseTransport);
}

#[test]
fn no_pingreq_is_due_before_connack() {
    let mut scene = Scene::connecting(Options { keep_alive: 1, ..clean() });
    scene.pass(29_000);
    assert_eq!(scene.outputs(), []);
    scene.server_sends(&[accepted(false)]);
    scene.outputs();
    scene.pass(1_000);
    assert_eq!(scene.sent(), [Wire::PingReq]);
}

#[test]
fn a_clock_that_is_set_back_breaks_nothing() {
    let mut scene = Scene::connected(clean());
    scene.now = Instant(scene.now.0 - 500_000);
    scene.server_sends(&[publish(0, 0, "m")]);
    scene.publishes("m", QoS::AtMostOnce);
    scene.outputs();
    scene.pass(60_000);
    assert_eq!(scene.sent(), [Wire::PingReq]);
}

#[test]
fn a_ping_that_the_application_asks_for_wants_an_answer() {
    let mut scene = Scene::connected(clean());
    scene.pings();
    assert_eq!(scene.sent(), [Wire::PingReq]);
    scene.pass(30_000);
    assert_left(&mut scene, ConnectionError::KeepAliveTimeout);
    scene.pings(); // without a connection
    assert_eq!(scene.outputs(), []);

    let mut scene = Scene::connected(Options { keep_alive: 0, ..clean() });
    scene.pings();
    assert_eq!(scene.sent(), [Wire::PingReq]);
    scene.pass(3_600_000);
    assert_eq!(scene.outputs(), []); // nobody has said how long it may take
}

fn assert_left(scene: &mut Scene, error: ConnectionError) {
    let events = [Event::Error(error), Event::Offline, Event::Closed];
    let outputs = scene.outputs();
    assert_eq!(outputs[0], Output::CloseTransport);
    assert_eq!(outputs[1..], events.map(Output::Event));
}
