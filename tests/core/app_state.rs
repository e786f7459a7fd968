//! The background, frozen timers, and networks that come and go.

use crate::common::persistent;
use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted};
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, QoS};

const DEAD: Output = Output::Event(Event::Error(ConnectionError::KeepAliveTimeout));

/// The app is hidden for so long, with its timers frozen.
fn hidden_for(scenario: &mut Scenario, millis: u64) {
    scenario.hides();
    scenario.freeze(millis);
    scenario.shows();
}

fn opens(scenario: &mut Scenario) -> usize {
    scenario.outputs().iter().filter(|output| **output == Output::OpenTransport).count()
}

#[test]
fn a_short_look_at_another_app_changes_nothing() {
    let mut scenario = Scenario::connected(persistent());
    hidden_for(&mut scenario, 5_000);
    assert!(scenario.outputs().is_empty());
}

#[test]
fn a_connection_has_to_prove_itself_after_the_background() {
    for keep_alive in [0, 60] {
        let mut scenario = Scenario::connected(Options { keepalive: keep_alive, ..persistent() });
        hidden_for(&mut scenario, 5_001);
        assert_eq!(scenario.sent(), [Wire::PingReq]);
        scenario.server_sends(&[Wire::PingResp]);
        scenario.pass(10_000);
        assert!(scenario.outputs().is_empty(), "it is alive");
    }
}

#[test]
fn a_connection_that_does_not_answer_a_probe_is_made_again_at_once() {
    let mut scenario = Scenario::connected(persistent());
    hidden_for(&mut scenario, 40 * 60_000);
    scenario.outputs();
    scenario.server_sends_bytes(b"\x30\x04\0\x01tm"); // was in flight before
    scenario.outputs();
    scenario.pass(2_999);
    assert!(scenario.outputs().is_empty());
    scenario.pass(1);
    let outputs = scenario.outputs();
    assert!(outputs.contains(&DEAD), "{outputs:?}");
    assert_eq!(outputs.last(), Some(&Output::OpenTransport), "with no delay");
}

#[test]
fn timers_that_stood_still_do_not_condemn_a_connection() {
    // no word of the background: in a plugin, say
    let mut scenario = Scenario::connected(persistent());
    scenario.pass(60_000);
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    scenario.freeze(30 * 60_000);
    scenario.pass(0);
    assert_eq!(scenario.sent(), [Wire::PingReq], "another chance");
    scenario.server_sends(&[Wire::PingResp, Wire::PingResp]);
    scenario.pass(59_999);
    assert!(scenario.outputs().is_empty());
    scenario.freeze(30 * 60_000);
    scenario.pass(3_000);
    assert!(scenario.outputs().contains(&DEAD));
}

#[test]
fn a_late_timer_is_not_a_frozen_one_while_the_client_disconnects() {
    let mut scenario = Scenario::connected(Options { keepalive: 0, ..persistent() });
    scenario.publishes("m", QoS::AtLeastOnce);
    scenario.disconnect(false);
    scenario.outputs();
    scenario.freeze(10 * 60_000);
    scenario.pass(0);
    assert_eq!(scenario.sent(), [Wire::Disconnect]);
}

#[test]
fn attempts_are_rare_in_the_background_and_made_at_once_in_the_foreground() {
    let mut scenario = Scenario::connected(persistent());
    scenario.close();
    scenario.hides();
    for _ in 0..10 {
        assert_eq!(scenario.reopens(), 30_000);
        scenario.close();
    }
    scenario.outputs();
    scenario.shows();
    assert_eq!(opens(&mut scenario), 1);
}

#[test]
fn attempts_are_rare_without_a_network_and_made_at_once_with_one() {
    let mut scenario = Scenario::connected(persistent());
    scenario.network(false);
    scenario.close();
    for _ in 0..10 {
        assert_eq!(scenario.reopens(), 30_000);
        scenario.close();
    }
    scenario.outputs();
    scenario.network(true);
    assert_eq!(opens(&mut scenario), 1);
}

#[test]
fn a_socket_that_wechat_still_refuses_is_tried_again_soon() {
    let mut scenario = Scenario::connected(persistent());
    scenario.close();
    hidden_for(&mut scenario, 10_000);
    for _ in 0..9 {
        scenario.close(); // "interrupted in suspend state"
        let at = scenario.client.poll_timeout().unwrap();
        assert_eq!(at.0 - scenario.now.0, 300);
        scenario.pass(300);
    }
    scenario.close();
    scenario.pass(300);
    scenario.close();
    let at = scenario.client.poll_timeout().unwrap();
    assert_eq!(at.0 - scenario.now.0, 1_000, "it is something else");
}

#[test]
fn another_network_needs_another_socket() {
    let mut scenario = Scenario::connected(persistent());
    scenario.network(true); // from Wi-Fi to 4G
    assert_eq!(scenario.sent(), [Wire::PingReq]);
    scenario.pass(3_000);
    assert_eq!(opens(&mut scenario), 1);
    scenario.network(true); // while the transport is being opened
    let outputs = scenario.outputs();
    assert_eq!(outputs.first(), Some(&Output::CloseTransport));
    assert_eq!(outputs.last(), Some(&Output::OpenTransport));
    scenario.open();
    scenario.server_sends(&[accepted(true)]);
    scenario.outputs();
    scenario.hides();
    scenario.network(true);
    assert!(scenario.outputs().is_empty(), "not while nobody looks");
    scenario.shows();
    assert_eq!(scenario.sent(), [Wire::PingReq]);
}

#[test]
fn a_client_that_is_not_to_reconnect_does_not() {
    let mut scenario = Scenario::connected(Options { reconnect_period: 0, ..persistent() });
    hidden_for(&mut scenario, 10_000);
    scenario.pass(3_000);
    scenario.outputs();
    scenario.network(false);
    scenario.network(true);
    hidden_for(&mut scenario, 10_000);
    assert!(scenario.outputs().is_empty());
}
