//! Making a connection: CONNECT, CONNACK, refusals. Staying is in `keep_alive.rs`, coming back in
//! `reconnect.rs`, disconnecting in `disconnect.rs`.

use crate::common::scenario::Scenario;
use crate::common::wire::{Connect, Wire, accepted, publish, refused};
use crate::common::{clean, name, persistent};
use bytes::Bytes;
use mqtt_miniprogram::codec::{ConnAck, EncodeError, Properties, Will};
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, ProtocolError, QoS, Version};

#[test]
fn the_transport_is_opened_and_connect_is_the_first_packet() {
    let mut scenario = Scenario::new(clean());
    assert_eq!(scenario.client.poll_timeout(), None);
    scenario.connect();
    assert_eq!(scenario.outputs(), [Output::OpenTransport]);
    scenario.open();
    // [MQTT-3.1.0-1]
    assert!(matches!(scenario.sent()[..], [Wire::Connect(_)]));
    assert_eq!(scenario.outputs(), []);
}

#[test]
fn nothing_is_sent_before_connack() {
    let mut scenario = Scenario::connecting(clean());
    scenario.publishes("m", QoS::AtMostOnce);
    scenario.publishes("m", QoS::ExactlyOnce);
    scenario.subscribes(&[("t", QoS::AtMostOnce)]);
    scenario.unsubscribes(&["t"]);
    assert_eq!(scenario.outputs(), []);
    scenario.server_sends(&[accepted(false)]);
    assert_eq!(scenario.sent().len(), 4);
}

/// [MQTT-3.1.2-9] [MQTT-3.1.2-17] [MQTT-3.1.2-19] [MQTT-3.1.2-21] [MQTT-3.1.3-1] [MQTT-3.1.3-2]
/// [MQTT-3.1.3-3]
#[test]
fn connect_with_all_fields_is_one_message() {
    let options = Options {
        keepalive: 300,
        username: Some("用户".into()),
        password: Some(Bytes::from_static(&[0, 0xff, 0x80])), // no text
        will: Some(Will {
            topic: name("遗嘱"),
            payload: Bytes::from_static(&[0xc3, 0x28]), // no text either
            qos: QoS::ExactlyOnce,
            retain: true,
            properties: Properties::default(),
        }),
        ..clean()
    };
    let mut scenario = Scenario::new(options);
    scenario.connect();
    scenario.open();
    assert_eq!(scenario.sent_messages().len(), 1);

    assert_eq!(
        reconnected(scenario),
        Connect {
            protocol: "MQTT".into(), // [MQTT-3.1.2-1]
            level: 4,
            flags: 0b1111_0110, // [MQTT-3.1.2-3] the last is reserved
            keep_alive: 300,
            client_id: "c".into(),
            will: Some(("遗嘱".into(), vec![0xc3, 0x28])),
            username: Some("用户".into()),
            password: Some(vec![0, 0xff, 0x80]),
        }
    );
}

/// [MQTT-3.1.2-19]
#[test]
fn empty_fields_are_not_absent_fields() {
    let empty = Options {
        client_id: String::new(), // [MQTT-3.1.3-6] with clean
        username: Some(String::new()),
        password: Some(Bytes::new()),
        will: Some(will(Bytes::new())),
        ..clean()
    };
    let connect = connect_of(empty);
    assert_eq!(connect.flags, 0b1100_0110);
    assert_eq!((connect.username, connect.password), (Some(String::new()), Some(Vec::new())));
    assert_eq!(connect.will, Some(("w".into(), Vec::new())));

    let connect = connect_of(clean());
    assert_eq!(connect.flags, 0b0000_0010);
    assert_eq!((connect.username, connect.password, connect.will), (None, None, None));
}

/// [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15] [MQTT-3.1.2-18] [MQTT-3.1.2-20]
#[test]
fn connect_has_clean_version_and_keep_alive() {
    let connect =
        connect_of(Options { protocol_version: Version::V31, keepalive: 0, ..persistent() });
    assert_eq!((connect.protocol.as_str(), connect.level), ("MQIsdp", 3));
    assert_eq!((connect.flags, connect.keep_alive), (0, 0));
    assert_eq!(connect_of(persistent()).level, 4);
}

#[test]
fn options_that_connect_cannot_encode_are_refused_and_not_tried_again() {
    let long = "x".repeat(65_536);
    let large = Bytes::from(vec![0; 65_536]);
    let (username, password) = (Some("u".to_owned()), Some(Bytes::from_static(b"p")));
    for (options, error) in [
        (Options { client_id: String::new(), ..persistent() }, EncodeError::ClientId), // [MQTT-3.1.3-7]
        // [MQTT-3.1.2-22]
        (Options { password, ..clean() }, EncodeError::PasswordWithoutUsername),
        (Options { client_id: long.clone(), ..clean() }, EncodeError::Field),
        (Options { client_id: "a\0".into(), ..clean() }, EncodeError::Field), // [MQTT-1.5.3-2]
        (Options { username: Some(long), ..clean() }, EncodeError::Field),
        (Options { username, password: Some(large.clone()), ..clean() }, EncodeError::Field),
        (Options { will: Some(will(large)), ..clean() }, EncodeError::Field),
    ] {
        assert_eq!(options.validate(options.protocol_version), Err(error));
        let mut scenario = Scenario::new(options);
        scenario.connect();
        scenario.outputs();
        scenario.open();
        let error = Event::Error(ConnectionError::Options(error));
        assert_eq!(
            scenario.outputs(),
            [Output::CloseTransport, Output::Event(error), Output::Event(Event::Closed)]
        );
        assert_eq!(scenario.client.poll_timeout(), None);
    }
}

#[test]
fn changed_options_hold_from_the_next_connect() {
    let mut scenario = Scenario::connected(persistent());
    let password = Some(Bytes::from_static(b"token 2"));
    let username = Some("u".to_owned());
    scenario.client.set_credentials(username, password).unwrap();
    assert_eq!(scenario.outputs(), []);
    scenario.close();
    scenario.reopens();
    let connect = last_connect(&mut scenario);
    assert_eq!(connect.password.as_deref(), Some(&b"token 2"[..]));
}

#[test]
fn connected_tells_whether_a_session_is_present() {
    for session_present in [false, true] {
        let mut scenario = Scenario::connecting(persistent());
        scenario.server_sends(&[accepted(session_present)]);
        let connack = ConnAck { session_present, reason: 0, properties: Properties::default() };
        assert_eq!(scenario.outputs(), [Output::Event(Event::Connected(connack))]);
    }
}

/// [MQTT-3.2.2-5]
#[test]
fn a_refusal_that_is_not_temporary_is_reported_and_not_tried_again() {
    for code in [1, 2, 4, 5] {
        let mut scenario = Scenario::connecting(clean());
        scenario.server_sends(&[refused(code)]);
        let error = Event::Error(ConnectionError::Refused(code));
        assert_eq!(
            scenario.outputs(),
            [Output::CloseTransport, Output::Event(error), Output::Event(Event::Closed)]
        );
        assert_eq!(scenario.client.poll_timeout(), None, "code {code}");
        // the application may ask again, e.g. with another password
        scenario.connect();
        assert_eq!(scenario.outputs(), [Output::OpenTransport]);
    }
}

#[test]
fn a_server_that_is_unavailable_is_tried_again() {
    refusal_is_tried_again(3, clean());
}

#[test]
fn every_refusal_is_tried_again_if_that_is_wanted() {
    for code in 1..=5 {
        refusal_is_tried_again(code, Options { reconnect_on_connack_error: true, ..clean() });
    }
}

#[test]
fn the_queue_survives_a_refusal() {
    let mut scenario = Scenario::connecting(clean());
    let request_id = scenario.publishes("m", QoS::AtLeastOnce);
    scenario.server_sends(&[refused(5)]);
    scenario.connect();
    scenario.open();
    scenario.server_sends(&[accepted(false)]);
    scenario.server_sends(&[Wire::PubAck(1)]);
    let events = scenario.events();
    assert!(events.iter().any(
        |event| matches!(event, Event::Published { request_id: answered, .. } if *answered == request_id)
    ));
}

/// [MQTT-4.8.0-1]
#[test]
fn a_packet_before_connack_ends_the_connection() {
    // [MQTT-3.2.0-1]
    for packet in [publish(0, 0, "m"), Wire::PingResp, Wire::PubAck(1)] {
        let mut scenario = Scenario::connecting(clean());
        scenario.server_sends(&[packet, accepted(false)]);
        assert_protocol_error(&mut scenario, ProtocolError::BeforeConnAck);
    }
}

/// [MQTT-3.2.0-2]
#[test]
fn a_second_connack_ends_the_connection() {
    let mut scenario = Scenario::connected(clean());
    scenario.server_sends(&[accepted(false)]);
    assert_protocol_error(&mut scenario, ProtocolError::SecondConnAck);
}

/// [MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-3.2.2-4]
#[test]
fn a_session_that_was_not_asked_for_ends_the_connection() {
    // [MQTT-3.2.2-1]
    let mut scenario = Scenario::connecting(clean());
    scenario.server_sends(&[accepted(true)]);
    assert_protocol_error(&mut scenario, ProtocolError::UnexpectedSession);
}

#[test]
fn late_and_repeated_calls_do_nothing() {
    let mut scenario = Scenario::connected(clean());
    scenario.connect();
    scenario.open();
    assert_eq!(scenario.outputs(), []);
    scenario.close();
    scenario.outputs();
    scenario.close();
    scenario.open();
    scenario.server_sends(&[accepted(false), publish(1, 1, "late")]);
    assert_eq!(scenario.outputs(), []);
    scenario.client.handle_timeout(scenario.now);
    assert_eq!(scenario.outputs(), []);
    scenario.reopens();
    scenario.server_sends(&[accepted(false)]);
    scenario.disconnect(false);
    scenario.outputs();
    scenario.open();
    scenario.server_sends(&[publish(1, 1, "late")]);
    scenario.close();
    scenario.pass(1_000_000);
    assert_eq!(scenario.outputs(), []);
}

fn will(payload: Bytes) -> Will {
    Will {
        topic: name("w"),
        payload,
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::default(),
    }
}

fn refusal_is_tried_again(code: u8, options: Options) {
    let mut scenario = Scenario::connecting(options);
    scenario.server_sends(&[refused(code)]);
    let error = Event::Error(ConnectionError::Refused(code));
    assert_eq!(scenario.events(), [error, Event::Offline, Event::Closed]);
    scenario.reopens();
    assert!(matches!(scenario.sent()[..], [Wire::Connect(_)]));
}

fn assert_protocol_error(scenario: &mut Scenario, error: ProtocolError) {
    let error = Event::Error(ConnectionError::Protocol(error)); // [MQTT-4.8.0-1]
    let events = [error, Event::Offline, Event::Closed].map(Output::Event);
    assert_eq!(scenario.outputs(), [&[Output::CloseTransport][..], &events].concat());
}

fn connect_of(options: Options) -> Connect {
    let mut scenario = Scenario::new(options);
    scenario.connect();
    scenario.open();
    last_connect(&mut scenario)
}

fn reconnected(mut scenario: Scenario) -> Connect {
    scenario.server_sends(&[accepted(false)]);
    scenario.close();
    scenario.reopens();
    last_connect(&mut scenario)
}

fn last_connect(scenario: &mut Scenario) -> Connect {
    match scenario.sent().pop() {
        Some(Wire::Connect(connect)) => connect,
        other => panic!("not CONNECT: {other:?}"),
    }
}
