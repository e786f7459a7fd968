//! Random schedules: a client against the model broker, in MQTT 3.1, 3.1.1 and 5.0, with requests,
//! messages, cuts after any byte, silences, delays, refusals, changing limits and restarts of the
//! app in any order.
//!
//! What holds in every one of them, and where it is checked:
//!
//! What the client sends (`common/packet_checker.rs`, against all that it has received)
//! 1. CONNECT comes first and once; nothing before CONNACK, nothing after DISCONNECT.
//! 2. Every acknowledgement is sent once, in order, with the right reason code.
//! 3. On a new connection messages in flight are sent again first, in their first order: PUBREL for
//!    what was released, PUBLISH with DUP exactly if the server's session knows it.
//! 4. A packet identifier is used by one request at a time.
//! 5. No limit is exceeded: the client's own window; the server's Receive Maximum, Maximum Packet
//!    Size, Topic Alias Maximum, Maximum QoS, Retain Available and the kinds of subscriptions.
//! 6. A topic alias stands for the topic that it was assigned to on this connection.
//! 7. The client is never silent for longer than keep alive allows, its own or the server's.
//!
//! Outputs of the client (`common/output_checker.rs`)
//! 8. A transport is opened when there is none; nothing is sent but through an open one, in whole
//!    packets.
//! 9. Every request is answered exactly once. `Ended` comes once, and nothing after it.
//!
//! What results (`invariants.rs`)
//! 10. With a session that is kept, QoS 2 arrives exactly once, QoS 1 at least once, QoS 0 at most
//!     once, in both directions, as it was sent; first copies in the order of publishing.
//! 11. With sessions that get lost, QoS 1 and 2 still reach the broker at least once.
//! 12. A message fails only because the server refuses it, does not support its kind, it expired, or
//!     the application removed it; never because of the network.
//! 13. In the end the broker has every subscription that is wanted, with its options.
//! 14. The client reports no error of a broker that makes none.
//! 15. All that holds over restarts of the app too, if the client stores records: the phone may kill the
//!     app before any call is carried out, and the next run has what was stored.
//! 16. A request that is refused did nothing; messages that are kept fit the queue's limit.
//!
//! Seeds are fixed, so a run is the same everywhere; a failure prints the smallest schedule. More
//! of them: `PROPTEST_CASES=100000 cargo test --release --test core schedules`.

mod action;
mod invariants;
mod run;

use std::cell::Cell;

use crate::common::prop::check;
use action::{Action, action, persistent_setup, volatile_setup};
use mqtt_miniprogram::{Event, QoS};
use proptest::collection::vec;
use proptest::prelude::*;
use run::Run;

/// [MQTT-2.2.1-3] [MQTT-2.3.1-2] [MQTT-3.1.2-23] [MQTT-3.2.2-17] [MQTT-3.3.1-1] [MQTT-3.3.4-1]
/// [MQTT-3.3.4-7] [MQTT-3.10.1-1] [MQTT-4.1.0-1] [MQTT-4.3.2-1] [MQTT-4.3.3-1] [MQTT-4.9.0-2]
/// [MQTT-6.0.0-2]
#[test]
fn a_persistent_session_keeps_every_guarantee() {
    let (runs, redelivered, aliased) = (Cell::new(0), Cell::new(0), Cell::new(0));
    check(1_500, &(vec(action(), 1..60), persistent_setup()), |(actions, setup)| {
        let mut run = Run::new(&setup);
        for action in actions.iter().filter(|action| !matches!(action, Action::LoseSessions)) {
            run.action(action);
        }
        run.settle();
        run.check_answers(false);
        run.check_errors();
        run.check_forwarded();
        run.check_received();
        run.check_subscriptions();
        runs.set(runs.get() + 1);
        redelivered.set(redelivered.get() + run.pair.packet_checker.redelivered);
        aliased.set(aliased.get() + run.pair.packet_checker.aliased);
    });
    let (runs, redelivered, aliased) = (runs.get(), redelivered.get(), aliased.get());
    let much = redelivered > runs && aliased > runs / 10;
    assert!(much, "schedules without much to them: {redelivered} {aliased}");
}

#[test]
fn a_lost_session_loses_no_message_and_no_subscription() {
    check(800, &(vec(action(), 1..60), volatile_setup()), |(actions, setup)| {
        let mut run = Run::new(&setup);
        for action in &actions {
            run.action(action);
        }
        run.settle();
        run.check_answers(true);
        run.check_errors();
        run.check_at_least_once();
        run.check_subscriptions();
    });
}

/// [MQTT-3.14.4-2]
#[test]
fn a_client_that_disconnects_at_any_moment_answers_everything_and_ends_once() {
    check(
        600,
        &(vec(action(), 1..30), persistent_setup(), any::<bool>()),
        |(actions, setup, force)| {
            let mut run = Run::new(&setup);
            for action in &actions {
                run.action(action);
            }
            run.pair.killed_after = None;
            run.pair.disconnect(force);
            run.pair.pass(100_000);
            assert_eq!(run.pair.output_checker.waiting(), 0);
            let ends = run.pair.events.iter().filter(|event| **event == Event::Ended).count();
            assert_eq!((ends, run.pair.events.last()), (1, Some(&Event::Ended)));
            assert_eq!(run.pair.client.poll_timeout(), None);
            run.pair.network(true);
            run.pair.shows();
            run.pair.pass(100_000);
            assert_eq!(run.pair.events.last(), Some(&Event::Ended));
        },
    );
}

#[test]
fn a_client_that_connects_after_the_end_works_like_a_new_one() {
    check(300, &(vec(action(), 1..30), volatile_setup()), |(actions, setup)| {
        let mut run = Run::new(&setup);
        for action in &actions {
            run.action(action);
        }
        run.restore_network();
        run.pair.broker.connack_properties.clear();
        run.pair.disconnect(true);
        run.pair.connect();
        run.settle();
        run.pair.publishes("again", QoS::ExactlyOnce);
        run.pair.settle();
        assert_eq!(run.pair.forwarded().last().map(String::as_str), Some("again"));
    });
}
