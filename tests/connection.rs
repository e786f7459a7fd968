//! Making a connection: CONNECT, CONNACK, refusals. Staying is in `keep_alive.rs`, coming back in
//! `reconnect.rs`, leaving in `leaving.rs`.

mod common;

use bytes::Bytes;
use common::scene::Scene;
use common::wire::{Connect, Wire, accepted, publish, refused};
use common::{clean, lasting, name};
use mqtt_miniprogram::codec::{ConnAck, EncodeError, Properties, Will};
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, ProtocolError, QoS, Version};

#[test]
fn the_transport_is_opened_and_connect_is_the_first_packet() {
    let mut scene = Scene::new(clean());
    assert_eq!(scene.client.poll_timeout(), None);
    scene.connect();
    assert_eq!(scene.outputs(), [Output::OpenTransport]);
    scene.open();
    // [MQTT-3.1.0-1]
    assert!(matches!(scene.sent()[..], [Wire::Connect(_)]));
    assert_eq!(scene.outputs(), []);
}

#[test]
fn nothing_is_sent_before_connack() {
    let mut scene = Scene::connecting(clean());
    scene.publishes("m", QoS::AtMostOnce);
    scene.publishes("m", QoS::ExactlyOnce);
    scene.subscribes(&[("t", QoS::AtMostOnce)]);
    scene.unsubscribes(&["t"]);
    assert_eq!(scene.outputs(), []);
    scene.server_sends(&[accepted(false)]);
    assert_eq!(scene.sent().len(), 4);
}

#[test]
fn connect_says_all_there_is_to_say_in_one_message() {
    let options = Options {
        keep_alive: 300,
        user_name: Some("用户".into()),
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
    let mut scene = Scene::new(options);
    scene.connect();
    scene.open();
    assert_eq!(scene.sent_messages().len(), 1);

    assert_eq!(
        reconnected(scene),
        Connect {
            protocol: "MQTT".into(), // [MQTT-3.1.2-1]
            level: 4,
            flags: 0b1111_0110, // [MQTT-3.1.2-3] the last is reserved
            keep_alive: 300,
            client_id: "c".into(),
            will: Some(("遗嘱".into(), vec![0xc3, 0x28])),
            user_name: Some("用户".into()),
            password: Some(vec![0, 0xff, 0x80]),
        }
    );
}

#[test]
fn empty_fields_are_not_absent_fields() {
    let empty = Options {
        client_id: String::new(), // [MQTT-3.1.3-6] with clean
        user_name: Some(String::new()),
        password: Some(Bytes::new()),
        will: Some(will(Bytes::new())),
        ..clean()
    };
    let connect = connect_of(empty);
    assert_eq!(connect.flags, 0b1100_0110);
    assert_eq!((connect.user_name, connect.password), (Some(String::new()), Some(Vec::new())));
    assert_eq!(connect.will, Some(("w".into(), Vec::new())));

    let connect = connect_of(clean());
    assert_eq!(connect.flags, 0b0000_0010);
    assert_eq!((connect.user_name, connect.password, connect.will), (None, None, None));
}

#[test]
fn clean_and_version_and_keep_alive_are_said() {
    let connect = connect_of(Options { version: Version::V31, keep_alive: 0, ..lasting() });
    assert_eq!((connect.protocol.as_str(), connect.level), ("MQIsdp", 3));
    assert_eq!((connect.flags, connect.keep_alive), (0, 0));
    assert_eq!(connect_of(lasting()).level, 4);
}

#[test]
fn options_that_connect_cannot_say_are_refused_and_not_tried_again() {
    let long = "x".repeat(65_536);
    let large = Bytes::from(vec![0; 65_536]);
    let (user_name, password) = (Some("u".to_owned()), Some(Bytes::from_static(b"p")));
    for (options, error) in [
        (Options { client_id: String::new(), ..lasting() }, EncodeError::ClientId), // [MQTT-3.1.3-7]
        // [MQTT-3.1.2-22]
        (Options { password, ..clean() }, EncodeError::PasswordWithoutUserName),
        (Options { client_id: long.clone(), ..clean() }, EncodeError::Field),
        (Options { client_id: "a\0".into(), ..clean() }, EncodeError::Field), // [MQTT-1.5.3-2]
        (Options { user_name: Some(long), ..clean() }, EncodeError::Field),
        (Options { user_name, password: Some(large.clone()), ..clean() }, EncodeError::Field),
        (Options { will: Some(will(large)), ..clean() }, EncodeError::Field),
    ] {
        let mut scene = Scene::new(clean());
        assert_eq!(scene.client.set_options(options.clone()), Err(error));
        assert_eq!(connect_of(scene.client.options().clone()).client_id, "c");

        scene = Scene::new(options);
        scene.connect();
        scene.outputs();
        scene.open();
        let error = Event::Error(ConnectionError::Options(error));
        assert_eq!(
            scene.outputs(),
            [Output::CloseTransport, Output::Event(error), Output::Event(Event::Closed)]
        );
        assert_eq!(scene.client.poll_timeout(), None);
    }
}

#[test]
fn changed_options_hold_from_the_next_connect() {
    let mut scene = Scene::connected(lasting());
    let password = Some(Bytes::from_static(b"token 2"));
    let user_name = Some("u".to_owned());
    scene.client.set_options(Options { user_name, password, ..lasting() }).unwrap();
    assert_eq!(scene.outputs(), []);
    scene.close();
    scene.reopens();
    let connect = last_connect(&mut scene);
    assert_eq!(connect.password.as_deref(), Some(&b"token 2"[..]));
}

#[test]
fn connected_tells_whether_a_session_is_present() {
    for session_present in [false, true] {
        let mut scene = Scene::connecting(lasting());
        scene.server_sends(&[accepted(session_present)]);
        let connack = ConnAck { session_present, reason: 0, properties: Properties::default() };
        assert_eq!(scene.outputs(), [Output::Event(Event::Connected(connack))]);
    }
}

#[test]
fn a_refusal_that_time_does_not_heal_is_told_and_not_tried_again() {
    for code in [1, 2, 4, 5] {
        let mut scene = Scene::connecting(clean());
        scene.server_sends(&[refused(code)]);
        let error = Event::Error(ConnectionError::Refused(code));
        assert_eq!(
            scene.outputs(),
            [Output::CloseTransport, Output::Event(error), Output::Event(Event::Closed)]
        );
        assert_eq!(scene.client.poll_timeout(), None, "code {code}");
        // the application may ask again, e.g. with another password
        scene.connect();
        assert_eq!(scene.outputs(), [Output::OpenTransport]);
    }
}

#[test]
fn a_server_that_is_unavailable_is_tried_again() {
    refusal_is_tried_again(3, clean());
}

#[test]
fn every_refusal_is_tried_again_if_that_is_wanted() {
    for code in 1..=5 {
        refusal_is_tried_again(code, Options { reconnect_on_refusal: true, ..clean() });
    }
}

#[test]
fn what_waits_survives_a_refusal() {
    let mut scene = Scene::connecting(clean());
    let token = scene.publishes("m", QoS::AtLeastOnce);
    scene.server_sends(&[refused(5)]);
    scene.connect();
    scene.open();
    scene.server_sends(&[accepted(false)]);
    scene.server_sends(&[Wire::PubAck(1)]);
    let events = scene.events();
    assert!(events.iter().any(
        |event| matches!(event, Event::Published { token: answered, .. } if *answered == token)
    ));
}

#[test]
fn a_packet_before_connack_ends_the_connection() {
    // [MQTT-3.2.0-1]
    for packet in [publish(0, 0, "m"), Wire::PingResp, Wire::PubAck(1)] {
        let mut scene = Scene::connecting(clean());
        scene.server_sends(&[packet, accepted(false)]);
        assert_protocol_error(&mut scene, ProtocolError::BeforeConnAck);
    }
}

#[test]
fn a_second_connack_ends_the_connection() {
    let mut scene = Scene::connected(clean());
    scene.server_sends(&[accepted(false)]);
    assert_protocol_error(&mut scene, ProtocolError::SecondConnAck);
}

#[test]
fn a_session_that_was_not_asked_for_ends_the_connection() {
    // [MQTT-3.2.2-1]
    let mut scene = Scene::connecting(clean());
    scene.server_sends(&[accepted(true)]);
    assert_protocol_error(&mut scene, ProtocolError::UnexpectedSession);
}

#[test]
fn late_and_repeated_calls_do_nothing() {
    let mut scene = Scene::connected(clean());
    scene.connect();
    scene.open();
    assert_eq!(scene.outputs(), []);
    scene.close();
    scene.outputs();
    scene.close();
    scene.open();
    scene.server_sends(&[accepted(false), publish(1, 1, "late")]);
    assert_eq!(scene.outputs(), []);
    scene.client.handle_timeout(scene.now);
    assert_eq!(scene.outputs(), []);
    scene.reopens();
    scene.server_sends(&[accepted(false)]);
    scene.disconnect(false);
    scene.outputs();
    scene.open();
    scene.server_sends(&[publish(1, 1, "late")]);
    scene.close();
    scene.pass(1_000_000);
    assert_eq!(scene.outputs(), []);
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
    let mut scene = Scene::connecting(options);
    scene.server_sends(&[refused(code)]);
    let error = Event::Error(ConnectionError::Refused(code));
    assert_eq!(scene.events(), [error, Event::Offline, Event::Closed]);
    scene.reopens();
    assert!(matches!(scene.sent()[..], [Wire::Connect(_)]));
}

fn assert_protocol_error(scene: &mut Scene, error: ProtocolError) {
    let error = Event::Error(ConnectionError::Protocol(error)); // [MQTT-4.8.0-1]
    let events = [error, Event::Offline, Event::Closed].map(Output::Event);
    assert_eq!(scene.outputs(), [&[Output::CloseTransport][..], &events].concat());
}

fn connect_of(options: Options) -> Connect {
    let mut scene = Scene::new(options);
    scene.connect();
    scene.open();
    last_connect(&mut scene)
}

fn reconnected(mut scene: Scene) -> Connect {
    scene.server_sends(&[accepted(false)]);
    scene.close();
    scene.reopens();
    last_connect(&mut scene)
}

fn last_connect(scene: &mut Scene) -> Connect {
    match scene.sent().pop() {
        Some(Wire::Connect(connect)) => connect,
        other => panic!("not CONNECT: {other:?}"),
    }
}
