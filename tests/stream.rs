//! Bytes in and out: packets do not line up with the messages of a transport. [MQTT-6.0.0-2]

mod common;

use std::slice;

use common::scene::Scene;
use common::wire::{Message, Wire, accepted, bytes_of, packets_of, publish, suback};
use common::{QOS, clean, filter, lasting, message};
use mqtt_miniprogram::codec::DecodeError;
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, Packet, QoS};

/// What a server sends in a while; the client has asked for it.
fn server_words() -> Vec<u8> {
    bytes_of(&[
        accepted(false),
        publish(0, 0, "0"),
        publish(1, 7, &"x".repeat(200)), // remaining length of two bytes
        publish(2, 8, "二"),
        suback(3, &[1, 0x80]),
        Wire::PubAck(1),
        Wire::PubRec(2),
        Wire::PubRel(8),
        Wire::PubComp(2),
        Wire::UnsubAck(4),
        Wire::PingResp,
        publish(0, 0, ""),
    ])
}

/// Everything that a client makes of these words when they come in these pieces.
fn listen<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Vec<u8>) {
    let mut scene = Scene::connecting(lasting());
    scene.publishes("1", QoS::AtLeastOnce);
    scene.publishes("2", QoS::ExactlyOnce);
    scene.subscribes(&[("a", QoS::AtLeastOnce), ("b", QoS::AtLeastOnce)]);
    scene.unsubscribes(&["c"]);
    for piece in pieces {
        scene.server_sends_bytes(piece);
    }
    (scene.events(), scene.sent_messages().concat())
}

#[test]
fn packets_are_the_same_wherever_the_stream_is_cut() {
    let words = server_words();
    let whole = listen([&words[..]]);
    assert!(whole.0.len() > 7 && !whole.1.is_empty());
    for cut in 0..=words.len() {
        assert_eq!(listen([&words[..cut], &words[cut..]]), whole, "cut at {cut}");
    }
    for size in 1..40 {
        assert_eq!(listen(words.chunks(size)), whole, "pieces of {size}");
    }
}

#[test]
fn half_a_packet_is_waited_for_without_a_word() {
    let bytes = publish(1, 1, "m").bytes();
    let mut scene = Scene::connected(clean());
    for byte in &bytes[..bytes.len() - 1] {
        scene.server_sends_bytes(&[*byte]);
        scene.server_sends_bytes(&[]);
        assert_eq!(scene.outputs(), []);
    }
    scene.server_sends_bytes(&bytes[bytes.len() - 1..]);
    assert_eq!(scene.sent(), [Wire::PubAck(1)]);
}

#[test]
fn what_is_not_mqtt_is_answered_by_a_close_at_once() {
    let http = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    for (garbage, error) in [
        (&http[..], DecodeError::HeaderFlags),
        (&[0x00][..], DecodeError::PacketType),
        (&[0xff; 3][..], DecodeError::PacketType),
        (&[0xc0, 0x00][..], DecodeError::PacketType), // PINGREQ is not for us
    ] {
        for connected in [false, true] {
            let mut scene =
                if connected { Scene::connected(clean()) } else { Scene::connecting(clean()) };
            scene.server_sends_bytes(garbage);
            assert_malformed(&mut scene, error);
        }
    }
}

#[test]
fn a_header_that_cannot_become_a_packet_is_refused_before_the_rest_comes() {
    for (header, error) in [
        (&[0x36][..], DecodeError::QoS),
        (&[0x38], DecodeError::DupAtQos0),
        (&[0x30, 2], DecodeError::Length), // no topic
        (&[0x32, 4], DecodeError::Length), // no identifier
        (&[0x20, 3], DecodeError::Length),
        (&[0x40, 3], DecodeError::Length),
        (&[0x90, 2], DecodeError::Length),
        (&[0xd0, 1], DecodeError::Length),
        (&[0x30, 0x80, 0x80, 0x80, 0x80], DecodeError::VariableByteInteger),
    ] {
        let mut scene = Scene::connected(clean());
        scene.server_sends_bytes(header);
        assert_malformed(&mut scene, error);
    }
}

#[test]
fn packets_before_the_garbage_count_and_bytes_behind_it_do_not() {
    let mut scene = Scene::connected(clean());
    let bytes =
        [publish(1, 1, "before").bytes(), vec![0xd4, 0x00], publish(1, 2, "behind").bytes()];
    scene.server_sends_bytes(&bytes.concat());
    assert_eq!(scene.sent(), [Wire::PubAck(1)]);
    let events = scene.events();
    assert!(matches!(&events[0], Event::Message(m) if m.payload == "before"));
    assert_eq!(
        events[1..],
        [
            Event::Error(ConnectionError::Malformed(DecodeError::HeaderFlags)),
            Event::Offline,
            Event::Closed
        ]
    );
}

#[test]
fn a_packet_larger_than_the_limit_is_refused_by_its_header() {
    let mut scene = Scene::connected(Options { max_packet_size: 100, ..clean() });
    scene.server_sends(&[publish(0, 0, &"x".repeat(95))]); // 100 bytes
    assert_eq!(scene.events().len(), 1);
    scene.server_sends_bytes(&[0x30, 99]);
    assert_malformed(&mut scene, DecodeError::TooLarge);
}

#[test]
fn what_waits_is_flushed_in_few_messages() {
    let mut scene = Scene::connecting(clean());
    for n in 0..50 {
        scene.publishes(&n.to_string(), QOS[n % 3]);
    }
    scene.server_sends(&[accepted(false)]);
    let messages = scene.sent_messages();
    assert!(messages.len() <= 2, "{} messages", messages.len());
    let payloads: Vec<_> = packets_of(&messages.concat()).into_iter().map(payload).collect();
    assert_eq!(payloads, (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn messages_are_acknowledged_in_the_order_in_which_they_came() {
    // [MQTT-4.6.0-2] [MQTT-4.6.0-3]
    let mut scene = Scene::connected(lasting());
    for qos in [1, 2] {
        let packets: Vec<_> = (1..=50).rev().map(|id| publish(qos, id, "m")).collect();
        scene.server_sends(&packets);
        let answer = if qos == 1 { Wire::PubAck } else { Wire::PubRec };
        assert_eq!(scene.sent(), (1..=50).rev().map(answer).collect::<Vec<_>>());
    }
}

#[test]
fn what_comes_in_one_message_is_acknowledged_in_one_behind_the_last_of_it() {
    let mut scene = Scene::connected(clean());
    let packets: Vec<_> = (1..=50).map(|id| publish(1, id, "m")).collect();
    scene.server_sends(&packets);
    let outputs = scene.outputs();
    let (acks, messages) = outputs.split_last().unwrap();
    assert_eq!(messages.len(), 50);
    assert!(messages.iter().all(|output| matches!(output, Output::Event(Event::Message(_)))));
    let Output::Send(acks) = acks else { panic!("{acks:?}") };
    // [MQTT-4.6.0-2]
    assert_eq!(packets_of(acks), (1..=50).map(Wire::PubAck).collect::<Vec<_>>());
}

#[test]
fn what_is_resumed_leaves_as_one_message() {
    let mut scene = Scene::connected(lasting());
    for n in 0..30 {
        scene.publishes(&n.to_string(), QoS::AtLeastOnce);
    }
    scene.subscribes(&[("a", QoS::AtMostOnce)]);
    scene.close();
    scene.reopens();
    scene.outputs();
    scene.server_sends(&[accepted(true)]);
    let messages = scene.sent_messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(packets_of(&messages[0]).len(), 31);
}

#[test]
fn gathering_stops_at_a_size_that_is_worth_a_message() {
    let mut scene = Scene::connecting(clean());
    let payload = "x".repeat(50 << 10);
    for _ in 0..10 {
        scene.publishes(&payload, QoS::AtMostOnce);
    }
    scene.server_sends(&[accepted(false)]);
    let messages = scene.sent_messages();
    assert_eq!(messages.len(), 5);
    assert!(messages.iter().all(|message| message.len() < 128 << 10));
}

#[test]
fn observed_packets_are_told_with_what_they_carry_and_in_order() {
    let mut scene = Scene::new(clean());
    scene.client.observe_packets(true);
    scene.connect();
    scene.open();
    scene.server_sends(&[accepted(false), publish(1, 5, "m")]);
    let told: Vec<_> = scene
        .outputs()
        .iter()
        .map(|output| match output {
            Output::OpenTransport => "open",
            Output::Send(_) => "send",
            Output::Event(Event::PacketSent(Packet::Connect(_))) => "CONNECT",
            Output::Event(Event::PacketReceived(Packet::ConnAck(_))) => "CONNACK",
            Output::Event(Event::Connected(_)) => "connected",
            Output::Event(Event::PacketReceived(Packet::Publish(_))) => "PUBLISH",
            Output::Event(Event::Message(_)) => "message",
            Output::Event(Event::PacketSent(Packet::PubAck(_))) => "PUBACK",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        ["open", "send", "CONNECT", "CONNACK", "connected", "PUBLISH", "message", "send", "PUBACK"]
    );
    scene.client.observe_packets(false);
    scene.server_sends(&[publish(1, 5, "m")]);
    assert_eq!(scene.outputs().len(), 2);
}

#[test]
fn the_largest_payloads_pass_both_ways() {
    for size in [5, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
        let payload = "x".repeat(size - 5); // a topic of one character, and an identifier
        let mut scene = Scene::connected(lasting());
        scene.publish(message(&payload, QoS::AtLeastOnce)).unwrap();
        let expected = publish(1, 1, &payload);
        let expected = slice::from_ref(&expected);
        assert_eq!(scene.sent(), expected, "{size}");
        scene.server_sends(expected);
        let events = scene.events();
        assert!(matches!(&events[..], [Event::Message(m)] if m.payload == payload), "{size}");
    }
}

#[test]
fn chinese_topics_pass_both_ways() {
    let mut scene = Scene::connected(clean());
    let packet = Wire::Publish(Message {
        topic: "设备/温度".into(),
        payload: "二十五度".into(),
        ..Message::default()
    });
    scene.server_sends(slice::from_ref(&packet));
    let Some(Event::Message(publish)) = scene.events().pop() else { panic!("no message") };
    assert!(filter("设备/+").matches(&publish.topic));
    scene.publish(publish).unwrap();
    assert_eq!(scene.sent(), [packet]);
}

fn payload(packet: Wire) -> String {
    match packet {
        Wire::Publish(message) => String::from_utf8(message.payload).unwrap(),
        other => panic!("not PUBLISH: {other:?}"),
    }
}

fn assert_malformed(scene: &mut Scene, error: DecodeError) {
    let error = Event::Error(ConnectionError::Malformed(error));
    let events = [error, Event::Offline, Event::Closed].map(Output::Event);
    assert_eq!(scene.outputs(), [&[Output::CloseTransport][..], &events].concat());
}
