//! What becomes of a request: its token is answered once, what does not fit is refused, and packet
//! identifiers and the window keep their rules.

mod common;

use common::scene::Scene;
use common::wire::{Wire, accepted, again, publish, subscribe};
use common::{clean, lasting, message};
use mqtt_miniprogram::codec::{Ack, EncodeError, PacketId, Properties};
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Options, ProtocolError, Publish, QoS, RequestError, Token,
};

#[test]
fn a_qos_0_message_is_complete_when_it_is_written() {
    let mut scene = Scene::connected(clean());
    let token = scene.publishes("m", QoS::AtMostOnce);
    assert_eq!(scene.events(), [completed(token, 0)]);
    assert_eq!(scene.sent(), [publish(0, 0, "m")]); // [MQTT-2.3.1-5] without identifier
}

#[test]
fn a_qos_1_message_is_complete_with_puback() {
    let mut scene = Scene::connected(clean());
    let token = scene.publishes("m", QoS::AtLeastOnce);
    assert_eq!(scene.sent(), [publish(1, 1, "m")]);
    scene.server_sends(&[Wire::PubAck(2)]); // of nothing
    assert_eq!(scene.outputs(), []);
    scene.server_sends(&[Wire::PubAck(1), Wire::PubAck(1)]);
    assert_eq!(scene.events(), [completed(token, 1)]);
    assert!(scene.client.is_idle());
}

#[test]
fn a_qos_2_message_is_complete_with_pubcomp() {
    let mut scene = Scene::connected(clean());
    let token = scene.publishes("m", QoS::ExactlyOnce);
    assert_eq!(scene.sent(), [publish(2, 1, "m")]);
    scene.server_sends(&[Wire::PubRec(1)]);
    assert_eq!(scene.sent(), [Wire::PubRel(1)]); // [MQTT-4.3.3-1]
    assert_eq!(scene.events(), []);
    scene.server_sends(&[Wire::PubComp(1), Wire::PubComp(1)]);
    assert_eq!(scene.events(), [completed(token, 1)]);
}

#[test]
fn a_pubrec_that_comes_twice_or_belongs_to_nothing_is_answered() {
    // else the server would wait for ever
    let mut scene = Scene::connected(clean());
    scene.publishes("m", QoS::ExactlyOnce);
    scene.outputs();
    scene.server_sends(&[Wire::PubRec(1), Wire::PubRec(1), Wire::PubRec(9)]);
    assert_eq!(scene.sent(), [Wire::PubRel(1), Wire::PubRel(1), Wire::PubRel(9)]);
}

#[test]
fn a_pubrel_that_belongs_to_nothing_is_answered() {
    let mut scene = Scene::connected(lasting());
    scene.server_sends(&[Wire::PubRel(9)]);
    assert_eq!(scene.sent(), [Wire::PubComp(9)]);
}

#[test]
fn an_acknowledgement_of_the_wrong_kind_ends_the_connection() {
    for (qos, answer) in [
        (QoS::AtLeastOnce, Wire::PubRec(1)),
        (QoS::AtLeastOnce, Wire::PubComp(1)),
        (QoS::ExactlyOnce, Wire::PubAck(1)),
        (QoS::ExactlyOnce, Wire::PubComp(1)), // before PUBREC
    ] {
        let mut scene = Scene::connected(lasting());
        scene.publishes("m", qos);
        scene.outputs();
        scene.server_sends(std::slice::from_ref(&answer));
        let error = ConnectionError::Protocol(ProtocolError::WrongAnswer);
        assert_eq!(scene.events()[0], Event::Error(error), "{answer:?} at {qos:?}");
        assert!(!scene.client.is_idle()); // the delivery is not lost for that
    }
}

#[test]
fn a_message_for_the_application_comes_before_its_acknowledgement_leaves() {
    let mut scene = Scene::connected(clean());
    scene.server_sends(&[publish(1, 1, "m")]);
    let outputs = scene.outputs();
    assert!(matches!(outputs[0], mqtt_miniprogram::Output::Event(Event::Message(_))));
    assert_eq!(outputs.len(), 2);
}

#[test]
fn a_qos_2_identifier_is_free_for_another_message_after_pubrel() {
    let mut scene = Scene::connected(lasting());
    scene.server_sends(&[publish(2, 1, "a"), again(publish(2, 1, "a"))]);
    scene.server_sends(&[Wire::PubRel(1), publish(2, 1, "b")]);
    assert_eq!(payloads(&mut scene), ["a", "b"]); // [MQTT-4.3.3-2]
}

#[test]
fn a_qos_2_message_is_known_over_a_reconnect_only_if_the_session_is() {
    for (session_present, expected) in [(true, &["a"][..]), (false, &["a", "a"])] {
        let mut scene = Scene::connected(lasting());
        scene.server_sends(&[publish(2, 1, "a")]);
        scene.comes_back(session_present);
        scene.server_sends(&[publish(2, 1, "a")]);
        assert_eq!(payloads(&mut scene), expected);
    }
}

#[test]
fn what_is_on_its_way_is_sent_again_with_dup_and_in_order() {
    // [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]
    let mut scene = Scene::connected(lasting());
    for (payload, qos) in
        [("1", QoS::ExactlyOnce), ("2", QoS::AtLeastOnce), ("3", QoS::ExactlyOnce)]
    {
        scene.publishes(payload, qos);
    }
    scene.server_sends(&[Wire::PubRec(3)]);
    scene.close();
    scene.publishes("4", QoS::AtLeastOnce);
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(true)]);
    assert_eq!(
        scene.sent(),
        [
            Wire::PubRel(3),
            again(publish(2, 1, "1")),
            again(publish(1, 2, "2")),
            publish(1, 4, "4"), // first sending
        ]
    );
}

#[test]
fn without_a_session_messages_are_new_and_released_ones_are_complete() {
    let mut scene = Scene::connected(lasting());
    let released = scene.publishes("1", QoS::ExactlyOnce);
    scene.publishes("2", QoS::ExactlyOnce);
    scene.publishes("3", QoS::AtLeastOnce);
    scene.server_sends(&[Wire::PubRec(1)]);
    scene.close();
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(false)]);
    assert_eq!(scene.sent(), [publish(2, 2, "2"), publish(1, 3, "3")]);
    assert_eq!(scene.events()[1..], [completed(released, 1)]);
}

#[test]
fn mqtt_3_1_keeps_the_session_it_asked_for() {
    // its CONNACK cannot say
    let options = Options { version: mqtt_miniprogram::Version::V31, ..lasting() };
    let mut scene = Scene::connected(options);
    scene.publishes("1", QoS::AtLeastOnce);
    scene.close();
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(false)]);
    assert_eq!(scene.sent(), [again(publish(1, 1, "1"))]);
}

#[test]
fn the_window_is_honoured_and_order_kept_behind_it() {
    let mut scene = Scene::connected(Options { max_in_flight: 2, ..lasting() });
    scene.publishes("1", QoS::AtLeastOnce);
    scene.publishes("2", QoS::ExactlyOnce);
    scene.publishes("3", QoS::AtLeastOnce);
    scene.publishes("4", QoS::AtMostOnce);
    assert_eq!(scene.sent(), [publish(1, 1, "1"), publish(2, 2, "2")]);
    scene.server_sends(&[Wire::PubRec(2)]); // not done with
    assert_eq!(scene.sent(), [Wire::PubRel(2)]);
    scene.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scene.sent(), [publish(1, 3, "3"), publish(0, 0, "4")]);
}

#[test]
fn a_window_made_smaller_holds_for_what_is_sent_again_and_nothing_overtakes_it() {
    let mut scene = Scene::connected(lasting());
    scene.publishes("1", QoS::AtLeastOnce);
    scene.publishes("2", QoS::AtLeastOnce);
    scene.client.set_options(Options { max_in_flight: 1, ..lasting() }).unwrap();
    scene.close();
    scene.publishes("3", QoS::AtMostOnce);
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(true)]);
    assert_eq!(scene.sent(), [again(publish(1, 1, "1"))]);
    scene.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scene.sent(), [again(publish(1, 2, "2")), publish(0, 0, "3")]);
}

#[test]
fn a_window_of_0_is_one_of_1() {
    let mut scene = Scene::connected(Options { max_in_flight: 0, ..lasting() });
    scene.publishes("1", QoS::AtLeastOnce);
    scene.publishes("2", QoS::AtLeastOnce);
    assert_eq!(scene.sent(), [publish(1, 1, "1")]);
}

#[test]
fn an_identifier_in_flight_is_passed_over_when_the_numbers_come_round() {
    // [MQTT-2.3.1-2]
    let mut scene = Scene::connected(lasting());
    scene.publishes("stuck", QoS::AtLeastOnce);
    for id in (2..=u16::MAX).chain([2]) {
        scene.publishes("m", QoS::AtLeastOnce);
        scene.server_sends(&[Wire::PubAck(id)]);
    }
    assert_eq!(scene.sent().last(), Some(&publish(1, 2, "m")));
}

#[test]
fn with_every_identifier_in_use_requests_wait_and_the_connection_can_still_be_resumed() {
    let mut scene = Scene::connected(Options { max_in_flight: u16::MAX, ..lasting() });
    scene.subscribes(&[("t", QoS::AtMostOnce)]);
    scene.server_sends(&[common::wire::suback(1, &[0])]);
    for _ in 0..=u16::MAX {
        scene.publishes("", QoS::AtLeastOnce);
    }
    let sent = scene.sent().len() - 1;
    assert_eq!(sent, usize::from(u16::MAX) - 1); // one is left for SUBSCRIBE
    scene.comes_back(false);
    assert!(scene.sent().iter().any(|packet| matches!(packet, Wire::Subscribe { .. })));
}

#[test]
fn a_full_queue_refuses_and_loses_nothing() {
    let mut scene = Scene::new(Options { queue_limit: 10_000, ..lasting() });
    let mut taken = Vec::new();
    let mut refused = None;
    while refused.is_none() && taken.len() < 200 {
        let payload = taken.len().to_string();
        match scene.publish(message(&payload, QoS::AtLeastOnce)) {
            Ok(_) => taken.push(payload),
            Err(error) => refused = Some(error),
        }
    }
    assert_eq!(refused, Some(RequestError::QueueFull));
    assert!((100..160).contains(&taken.len()), "{}", taken.len());
    scene.connect();
    scene.open();
    scene.outputs();
    scene.server_sends(&[accepted(false)]);
    let full = scene.publish(message("m", QoS::AtLeastOnce));
    assert_eq!(full, Err(RequestError::QueueFull)); // sent is not answered
    for id in 1..=taken.len() as u16 {
        scene.server_sends(&[Wire::PubAck(id)]);
    }
    let sent = scene.sent().into_iter().map(|packet| match packet {
        Wire::Publish(message) => String::from_utf8(message.payload).unwrap(),
        other => panic!("{other:?}"),
    });
    assert_eq!(sent.collect::<Vec<_>>(), taken);
    scene.publishes("there is room again", QoS::AtLeastOnce);
}

#[test]
fn a_single_message_always_has_room() {
    let mut scene = Scene::new(Options { queue_limit: 10, ..lasting() });
    scene.publishes(&"x".repeat(100), QoS::AtLeastOnce);
    assert_eq!(scene.publish(message("", QoS::AtLeastOnce)), Err(RequestError::QueueFull));
}

#[test]
fn qos_0_without_a_connection_waits_or_is_refused_as_the_option_says() {
    let mut waits = Scene::new(lasting());
    waits.publishes("m", QoS::AtMostOnce);
    let mut refuses = Scene::new(Options { queue_qos0: false, ..lasting() });
    let message = message("m", QoS::AtMostOnce);
    assert_eq!(refuses.publish(message.clone()), Err(RequestError::NotConnected));
    refuses.publishes("m", QoS::AtLeastOnce);
    let mut connected = Scene::connected(Options { queue_qos0: false, ..lasting() });
    connected.publish(message).unwrap();
}

#[test]
fn requests_without_filters_are_refused() {
    let mut scene = Scene::connected(lasting());
    // [MQTT-3.8.3-3] [MQTT-3.10.3-2]
    let no_filters = Err(RequestError::Packet(EncodeError::NoFilters));
    assert_eq!(scene.subscribe(Vec::new(), Properties::default()), no_filters);
    let unsubscribed = scene.client.unsubscribe(Vec::new(), Properties::default(), scene.now);
    assert_eq!(unsubscribed, no_filters);
}

#[test]
fn a_message_that_names_an_identifier_of_its_own_gets_the_clients() {
    let mut scene = Scene::connected(lasting());
    for (qos, id) in [(QoS::AtMostOnce, 0), (QoS::AtLeastOnce, 1)] {
        let publish_9 = Publish { packet_id: PacketId::new(9), ..message("m", qos) };
        scene.publish(publish_9).unwrap();
        assert_eq!(scene.sent(), [publish(qos as u8, id, "m")]);
    }
}

#[test]
fn dup_is_never_sent_at_qos_0() {
    let mut scene = Scene::connected(lasting());
    scene.publish(Publish { dup: true, ..message("m", QoS::AtMostOnce) }).unwrap();
    assert_eq!(scene.sent(), [publish(0, 0, "m")]); // [MQTT-3.3.1-2]
}

#[test]
fn every_token_is_answered_once_when_the_client_leaves() {
    // the referee refuses an Ended before that, and any answer after it
    for force in [false, true] {
        for step in 0..5 {
            let mut scene = Scene::new(Options { max_in_flight: 2, ..lasting() });
            let mut tokens = Vec::new();
            let mut ask = |scene: &mut Scene| {
                for qos in common::QOS {
                    tokens.push(scene.publishes("m", qos));
                }
                tokens.push(scene.subscribes(&[("t", QoS::AtMostOnce)]));
                tokens.push(scene.unsubscribes(&["t"]));
            };
            ask(&mut scene);
            if step > 0 {
                scene.connect();
            }
            if step > 1 {
                scene.open();
            }
            if step > 2 {
                scene.server_sends(&[accepted(false), Wire::PubRec(2)]);
                ask(&mut scene);
            }
            if step > 3 {
                scene.close();
            }
            scene.disconnect(force);
            scene.pass(30_000);
            let answers = answers(&mut scene);
            assert_eq!(answers.len(), tokens.len(), "force {force}, step {step}");
        }
    }
}

#[test]
fn subscribe_that_waits_behind_a_full_window_keeps_its_place() {
    let mut scene = Scene::connected(Options { max_in_flight: 1, ..lasting() });
    scene.publishes("1", QoS::AtLeastOnce);
    scene.publishes("2", QoS::AtLeastOnce);
    scene.subscribes(&[("t", QoS::AtMostOnce)]);
    assert_eq!(scene.sent(), [publish(1, 1, "1")]);
    scene.server_sends(&[Wire::PubAck(1)]);
    assert_eq!(scene.sent(), [publish(1, 2, "2"), subscribe(3, &[("t", 0)])]);
}

#[test]
fn a_lost_connection_fails_subscribe_and_unsubscribe_but_no_delivery() {
    let mut scene = Scene::connected(lasting());
    scene.publishes("m", QoS::AtLeastOnce);
    let requests = [scene.subscribes(&[("t", QoS::AtMostOnce)]), scene.unsubscribes(&["u"])];
    scene.outputs();
    scene.close();
    let failed = requests.map(|token| Event::Failed { token, failure: Failure::ConnectionLost });
    assert_eq!(scene.events(), [&failed[..], &[Event::Offline, Event::Closed]].concat());
}

#[test]
fn a_request_has_a_packet_identifier_while_it_is_on_its_way() {
    let window = Options { max_in_flight: 1, ..clean() };
    let mut scene = Scene::connected(window);
    let first = scene.publishes("m", QoS::ExactlyOnce);
    let second = scene.publishes("m", QoS::AtLeastOnce);
    let asked = scene.subscribes(&[("a", QoS::AtMostOnce)]);
    let id = |scene: &Scene, token| scene.client.packet_id(token).map(PacketId::get);
    assert_eq!(id(&scene, first), Some(1));
    assert_eq!((id(&scene, second), id(&scene, asked)), (None, None)); // they wait
    scene.server_sends(&[Wire::PubRec(1)]);
    assert_eq!(id(&scene, first), Some(1));
    scene.server_sends(&[Wire::PubComp(1)]);
    assert_eq!(
        (id(&scene, first), id(&scene, second), id(&scene, asked)),
        (None, Some(2), Some(3))
    );
}

/// The packet identifier is 0 at QoS 0.
fn completed(token: Token, packet_id: u16) -> Event {
    Event::Published { token, answer: PacketId::new(packet_id).map(Ack::from) }
}

fn answers(scene: &mut Scene) -> Vec<Token> {
    let answers = scene.events().into_iter().filter_map(|event| match event {
        Event::Published { token, .. }
        | Event::Subscribed { token, .. }
        | Event::Unsubscribed { token, .. }
        | Event::Failed { token, .. } => Some(token),
        _ => None,
    });
    answers.collect()
}

fn payloads(scene: &mut Scene) -> Vec<String> {
    let messages = scene.events().into_iter().filter_map(|event| match event {
        Event::Message(publish) => Some(String::from_utf8(publish.payload.to_vec()).unwrap()),
        _ => None,
    });
    messages.collect()
}
