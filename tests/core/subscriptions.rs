//! SUBSCRIBE and UNSUBSCRIBE, and subscriptions over the loss of a connection or a session.

use crate::common::pair::{Direction, Pair};
use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted, publish, suback, subscribe, unsubscribe};
use crate::common::{clean, filter, persistent};
use mqtt_miniprogram::codec::{PacketId, Properties, SubAck, Subscription, UnsubAck};
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Options, Output, ProtocolError, QoS, RecordKey, RequestId,
    Version,
};

const QOS_1: QoS = QoS::AtLeastOnce;

/// [MQTT-3.9.3-1]
#[test]
fn suback_tells_what_is_granted_in_the_order_of_the_filters() {
    let mut scenario = Scenario::connected(clean());
    let wanted = [("a", QoS::ExactlyOnce), ("b/+", QOS_1), ("#", QoS::AtMostOnce), ("c", QOS_1)];
    let request_id = scenario.subscribes(&wanted);
    assert_eq!(scenario.sent(), [subscribe(1, &[("a", 2), ("b/+", 1), ("#", 0), ("c", 1)])]);
    scenario.server_sends(&[suback(1, &[2, 0, 0, 0x80])]); // less than asked for is granted, too
    let granted = vec![2, 0, 0, 0x80];
    assert_eq!(scenario.events(), [answered(request_id, 1, granted)]);
}

/// [MQTT-3.8.4-6]
#[test]
fn a_suback_with_another_number_of_codes_ends_the_connection() {
    // [MQTT-3.8.4-5]
    for codes in [&[0][..], &[0, 0, 0]] {
        let mut scenario = Scenario::connected(clean());
        let request_id = scenario.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
        scenario.outputs();
        scenario.server_sends(&[suback(1, codes)]);
        let error = ConnectionError::Protocol(ProtocolError::AckLength);
        let failed = Event::Failed { request_id, failure: Failure::ConnectionLost };
        assert_eq!(scenario.events(), [Event::Error(error), failed, Event::Offline, Event::Closed]);
    }
}

/// [MQTT-2.2.1-6] [MQTT-2.3.1-7] [MQTT-3.10.4-4]
#[test]
fn answers_of_the_wrong_kind_end_the_connection() {
    let error = Event::Error(ConnectionError::Protocol(ProtocolError::UnexpectedAck));
    let mut scenario = Scenario::connected(clean());
    scenario.subscribes(&[("a", QOS_1)]);
    scenario.server_sends(&[Wire::UnsubAck(1)]);
    assert_eq!(scenario.events()[0], error);

    let mut scenario = Scenario::connected(clean());
    scenario.unsubscribes(&["a"]);
    scenario.server_sends(&[suback(1, &[0])]);
    assert_eq!(scenario.events()[0], error);
}

/// [MQTT-2.2.1-6] [MQTT-2.3.1-7] [MQTT-3.8.4-2]
#[test]
fn answers_to_nothing_are_let_pass() {
    let mut scenario = Scenario::connected(clean());
    scenario.server_sends(&[suback(7, &[0]), Wire::UnsubAck(8)]);
    assert_eq!(scenario.outputs(), []);
}

/// [MQTT-3.10.1-1] [MQTT-3.10.4-4] [MQTT-3.10.4-5]
#[test]
fn unsuback_completes_unsubscribe_and_frees_its_identifier() {
    let mut scenario = Scenario::connected(clean());
    let request_id = scenario.unsubscribes(&["a", "设备/+"]);
    assert_eq!(scenario.sent(), [unsubscribe(1, &["a", "设备/+"])]);
    scenario.server_sends(&[Wire::UnsubAck(1), Wire::UnsubAck(1)]);
    assert_eq!(scenario.events(), [unsubscribed(request_id, 1)]);
}

/// [MQTT-3.8.3-1]
#[test]
fn chinese_and_shared_and_system_filters_are_sent_as_they_are() {
    let texts = ["设备/一/温度", "$share/组/设备/+", "$share/g/#", "$SYS/broker/#", " ", "/"];
    let wanted = texts.map(|text| (text, QOS_1));
    let mut scenario = Scenario::connected(clean());
    scenario.subscribes(&wanted);
    assert_eq!(scenario.sent(), [subscribe(1, &texts.map(|text| (text, 1)))]);
    scenario.server_sends(&[suback(1, &[1; 6])]);
    scenario.comes_back(false);
    assert_eq!(scenario.sent()[1..], [subscribe(2, &texts.map(|text| (text, 1)))]);
}

/// [MQTT-3.2.2-5]
#[test]
fn subscriptions_are_made_again_when_the_server_has_lost_them() {
    let mut scenario = subscribed(persistent());
    scenario.comes_back(false);
    // in one packet, in the order in which they were made, at the QoS that was requested
    assert_eq!(scenario.sent()[1..], [subscribe(3, &[("a", 2), ("b", 1), ("c", 0)])]);
    scenario.server_sends(&[suback(3, &[0, 1, 0])]);
    assert!(!scenario.events().iter().any(|event| matches!(event, Event::Subscribed { .. })));
}

#[test]
fn subscriptions_are_not_made_again_when_the_server_has_them() {
    let mut scenario = subscribed(persistent());
    scenario.comes_back(true);
    assert_eq!(scenario.sent().len(), 1); // CONNECT
}

/// [MQTT-3.1.2-6]
#[test]
fn subscriptions_are_made_again_on_every_new_session() {
    let mut scenario = subscribed(clean());
    for id in 3..6 {
        scenario.comes_back(false);
        assert_eq!(scenario.sent()[1..], [subscribe(id, &[("a", 2), ("b", 1), ("c", 0)])]);
        scenario.server_sends(&[suback(id, &[2, 1, 0])]);
    }
}

#[test]
fn without_resubscribe_subscriptions_are_left_to_the_application() {
    let mut scenario = subscribed(Options { resubscribe: false, ..persistent() });
    scenario.comes_back(false);
    assert_eq!(scenario.sent().len(), 1);
    scenario.client.options_mut().resubscribe = true;
    scenario.comes_back(false); // forgotten, not put off
    assert_eq!(scenario.sent().len(), 1);
}

#[test]
fn what_suback_has_not_confirmed_is_requested_again() {
    let mut scenario = subscribed(persistent());
    let request_id = scenario.subscribes(&[("d", QOS_1)]);
    scenario.close();
    let failed = Event::Failed { request_id, failure: Failure::ConnectionLost };
    assert_eq!(scenario.events()[0], failed);
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(scenario.sent(), [subscribe(4, &[("d", 1)])]);
    // until it is
    scenario.comes_back(true);
    assert_eq!(scenario.sent()[1..], [subscribe(5, &[("d", 1)])]);
    scenario.server_sends(&[suback(5, &[1])]);
    scenario.comes_back(true);
    assert_eq!(scenario.sent().len(), 1);
}

#[test]
fn another_quality_of_service_for_a_filter_replaces_the_first() {
    let mut scenario = subscribed(persistent());
    scenario.subscribes(&[("b", QoS::AtMostOnce)]);
    scenario.server_sends(&[suback(3, &[0])]);
    scenario.comes_back(false);
    assert_eq!(scenario.sent()[2..], [subscribe(4, &[("a", 2), ("b", 0), ("c", 0)])]);
}

#[test]
fn a_refused_filter_is_not_requested_again() {
    let mut scenario = Scenario::connected(persistent());
    scenario.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
    scenario.server_sends(&[suback(1, &[0x80, 1])]);
    scenario.comes_back(false);
    assert_eq!(scenario.sent()[2..], [subscribe(2, &[("b", 1)])]);
}

#[test]
fn a_subscription_that_cannot_be_renewed_is_reported_and_the_connection_continues() {
    let mut scenario = subscribed(persistent());
    scenario.comes_back(false);
    scenario.outputs();
    scenario.server_sends(&[suback(3, &[2, 0x80, 0])]);
    let outputs = scenario.outputs();
    let [
        Output::PutRecord(first),
        Output::DeleteRecord(deleted),
        Output::Event(Event::Error(reported)),
        Output::PutRecord(second),
    ] = &outputs[..]
    else {
        panic!("{outputs:?}");
    };
    let keys = [first.key(), deleted.clone(), second.key()];
    assert_eq!(keys, ["a", "b", "c"].map(|topic| RecordKey::Subscription(filter(topic))));
    assert_eq!(*reported, ConnectionError::ResubscribeRefused(filter("b"), 0x80));
    scenario.comes_back(false);
    assert_eq!(scenario.sent()[1..], [subscribe(4, &[("a", 2), ("c", 0)])]);
}

#[test]
fn a_refused_subscription_is_not_about_the_credentials() {
    let options = Options { protocol_version: Version::V5, token_provider: true, ..persistent() };
    let mut scenario = Scenario::connected(options);
    scenario.subscribes(&[("a", QoS::AtLeastOnce)]);
    scenario.server_sends_bytes(&[0x90, 4, 0, 1, 0, 1]);
    scenario.comes_back(false);
    scenario.outputs();
    scenario.server_sends_bytes(&[0x90, 4, 0, 2, 0, 0x87]); // not authorized
    let errors = scenario.errors();
    assert_eq!(errors, [ConnectionError::ResubscribeRefused(filter("a"), 0x87)]);
    assert!(!errors[0].is_about_credentials(Version::V5));
    scenario.server_sends_bytes(&[0xe0, 1, 0x87]);
    assert!(scenario.errors()[0].is_about_credentials(Version::V5), "DISCONNECT is");
}

#[test]
fn a_subscription_given_up_is_not_made_again() {
    let mut scenario = subscribed(persistent());
    scenario.unsubscribes(&["b"]);
    // UNSUBACK is lost with the connection
    scenario.comes_back(false);
    assert_eq!(scenario.sent()[2..], [subscribe(4, &[("a", 2), ("c", 0)])]);
}

#[test]
fn a_subscription_given_up_while_offline_is_not_revived() {
    for session_present in [false, true] {
        let mut scenario = subscribed(persistent());
        scenario.close();
        scenario.unsubscribes(&["a", "b", "c"]);
        scenario.reopens();
        scenario.outputs();
        scenario.server_sends(&[accepted(session_present)]);
        assert_eq!(scenario.sent(), [unsubscribe(3, &["a", "b", "c"])]);
    }
}

#[test]
fn a_subscription_given_up_while_its_subscribe_waits_is_not_revived() {
    let mut scenario = Scenario::new(persistent());
    scenario.subscribes(&[("a", QOS_1)]);
    scenario.unsubscribes(&["a"]);
    scenario.connect();
    scenario.open();
    scenario.server_sends(&[accepted(false)]);
    assert_eq!(scenario.sent()[1..], [subscribe(1, &[("a", 1)]), unsubscribe(2, &["a"])]);
    scenario.server_sends(&[suback(1, &[1])]);
    scenario.comes_back(true);
    assert_eq!(scenario.sent().len(), 1);
}

#[test]
fn requests_that_wait_are_sent_in_their_order() {
    let mut scenario = Scenario::new(persistent());
    scenario.publishes("1", QoS::AtMostOnce);
    scenario.subscribes(&[("a", QOS_1)]);
    scenario.unsubscribes(&["a"]);
    scenario.subscribes(&[("a", QoS::AtMostOnce)]);
    scenario.publishes("2", QOS_1);
    scenario.connect();
    scenario.open();
    scenario.server_sends(&[accepted(false)]);
    let expected = [
        publish(0, 0, "1"),
        subscribe(1, &[("a", 1)]),
        unsubscribe(2, &["a"]),
        subscribe(3, &[("a", 0)]),
        publish(1, 4, "2"),
    ];
    assert_eq!(scenario.sent()[1..], expected);
}

#[test]
fn a_request_without_a_free_identifier_waits_for_one() {
    let mut scenario = Scenario::connected(persistent());
    for _ in 0..=u16::MAX {
        scenario.subscribes(&[("a", QOS_1)]);
    }
    assert_eq!(scenario.sent().len(), usize::from(u16::MAX));
    scenario.server_sends(&[suback(7, &[1])]);
    assert_eq!(scenario.sent(), [subscribe(7, &[("a", 1)])]);
    // and a lost connection frees them all
    scenario.comes_back(true);
    assert_eq!(scenario.sent()[1..], [subscribe(8, &[("a", 1)])]);
}

#[test]
fn subscriptions_are_made_again_before_what_waits() {
    let mut scenario = subscribed(persistent());
    scenario.close();
    scenario.publishes("to myself", QOS_1);
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    let resubscribe = subscribe(4, &[("a", 2), ("b", 1), ("c", 0)]); // 3 is that of the message
    assert_eq!(scenario.sent(), [resubscribe, publish(1, 3, "to myself")]);
}

/// [MQTT-3.8.4-2]
#[test]
fn a_late_suback_does_not_confirm_a_newer_subscribe() {
    let mut scenario = Scenario::connected(persistent());
    scenario.subscribes(&[("a", QOS_1)]);
    scenario.unsubscribes(&["a"]);
    scenario.subscribes(&[("a", QOS_1)]);
    scenario.server_sends(&[suback(1, &[1])]);
    // the server has received UNSUBSCRIBE, and nothing behind it
    scenario.comes_back(true);
    assert_eq!(scenario.sent().last(), Some(&subscribe(4, &[("a", 1)])));
}

#[test]
fn a_late_refusal_does_not_undo_a_newer_subscribe() {
    let mut scenario = Scenario::connected(persistent());
    scenario.subscribes(&[("a", QoS::ExactlyOnce)]);
    scenario.subscribes(&[("a", QOS_1)]);
    scenario.server_sends(&[suback(1, &[0x80]), suback(2, &[1])]);
    scenario.comes_back(false);
    assert_eq!(scenario.sent().last(), Some(&subscribe(3, &[("a", 1)])));
}

#[test]
fn the_broker_has_the_subscriptions_wherever_the_connection_is_cut() {
    for direction in [Direction::ToBroker, Direction::ToClient] {
        for cut in 0..120 {
            for forgets in [false, true] {
                let mut pair = Pair::new(persistent());
                pair.transport.cuts.push_back((direction, cut));
                pair.connect();
                pair.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
                pair.settle();
                pair.unsubscribes(&["b"]);
                pair.subscribes(&[("c", QoS::AtMostOnce)]);
                pair.publishes("m", QOS_1);
                pair.settle();
                if forgets {
                    pair.transport.cuts.clear(); // a lost CONNACK would hide what is to be seen
                    pair.broker.forget();
                    pair.cut();
                    pair.settle();
                }
                let subscriptions = &pair.broker.sessions["c"].subscriptions;
                let expected = [("a", 1), ("c", 0)];
                let wanted =
                    expected.iter().all(|(name, qos)| subscriptions.get(*name) == Some(qos));
                assert!(wanted, "{direction:?}, {cut}: {subscriptions:?}");
                // UNSUBSCRIBE may have failed, which was reported; a new session does not have the
                // subscription
                assert!(!forgets || subscriptions.len() == 2, "{direction:?}, {cut}");
            }
        }
    }
}

#[test]
fn what_was_asked_for_is_known_from_the_call_on() {
    let asked = |scenario: &Scenario, topic, qos| {
        scenario.client.has_subscribed(&Subscription::new(filter(topic), qos))
    };
    let mut scenario = Scenario::new(persistent());
    scenario.subscribes(&[("a", QOS_1)]); // it waits
    assert!(asked(&scenario, "a", QOS_1) && asked(&scenario, "a", QoS::AtMostOnce));
    assert!(!asked(&scenario, "a", QoS::ExactlyOnce) && !asked(&scenario, "b", QoS::AtMostOnce));
    let otherwise = Subscription { no_local: true, ..Subscription::new(filter("a"), QOS_1) };
    assert!(!scenario.client.has_subscribed(&otherwise));
    scenario.unsubscribes(&["a"]);
    assert!(!asked(&scenario, "a", QOS_1));

    let mut scenario = Scenario::connected(persistent());
    scenario.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
    assert!(asked(&scenario, "a", QOS_1) && asked(&scenario, "b", QOS_1));
    scenario.server_sends(&[suback(1, &[0, 0x80])]); // less than asked for is no reason to ask again
    assert!(asked(&scenario, "a", QOS_1) && !asked(&scenario, "b", QOS_1));
    scenario.unsubscribes(&["a"]);
    assert!(!asked(&scenario, "a", QOS_1));
}

#[test]
fn another_client_can_go_on_with_the_subscriptions_of_one_that_has_ended() {
    let mut scenario = subscribed(clean());
    scenario.disconnect(false);
    let mut heir = Scenario::new(clean());
    for record in scenario.client.subscription_records() {
        heir.client.restore(record);
    }
    heir.connect();
    heir.open();
    heir.server_sends(&[accepted(false)]);
    let all = subscribe(1, &[("a", 2), ("b", 1), ("c", 0)]);
    assert_eq!(heir.sent().last(), Some(&all));
}

/// Subscribed to "a", "b" and "c" at 2, 1 and 0.
fn subscribed(options: Options) -> Scenario {
    let mut scenario = Scenario::connected(options);
    scenario.subscribes(&[("a", QoS::ExactlyOnce), ("b", QOS_1)]);
    scenario.subscribes(&[("c", QoS::AtMostOnce)]);
    scenario.server_sends(&[suback(1, &[1, 1]), suback(2, &[0])]);
    scenario.outputs();
    scenario
}

fn answered(request_id: RequestId, packet_id: u16, codes: Vec<u8>) -> Event {
    let packet_id = PacketId::new(packet_id).unwrap();
    let properties = Properties::default();
    Event::Subscribed { request_id, suback: Box::new(SubAck { packet_id, properties, codes }) }
}

fn unsubscribed(request_id: RequestId, packet_id: u16) -> Event {
    let packet_id = PacketId::new(packet_id).unwrap();
    let unsuback = UnsubAck { packet_id, properties: Properties::default(), codes: Vec::new() };
    Event::Unsubscribed { request_id, unsuback: Box::new(unsuback) }
}
