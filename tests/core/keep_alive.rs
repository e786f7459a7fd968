//! Keep alive: a quiet connection is probed with PINGREQ, a dead one is closed.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted, publish};
use crate::common::{clean, persistent};
use mqtt_miniprogram::{ConnectionError, Event, Instant, Options, Output, QoS};

/// [MQTT-3.1.2-20]
#[test]
fn silence_is_broken_by_pingreq() {
    // [MQTT-3.1.2-23]
    let mut scenario = Scenario::connected(clean());
    scenario.pass(59_999);
    assert_eq!(scenario.outputs(), []);
    scenario.pass(1);
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    scenario.pass(1_000);
    scenario.server_sends(&[Wire::PingResp]);
    scenario.pass(58_999);
    assert_eq!(scenario.outputs(), []);
    scenario.pass(1); // 60 seconds after PINGREQ
    assert_eq!(scenario.sent(), [Wire::PingReq]);
}

/// [MQTT-3.1.2-23]
#[test]
fn a_client_that_only_receives_sends_pingreq_in_time() {
    // the server measures what it gets
    let mut scenario = Scenario::connected(clean());
    let mut pings = 0;
    for _ in 0..30 {
        scenario.pass(10_000);
        scenario.server_sends(&[publish(0, 0, "news")]);
        pings += scenario.sent().len();
        scenario.server_sends(&[Wire::PingResp]);
    }
    assert_eq!(pings, 5);
}

#[test]
fn a_client_that_only_publishes_asks_whether_the_server_is_there() {
    let mut scenario = Scenario::connected(clean());
    for second in 1..=89 {
        scenario.pass(1_000);
        scenario.publishes("m", QoS::AtMostOnce);
        let pings = scenario.sent().iter().filter(|packet| **packet == Wire::PingReq).count();
        assert_eq!(pings, usize::from(second == 60), "second {second}");
    }
    scenario.outputs();
    scenario.pass(1_000);
    assert_left(&mut scenario, ConnectionError::KeepAliveTimeout);
}

/// [MQTT-3.12.4-1]
#[test]
fn a_missing_pingresp_ends_the_connection() {
    let mut scenario = Scenario::connected(clean());
    scenario.pass(60_000);
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    scenario.pass(29_999);
    assert_eq!(scenario.outputs(), []);
    scenario.pass(1);
    assert_left(&mut scenario, ConnectionError::KeepAliveTimeout);
}

#[test]
fn requests_do_not_put_off_the_end_of_a_dead_connection() {
    let mut scenario = Scenario::connected(persistent());
    scenario.pass(60_000);
    for _ in 0..29 {
        scenario.pass(1_000);
        scenario.publishes("m", QoS::AtLeastOnce);
        scenario.subscribes(&[("t", QoS::AtMostOnce)]);
    }
    scenario.pass(999);
    scenario.outputs();
    scenario.pass(1);
    assert_eq!(scenario.outputs()[0], Output::CloseTransport);
}

#[test]
fn whatever_comes_in_proves_the_server_alive() {
    // a large packet on a slow line: PINGRESP waits behind it
    let mut scenario = Scenario::connected(clean());
    scenario.pass(60_000);
    for byte in publish(0, 0, &"x".repeat(100)).bytes() {
        scenario.pass(29_000);
        scenario.server_sends_bytes(&[byte]);
    }
    assert!(matches!(scenario.events()[..], [Event::Message(_)]));
    scenario.pass(29_999);
    scenario.sent();
    assert_eq!(scenario.outputs(), []);
    scenario.pass(1);
    assert_left(&mut scenario, ConnectionError::KeepAliveTimeout);
}

#[test]
fn a_client_that_waits_for_pingresp_behind_a_large_packet_is_not_silent_meanwhile() {
    // [MQTT-3.1.2-23] else the server gives it up after one and a half keep alive times
    let mut scenario = Scenario::connected(clean());
    scenario.pass(60_000);
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    let large = publish(0, 0, &"x".repeat(1_000)).bytes();
    for (minute, pieces) in large[..120].chunks(6).enumerate() {
        for byte in pieces {
            scenario.pass(10_000);
            scenario.server_sends_bytes(&[*byte]);
        }
        assert_eq!(scenario.sent(), [Wire::PingReq], "minute {minute}");
    }
}

#[test]
fn keep_alive_0_turns_it_off() {
    let mut scenario = Scenario::connected(Options { keepalive: 0, ..clean() });
    assert_eq!(scenario.client.poll_timeout(), None);
    scenario.publishes("m", QoS::AtMostOnce);
    scenario.server_sends(&[publish(0, 0, "m")]);
    assert_eq!(scenario.client.poll_timeout(), None);
}

#[test]
fn no_connack_in_time_ends_the_attempt() {
    let mut scenario = Scenario::connecting(clean());
    scenario.pass(29_999);
    assert_eq!(scenario.outputs(), []);
    scenario.pass(1);
    assert_left(&mut scenario, ConnectionError::ConnackTimeout);
}

#[test]
fn the_time_to_connect_includes_the_opening_of_the_transport() {
    let mut scenario = Scenario::new(Options { connect_timeout: 5_000, ..clean() });
    scenario.connect();
    scenario.pass(4_000);
    scenario.open();
    scenario.pass(999);
    scenario.server_sends_bytes(&[0x20]); // half an answer is none
    scenario.outputs();
    scenario.pass(1);
    assert_eq!(scenario.outputs()[0], Output::CloseTransport);

    let mut never_opened = Scenario::new(Options { connect_timeout: 5_000, ..clean() });
    never_opened.connect();
    never_opened.outputs();
    never_opened.pass(5_000);
    assert_eq!(never_opened.outputs()[0], Output::CloseTransport);
}

#[test]
fn no_pingreq_is_due_before_connack() {
    let mut scenario = Scenario::connecting(Options { keepalive: 1, ..clean() });
    scenario.pass(29_000);
    assert_eq!(scenario.outputs(), []);
    scenario.server_sends(&[accepted(false)]);
    scenario.outputs();
    scenario.pass(1_000);
    assert_eq!(scenario.sent(), [Wire::PingReq]);
}

#[test]
fn a_clock_that_is_set_back_breaks_nothing() {
    let mut scenario = Scenario::connected(clean());
    scenario.now = Instant(scenario.now.0 - 500_000);
    scenario.server_sends(&[publish(0, 0, "m")]);
    scenario.publishes("m", QoS::AtMostOnce);
    scenario.outputs();
    scenario.pass(60_000);
    assert_eq!(scenario.sent(), [Wire::PingReq]);
}

#[test]
fn a_ping_that_the_application_asks_for_wants_an_answer() {
    let mut scenario = Scenario::connected(clean());
    scenario.pings();
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    scenario.pass(30_000);
    assert_left(&mut scenario, ConnectionError::KeepAliveTimeout);
    scenario.pings(); // without a connection
    assert_eq!(scenario.outputs(), []);

    let mut scenario = Scenario::connected(Options { keepalive: 0, ..clean() });
    scenario.pings();
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    scenario.pass(3_600_000);
    assert_eq!(scenario.outputs(), []); // nobody has said how long it may take
}

fn assert_left(scenario: &mut Scenario, error: ConnectionError) {
    let events = [Event::Error(error), Event::Offline, Event::Closed];
    let outputs = scenario.outputs();
    assert_eq!(outputs[0], Output::CloseTransport);
    assert_eq!(outputs[1..], events.map(Output::Event));
}
