//! Bytes in and out: packets do not line up with the messages of a transport. [MQTT-6.0.0-2]

use std::slice;

use crate::common::scenario::Scenario;
use crate::common::wire::{Message, Wire, accepted, bytes_of, packets_of, publish, suback};
use crate::common::{QOS, clean, filter, message, persistent, strict};
use mqtt_miniprogram::codec::DecodeError;
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, Packet, QoS};

/// What a server sends; the client has subscribed to it.
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

/// Everything that a client does with these bytes when they are received in these pieces.
fn listen<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Vec<u8>) {
    let mut scenario = Scenario::connecting(persistent());
    scenario.publishes("1", QoS::AtLeastOnce);
    scenario.publishes("2", QoS::ExactlyOnce);
    scenario.subscribes(&[("a", QoS::AtLeastOnce), ("b", QoS::AtLeastOnce)]);
    scenario.unsubscribes(&["c"]);
    for piece in pieces {
        scenario.server_sends_bytes(piece);
    }
    (scenario.events(), scenario.sent_messages().concat())
}

/// [MQTT-6.0.0-2]
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
    let mut scenario = Scenario::connected(clean());
    for byte in &bytes[..bytes.len() - 1] {
        scenario.server_sends_bytes(&[*byte]);
        scenario.server_sends_bytes(&[]);
        assert_eq!(scenario.outputs(), []);
    }
    scenario.server_sends_bytes(&bytes[bytes.len() - 1..]);
    assert_eq!(scenario.sent(), [Wire::PubAck(1)]);
}

/// [MQTT-4.8.0-1]
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
            let mut scenario = if connected {
                Scenario::connected(clean())
            } else {
                Scenario::connecting(clean())
            };
            scenario.server_sends_bytes(garbage);
            assert_malformed(&mut scenario, error);
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
        (&[0x40, 1], DecodeError::Length),
        (&[0x40, 0x80, 1], DecodeError::Length), // too long for a reason
        (&[0x90, 2], DecodeError::Length),
        (&[0xd0, 1], DecodeError::Length),
        (&[0x30, 0x80, 0x80, 0x80, 0x80], DecodeError::VariableByteInteger),
    ] {
        let mut scenario = Scenario::connected(clean());
        scenario.server_sends_bytes(header);
        assert_malformed(&mut scenario, error);
    }
    let mut scenario = Scenario::connected(strict());
    scenario.server_sends_bytes(&[0x40, 3]); // elsewhere a reason may come
    assert_malformed(&mut scenario, DecodeError::Length);
}

#[test]
fn packets_before_the_garbage_count_and_bytes_behind_it_do_not() {
    let mut scenario = Scenario::connected(clean());
    let bytes =
        [publish(1, 1, "before").bytes(), vec![0xd4, 0x00], publish(1, 2, "behind").bytes()];
    scenario.server_sends_bytes(&bytes.concat());
    assert_eq!(scenario.sent(), [Wire::PubAck(1)]);
    let events = scenario.events();
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
    let mut scenario = Scenario::connected(Options { max_packet_size: 100, ..strict() });
    scenario.server_sends(&[publish(0, 0, &"x".repeat(95))]); // 100 bytes
    assert_eq!(scenario.events().len(), 1);
    scenario.server_sends_bytes(&[0x30, 99]);
    assert_malformed(&mut scenario, DecodeError::TooLarge);
}

#[test]
fn what_waits_is_flushed_in_few_messages() {
    let mut scenario = Scenario::connecting(Options { max_in_flight: 50, ..clean() });
    for n in 0..50 {
        scenario.publishes(&n.to_string(), QOS[n % 3]);
    }
    scenario.server_sends(&[accepted(false)]);
    let messages = scenario.sent_messages();
    assert!(messages.len() <= 2, "{} messages", messages.len());
    let payloads: Vec<_> = packets_of(&messages.concat()).into_iter().map(payload).collect();
    assert_eq!(payloads, (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
}

/// [MQTT-2.3.1-6] [MQTT-3.3.4-1]
#[test]
fn messages_are_acknowledged_in_the_order_in_which_they_came() {
    // [MQTT-4.6.0-2] [MQTT-4.6.0-3]
    let mut scenario = Scenario::connected(persistent());
    for qos in [1, 2] {
        let packets: Vec<_> = (1..=50).rev().map(|id| publish(qos, id, "m")).collect();
        scenario.server_sends(&packets);
        let answer = if qos == 1 { Wire::PubAck } else { Wire::PubRec };
        assert_eq!(scenario.sent(), (1..=50).rev().map(answer).collect::<Vec<_>>());
    }
}

#[test]
fn what_comes_in_one_message_is_acknowledged_in_one_behind_the_last_of_it() {
    let mut scenario = Scenario::connected(clean());
    let packets: Vec<_> = (1..=50).map(|id| publish(1, id, "m")).collect();
    scenario.server_sends(&packets);
    let outputs = scenario.outputs();
    let (acks, messages) = outputs.split_last().unwrap();
    assert_eq!(messages.len(), 50);
    assert!(messages.iter().all(|output| matches!(output, Output::Event(Event::Message(_)))));
    let Output::Send(acks) = acks else { panic!("{acks:?}") };
    // [MQTT-4.6.0-2]
    assert_eq!(packets_of(acks), (1..=50).map(Wire::PubAck).collect::<Vec<_>>());
}

#[test]
fn what_is_resumed_is_sent_as_one_message() {
    let mut scenario = Scenario::connected(Options { max_in_flight: 50, ..persistent() });
    for n in 0..30 {
        scenario.publishes(&n.to_string(), QoS::AtLeastOnce);
    }
    scenario.subscribes(&[("a", QoS::AtMostOnce)]);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends(&[accepted(true)]);
    let messages = scenario.sent_messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(packets_of(&messages[0]).len(), 31);
}

#[test]
fn gathering_stops_at_a_size_that_is_worth_a_message() {
    let mut scenario = Scenario::connecting(clean());
    let payload = "x".repeat(50 << 10);
    for _ in 0..10 {
        scenario.publishes(&payload, QoS::AtMostOnce);
    }
    scenario.server_sends(&[accepted(false)]);
    let messages = scenario.sent_messages();
    assert_eq!(messages.len(), 5);
    assert!(messages.iter().all(|message| message.len() < 128 << 10));
}

#[test]
fn observed_packets_are_reported_completely_and_in_order() {
    let mut scenario = Scenario::new(clean());
    scenario.client.observe_packets(true);
    scenario.connect();
    scenario.open();
    scenario.server_sends(&[accepted(false), publish(1, 5, "m")]);
    let reported: Vec<_> = scenario
        .outputs()
        .iter()
        .map(|output| match output {
            Output::OpenTransport => "open",
            Output::Send(_) => "send",
            Output::Event(Event::Connected(_)) => "connected",
            Output::Event(Event::Message(_)) => "message",
            Output::Event(Event::PacketSent(packet) | Event::PacketReceived(packet)) => {
                match **packet {
                    Packet::Connect(_) => "CONNECT",
                    Packet::ConnAck(_) => "CONNACK",
                    Packet::Publish(_) => "PUBLISH",
                    Packet::PubAck(_) => "PUBACK",
                    _ => panic!("{packet:?}"),
                }
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        reported,
        ["open", "send", "CONNECT", "CONNACK", "connected", "PUBLISH", "message", "send", "PUBACK"]
    );
    scenario.client.observe_packets(false);
    scenario.server_sends(&[publish(1, 5, "m")]);
    assert_eq!(scenario.outputs().len(), 2);
}

#[test]
fn the_largest_payloads_pass_both_ways() {
    for size in [5, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
        let payload = "x".repeat(size - 5); // a topic of one character, and an identifier
        let mut scenario = Scenario::connected(persistent());
        scenario.publish(message(&payload, QoS::AtLeastOnce)).unwrap();
        let expected = publish(1, 1, &payload);
        let expected = slice::from_ref(&expected);
        assert_eq!(scenario.sent(), expected, "{size}");
        scenario.server_sends(expected);
        let events = scenario.events();
        assert!(matches!(&events[..], [Event::Message(m)] if m.payload == payload), "{size}");
    }
}

#[test]
fn chinese_topics_pass_both_ways() {
    let mut scenario = Scenario::connected(clean());
    let packet = Wire::Publish(Message {
        topic: "设备/温度".into(),
        payload: "二十五度".into(),
        ..Message::default()
    });
    scenario.server_sends(slice::from_ref(&packet));
    let Some(Event::Message(publish)) = scenario.events().pop() else { panic!("no message") };
    assert!(filter("设备/+").matches(&publish.topic));
    scenario.publish(*publish).unwrap();
    assert_eq!(scenario.sent(), [packet]);
}

fn payload(packet: Wire) -> String {
    match packet {
        Wire::Publish(message) => String::from_utf8(message.payload).unwrap(),
        other => panic!("not PUBLISH: {other:?}"),
    }
}

fn assert_malformed(scenario: &mut Scenario, error: DecodeError) {
    let error = Event::Error(ConnectionError::Malformed(error));
    let events = [error, Event::Offline, Event::Closed].map(Output::Event);
    assert_eq!(scenario.outputs(), [&[Output::CloseTransport][..], &events].concat());
}
