//! A caller that confirms each record: a message is sent when its record is stored, and never if it
//! could not be.

use crate::common::{filter, message, persistent};
use mqtt_miniprogram::codec::{Properties, Subscription};
use mqtt_miniprogram::{
    Client, DeliveryState, Event, Failure, Instant, Options, Output, QoS, RequestId, SessionRecord,
};

const NOW: Instant = Instant(1_000);
const QOS1: QoS = QoS::AtLeastOnce;
const QOS2: QoS = QoS::ExactlyOnce;

fn offline() -> Client {
    Client::new(Options { store_session: true, confirm_records: true, ..persistent() })
}

fn connect(client: &mut Client) {
    client.connect(NOW);
    client.handle_transport_opened(NOW);
    client.handle_transport_received(vec![0x20, 2, 1, 0], NOW);
}

fn connected() -> Client {
    let mut client = offline();
    connect(&mut client);
    outputs(&mut client);
    client
}

fn outputs(client: &mut Client) -> Vec<Output> {
    std::iter::from_fn(|| client.poll_output()).collect()
}

/// Payloads of one byte of the messages that are sent, and whether DUP is set.
fn sent(outputs: &[Output]) -> Vec<(u8, bool)> {
    let bytes = outputs.iter().filter_map(|output| match output {
        Output::Send(bytes) => Some(&bytes[..]),
        _ => None,
    });
    let packets = bytes.flat_map(|mut bytes| {
        std::iter::from_fn(move || {
            let (packet, behind) = bytes.split_at_checked(2 + usize::from(*bytes.get(1)?))?;
            bytes = behind;
            Some(packet)
        })
    });
    let publishes = packets.filter(|packet| packet[0] >> 4 == 3);
    publishes.map(|packet| (*packet.last().unwrap(), packet[0] & 8 != 0)).collect()
}

fn puts(outputs: &[Output]) -> Vec<RequestId> {
    let records = outputs.iter().filter_map(|output| match output {
        Output::PutRecord(record) => Some(&**record),
        _ => None,
    });
    let ids = records.filter_map(|record| match record {
        SessionRecord::Delivery(number, DeliveryState::Sent(_)) => Some(RequestId(*number)),
        _ => None,
    });
    ids.collect()
}

#[test]
fn a_message_waits_for_its_record_and_keeps_its_place() {
    for qos in [QOS1, QOS2] {
        let mut client = connected();
        let first = client.publish(message("1", qos), NOW).unwrap();
        let second = client.publish(message("2", qos), NOW).unwrap();
        let before = outputs(&mut client);
        assert_eq!((puts(&before), sent(&before)), (vec![first, second], vec![]));
        client.handle_record_stored(second, true, NOW);
        assert_eq!(sent(&outputs(&mut client)), [], "[MQTT-4.6.0-1]");
        client.handle_record_stored(first, true, NOW);
        assert_eq!(sent(&outputs(&mut client)), [(b'1', false), (b'2', false)]);
        client.handle_record_stored(first, true, NOW);
        assert_eq!(outputs(&mut client), [], "a second time, for nothing");
    }
}

#[test]
fn a_message_whose_record_is_not_stored_is_dropped_and_its_identifier_is_free() {
    for qos in [QOS1, QOS2] {
        let mut client = connected();
        let first = client.publish(message("1", qos), NOW).unwrap();
        let second = client.publish(message("2", qos), NOW).unwrap();
        outputs(&mut client);
        client.handle_record_stored(second, true, NOW);
        let packet_id = client.packet_id(first);
        client.handle_record_stored(first, false, NOW);
        let after = outputs(&mut client);
        assert_eq!(sent(&after), [(b'2', false)]);
        let failed = Event::Failed { request_id: first, failure: Failure::Removed };
        assert!(after.contains(&Output::Event(failed)), "{after:?}");
        assert!(after.iter().any(|output| matches!(output, Output::DeleteRecord(_))), "{after:?}");
        assert_eq!(client.packet_id(first), None);
        client.continue_packet_ids_at(packet_id.unwrap().get());
        let third = client.publish(message("3", qos), NOW).unwrap();
        assert_eq!(client.packet_id(third), packet_id);
    }
}

#[test]
fn a_message_that_is_queued_is_dropped_as_well() {
    let mut client = offline();
    let first = client.publish(message("1", QOS1), NOW).unwrap();
    let second = client.publish(message("2", QOS1), NOW).unwrap();
    client.handle_record_stored(first, false, NOW);
    client.handle_record_stored(second, true, NOW);
    connect(&mut client);
    let before = outputs(&mut client);
    assert_eq!((puts(&before), sent(&before)), (vec![second], vec![]));
    client.handle_record_stored(second, true, NOW);
    assert_eq!(sent(&outputs(&mut client)), [(b'2', false)]);
}

#[test]
fn a_message_that_was_sent_is_not_dropped() {
    let mut client = connected();
    let request = client.publish(message("1", QOS1), NOW).unwrap();
    client.handle_record_stored(request, true, NOW);
    outputs(&mut client);
    client.handle_record_stored(request, false, NOW);
    assert_eq!(outputs(&mut client), []);
    assert!(client.packet_id(request).is_some());
}

#[test]
fn a_message_that_waits_is_sent_as_new_on_the_next_connection() {
    let mut client = connected();
    let first = client.publish(message("1", QOS1), NOW).unwrap();
    client.handle_record_stored(first, true, NOW);
    let second = client.publish(message("2", QOS1), NOW).unwrap();
    client.handle_transport_closed(NOW);
    client.handle_record_stored(second, true, NOW);
    outputs(&mut client);
    client.handle_app_shown(NOW);
    connect(&mut client);
    assert_eq!(sent(&outputs(&mut client)), [(b'1', true), (b'2', false)], "[MQTT-3.3.1-1]");
}

#[test]
fn disconnecting_waits_for_messages_that_wait() {
    let mut client = connected();
    let request = client.publish(message("1", QOS1), NOW).unwrap();
    client.disconnect(false, Default::default(), NOW).unwrap();
    let before = outputs(&mut client);
    assert!(!before.contains(&Output::CloseTransport), "{before:?}");
    client.handle_record_stored(request, false, NOW);
    let after = outputs(&mut client);
    assert!(after.contains(&Output::CloseTransport), "{after:?}");
}

#[test]
fn what_has_no_record_does_not_wait() {
    let mut client = connected();
    client.publish(message("0", QoS::AtMostOnce), NOW).unwrap();
    let subscription = Subscription::new(filter("t"), QOS1);
    client.subscribe(vec![subscription], Properties::default(), NOW).unwrap();
    let outputs = outputs(&mut client);
    assert_eq!(sent(&outputs), [(b'0', false)]);
    assert!(
        outputs.iter().any(|output| matches!(output, Output::Send(bytes) if bytes.contains(&0x82)))
    );
}
