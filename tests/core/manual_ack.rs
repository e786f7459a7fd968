//! Messages that the application acknowledges itself, and messages that it removes.

use crate::common::scenario::Scenario;
use crate::common::wire::{Wire, accepted};
use crate::common::{message, persistent};
use mqtt_miniprogram::codec::EncodeError;
use mqtt_miniprogram::{ConnectionError, Event, Failure, Options, QoS, RequestError, Version};

fn manual() -> Options {
    Options { manual_ack: true, ..persistent() }
}

/// With MQTT 5, and a CONNACK without properties.
fn connected_v5(options: Options) -> Scenario {
    let mut scenario = Scenario::connecting(Options { protocol_version: Version::V5, ..options });
    scenario.server_sends_bytes(&[0x20, 3, 0, 0, 0]);
    scenario.outputs();
    scenario
}

/// PUBLISH to "t" with MQTT 3.1.1; the payload is the identifier.
fn publish(qos: u8, id: u8) -> Vec<u8> {
    match qos {
        0 => vec![0x30, 4, 0, 1, b't', id],
        _ => vec![0x30 | qos << 1, 6, 0, 1, b't', 0, id, id],
    }
}

fn payloads(scenario: &mut Scenario) -> Vec<u8> {
    let events = scenario.events().into_iter();
    events
        .map(|event| match event {
            Event::Message(publish) => publish.payload[0],
            other => panic!("{other:?}"),
        })
        .collect()
}

/// [MQTT-4.3.2-4]
#[test]
fn nothing_behind_a_message_is_read_before_it_is_acknowledged() {
    let mut scenario = Scenario::connected(manual());
    scenario.server_sends_bytes(&[publish(1, 1), publish(0, 2), publish(2, 3)].concat());
    assert_eq!(payloads(&mut scenario), [1]);
    scenario.server_sends_bytes(&publish(1, 4));
    assert_eq!(scenario.sent_messages(), [[0u8; 0]; 0], "no PUBACK before the handler is done");
    scenario.acknowledges(Some(0)).unwrap();
    assert_eq!(payloads(&mut scenario), [2]);
    assert_eq!(scenario.sent_messages(), [[0x40, 2, 0, 1]]);
    scenario.acknowledges(Some(0)).unwrap();
    assert_eq!(payloads(&mut scenario), [3]);
    scenario.acknowledges(Some(0)).unwrap();
    assert_eq!(payloads(&mut scenario), [4]);
    scenario.acknowledges(Some(0)).unwrap();
    assert_eq!(scenario.sent_messages().concat(), [0x50, 2, 0, 3, 0x40, 2, 0, 4]); // [MQTT-4.6.0-2]
    scenario.acknowledges(Some(0)).unwrap();
    assert!(scenario.outputs().is_empty(), "there is nothing to acknowledge");
}

#[test]
fn a_message_that_is_not_acknowledged_comes_again() {
    for qos in [1, 2] {
        let mut scenario = Scenario::connected(manual());
        scenario.server_sends_bytes(&publish(qos, 1));
        scenario.acknowledges(None).unwrap();
        assert_eq!(payloads(&mut scenario), [1]);
        assert!(scenario.sent_messages().is_empty());
        scenario.comes_back(true);
        scenario.outputs();
        let mut again = publish(qos, 1);
        again[0] |= 8;
        scenario.server_sends_bytes(&again);
        assert_eq!(payloads(&mut scenario), [1]);
    }
}

/// [MQTT-2.2.1-5] [MQTT-3.3.4-1] [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-4.3.3-9]
#[test]
fn a_refused_message_is_answered_with_the_reason() {
    for (qos, answer) in [(1, 0x40), (2, 0x50)] {
        let mut scenario = connected_v5(manual());
        let publish = [0x30 | qos << 1, 7, 0, 1, b't', 0, 9, 0, b'm'];
        scenario.server_sends_bytes(&publish);
        let wrong = RequestError::Packet(EncodeError::ReasonCode);
        assert_eq!(scenario.acknowledges(Some(5)), Err(wrong));
        scenario.acknowledges(Some(0x99)).unwrap();
        assert_eq!(scenario.sent_messages(), [[answer, 4, 0, 9, 0x99, 0]]);
        scenario.outputs();
        scenario.server_sends_bytes(&publish); // the identifier is free for another message
        assert_eq!(payloads(&mut scenario), [b'm']);
    }
}

#[test]
fn in_mqtt_3_a_message_can_only_be_accepted() {
    let mut scenario = Scenario::connected(manual());
    scenario.server_sends_bytes(&publish(1, 1));
    scenario.acknowledges(Some(0x80)).unwrap();
    assert_eq!(scenario.sent_messages(), [[0x40, 2, 0, 1]]);
}

#[test]
fn an_acknowledgement_does_not_reach_another_connection() {
    let mut scenario = Scenario::connected(manual());
    scenario.server_sends_bytes(&publish(1, 1));
    scenario.comes_back(true);
    scenario.outputs();
    scenario.acknowledges(Some(0)).unwrap();
    assert!(scenario.outputs().is_empty());
}

#[test]
fn a_slow_handler_does_not_look_like_a_dead_server() {
    let mut scenario = Scenario::connected(manual());
    scenario.server_sends_bytes(&publish(1, 1));
    for _ in 0..10 {
        scenario.pass(60_000);
        assert_eq!(scenario.sent(), [Wire::PingReq]);
        scenario.server_sends_bytes(&[0xd0, 0]);
    }
    scenario.acknowledges(Some(0)).unwrap();
    assert_eq!(scenario.sent_messages(), [[0x40, 2, 0, 1]]);
}

/// [MQTT-4.8.0-2]
#[test]
fn what_piles_up_behind_a_message_is_bounded() {
    let mut scenario = Scenario::connected(Options { max_packet_size: 64, ..manual() });
    scenario.server_sends_bytes(&publish(0, 1).repeat(11));
    scenario.outputs();
    scenario.server_sends_bytes(&publish(0, 1));
    assert_eq!(scenario.events()[0], Event::Error(ConnectionError::Overrun));
}

#[test]
fn a_removed_message_is_not_sent_again() {
    for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let mut scenario = Scenario::connected(persistent());
        let request_id = scenario.publishes("m", qos);
        scenario.removes(1);
        scenario.removes(1);
        let removed = Event::Failed { request_id, failure: Failure::Removed };
        assert_eq!(scenario.events(), [removed]);
        scenario.comes_back(true);
        assert!(
            scenario.sent_messages().last().unwrap().starts_with(&[0x10]),
            "nothing but CONNECT"
        );
    }
}

#[test]
fn the_identifier_of_a_removed_message_stays_in_use_until_it_is_answered() {
    // [MQTT-2.2.1-3] and the window of one counts it
    let mut scenario = Scenario::connected(Options { max_in_flight: 1, ..persistent() });
    scenario.publishes("1", QoS::ExactlyOnce);
    scenario.removes(1);
    scenario.publish(message("2", QoS::AtLeastOnce)).unwrap();
    scenario.outputs();
    scenario.server_sends_bytes(&[0x50, 2, 0, 1]);
    assert_eq!(scenario.sent(), [Wire::PubRel(1)]);
    scenario.server_sends_bytes(&[0x70, 2, 0, 1]);
    assert_eq!(scenario.sent().len(), 1, "the second message");
    assert_eq!(scenario.client.last_packet_id().map(u16::from), Some(2));
}

#[test]
fn a_message_that_the_server_has_accepted_cannot_be_removed() {
    let mut scenario = Scenario::connected(persistent());
    let request_id = scenario.publishes("m", QoS::ExactlyOnce);
    scenario.server_sends_bytes(&[0x50, 2, 0, 1]);
    scenario.removes(1);
    scenario.close();
    scenario.removes(1);
    scenario.outputs();
    scenario.reopens();
    scenario.server_sends(&[accepted(true)]);
    assert_eq!(scenario.sent()[1..], [Wire::PubRel(1)], "behind CONNECT [MQTT-4.4.0-1]");
    scenario.server_sends_bytes(&[0x70, 2, 0, 1]);
    let published = |event: &Event| matches!(event, Event::Published { request_id: id, .. } if *id == request_id);
    assert!(scenario.events().iter().any(published));
}
