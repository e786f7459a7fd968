//! The background, frozen timers, and networks that come and go.

mod common;

use common::lasting;
use common::scene::Scene;
use common::wire::{Wire, accepted};
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, QoS};

const DEAD: Output = Output::Event(Event::Error(ConnectionError::KeepAliveTimeout));

/// The app is hidden for so long, with its timers frozen.
fn hidden_for(scene: &mut Scene, millis: u64) {
    scene.hides();
    scene.freeze(millis);
    scene.shows();
}

fn opens(scene: &mut Scene) -> usize {
    scene.outputs().iter().filter(|output| **output == Output::OpenTransport).count()
}

#[test]
fn a_short_look_at_another_app_changes_nothing() {
    let mut scene = Scene::connected(lasting());
    hidden_for(&mut scene, 5_000);
    assert!(scene.outputs().is_empty());
}

#[test]
fn a_connection_has_to_prove_itself_after_the_background() {
    for keep_alive in [0, 60] {
        let mut scene = Scene::connected(Options { keep_alive, ..lasting() });
        hidden_for(&mut scene, 5_001);
        assert_eq!(scene.sent(), [Wire::PingReq]);
        scene.server_sends(&[Wire::PingResp]);
        scene.pass(10_000);
        assert!(scene.outputs().is_empty(), "it is alive");
    }
}

#[test]
fn a_connection_that_gives_no_sign_of_life_is_made_again_at_once() {
    let mut scene = Scene::connected(lasting());
    hidden_for(&mut scene, 40 * 60_000);
    scene.outputs();
    scene.server_sends_bytes(b"\x30\x04\0\x01tm"); // had been on its way before
    scene.outputs();
    scene.pass(2_999);
    assert!(scene.outputs().is_empty());
    scene.pass(1);
    let outputs = scene.outputs();
    assert!(outputs.contains(&DEAD), "{outputs:?}");
    assert_eq!(outputs.last(), Some(&Output::OpenTransport), "with no delay");
}

#[test]
fn timers_that_stood_still_do_not_condemn_a_connection() {
    // no word of the background: in a plugin, say
    let mut scene = Scene::connected(lasting());
    scene.pass(60_000);
    assert_eq!(scene.sent(), [Wire::PingReq]);
    scene.freeze(30 * 60_000);
    scene.pass(0);
    assert_eq!(scene.sent(), [Wire::PingReq], "another chance");
    scene.server_sends(&[Wire::PingResp, Wire::PingResp]);
    scene.pass(59_999);
    assert!(scene.outputs().is_empty());
    scene.freeze(30 * 60_000);
    scene.pass(3_000);
    assert!(scene.outputs().contains(&DEAD));
}

#[test]
fn a_late_timer_is_not_a_frozen_one_while_the_client_leaves() {
    let mut scene = Scene::connected(Options { keep_alive: 0, ..lasting() });
    scene.publishes("m", QoS::AtLeastOnce);
    scene.disconnect(false);
    scene.outputs();
    scene.freeze(10 * 60_000);
    scene.pass(0);
    assert_eq!(scene.sent(), [Wire::Disconnect]);
}

#[test]
fn attempts_are_rare_in_the_background_and_made_at_once_in_the_foreground() {
    let mut scene = Scene::connected(lasting());
    scene.close();
    scene.hides();
    for _ in 0..10 {
        assert_eq!(scene.reopens(), 30_000);
        scene.close();
    }
    scene.outputs();
    scene.shows();
    assert_eq!(opens(&mut scene), 1);
}

#[test]
fn attempts_are_rare_without_a_network_and_made_at_once_with_one() {
    let mut scene = Scene::connected(lasting());
    scene.network(false);
    scene.close();
    for _ in 0..10 {
        assert_eq!(scene.reopens(), 30_000);
        scene.close();
    }
    scene.outputs();
    scene.network(true);
    assert_eq!(opens(&mut scene), 1);
}

#[test]
fn a_socket_that_wechat_still_refuses_is_tried_again_soon() {
    let mut scene = Scene::connected(lasting());
    scene.close();
    hidden_for(&mut scene, 10_000);
    for _ in 0..9 {
        scene.close(); // "interrupted in suspend state"
        let at = scene.client.poll_timeout().unwrap();
        assert_eq!(at.0 - scene.now.0, 300);
        scene.pass(300);
    }
    scene.close();
    scene.pass(300);
    scene.close();
    let at = scene.client.poll_timeout().unwrap();
    assert_eq!(at.0 - scene.now.0, 1_000, "it is something else");
}

#[test]
fn another_network_needs_another_socket() {
    let mut scene = Scene::connected(lasting());
    scene.network(true); // from Wi-Fi to 4G
    assert_eq!(scene.sent(), [Wire::PingReq]);
    scene.pass(3_000);
    assert_eq!(opens(&mut scene), 1);
    scene.network(true); // while the transport is being opened
    let outputs = scene.outputs();
    assert_eq!(outputs.first(), Some(&Output::CloseTransport));
    assert_eq!(outputs.last(), Some(&Output::OpenTransport));
    scene.open();
    scene.server_sends(&[accepted(true)]);
    scene.outputs();
    scene.hides();
    scene.network(true);
    assert!(scene.outputs().is_empty(), "not while nobody looks");
    scene.shows();
    assert_eq!(scene.sent(), [Wire::PingReq]);
}

#[test]
fn a_client_that_is_not_to_reconnect_does_not() {
    let mut scene = Scene::connected(Options { reconnect_period: 0, ..lasting() });
    hidden_for(&mut scene, 10_000);
    scene.pass(3_000);
    scene.outputs();
    scene.network(false);
    scene.network(true);
    hidden_for(&mut scene, 10_000);
    assert!(scene.outputs().is_empty());
}
