//! What QoS 0, 1 and 2 guarantee, in both directions, with the connection cut after every byte.
//! The model broker and the packet checker check every packet. Every two cuts are in `cuts`.

use crate::common::pair::{Direction, Pair};
use crate::common::{clean, persistent, persistent_in};
use mqtt_miniprogram::{Event, Failure, Options, QoS, Version};

/// Plays one scenario with the connection cut after every byte, in both directions.
fn cut_everywhere(scenario: impl Fn(&mut Pair), check: impl Fn(&Pair, &str)) {
    for version in [Version::V311, Version::V5] {
        cut_everywhere_in(version, &scenario, &check);
    }
}

fn cut_everywhere_in(
    version: Version,
    scenario: &impl Fn(&mut Pair),
    check: &impl Fn(&Pair, &str),
) {
    let play = |cuts: &[(Direction, usize)], piece: usize, waits_for_release: bool| {
        let mut pair = Pair::new(persistent_in(version));
        pair.transport.cuts.extend(cuts);
        pair.transport.piece = piece;
        pair.broker.waits_for_release = waits_for_release;
        pair.connect();
        scenario(&mut pair);
        pair.settle();
        assert!(cuts.is_empty() || pair.transport.cuts.len() < cuts.len(), "not cut: {cuts:?}");
        assert_eq!(pair.output_checker.waiting(), 0, "cut at {cuts:?}");
        check(
            &pair,
            &format!("{version:?}, cut at {cuts:?}, waits for release: {waits_for_release}"),
        );
        pair.transport.delivered
    };
    for waits_for_release in [false, true] {
        let delivered = play(&[], 0, waits_for_release);
        for direction in [Direction::ToBroker, Direction::ToClient] {
            for byte in 0..delivered[direction as usize] {
                for piece in [0, 1] {
                    play(&[(direction, byte)], piece, waits_for_release);
                }
                // a second cut, somewhere in what follows
                for second in [Direction::ToBroker, Direction::ToClient] {
                    for later in (0..60).step_by(7) {
                        play(&[(direction, byte), (second, later)], 0, waits_for_release);
                    }
                }
            }
        }
    }
}

/// Three messages from the client, sent partly at once and partly later.
fn client_publishes(qos: QoS) -> impl Fn(&mut Pair) {
    move |pair| {
        pair.publishes("1", qos);
        pair.publishes("2", qos);
        pair.settle();
        pair.publishes("3", qos);
    }
}

/// Three messages from the broker, likewise.
fn broker_publishes(qos: QoS) -> impl Fn(&mut Pair) {
    move |pair| {
        pair.settle();
        pair.server_sends("1", qos);
        pair.server_sends("2", qos);
        pair.settle();
        pair.server_sends("3", qos);
    }
}

/// [MQTT-4.3.2-3]
#[test]
fn qos_1_reaches_the_broker_at_least_once_and_in_order() {
    cut_everywhere(client_publishes(QoS::AtLeastOnce), |pair, cut| {
        assert_eq!(first_copies(&pair.forwarded()), ["1", "2", "3"], "{cut}"); // [MQTT-4.3.2-1]
        assert_eq!(completed(pair), 3, "{cut}");
    });
}

#[test]
fn qos_2_reaches_the_broker_exactly_once_and_in_order() {
    cut_everywhere(client_publishes(QoS::ExactlyOnce), |pair, cut| {
        assert_eq!(pair.forwarded(), ["1", "2", "3"], "{cut}"); // [MQTT-4.3.3-1]
        assert_eq!(completed(pair), 3, "{cut}");
    });
}

/// [MQTT-4.3.1-1]
#[test]
fn qos_0_reaches_the_broker_at_most_once_and_in_order() {
    cut_everywhere(client_publishes(QoS::AtMostOnce), |pair, cut| {
        let taken = pair.forwarded();
        assert!(taken.is_sorted_by(|a, b| a < b), "{taken:?}, {cut}");
        assert_eq!(completed(pair), 3, "{cut}");
    });
}

#[test]
fn qos_1_reaches_the_application_at_least_once_and_in_order() {
    cut_everywhere(broker_publishes(QoS::AtLeastOnce), |pair, cut| {
        assert_eq!(first_copies(&pair.received()), ["1", "2", "3"], "{cut}"); // [MQTT-4.3.2-2]
    });
}

#[test]
fn qos_2_reaches_the_application_exactly_once_and_in_order() {
    cut_everywhere(broker_publishes(QoS::ExactlyOnce), |pair, cut| {
        assert_eq!(pair.received(), ["1", "2", "3"], "{cut}"); // [MQTT-4.3.3-2]
    });
}

#[test]
fn all_qualities_of_service_together_keep_their_guarantees_and_their_order() {
    let scenario = |pair: &mut Pair| {
        pair.publishes("a", QoS::ExactlyOnce);
        pair.publishes("b", QoS::AtLeastOnce);
        pair.settle();
        pair.server_sends("x", QoS::ExactlyOnce);
        pair.publishes("c", QoS::ExactlyOnce);
        pair.server_sends("y", QoS::AtLeastOnce);
        pair.publishes("d", QoS::AtLeastOnce);
    };
    cut_everywhere(scenario, |pair, cut| {
        let taken = pair.forwarded();
        let of = |names: &[&str]| -> Vec<String> {
            taken.iter().filter(|name| names.contains(&name.as_str())).cloned().collect()
        };
        assert_eq!(of(&["a", "c"]), ["a", "c"], "{cut}");
        assert_eq!(first_copies(&of(&["b", "d"])), ["b", "d"], "{cut}");
        if !pair.broker.waits_for_release {
            assert_eq!(first_copies(&taken), ["a", "b", "c", "d"], "{cut}"); // [MQTT-4.6.0-1]
        }
        assert_eq!(first_copies(&pair.received()), ["x", "y"], "{cut}");
    });
}

/// [MQTT-4.1.0-1]
#[test]
fn nothing_is_lost_while_the_network_is_down_for_long() {
    let mut pair = Pair::connected(persistent());
    pair.transport.down = true;
    pair.cut();
    for n in 0..9 {
        pair.publishes(
            &n.to_string(),
            if n % 2 == 0 { QoS::ExactlyOnce } else { QoS::AtLeastOnce },
        );
        pair.pass(60_000);
    }
    pair.transport.down = false;
    pair.settle();
    assert_eq!(pair.forwarded(), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
}

#[test]
fn a_connection_that_vanishes_without_a_word_is_made_again_and_nothing_is_lost() {
    let mut pair = Pair::connected(persistent());
    pair.transport.latency = 40;
    pair.publishes("1", QoS::ExactlyOnce);
    pair.pass(60);
    pair.vanish();
    pair.publishes("2", QoS::ExactlyOnce);
    pair.settle();
    assert_eq!(pair.forwarded(), ["1", "2"]);
    assert!(pair.packet_checker.redelivered > 0, "the scenario has redelivery in it");
}

#[test]
fn a_broker_that_lost_the_session_gets_everything_again_as_new() {
    // the packet checker sees to it that there is no DUP and no PUBREL
    for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce] {
        for cut in 0..80 {
            let version = if cut % 2 == 0 { Version::V311 } else { Version::V5 };
            let mut pair = Pair::connected(persistent_in(version));
            pair.transport.cuts.push_back((Direction::ToClient, cut / 2));
            for n in 0..4 {
                pair.publishes(&n.to_string(), qos);
            }
            while pair.transport.cuts.len() == 1 && !pair.is_settled() {
                pair.pass(1);
            }
            pair.broker.forget();
            pair.settle();
            assert_eq!(
                first_copies(&pair.forwarded()),
                ["0", "1", "2", "3"],
                "{qos:?}, cut at {cut}"
            );
            // a message that was released is not confirmed by a server that has forgotten it
            let unconfirmed = if qos == QoS::ExactlyOnce { unconfirmed(&pair) } else { 0 };
            assert_eq!(completed(&pair) + unconfirmed, 4, "{qos:?}, cut at {cut}");
        }
    }
}

/// [MQTT-3.1.2-4] [MQTT-3.1.2-6]
#[test]
fn with_clean_every_connection_is_a_new_session_and_messages_still_arrive() {
    for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce] {
        for cut in 0..40 {
            let mut pair = Pair::connecting(clean());
            pair.transport.cuts.push_back((Direction::ToBroker, cut));
            for n in 0..4 {
                pair.publishes(&n.to_string(), qos);
            }
            pair.settle();
            assert_eq!(
                first_copies(&pair.forwarded()),
                ["0", "1", "2", "3"],
                "{qos:?}, cut at {cut}"
            );
            assert_eq!(pair.packet_checker.redelivered, 0);
        }
    }
}

#[test]
fn the_window_is_kept_over_reconnects() {
    // the packet checker counts what is unanswered
    for window in [1, 2, 3] {
        for cut in (0..300).step_by(3) {
            let mut pair = Pair::connecting(Options { max_in_flight: window, ..persistent() });
            pair.transport.cuts.push_back((Direction::ToClient, cut % 40));
            pair.transport.cuts.push_back((Direction::ToBroker, cut));
            let payloads: Vec<_> = (10..22).map(|n| n.to_string()).collect();
            for payload in &payloads {
                pair.publishes(payload, QoS::ExactlyOnce);
            }
            pair.settle();
            assert_eq!(pair.forwarded(), payloads, "window {window}, cut at {cut}");
        }
    }
}

fn completed(pair: &Pair) -> usize {
    pair.events.iter().filter(|event| matches!(event, Event::Published { .. })).count()
}

fn unconfirmed(pair: &Pair) -> usize {
    let is_unconfirmed =
        |event: &&Event| matches!(event, Event::Failed { failure: Failure::Unconfirmed, .. });
    pair.events.iter().filter(is_unconfirmed).count()
}

/// Without what came again.
fn first_copies(payloads: &[String]) -> Vec<String> {
    let mut first: Vec<String> = Vec::new();
    for payload in payloads {
        if !first.contains(payload) {
            first.push(payload.clone());
        }
    }
    first
}
