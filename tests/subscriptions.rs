//! SUBSCRIBE and UNSUBSCRIBE, and subscriptions over the loss of a connection or a session.

mod common;

use common::pair::{Direction, Pair};
use common::scene::Scene;
use common::wire::{Wire, accepted, publish, suback, subscribe, unsubscribe};
use common::{clean, filter, lasting};
use mqtt_miniprogram::codec::{PacketId, Properties, SubAck, Subscription, UnsubAck};
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Options, Output, ProtocolError, QoS, Token,
};

const QOS_1: QoS = QoS::AtLeastOnce;

#[test]
fn suback_tells_what_is_granted_in_the_order_of_the_filters() {
    let mut scene = Scene::connected(clean());
    let wanted = [("a", QoS::ExactlyOnce), ("b/+", QOS_1), ("#", QoS::AtMostOnce), ("c", QOS_1)];
    let token = scene.subscribes(&wanted);
    assert_eq!(scene.sent(), [subscribe(1, &[("a", 2), ("b/+", 1), ("#", 0), ("c", 1)])]);
    scene.server_sends(&[suback(1, &[2, 0, 0, 0x80])]); // less than asked for is granted, too
    let granted = vec![2, 0, 0, 0x80];
    assert_eq!(scene.events(), [answered(token, 1, granted)]);
}

#[test]
fn a_suback_with_another_number_of_codes_ends_the_connection() {
    // [MQTT-3.8.4-5]
    for codes in [&[0][..], &[0, 0, 0]] {
        let mut scene = Scene::connected(clean());
        let token = scene.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
        scene.outputs();
        scene.server_sends(&[suback(1, codes)]);
        let error = ConnectionError::Protocol(ProtocolError::AckLength);
        let failed = Event::Failed { token, failure: Failure::ConnectionLost };
        assert_eq!(scene.events(), [Event::Error(error), failed, Event::Offline, Event::Closed]);
    }
}

#[test]
fn answers_of_the_wrong_kind_end_the_connection() {
    let error = Event::Error(ConnectionError::Protocol(ProtocolError::WrongAnswer));
    let mut scene = Scene::connected(clean());
    scene.subscribes(&[("a", QOS_1)]);
    scene.server_sends(&[Wire::UnsubAck(1)]);
    assert_eq!(scene.events()[0], error);

    let mut scene = Scene::connected(clean());
    scene.unsubscribes(&["a"]);
    scene.server_sends(&[suback(1, &[0])]);
    assert_eq!(scene.events()[0], error);
}

#[test]
fn answers_to_nothing_are_let_pass() {
    let mut scene = Scene::connected(clean());
    scene.server_sends(&[suback(7, &[0]), Wire::UnsubAck(8)]);
    assert_eq!(scene.outputs(), []);
}

#[test]
fn unsuback_completes_unsubscribe_and_frees_its_identifier() {
    let mut scene = Scene::connected(clean());
    let token = scene.unsubscribes(&["a", "设备/+"]);
    assert_eq!(scene.sent(), [unsubscribe(1, &["a", "设备/+"])]);
    scene.server_sends(&[Wire::UnsubAck(1), Wire::UnsubAck(1)]);
    assert_eq!(scene.events(), [unsubscribed(token, 1)]);
}

#[test]
fn chinese_and_shared_and_system_filters_are_sent_as_they_are() {
    let texts = ["设备/一/温度", "$share/组/设备/+", "$share/g/#", "$SYS/broker/#", " ", "/"];
    let wanted = texts.map(|text| (text, QOS_1));
    let mut scene = Scene::connected(clean());
    scene.subscribes(&wanted);
    assert_eq!(scene.sent(), [subscribe(1, &texts.map(|text| (text, 1)))]);
    scene.server_sends(&[suback(1, &[1; 6])]);
    scene.comes_back(false);
    assert_eq!(scene.sent()[1..], [subscribe(2, &texts.map(|text| (text, 1)))]);
}

#[test]
fn subscriptions_are_made_again_when_the_server_has_lost_them() {
    let mut scene = subscribed(lasting());
    scene.comes_back(false);
    // in one packet, in the order in which they were made, at the QoS that was asked for
    assert_eq!(scene.sent()[1..], [subscribe(3, &[("a", 2), ("b", 1), ("c", 0)])]);
    scene.server_sends(&[suback(3, &[0, 1, 0])]);
    assert!(!scene.events().iter().any(|event| matches!(event, Event::Subscribed { .. })));
}

#[test]
fn subscriptions_are_not_made_again_when_the_server_has_them() {
    let mut scene = subscribed(lasting());
    scene.comes_back(true);
    assert_eq!(scene.sent().len(), 1); // CONNECT
}

#[test]
fn subscriptions_are_made_again_on_every_new_session() {
    let mut scene = subscribed(clean());
    for id in 3..6 {
        scene.comes_back(false);
        assert_eq!(scene.sent()[1..], [subscribe(id, &[("a", 2), ("b", 1), ("c", 0)])]);
        scene.server_sends(&[suback(id, &[2, 1, 0])]);
    }
}

#[test]
fn without_resubscribe_they_are_left_to_the_application() {
    let mut scene = subscribed(Options { resubscribe: false, ..lasting() });
    scene.comes_back(false);
    assert_eq!(scene.sent().len(), 1);
    scene.client.set_options(lasting()).unwrap();
    scene.comes_back(false); // forgotten, not put off
    assert_eq!(scene.sent().len(), 1);
}

#[test]
fn what_suback_has_not_confirmed_is_asked_for_again() {
    let mut scene = subscribed(lasting());
    let token = scene.subscribes(&[("d", QOS_1)]);
    scene.close();
    let failed = Event::Failed { token, failure: Failure::ConnectionLost };
    assert_eq!(scene.events()[0], failed);
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(true)]);
    assert_eq!(scene.sent(), [subscribe(4, &[("d", 1)])]);
    // until it is
    scene.comes_back(true);
    assert_eq!(scene.sent()[1..], [subscribe(5, &[("d", 1)])]);
    scene.server_sends(&[suback(5, &[1])]);
    scene.comes_back(true);
    assert_eq!(scene.sent().len(), 1);
}

#[test]
fn another_quality_of_service_for_a_filter_replaces_the_first() {
    let mut scene = subscribed(lasting());
    scene.subscribes(&[("b", QoS::AtMostOnce)]);
    scene.server_sends(&[suback(3, &[0])]);
    scene.comes_back(false);
    assert_eq!(scene.sent()[2..], [subscribe(4, &[("a", 2), ("b", 0), ("c", 0)])]);
}

#[test]
fn a_refused_filter_is_not_asked_for_again() {
    let mut scene = Scene::connected(lasting());
    scene.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
    scene.server_sends(&[suback(1, &[0x80, 1])]);
    scene.comes_back(false);
    assert_eq!(scene.sent()[2..], [subscribe(2, &[("b", 1)])]);
}

#[test]
fn a_subscription_that_cannot_be_made_again_is_told_and_the_connection_goes_on() {
    let mut scene = subscribed(lasting());
    scene.comes_back(false);
    scene.outputs();
    scene.server_sends(&[suback(3, &[2, 0x80, 0])]);
    let error = ConnectionError::ResubscribeRefused(filter("b"), 0x80);
    assert_eq!(scene.outputs(), [Output::Event(Event::Error(error))]);
    scene.comes_back(false);
    assert_eq!(scene.sent()[1..], [subscribe(4, &[("a", 2), ("c", 0)])]);
}

#[test]
fn a_subscription_given_up_is_not_made_again() {
    let mut scene = subscribed(lasting());
    scene.unsubscribes(&["b"]);
    // UNSUBACK is lost with the connection
    scene.comes_back(false);
    assert_eq!(scene.sent()[2..], [subscribe(4, &[("a", 2), ("c", 0)])]);
}

#[test]
fn a_subscription_given_up_while_offline_is_not_revived() {
    for session_present in [false, true] {
        let mut scene = subscribed(lasting());
        scene.close();
        scene.unsubscribes(&["a", "b", "c"]);
        scene.reopens();
        scene.outputs();
        scene.server_sends(&[accepted(session_present)]);
        assert_eq!(scene.sent(), [unsubscribe(3, &["a", "b", "c"])]);
    }
}

#[test]
fn a_subscription_given_up_while_its_subscribe_waits_is_not_revived() {
    let mut scene = Scene::new(lasting());
    scene.subscribes(&[("a", QOS_1)]);
    scene.unsubscribes(&["a"]);
    scene.connect();
    scene.open();
    scene.server_sends(&[accepted(false)]);
    assert_eq!(scene.sent()[1..], [subscribe(1, &[("a", 1)]), unsubscribe(2, &["a"])]);
    scene.server_sends(&[suback(1, &[1])]);
    scene.comes_back(true);
    assert_eq!(scene.sent().len(), 1);
}

#[test]
fn requests_that_wait_are_sent_in_their_order() {
    let mut scene = Scene::new(lasting());
    scene.publishes("1", QoS::AtMostOnce);
    scene.subscribes(&[("a", QOS_1)]);
    scene.unsubscribes(&["a"]);
    scene.subscribes(&[("a", QoS::AtMostOnce)]);
    scene.publishes("2", QOS_1);
    scene.connect();
    scene.open();
    scene.server_sends(&[accepted(false)]);
    let expected = [
        publish(0, 0, "1"),
        subscribe(1, &[("a", 1)]),
        unsubscribe(2, &["a"]),
        subscribe(3, &[("a", 0)]),
        publish(1, 4, "2"),
    ];
    assert_eq!(scene.sent()[1..], expected);
}

#[test]
fn a_request_without_a_free_identifier_waits_for_one() {
    let mut scene = Scene::connected(lasting());
    for _ in 0..=u16::MAX {
        scene.subscribes(&[("a", QOS_1)]);
    }
    assert_eq!(scene.sent().len(), usize::from(u16::MAX));
    scene.server_sends(&[suback(7, &[1])]);
    assert_eq!(scene.sent(), [subscribe(7, &[("a", 1)])]);
    // and a lost connection frees them all
    scene.comes_back(true);
    assert_eq!(scene.sent()[1..], [subscribe(8, &[("a", 1)])]);
}

#[test]
fn subscriptions_are_made_again_before_what_waits() {
    let mut scene = subscribed(lasting());
    scene.close();
    scene.publishes("to myself", QOS_1);
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(false)]);
    let resubscribe = subscribe(3, &[("a", 2), ("b", 1), ("c", 0)]);
    assert_eq!(scene.sent(), [resubscribe, publish(1, 4, "to myself")]);
}

#[test]
fn a_late_suback_does_not_confirm_a_newer_subscribe() {
    let mut scene = Scene::connected(lasting());
    scene.subscribes(&[("a", QOS_1)]);
    scene.unsubscribes(&["a"]);
    scene.subscribes(&[("a", QOS_1)]);
    scene.server_sends(&[suback(1, &[1])]);
    // the server has taken UNSUBSCRIBE, and not what came behind it
    scene.comes_back(true);
    assert_eq!(scene.sent().last(), Some(&subscribe(4, &[("a", 1)])));
}

#[test]
fn a_late_refusal_does_not_undo_a_newer_subscribe() {
    let mut scene = Scene::connected(lasting());
    scene.subscribes(&[("a", QoS::ExactlyOnce)]);
    scene.subscribes(&[("a", QOS_1)]);
    scene.server_sends(&[suback(1, &[0x80]), suback(2, &[1])]);
    scene.comes_back(false);
    assert_eq!(scene.sent().last(), Some(&subscribe(3, &[("a", 1)])));
}

#[test]
fn the_broker_has_the_subscriptions_wherever_the_connection_is_cut() {
    for direction in [Direction::ToBroker, Direction::ToClient] {
        for cut in 0..120 {
            for forgets in [false, true] {
                let mut pair = Pair::new(lasting());
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
                // UNSUBSCRIBE may have failed, and its caller knows; a new session has no trace
                assert!(!forgets || subscriptions.len() == 2, "{direction:?}, {cut}");
            }
        }
    }
}

#[test]
fn what_was_asked_for_is_known_from_the_call_on() {
    let asked = |scene: &Scene, topic, qos| {
        scene.client.has_asked_for(&Subscription::new(filter(topic), qos))
    };
    let mut scene = Scene::new(lasting());
    scene.subscribes(&[("a", QOS_1)]); // it waits
    assert!(asked(&scene, "a", QOS_1) && asked(&scene, "a", QoS::AtMostOnce));
    assert!(!asked(&scene, "a", QoS::ExactlyOnce) && !asked(&scene, "b", QoS::AtMostOnce));
    let otherwise = Subscription { no_local: true, ..Subscription::new(filter("a"), QOS_1) };
    assert!(!scene.client.has_asked_for(&otherwise));
    scene.unsubscribes(&["a"]);
    assert!(!asked(&scene, "a", QOS_1));

    let mut scene = Scene::connected(lasting());
    scene.subscribes(&[("a", QOS_1), ("b", QOS_1)]);
    assert!(asked(&scene, "a", QOS_1) && asked(&scene, "b", QOS_1));
    scene.server_sends(&[suback(1, &[0, 0x80])]); // less than asked for is no reason to ask again
    assert!(asked(&scene, "a", QOS_1) && !asked(&scene, "b", QOS_1));
    scene.unsubscribes(&["a"]);
    assert!(!asked(&scene, "a", QOS_1));
}

#[test]
fn another_client_can_go_on_with_the_subscriptions_of_one_that_has_ended() {
    let mut scene = subscribed(clean());
    scene.disconnect(false);
    let mut heir = Scene::new(clean());
    for record in scene.client.subscription_records() {
        heir.client.restore(record);
    }
    heir.connect();
    heir.open();
    heir.server_sends(&[accepted(false)]);
    let all = subscribe(1, &[("a", 2), ("b", 1), ("c", 0)]);
    assert_eq!(heir.sent().last(), Some(&all));
}

/// Subscribed to "a", "b" and "c" at 2, 1 and 0.
fn subscribed(options: Options) -> Scene {
    let mut scene = Scene::connected(options);
    scene.subscribes(&[("a", QoS::ExactlyOnce), ("b", QOS_1)]);
    scene.subscribes(&[("c", QoS::AtMostOnce)]);
    scene.server_sends(&[suback(1, &[1, 1]), suback(2, &[0])]);
    scene.outputs();
    scene
}

fn answered(token: Token, packet_id: u16, codes: Vec<u8>) -> Event {
    let packet_id = PacketId::new(packet_id).unwrap();
    let properties = Properties::default();
    Event::Subscribed { token, suback: SubAck { packet_id, properties, codes } }
}

fn unsubscribed(token: Token, packet_id: u16) -> Event {
    let packet_id = PacketId::new(packet_id).unwrap();
    let (properties, codes) = (Properties::default(), Vec::new());
    Event::Unsubscribed { token, unsuback: UnsubAck { packet_id, properties, codes } }
}
