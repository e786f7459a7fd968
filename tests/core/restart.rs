//! A client that finds the session of an earlier run, where rules meet: scenarios that the random
//! schedules have found.

use crate::common::pair::Pair;
use crate::common::{clean, persistent};
use mqtt_miniprogram::{Options, QoS};

#[test]
fn a_new_message_is_not_mistaken_for_one_that_the_server_still_holds() {
    // both clients begin anew, without any record; the first one is killed before PUBREL
    let mut first = Pair::connected(Options { seed: 17, ..persistent() });
    first.transport.latency = 10;
    first.publishes("old", QoS::ExactlyOnce);
    first.pass(15);
    assert_eq!(first.forwarded(), ["old"]);
    let mut second = Pair::new(Options { seed: 4_711, ..persistent() });
    second.broker = first.broker;
    second.connect();
    second.publishes("new", QoS::ExactlyOnce);
    second.settle();
    assert_eq!(second.forwarded(), ["old", "new"]);
}

#[test]
fn a_session_that_is_new_begins_with_identifier_1() {
    let mut pair = Pair::connected(Options { seed: 4_711, ..clean() });
    pair.publishes("m", QoS::AtLeastOnce);
    assert_eq!(pair.client.last_packet_id().map(u16::from), Some(1));
}

#[test]
fn a_subscription_that_was_lost_is_requested_after_the_next_start_too() {
    // the server has lost the session, and the app is killed while it is being restored
    for calls in 0..5 {
        let mut pair = Pair::connected(Options { store_session: true, ..persistent() });
        pair.subscribes(&[("a", QoS::AtLeastOnce)]);
        pair.settle();
        pair.broker.forget();
        pair.cut();
        pair.killed_after = Some(calls);
        pair.settle();
        let subscriptions = &pair.broker.sessions["c"].subscriptions;
        assert_eq!(subscriptions.get("a"), Some(&1), "killed after {calls} calls");
    }
}
