//! What holds for any schedule of requests, cuts, silences and delays, and for any bytes.
//!
//! Against the model broker, whose inspector and referee panic on every broken rule of the protocol
//! and of the outputs (`common/inspector.rs`, `common/referee.rs`):
//! 1. With a session that is kept, QoS 2 arrives exactly once, QoS 1 at least once, QoS 0 at most
//!    once, and first copies in the order in which they were published; in both directions.
//! 2. With sessions that get lost, QoS 1 and 2 still reach the broker at least once.
//! 3. Every token is answered exactly once; a delivery never fails unless the client is ended.
//! 4. Nothing is sent while no transport is open, and no message is empty or ends within a packet.
//! 5. In the end the broker has every subscription that is wanted.
//! 6. `Ended` comes once, and last.
//!
//! Any bytes: no panic, and the client is either waiting for more, or says what is wrong and closes.
//!
//! Seeds are fixed, so a run is the same everywhere; a failure prints the smallest schedule.

mod common;

use std::cell::Cell;
use std::collections::BTreeMap;

use bytes::BytesMut;
use common::pair::{Direction, Pair};
use common::scene::Scene;
use common::wire::{accepted, publish};
use common::{QOS, clean, lasting};
use mqtt_miniprogram::codec::frame_length;
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Options, Output, Packet, QoS, Token, TopicFilter, TopicName,
    Version,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// One thing that happens.
#[derive(Clone, Debug)]
enum Act {
    Publish(QoS),
    ServerPublishes(QoS),
    Subscribe(usize, QoS),
    Unsubscribe(usize),
    /// The connection breaks after so many bytes.
    Cut(Direction, usize),
    CutNow,
    Vanish,
    /// For how long no connection can be made
    NetworkDown(u64),
    Latency(u64),
    Piece(usize),
    Pass(u64),
    /// The broker is started anew, without its sessions.
    Forget,
}

const FILTERS: [&str; 4] = ["a", "设备/+", "$share/g/b", "#"];

fn act() -> impl Strategy<Value = Act> {
    let qos = || prop::sample::select(&QOS[..]);
    let direction = prop::sample::select(&[Direction::ToBroker, Direction::ToClient][..]);
    prop_oneof![
        6 => qos().prop_map(Act::Publish),
        4 => qos().prop_map(Act::ServerPublishes),
        2 => (0..FILTERS.len(), qos()).prop_map(|(at, qos)| Act::Subscribe(at, qos)),
        2 => (0..FILTERS.len()).prop_map(Act::Unsubscribe),
        4 => (direction, 0..60_usize).prop_map(|(direction, after)| Act::Cut(direction, after)),
        1 => Just(Act::CutNow),
        1 => Just(Act::Vanish),
        1 => (0..100_000_u64).prop_map(Act::NetworkDown),
        1 => (0..3_000_u64).prop_map(Act::Latency),
        1 => (0..5_usize).prop_map(Act::Piece),
        6 => prop_oneof![0..50_u64, 50..5_000_u64, 5_000..200_000_u64].prop_map(Act::Pass),
        1 => Just(Act::Forget),
    ]
}

/// What was asked for along the way.
struct Run {
    pair: Pair,
    /// Payloads in order, by quality of service
    published: Vec<(QoS, String)>,
    server_published: Vec<(QoS, String)>,
    deliveries: Vec<Token>,
    /// The last request for each filter
    subscriptions: BTreeMap<usize, (Option<QoS>, Token)>,
}

impl Run {
    fn new(options: Options, waits_for_release: bool) -> Self {
        let mut pair = Pair::connected(options);
        pair.broker.waits_for_release = waits_for_release;
        Self {
            pair,
            published: Vec::new(),
            server_published: Vec::new(),
            deliveries: Vec::new(),
            subscriptions: BTreeMap::new(),
        }
    }

    fn act(&mut self, act: &Act) {
        let pair = &mut self.pair;
        match *act {
            Act::Publish(qos) => {
                let payload = format!("c{}", self.published.len());
                let token = pair.publishes(&payload, qos);
                self.published.push((qos, payload));
                if qos != QoS::AtMostOnce {
                    self.deliveries.push(token);
                }
            }
            Act::ServerPublishes(qos) => {
                let payload = format!("s{}", self.server_published.len());
                pair.server_sends(&payload, qos);
                self.server_published.push((qos, payload));
            }
            Act::Subscribe(at, qos) => {
                let token = pair.subscribes(&[(FILTERS[at], qos)]);
                self.subscriptions.insert(at, (Some(qos), token));
            }
            Act::Unsubscribe(at) => {
                let token = pair.unsubscribes(&[FILTERS[at]]);
                self.subscriptions.insert(at, (None, token));
            }
            Act::Cut(direction, after) => pair.transport.cuts.push_back((direction, after)),
            Act::CutNow => pair.cut(),
            Act::Vanish => pair.vanish(),
            Act::NetworkDown(millis) => {
                pair.transport.down = true;
                pair.cut();
                pair.pass(millis);
                pair.transport.down = false;
            }
            Act::Latency(millis) => pair.transport.latency = millis,
            Act::Piece(bytes) => pair.transport.piece = bytes,
            Act::Pass(millis) => pair.pass(millis),
            Act::Forget => {
                // it must be heard of: a CONNACK that gets lost would hide it from any client
                pair.transport.cuts.clear();
                pair.broker.forget();
                pair.cut();
                pair.settle();
            }
        }
    }

    /// Everything heals.
    fn settle(&mut self) {
        self.pair.transport.cuts.clear();
        self.pair.settle();
    }

    fn check_promises(&self) {
        let taken = self.pair.taken();
        let received = self.pair.received();
        check_copies(&self.published, &taken);
        check_copies(&self.server_published, &received);
        if !self.pair.broker.waits_for_release {
            assert_order(&self.published, &taken);
        }
        for qos in QOS {
            // a broker that waits for PUBREL passes QoS 2 on later than what came behind it
            let of = |(published, _): &&(QoS, String)| *published == qos;
            assert_order(&self.published.iter().filter(of).cloned().collect::<Vec<_>>(), &taken);
        }
    }

    fn check_at_least_once(&self) {
        let taken = self.pair.taken();
        for (qos, payload) in &self.published {
            assert!(*qos == QoS::AtMostOnce || taken.contains(payload), "{payload} is lost");
        }
    }

    fn check_answers(&self) {
        assert_eq!(self.pair.referee.waiting(), 0, "tokens without an answer");
        for token in &self.deliveries {
            assert!(!self.failed(*token), "{token:?} failed");
        }
    }

    fn check_subscriptions(&self) {
        let at_broker = &self.pair.broker.sessions["c"].subscriptions;
        for (at, (wanted, token)) in &self.subscriptions {
            let known = at_broker.get(FILTERS[*at]);
            match wanted {
                Some(qos) => assert_eq!(known, Some(&(*qos as u8)), "{}", FILTERS[*at]),
                // an UNSUBSCRIBE that failed may not have been heard, and the application knows
                None => assert!(known.is_none() || self.failed(*token), "{}", FILTERS[*at]),
            }
        }
    }

    fn failed(&self, wanted: Token) -> bool {
        self.pair.events.iter().any(
            |event| matches!(event, Event::Failed { token, failure: Failure::ConnectionLost } if *token == wanted),
        )
    }
}

fn check_copies(sent: &[(QoS, String)], arrived: &[String]) {
    for (qos, payload) in sent {
        let copies = arrived.iter().filter(|arrived| *arrived == payload).count();
        let kept = match qos {
            QoS::AtMostOnce => copies <= 1,
            QoS::AtLeastOnce => copies >= 1,
            QoS::ExactlyOnce => copies == 1,
        };
        assert!(kept, "{payload} at {qos:?} arrived {copies} times");
    }
}

/// First copies come in the order of sending.
fn assert_order(sent: &[(QoS, String)], arrived: &[String]) {
    let place =
        |(_, payload): &(QoS, String)| arrived.iter().position(|arrived| arrived == payload);
    let places: Vec<usize> = sent.iter().filter_map(place).collect();
    assert!(places.is_sorted(), "out of order: {arrived:?}");
}

#[test]
fn a_kept_session_keeps_every_promise() {
    let schedule = (vec(act(), 1..60), 1..4_u16, any::<bool>());
    let redelivered = Cell::new(0);
    check(1_500, &schedule, |(acts, window, waits_for_release)| {
        let options = Options { max_in_flight: window, keep_alive: 20, ..lasting() };
        let mut run = Run::new(options, waits_for_release);
        for act in acts.iter().filter(|act| !matches!(act, Act::Forget)) {
            run.act(act);
        }
        run.settle();
        run.check_promises();
        run.check_answers();
        run.check_subscriptions();
        redelivered.set(redelivered.get() + run.pair.inspector.redelivered);
    });
    assert!(redelivered.get() > 1_000, "schedules without much to them");
}

#[test]
fn a_lost_session_loses_no_message_and_no_subscription() {
    check(400, &(vec(act(), 1..60), any::<bool>()), |(acts, is_clean)| {
        let mut run = Run::new(if is_clean { clean() } else { lasting() }, false);
        for act in &acts {
            run.act(act);
        }
        run.settle();
        run.check_at_least_once();
        run.check_answers();
        run.check_subscriptions();
    });
}

#[test]
fn a_client_that_leaves_at_any_moment_answers_everything_and_ends_once() {
    check(400, &(vec(act(), 1..30), any::<bool>()), |(acts, force)| {
        let mut run = Run::new(lasting(), false);
        for act in &acts {
            run.act(act);
        }
        run.pair.disconnect(force);
        run.pair.pass(100_000);
        assert_eq!(run.pair.referee.waiting(), 0);
        let ends = run.pair.events.iter().filter(|event| **event == Event::Ended).count();
        assert_eq!((ends, run.pair.events.last()), (1, Some(&Event::Ended)));
        assert_eq!(run.pair.client.poll_timeout(), None);
    });
}

#[test]
fn a_client_that_comes_back_after_leaving_is_as_good_as_new() {
    check(100, &vec(act(), 1..30), |acts| {
        let mut run = Run::new(clean(), false);
        for act in &acts {
            run.act(act);
        }
        run.pair.transport.cuts.clear();
        run.pair.disconnect(true);
        run.pair.connect();
        run.pair.settle();
        run.pair.publishes("again", QoS::ExactlyOnce);
        run.pair.settle();
        assert_eq!(run.pair.taken().last().map(String::as_str), Some("again"));
    });
}

/// Bytes as a broken server sends them: noise, and packets with noise in them.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let first = prop::sample::select(
        &[0x20_u8, 0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0, 0xd0][..],
    );
    let framed = (first, vec(any::<u8>(), 0..12))
        .prop_map(|(first, body)| [&[first, body.len() as u8][..], &body].concat());
    let good = prop::sample::select(vec![
        accepted(false).bytes(),
        publish(0, 0, "m").bytes(),
        publish(2, 1, "m").bytes(),
    ]);
    let parts = prop_oneof![vec(any::<u8>(), 0..20), framed, good];
    vec(parts, 1..8).prop_map(|parts| parts.concat())
}

#[test]
fn any_bytes_are_taken_waited_for_or_refused() {
    check(20_000, &(noise(), 1..9_usize, any::<bool>()), |(bytes, piece, connected)| {
        let mut scene =
            if connected { Scene::connected(lasting()) } else { Scene::connecting(lasting()) };
        scene.publishes("1", QoS::ExactlyOnce);
        scene.subscribes(&[("t", QoS::AtMostOnce)]);
        for piece in bytes.chunks(piece) {
            scene.server_sends_bytes(piece);
        }
        let outputs = scene.outputs();
        let closed = outputs.contains(&Output::CloseTransport);
        let reasons = outputs.iter().filter(|output| {
            let Output::Event(Event::Error(error)) = output else { return false };
            matches!(
                error,
                ConnectionError::Malformed(_)
                    | ConnectionError::Protocol(_)
                    | ConnectionError::Refused(_)
            )
        });
        assert_eq!(reasons.count(), usize::from(closed), "one reason for one end");
    });
}

#[test]
fn any_bytes_are_a_packet_or_none() {
    let version = proptest::sample::select(vec![Version::V311, Version::V5]);
    check(20_000, &(noise(), 0..40_usize, version), |(bytes, limit, version)| {
        let _ = Packet::decode(BytesMut::from(&bytes[..]), version); // whatever it is, no panic
        if let Ok(Some(length)) = frame_length(&bytes, limit, version) {
            assert!((2..=limit.min(bytes.len())).contains(&length));
            // a shorter stream is the beginning of the same packet
            assert_eq!(frame_length(&bytes[..length - 1], limit, version), Ok(None));
        }
    });
}

#[test]
fn any_filter_matches_what_section_4_7_says() {
    let filter = prop_oneof![any::<String>(), "[+#/$a设\0]{0,6}", "\\$share/g/[+#/a设]{0,5}"];
    let name = prop_oneof![any::<String>(), "[/$a设]{0,6}"];
    check(10_000, &(filter, name), |(filter, name)| {
        if let (Some(filter), Some(name)) = (TopicFilter::new(filter), TopicName::new(name)) {
            let plain = filter.as_str().strip_prefix("$share/g/").unwrap_or(filter.as_str());
            let expected = matches(&levels(plain), &levels(name.as_str()), true);
            assert_eq!(filter.matches(&name), expected, "{filter:?} {name:?}");
        }
    });
}

fn levels(topic: &str) -> Vec<&str> {
    topic.split('/').collect()
}

/// By recursion over the levels, told from the standard.
fn matches(filter: &[&str], name: &[&str], first: bool) -> bool {
    let system = first && name.first().is_some_and(|level| level.starts_with('$'));
    match (filter, name) {
        (["#"], _) => !system, // [MQTT-4.7.1-2] [MQTT-4.7.2-1]
        (["+", filter @ ..], [_, name @ ..]) => !system && matches(filter, name, false),
        ([wanted, filter @ ..], [level, name @ ..]) => {
            wanted == level && matches(filter, name, false)
        }
        (filter, name) => filter.is_empty() && name.is_empty(),
    }
}

/// Runs a property with a fixed seed; a failure is made small and printed.
fn check<S: Strategy>(cases: u32, strategy: &S, property: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let result = TestRunner::new_with_rng(config, rng).run(strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
