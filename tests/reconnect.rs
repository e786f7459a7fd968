//! Coming back after a lost connection: when, how often, and what the application hears.

mod common;

use common::scene::Scene;
use common::wire::{Wire, accepted, refused, suback, subscribe};
use common::{clean, lasting};
use mqtt_miniprogram::codec::{ConnAck, Properties};
use mqtt_miniprogram::{Event, Options, Output, QoS};

const CONNECTED: Event = Event::Connected(ConnAck {
    session_present: false,
    reason: 0,
    properties: Properties(Vec::new()),
});

#[test]
fn events_of_an_outage_come_in_order() {
    let mut scene = Scene::connected(clean());
    scene.close();
    assert_eq!(scene.events(), [Event::Offline, Event::Closed]);
    scene.pass(1_000);
    assert_eq!(scene.outputs(), [Output::Event(Event::Reconnecting), Output::OpenTransport]);
    scene.close();
    assert_eq!(scene.events(), [Event::Closed]); // offline is told once
    scene.reopens();
    assert_eq!(scene.events(), [Event::Reconnecting]);
    scene.server_sends(&[accepted(false)]);
    assert_eq!(scene.events(), [CONNECTED]);
    scene.close();
    assert_eq!(scene.events(), [Event::Offline, Event::Closed]); // another outage
}

#[test]
fn a_first_attempt_that_fails_is_an_outage_too() {
    let mut scene = Scene::new(clean());
    scene.connect();
    assert_eq!(scene.outputs(), [Output::OpenTransport]); // nothing to reconnect yet
    scene.close();
    assert_eq!(scene.outputs(), [Event::Offline, Event::Closed].map(Output::Event));
    scene.reopens();
    assert_eq!(scene.events(), [Event::Reconnecting]);
}

#[test]
fn the_first_delay_is_the_period_and_the_longest_doubles_from_there() {
    for seed in 0..50 {
        let delays = delays(Options { seed, ..clean() }, 12);
        assert_eq!(delays[0], 1_000);
        for (attempt, delay) in delays.iter().enumerate().skip(1) {
            let longest = (1_000 << attempt).min(30_000);
            assert!((1_000..=longest).contains(delay), "attempt {attempt}: {delay}");
        }
    }
}

#[test]
fn later_delays_spread_over_all_the_time_there_is() {
    // the servers' good: clients that lost it together do not come back together
    let at_attempt = |attempt: usize| -> Vec<u64> {
        (0..400)
            .map(|seed| delays(Options { seed: seed * 7_919, ..clean() }, attempt + 1)[attempt])
            .collect()
    };
    for (attempt, longest) in [(1, 2_000), (3, 8_000), (8, 30_000)] {
        let delays = at_attempt(attempt);
        let length = (longest - 1_000) / 4;
        for quarter in 0..4 {
            let from = 1_000 + length * quarter;
            let within = delays.iter().filter(|delay| (from..from + length).contains(*delay));
            assert!(within.count() > 50, "attempt {attempt}, quarter {quarter}");
        }
    }
}

#[test]
fn a_period_longer_than_the_cap_is_kept() {
    let delays = delays(Options { reconnect_period: 90_000, ..clean() }, 20);
    assert_eq!(delays[0], 90_000);
    assert!(delays.iter().all(|delay| (45_000..=90_000).contains(delay)), "{delays:?}");
    assert!(delays[1..].iter().any(|delay| *delay < 60_000), "{delays:?}");
    assert!(delays[1..].iter().any(|delay| *delay > 75_000), "{delays:?}");
}

#[test]
fn delays_do_not_overflow_however_long_the_outage() {
    let options = Options { reconnect_period: u64::MAX / 2, ..clean() };
    let mut scene = Scene::connected(options);
    scene.close();
    assert!(scene.client.poll_timeout().is_some());
    assert!(delays(Options { reconnect_period: 1, ..clean() }, 200)[199] <= 30_000);
}

#[test]
fn a_connection_that_lasted_begins_the_delays_anew() {
    let mut scene = Scene::connected(clean());
    for _ in 0..5 {
        scene.close();
        scene.reopens();
    }
    scene.server_sends(&[accepted(false)]);
    scene.pass(10_000);
    scene.close();
    assert_eq!(scene.reopens(), 1_000);
}

#[test]
fn a_connection_that_is_lost_at_once_does_not() {
    // else a server that accepts and drops would be asked again every second
    let later: Vec<u64> = (0..200)
        .map(|seed| {
            let mut scene = Scene::connected(Options { seed: seed * 7_919, ..clean() });
            for _ in 0..5 {
                scene.close();
                scene.reopens();
                scene.server_sends(&[accepted(false)]);
                scene.pass(9_999);
            }
            scene.close();
            scene.reopens()
        })
        .collect();
    assert!(later.iter().any(|delay| *delay > 15_000), "{later:?}");
}

#[test]
fn period_0_means_no_attempt() {
    let mut scene = Scene::connected(Options { reconnect_period: 0, ..clean() });
    scene.close();
    assert_eq!(scene.events(), [Event::Closed]);
    assert_eq!(scene.client.poll_timeout(), None);
    scene.connect(); // until the application asks for it
    assert_eq!(scene.outputs(), [Output::OpenTransport]);
}

#[test]
fn connect_does_not_wait_for_the_next_attempt() {
    let mut scene = Scene::connected(clean());
    scene.close();
    scene.outputs();
    scene.connect();
    assert_eq!(scene.outputs(), [Output::Event(Event::Reconnecting), Output::OpenTransport]);
    scene.pass(1_000);
    assert_eq!(scene.outputs(), []); // and the attempt that was due is not made twice
}

#[test]
fn a_refusal_ends_the_attempts() {
    let mut scene = Scene::connected(clean());
    scene.close();
    scene.reopens();
    scene.server_sends(&[refused(5)]);
    scene.outputs();
    scene.pass(10_000_000);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn a_session_that_may_have_been_lost_unheard_has_its_subscriptions_made_again() {
    let mut scene = Scene::connected(lasting());
    scene.subscribes(&[("a", QoS::AtLeastOnce)]);
    scene.server_sends(&[suback(1, &[1])]);
    scene.comes_back(true);
    scene.close();
    scene.reopens();
    assert_eq!(scene.sent().len(), 3, "SUBSCRIBE, and CONNECT twice");
    scene.close(); // the server has no session, makes one, and its CONNACK gets lost
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(true)]);
    assert_eq!(scene.sent(), [subscribe(2, &[("a", 1)])]);
    scene.server_sends(&[suback(2, &[1])]);
    scene.comes_back(true);
    assert!(matches!(scene.sent()[..], [Wire::Connect(_)]), "and that is once");
}

#[test]
fn half_a_packet_of_the_lost_connection_is_forgotten() {
    let mut scene = Scene::connected(lasting());
    scene.server_sends_bytes(&[0x30, 0x50, 0x00]);
    scene.comes_back(true);
    scene.outputs();
    scene.server_sends(&[Wire::PingResp]);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn the_application_hears_of_the_connection_before_anything_that_follows_from_it() {
    let mut scene = Scene::connected(clean());
    scene.close();
    scene.publishes("m", QoS::AtMostOnce);
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(false)]);
    let events = scene.events();
    assert_eq!(events[0], CONNECTED);
    assert!(matches!(events[1..], [Event::Published { answer: None, .. }]));
}

/// Milliseconds before each attempt of a client whose server is gone.
fn delays(options: Options, attempts: usize) -> Vec<u64> {
    let mut scene = Scene::connected(options);
    let attempts = 0..attempts;
    attempts
        .map(|_| {
            scene.close();
            scene.reopens()
        })
        .collect()
}
