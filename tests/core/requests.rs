//! Requests: each is answered once, invalid ones are refused, and packet identifiers are used by
//! the rules.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted, again, publish};
use crate::common::{clean, message, persistent};
use mqtt_miniprogram::codec::{Ack, EncodeError, PacketId, Properties};
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Options, ProtocolError, Publish, QoS, RequestError, RequestId,
};

#[test]
fn a_qos_0_message_is_complete_when_it_is_written() {
    let mut scenario = Scenario::connected(clean());
    let request_id = scenario.publishes("m", QoS::AtMostOnce);
    assert_eq!(scenario.events(), [completed(request_id, 0)]);
    assert_eq!(scenario.sent(), [publish(0, 0, "m")]); // [MQTT-2.3.1-5] without identifier
}

/// [MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3]
#[test]
fn a_qos_1_message_is_complete_with_puback() {
    let mut scenario = Scenario::connected(clean());
    let request_id = scenario.publishes("m", QoS::AtLeastOnce);
    assert_eq!(scenario.sent(), [publish(1, 1, "m")]);
    scenario.server_sends(&[Wire::PubAck(2)]); // of nothing
    assert_eq!(scenario.outputs(), []);
    scenario.server_sends(&[Wire::PubAck(1), Wire::PubAck(1)]);
    assert_eq!(scenario.events(), [completed(request_id, 1)]);
    assert!(scenario.client.is_idle());
}

/// [MQTT-2.3.1-6] [MQTT-4.3.3-2] [MQTT-4.3.3-4]
#[test]
fn a_qos_2_message_is_complete_with_pubcomp() {
    let mut scenario = Scenario::connected(clean());
    let request_id = scenario.publishes("m", QoS::ExactlyOnce);
    assert_eq!(scenario.sent(), [publish(2, 1, "m")]);
    scenario.server_sends(&[Wire::PubRec(1)]);
    assert_eq!(scenario.sent(), [Wire::PubRel(1)]); // [MQTT-4.3.3-1]
    assert_eq!(scenario.events(), []);
    scenario.server_sends(&[Wire::PubComp(1), Wire::PubComp(1)]);
    assert_eq!(scenario.events(), [completed(request_id, 1)]);
}

#[test]
fn a_pubrec_that_comes_twice_or_belongs_to_nothing_is_answered() {
    // else the server would wait for ever
    let mut scenario = Scenario::connected(clean());
    scenario.publishes("m", QoS::ExactlyOnce);
    scenario.outputs();
    scenario.server_sends(&[Wire::PubRec(1), Wire::PubRec(1), Wire::PubRec(9)]);
    assert_eq!(scenario.sent(), [Wire::PubRel(1), Wire::PubRel(1), Wire::PubRel(9)]);
}

/// [MQTT-4.3.3-11]
#[test]
fn a_pubrel_that_belongs_to_nothing_is_answered() {
    let mut scenario = Scenario::connected(persistent());
    scenario.server_sends(&[Wire::PubRel(9)]);
    assert_eq!(scenario.sent(), [Wire::PubComp(9)]);
}

/// [MQTT-4.8.0-1]
#[test]
fn an_acknowledgement_of_the_wrong_kind_ends_the_connection() {
    for (qos, answer) in [
        (QoS::AtLeastOnce, Wire::PubRec(1)),
        (QoS::AtLeastOnce, Wire::PubComp(1)),
        (QoS::ExactlyOnce, Wire::PubAck(1)),
        (QoS::ExactlyOnce, Wire::PubComp(1)), // before PUBREC
    ] {
        let mut scenario = Scenario::connected(Options { strict: true, ..persistent() });
        scenario.publishes("m", qos);
        scenario.outputs();
        scenario.server_sends(std::slice::from_ref(&answer));
        let error = ConnectionError::Protocol(ProtocolError::UnexpectedAck);
        assert_eq!(scenario.events()[0], Event::Error(error), "{answer:?} at {qos:?}");
        assert!(!scenario.client.is_idle()); // the delivery is not lost for that
    }
}

/// [MQTT-3.3.4-1]
#[test]
fn a_message_is_delivered_before_its_acknowledgement_is_sent() {
    let mut scenario = Scenario::connected(clean());
    scenario.server_sends(&[publish(1, 1, "m")]);
    let outputs = scenario.outputs();
    assert!(matches!(outputs[0], mqtt_miniprogram::Output::Event(Event::Message(_))));
    assert_eq!(outputs.len(), 2);
}

/// [MQTT-4.1.0-2] [MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-12]
#[test]
fn a_qos_2_identifier_is_free_for_another_message_after_pubrel() {
    let mut scenario = Scenario::connected(persistent());
    scenario.server_sends(&[publish(2, 1, "a"), again(publish(2, 1, "a"))]);
    scenario.server_sends(&[Wire::PubRel(1), publish(2, 1, "b")]);
    assert_eq!(payloads(&mut scenario), ["a", "b"]); // [MQTT-4.3.3-2]
}

/// [MQTT-3.1.2-4] [MQTT-3.2.2-5]
#[test]
fn a_qos_2_message_is_known_over_a_reconnect_only_if_the_session_is() {
    for (session_present, expected) in [(true, &["a"][..]), (false, &["a", "a"])] {
        let mut scenario = Scenario::connected(persistent());
        scenario.server_sends(&[publish(2, 1, "a")]);
        scenario.comes_back(session_present);
        scenario.server_sends(&[publish(2, 1, "a")]);
        assert_eq!(payloads(&mut scenario), expected);
    }
}

/// [MQTT-2.3.1-3] [MQTT-3.1.2-4] [MQTT-3.1.3-2] [MQTT-4.3.3-5] [MQTT-4.3.3-6]
#[test]
fn messages_in_flight_are_sent_again_with_dup_and_in_order() {
    // [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]
    let mut scenario = Scenario::connected(persistent());
    for (payload, qos) in
        [("1", QoS::ExactlyOnce), ("2", QoS::AtLeastOnce), ("3", QoS::ExactlyOnce)]
    {
        scenario.publishes(payload, qos);
    }
    scenario.server_sends(&[Wire::PubRec(3)]);
    scenario.close();
    scenario.publishes("4", QoS::AtLeastOnce);
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(
        scenario.sent(),
        [
            Wire::PubRel(3),
            again(publish(2, 1, "1")),
            again(publish(1, 2, "2")),
            publish(1, 4, "4"), // first sending
        ]
    );
}

/// [MQTT-3.2.2-5]
#[test]
fn without_a_session_messages_are_new_and_released_ones_are_unconfirmed() {
    let mut scenario = Scenario::connected(persistent());
    let released = scenario.publishes("1", QoS::ExactlyOnce);
    scenario.publishes("2", QoS::ExactlyOnce);
    scenario.publishes("3", QoS::AtLeastOnce);
    scenario.server_sends(&[Wire::PubRec(1)]);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    assert_eq!(scenario.sent(), [publish(2, 2, "2"), publish(1, 3, "3")]);
    let failure = Failure::Unconfirmed;
    assert_eq!(scenario.events()[1..], [Event::Failed { request_id: released, failure }]);
}

#[test]
fn mqtt_3_1_keeps_the_session_it_asked_for() {
    // its CONNACK cannot say
    let options = Options { protocol_version: mqtt_miniprogram::Version::V31, ..persistent() };
    let mut scenario = Scenario::connected(options);
    scenario.publishes("1", QoS::AtLeastOnce);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(false)]);
    assert_eq!(scenario.sent(), [again(publish(1, 1, "1"))]);
}

/// [MQTT-2.2.1-3]
#[test]
fn an_identifier_in_flight_is_passed_over_when_the_numbers_come_round() {
    // [MQTT-2.3.1-2]
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("stuck", QoS::AtLeastOnce);
    for id in (2..=u16::MAX).chain([2]) {
        scenario.publishes("m", QoS::AtLeastOnce);
        scenario.server_sends(&[Wire::PubAck(id)]);
    }
    assert_eq!(scenario.sent().last(), Some(&publish(1, 2, "m")));
}

#[test]
fn with_every_identifier_in_use_requests_wait_and_the_connection_can_still_be_resumed() {
    let mut scenario = Scenario::connected(Options { max_in_flight: u16::MAX, ..persistent() });
    scenario.subscribes(&[("t", QoS::AtMostOnce)]);
    scenario.server_sends(&[crate::common::wire::suback(1, &[0])]);
    for _ in 0..=u16::MAX {
        scenario.publishes("", QoS::AtLeastOnce);
    }
    let sent = scenario.sent().len() - 1;
    assert_eq!(sent, usize::from(u16::MAX) - 1); // one is left for SUBSCRIBE
    scenario.comes_back(false);
    assert!(scenario.sent().iter().any(|packet| matches!(packet, Wire::Subscribe { .. })));
}

/// [MQTT-3.8.3-2]
#[test]
fn requests_without_filters_are_refused() {
    let mut scenario = Scenario::connected(persistent());
    // [MQTT-3.8.3-3] [MQTT-3.10.3-2]
    let no_filters = Err(RequestError::Packet(EncodeError::NoFilters));
    assert_eq!(scenario.subscribe(Vec::new(), Properties::default()), no_filters);
    let unsubscribed = scenario.client.unsubscribe(Vec::new(), Properties::default(), scenario.now);
    assert_eq!(unsubscribed, no_filters);
}

/// [MQTT-2.2.1-2] [MQTT-2.3.1-5]
#[test]
fn a_message_that_names_an_identifier_of_its_own_gets_the_clients() {
    let mut scenario = Scenario::connected(persistent());
    for (qos, id) in [(QoS::AtMostOnce, 0), (QoS::AtLeastOnce, 1)] {
        let publish_9 = Publish { packet_id: PacketId::new(9), ..message("m", qos) };
        scenario.publish(publish_9).unwrap();
        assert_eq!(scenario.sent(), [publish(qos as u8, id, "m")]);
    }
}

/// [MQTT-2.3.1-5] [MQTT-4.3.1-1]
#[test]
fn dup_is_never_sent_at_qos_0() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publish(Publish { dup: true, ..message("m", QoS::AtMostOnce) }).unwrap();
    assert_eq!(scenario.sent(), [publish(0, 0, "m")]); // [MQTT-3.3.1-2]
}

#[test]
fn every_request_is_answered_once_when_the_client_disconnects() {
    // the output checker rejects an `Ended` before that, and any answer after it
    for force in [false, true] {
        for step in 0..5 {
            let mut scenario = Scenario::new(Options { max_in_flight: 2, ..persistent() });
            let mut request_ids = Vec::new();
            let mut ask = |scenario: &mut Scenario| {
                for qos in crate::common::QOS {
                    request_ids.push(scenario.publishes("m", qos));
                }
                request_ids.push(scenario.subscribes(&[("t", QoS::AtMostOnce)]));
                request_ids.push(scenario.unsubscribes(&["t"]));
            };
            ask(&mut scenario);
            if step > 0 {
                scenario.connect();
            }
            if step > 1 {
                scenario.open();
            }
            if step > 2 {
                scenario.server_sends(&[accepted(false), Wire::PubRec(2)]);
                ask(&mut scenario);
            }
            if step > 3 {
                scenario.close();
            }
            scenario.disconnect(force);
            scenario.pass(30_000);
            let answers = answers(&mut scenario);
            assert_eq!(answers.len(), request_ids.len(), "force {force}, step {step}");
        }
    }
}

#[test]
fn a_lost_connection_fails_subscribe_and_unsubscribe_but_no_delivery() {
    let mut scenario = Scenario::connected(persistent());
    scenario.publishes("m", QoS::AtLeastOnce);
    let requests = [scenario.subscribes(&[("t", QoS::AtMostOnce)]), scenario.unsubscribes(&["u"])];
    scenario.outputs();
    scenario.close();
    let failed =
        requests.map(|request_id| Event::Failed { request_id, failure: Failure::ConnectionLost });
    assert_eq!(scenario.events(), [&failed[..], &[Event::Offline, Event::Closed]].concat());
}

#[test]
fn a_request_has_a_packet_identifier_while_it_is_in_flight() {
    let window = Options { max_in_flight: 1, ..clean() };
    let mut scenario = Scenario::connected(window);
    let first = scenario.publishes("m", QoS::ExactlyOnce);
    let second = scenario.publishes("m", QoS::AtLeastOnce);
    let asked = scenario.subscribes(&[("a", QoS::AtMostOnce)]);
    let id =
        |scenario: &Scenario, request_id| scenario.client.packet_id(request_id).map(PacketId::get);
    assert_eq!(id(&scenario, first), Some(1));
    assert_eq!((id(&scenario, second), id(&scenario, asked)), (None, None)); // they wait
    scenario.server_sends(&[Wire::PubRec(1)]);
    assert_eq!(id(&scenario, first), Some(1));
    scenario.server_sends(&[Wire::PubComp(1)]);
    assert_eq!(
        (id(&scenario, first), id(&scenario, second), id(&scenario, asked)),
        (None, Some(2), Some(3))
    );
}

/// The packet identifier is 0 at QoS 0.
fn completed(request_id: RequestId, packet_id: u16) -> Event {
    Event::Published { request_id, ack: PacketId::new(packet_id).map(Ack::from) }
}

fn answers(scenario: &mut Scenario) -> Vec<RequestId> {
    let answers = scenario.events().into_iter().filter_map(|event| match event {
        Event::Published { request_id, .. }
        | Event::Refused { request_id, .. }
        | Event::Subscribed { request_id, .. }
        | Event::Unsubscribed { request_id, .. }
        | Event::Failed { request_id, .. } => Some(request_id),
        _ => None,
    });
    answers.collect()
}

fn payloads(scenario: &mut Scenario) -> Vec<String> {
    let messages = scenario.events().into_iter().filter_map(|event| match event {
        Event::Message(publish) => Some(String::from_utf8(publish.payload.to_vec()).unwrap()),
        _ => None,
    });
    messages.collect()
}
