//! Reconnecting after a lost connection: when, how often, and which events are emitted.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted, refused, suback, subscribe};
use crate::common::{clean, persistent};
use mqtt_miniprogram::codec::{ConnAck, Properties};
use mqtt_miniprogram::{Event, Options, Output, QoS};

const CONNECTED: Event = Event::Connected(ConnAck {
    session_present: false,
    reason: 0,
    properties: Properties(Vec::new()),
});

#[test]
fn events_of_an_outage_come_in_order() {
    let mut scenario = Scenario::connected(clean());
    scenario.close();
    assert_eq!(scenario.events(), [Event::Offline, Event::Closed]);
    scenario.pass(1_000);
    assert_eq!(scenario.outputs(), [Output::Event(Event::Reconnecting), Output::OpenTransport]);
    scenario.close();
    assert_eq!(scenario.events(), [Event::Closed]); // offline is emitted once
    scenario.reopens();
    assert_eq!(scenario.events(), [Event::Reconnecting]);
    scenario.server_sends(&[accepted(false)]);
    assert_eq!(scenario.events(), [CONNECTED]);
    scenario.close();
    assert_eq!(scenario.events(), [Event::Offline, Event::Closed]); // another outage
}

#[test]
fn a_first_attempt_that_fails_is_an_outage_too() {
    let mut scenario = Scenario::new(clean());
    scenario.connect();
    assert_eq!(scenario.outputs(), [Output::OpenTransport]); // nothing to reconnect yet
    scenario.close();
    assert_eq!(scenario.outputs(), [Event::Offline, Event::Closed].map(Output::Event));
    scenario.reopens();
    assert_eq!(scenario.events(), [Event::Reconnecting]);
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
    // for the server: clients that lost it at the same time do not come back at the same time
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
    let mut scenario = Scenario::connected(options);
    scenario.close();
    assert!(scenario.client.poll_timeout().is_some());
    assert!(delays(Options { reconnect_period: 1, ..clean() }, 200)[199] <= 30_000);
}

#[test]
fn a_connection_that_lasted_begins_the_delays_anew() {
    let mut scenario = Scenario::connected(clean());
    for _ in 0..5 {
        scenario.close();
        scenario.reopens();
    }
    scenario.server_sends(&[accepted(false)]);
    scenario.pass(10_000);
    scenario.close();
    assert_eq!(scenario.reopens(), 1_000);
}

#[test]
fn a_connection_that_is_lost_at_once_does_not() {
    // otherwise a server that accepts and drops connections would be tried every second
    let later: Vec<u64> = (0..200)
        .map(|seed| {
            let mut scenario = Scenario::connected(Options { seed: seed * 7_919, ..clean() });
            for _ in 0..5 {
                scenario.close();
                scenario.reopens();
                scenario.server_sends(&[accepted(false)]);
                scenario.pass(9_999);
            }
            scenario.close();
            scenario.reopens()
        })
        .collect();
    assert!(later.iter().any(|delay| *delay > 15_000), "{later:?}");
}

#[test]
fn period_0_means_no_attempt() {
    let mut scenario = Scenario::connected(Options { reconnect_period: 0, ..clean() });
    scenario.close();
    assert_eq!(scenario.events(), [Event::Closed]);
    assert_eq!(scenario.client.poll_timeout(), None);
    scenario.connect(); // until the application asks for it
    assert_eq!(scenario.outputs(), [Output::OpenTransport]);
}

#[test]
fn connect_does_not_wait_for_the_next_attempt() {
    let mut scenario = Scenario::connected(clean());
    scenario.close();
    scenario.outputs();
    scenario.connect();
    assert_eq!(scenario.outputs(), [Output::Event(Event::Reconnecting), Output::OpenTransport]);
    scenario.pass(1_000);
    assert_eq!(scenario.outputs(), []); // and the attempt that was due is not made twice
}

#[test]
fn a_refusal_ends_the_attempts() {
    let mut scenario = Scenario::connected(clean());
    scenario.close();
    scenario.reopens();
    scenario.server_sends(&[refused(5)]);
    scenario.outputs();
    scenario.pass(10_000_000);
    assert_eq!(scenario.outputs(), []);
}

#[test]
fn a_session_that_may_have_been_lost_unheard_has_its_subscriptions_made_again() {
    let mut scenario = Scenario::connected(persistent());
    scenario.subscribes(&[("a", QoS::AtLeastOnce)]);
    scenario.server_sends(&[suback(1, &[1])]);
    scenario.comes_back(true);
    scenario.close();
    scenario.reopens();
    assert_eq!(scenario.sent().len(), 3, "SUBSCRIBE, and CONNECT twice");
    scenario.close(); // the server has no session, makes one, and its CONNACK gets lost
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(scenario.sent(), [subscribe(2, &[("a", 1)])]);
    scenario.server_sends(&[suback(2, &[1])]);
    scenario.comes_back(true);
    assert!(matches!(scenario.sent()[..], [Wire::Connect(_)]), "and that is once");
}

#[test]
fn half_a_packet_of_the_lost_connection_is_forgotten() {
    let mut scenario = Scenario::connected(persistent());
    scenario.server_sends_bytes(&[0x30, 0x50, 0x00]);
    scenario.comes_back(true);
    scenario.outputs();
    scenario.server_sends(&[Wire::PingResp]);
    assert_eq!(scenario.outputs(), []);
}

#[test]
fn the_application_hears_of_the_connection_before_anything_that_follows_from_it() {
    let mut scenario = Scenario::connected(clean());
    scenario.close();
    scenario.publishes("m", QoS::AtMostOnce);
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    let events = scenario.events();
    assert_eq!(events[0], CONNECTED);
    assert!(matches!(events[1..], [Event::Published { ack: None, .. }]));
}

/// Milliseconds before each attempt of a client whose server is gone.
fn delays(options: Options, attempts: usize) -> Vec<u64> {
    let mut scenario = Scenario::connected(options);
    let attempts = 0..attempts;
    attempts
        .map(|_| {
            scenario.close();
            scenario.reopens()
        })
        .collect()
}
