//! Session records, and a phone that kills the app at any moment. The caller carries out what the
//! client wants one by one; the app can be killed before each of these calls, and what it has
//! stored is all that it has after the restart.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{filter, message, name, persistent};
use mqtt_miniprogram::codec::{Properties, PropertyId, Subscription, Value};
use mqtt_miniprogram::{
    Client, Event, Failure, Instant, Options, Output, Publish, QoS, RequestId, SessionRecord,
    Version,
};

const QOS1: QoS = QoS::AtLeastOnce;
const QOS2: QoS = QoS::ExactlyOnce;

fn keeping() -> Options {
    Options { store_session: true, ..persistent() }
}

/// A server of MQTT 3.1.1 for one client, whose session it keeps. Packets are short: one byte of
/// remaining length, topic "t".
#[derive(Default)]
struct Server {
    session: bool,
    /// Payloads of the client's messages, as they are forwarded
    forwarded: Vec<Vec<u8>>,
    /// QoS 2 messages that the client has not released
    unreleased: BTreeSet<u8>,
    /// QoS and state of what the client is to get: 0 not sent, 1 PUBLISH, 2 PUBREL
    outgoing: BTreeMap<u8, (u8, u8)>,
}

impl Server {
    /// The answers to the packets in a message.
    fn receive(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        while let [first, length, rest @ ..] = bytes {
            let (body, behind) = rest.split_at(usize::from(*length));
            bytes = behind;
            match first >> 4 {
                1 => {
                    answers.extend([0x20, 2, u8::from(self.session), 0]);
                    self.session = true;
                    for (id, (qos, state)) in &self.outgoing {
                        match state {
                            0 => {}
                            1 => answers.extend(incoming(*id, *qos, true)),
                            _ => answers.extend([0x62, 2, 0, *id]),
                        }
                    }
                }
                3 => {
                    let (qos, id, payload) = (first >> 1 & 3, body[4], &body[5..]);
                    if qos == 1 || self.unreleased.insert(id) {
                        self.forwarded.push(payload.to_vec());
                    }
                    answers.extend([if qos == 1 { 0x40 } else { 0x50 }, 2, 0, id]);
                }
                6 => {
                    self.unreleased.remove(&body[1]);
                    answers.extend([0x70, 2, 0, body[1]]);
                }
                5 => {
                    self.outgoing.insert(body[1], (2, 2));
                    answers.extend([0x62, 2, 0, body[1]]);
                }
                4 | 7 => {
                    self.outgoing.remove(&body[1]);
                }
                8 => {
                    answers.extend([0x90, 3, body[0], body[1], 1]);
                    // what is in flight is sent again on a new connection only [MQTT-4.4.0-1]
                    for (id, (qos, state)) in self.outgoing.iter_mut().filter(|(_, out)| out.1 == 0)
                    {
                        *state = 1;
                        answers.extend(incoming(*id, *qos, false));
                    }
                }
                other => panic!("packet type {other}"),
            }
        }
        answers
    }
}

/// A message to the client; its payload is its identifier.
fn incoming(id: u8, qos: u8, dup: bool) -> [u8; 8] {
    [0x30 | u8::from(dup) << 3 | qos << 1, 6, 0, 1, b't', 0, id, id]
}

/// What outlives the app, and what it has received.
#[derive(Default)]
struct App {
    storage: BTreeMap<String, Vec<u8>>,
    server: Server,
    /// Payloads of the messages that the application was given
    given: Vec<u8>,
    /// Calls that the phone carries out before it kills the app
    calls_left: usize,
    /// It confirms each record.
    confirms: bool,
}

impl App {
    /// The app runs until it has nothing to do; false if it was killed before.
    fn run(&mut self, requests: impl FnOnce(&mut Client)) -> bool {
        let mut client =
            Client::new(Options { max_in_flight: 2, confirm_records: self.confirms, ..keeping() });
        for record in self.storage.values() {
            client.restore(SessionRecord::decode(record).unwrap());
        }
        let now = Instant(1_000);
        client.connect(now);
        requests(&mut client);
        while let Some(output) = client.poll_output() {
            if !matches!(output, Output::Event(_)) {
                let Some(left) = self.calls_left.checked_sub(1) else { return false };
                self.calls_left = left;
            }
            match output {
                Output::OpenTransport => client.handle_transport_opened(now),
                Output::Send(bytes) => {
                    let answers = self.server.receive(&bytes);
                    client.handle_transport_received(answers, now);
                }
                Output::PutRecord(record) => {
                    self.storage.insert(record.key().text(), record.encode());
                    if let SessionRecord::Delivery(number, _) = *record {
                        client.handle_record_stored(RequestId(number), true, now);
                    }
                }
                Output::DeleteRecord(key) => {
                    self.storage.remove(&key.text());
                }
                Output::Event(Event::Message(publish)) => self.given.push(publish.payload[0]),
                Output::Event(_) => {}
                other => panic!("it stays connected: {other:?}"),
            }
        }
        true
    }
}

#[test]
fn nothing_is_lost_or_doubled_when_the_app_is_killed_before_any_call() {
    kill_before_every_call(false);
}

#[test]
fn nor_where_messages_wait_for_their_records() {
    kill_before_every_call(true);
}

fn kill_before_every_call(confirms: bool) {
    let sent: [(&[u8], QoS); 5] =
        [(b"1", QOS1), (b"2", QOS2), (b"3", QOS1), (b"4", QOS2), (b"5", QOS2)];
    let mut stored_all = 0;
    for calls in 0.. {
        let outgoing = [(101, (1, 0)), (102, (2, 0)), (103, (2, 0))];
        let server = Server { outgoing: outgoing.into(), ..Server::default() };
        let mut app = App { calls_left: calls, confirms, server, ..App::default() };
        let finished = app.run(|client| {
            let filter = Subscription::new(filter("t"), QOS2);
            client.subscribe(vec![filter], Properties::default(), Instant(0)).unwrap();
            for (payload, qos) in sent {
                client.publish(message(payload, qos), Instant(0)).unwrap();
            }
        });
        if finished {
            assert!(stored_all > 10, "the first run continued after publishing");
            assert_eq!(app.storage.keys().collect::<Vec<_>>(), ["st"], "nothing is left to do");
            break;
        }
        let stored: BTreeSet<Vec<u8>> =
            app.storage.values().filter_map(|bytes| pending(bytes)).collect();
        let begun = app.server.forwarded.len();
        app.calls_left = usize::MAX;
        // the next run subscribes again, as a page does
        assert!(app.run(|client| {
            let filter = Subscription::new(filter("t"), QOS2);
            client.subscribe(vec![filter], Properties::default(), Instant(0)).unwrap();
        }));
        let times =
            |payload: &[u8]| app.server.forwarded.iter().filter(|taken| *taken == payload).count();
        stored_all += usize::from(begun > 0);
        for (payload, qos) in sent {
            let reached = times(payload);
            let kept = stored.contains(payload);
            assert!(!kept || reached > 0, "{payload:?} was lost after {calls} calls");
            assert!(qos == QOS1 || reached <= 1, "{payload:?} came {reached} times after {calls}");
        }
        for (id, most) in [(101, 2), (102, 1), (103, 1)] {
            let times = app.given.iter().filter(|given| **given == id).count();
            assert!(
                (1..=most).contains(&times),
                "{id} was given {times} times after {calls} calls"
            );
        }
        assert_eq!(app.storage.keys().collect::<Vec<_>>(), ["st"], "after {calls} calls");
    }
}

/// The payload of a record that has to reach the server.
fn pending(record: &[u8]) -> Option<Vec<u8>> {
    use mqtt_miniprogram::DeliveryState::{Queued, Sent};
    match SessionRecord::decode(record).unwrap() {
        SessionRecord::Delivery(_, Queued(publish, _) | Sent(publish)) => {
            Some(publish.payload.to_vec())
        }
        _ => None,
    }
}

fn outputs(client: &mut Client) -> Vec<Output> {
    std::iter::from_fn(|| client.poll_output()).collect()
}

/// The records that a run without a connection leaves, in the order of their keys.
fn leave_behind(options: Options, publishes: &[Publish]) -> Vec<SessionRecord> {
    let mut client = Client::new(options);
    for publish in publishes {
        client.publish(publish.clone(), Instant(5_000)).unwrap();
    }
    let stores = outputs(&mut client).into_iter();
    stores
        .filter_map(|output| match output {
            Output::PutRecord(record) => Some(*record),
            _ => None,
        })
        .collect()
}

#[test]
fn messages_that_waited_go_out_in_their_order_whatever_the_order_of_the_records() {
    let messages: Vec<Publish> = (b'0'..=b'9').map(|digit| message([digit], QOS1)).collect();
    let mut records = leave_behind(keeping(), &messages);
    records.reverse();
    records.swap(2, 7);
    let mut client = Client::new(keeping());
    for record in records {
        client.restore(record);
    }
    client.publish(message("x", QOS1), Instant(9_000)).unwrap();
    client.connect(Instant(9_000));
    client.handle_transport_opened(Instant(9_000));
    client.handle_transport_received(vec![0x20, 2, 1, 0], Instant(9_000));
    let sent = outputs(&mut client).into_iter().filter_map(|output| match output {
        Output::Send(bytes) if bytes[0] != 0x10 => Some(bytes),
        _ => None,
    });
    let payloads: Vec<u8> = sent.flatten().skip(7).step_by(8).collect();
    assert_eq!(payloads, b"0123456789x");
}

#[test]
fn a_message_that_waited_through_the_death_of_the_app_expires_all_the_same() {
    let expiry = Properties(vec![(PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(60))]);
    let options = Options { protocol_version: Version::V5, ..keeping() };
    let publish = Publish { properties: expiry, ..message("m", QOS1) };
    let records = leave_behind(options.clone(), &[publish]);
    let mut client = Client::new(options);
    client.restore(records[0].clone());
    let now = Instant(5_000 + 60_000);
    client.connect(now);
    client.handle_transport_opened(now);
    client.handle_transport_received(vec![0x20, 3, 1, 0, 0], now);
    let outputs = outputs(&mut client);
    assert!(outputs.contains(&Output::DeleteRecord(records[0].key())), "{outputs:?}");
    assert!(outputs.iter().any(|output| matches!(
        output,
        Output::Event(Event::Failed { failure: Failure::Expired, .. })
    )));
}

#[test]
fn properties_that_mqtt_3_does_not_have_are_not_kept() {
    // they were not checked
    let nonsense = Properties(vec![(PropertyId::SERVER_KEEP_ALIVE, Value::Number(1))]);
    let publish = Publish { properties: nonsense, ..message("m", QOS1) };
    let records = leave_behind(keeping(), &[publish]);
    assert_eq!(SessionRecord::decode(&records[0].encode()), Some(records[0].clone()));
}

#[test]
fn an_assigned_client_identifier_is_kept_and_used() {
    let options = Options { client_id: String::new(), protocol_version: Version::V5, ..keeping() };
    let mut client = Client::new(options.clone());
    client.connect(Instant(0));
    client.handle_transport_opened(Instant(0));
    client.handle_transport_received(&b"\x20\x07\0\0\x04\x12\0\x01z"[..], Instant(0));
    let record = SessionRecord::ClientId("z".into());
    assert!(outputs(&mut client).contains(&Output::PutRecord(Box::new(record.clone()))));
    let mut next = Client::new(options);
    next.restore(record.clone());
    assert_eq!(next.options().client_id, "z");
    let mut other = Client::new(keeping());
    other.restore(record);
    assert_eq!(other.options().client_id, "c", "the application's own goes first");
}

#[test]
fn without_the_option_nothing_is_stored() {
    let options = Options { store_session: false, ..keeping() };
    assert!(leave_behind(options, &[message("m", QOS2)]).is_empty());
}

#[test]
fn ending_a_client_keeps_the_records_of_what_is_unfinished() {
    let mut client = Client::new(keeping());
    client.publish(Publish::new(name("t"), "m", QOS1), Instant(0)).unwrap();
    outputs(&mut client);
    client.disconnect(true, Default::default(), Instant(0)).unwrap();
    let outputs = outputs(&mut client);
    assert!(!outputs.iter().any(|output| matches!(output, Output::DeleteRecord(_))), "{outputs:?}");
    assert_eq!(outputs.last(), Some(&Output::Event(Event::Ended)));
}
