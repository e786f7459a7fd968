//! A client under arbitrary bytes from the server, and commands in any order. It never panics,
//! answers every request once, emits nothing after the end, sends whole packets and only on an open
//! transport, and clears every deadline that has passed.
#![no_main]

use std::collections::HashSet;

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use mqtt_miniprogram::codec::{
    Auth, Disconnect, PacketId, Properties, PropertyId, Subscription, Value,
};
use mqtt_miniprogram::{
    Client, Event, Instant, Options, Output, Publish, QoS, RequestId, SessionRecord, TopicFilter,
    TopicName, Version,
};

fuzz_target!(|bytes: &[u8]| {
    let mut source = Unstructured::new(bytes);
    let Ok(options) = options(&mut source) else { return };
    let mut session = Session::new(options);
    while !source.is_empty()
        && let Ok(step) = Step::arbitrary(&mut source)
    {
        session.take(step);
    }
    session.end();
});

#[derive(Arbitrary, Debug)]
enum Step {
    Connect,
    Opened,
    /// The server accepts, with a session or without, and with these limits if it speaks MQTT 5.
    Accepted {
        present: bool,
        receive_maximum: u8,
        aliases: u8,
    },
    Received(Vec<u8>),
    /// A packet whose length is right, with any content
    Packet(u8, Vec<u8>),
    Closed,
    Passed(u32),
    Hidden,
    Shown,
    Network(bool),
    Publish {
        topic: u8,
        qos: u8,
        retain: bool,
        alias: Option<u16>,
        size: u8,
    },
    Subscribe(u8, u8),
    Unsubscribe(u8),
    Acknowledge(Option<u8>),
    Remove(PacketId),
    Authenticate(u8),
    Restore(Vec<u8>),
    /// A record of one of the first requests is confirmed, or could not be stored.
    RecordStored(u8, bool),
    Disconnect {
        force: bool,
        reason: u8,
    },
}

struct Session {
    client: Client,
    now: Instant,
    version: Version,
    transport: Transport,
    unanswered: HashSet<RequestId>,
    ended: bool,
}

#[derive(Debug, PartialEq)]
enum Transport {
    None,
    Opening,
    Open,
}

impl Session {
    fn new(options: Options) -> Self {
        Self {
            now: Instant(1_000),
            version: options.protocol_version,
            client: Client::new(options),
            transport: Transport::None,
            unanswered: HashSet::new(),
            ended: false,
        }
    }

    fn take(&mut self, step: Step) {
        let now = self.now;
        let client = &mut self.client;
        match step {
            Step::Connect => {
                self.ended = false; // it may connect again
                client.connect(now);
            }
            Step::Opened if self.transport == Transport::Opening => {
                self.transport = Transport::Open;
                client.handle_transport_opened(now);
            }
            Step::Opened => client.handle_transport_opened(now),
            Step::Accepted { present, receive_maximum, aliases } => {
                let connack = match self.version {
                    Version::V5 => vec![
                        0x20,
                        9,
                        present.into(),
                        0,
                        6,
                        0x21,
                        0,
                        receive_maximum,
                        0x22,
                        0,
                        aliases,
                    ],
                    _ => vec![0x20, 2, present.into(), 0],
                };
                client.handle_transport_received(connack, now);
            }
            Step::Received(bytes) => client.handle_transport_received(bytes, now),
            Step::Packet(first, body) => {
                let length = body.len().min(127);
                let packet = [&[first, length as u8], &body[..length]].concat();
                client.handle_transport_received(packet, now);
            }
            Step::Closed => {
                self.transport = Transport::None;
                client.handle_transport_closed(now);
            }
            Step::Passed(millis) => {
                self.now = now.after(u64::from(millis % 100_000));
                client.handle_timeout(self.now);
                let due = |client: &Client, now| client.poll_timeout().is_some_and(|at| at <= now);
                for _ in 0..8 {
                    if due(client, self.now) {
                        client.handle_timeout(self.now);
                    }
                }
                assert!(!due(client, self.now), "a deadline that is not cleared");
            }
            Step::Hidden => client.handle_app_hidden(now),
            Step::Shown => client.handle_app_shown(now),
            Step::Network(connected) => client.handle_network_changed(connected, now),
            Step::Publish { topic, qos, retain, alias, size } => {
                let topic = match topic % 4 {
                    0 => TopicName::aliased(),
                    other => TopicName::new(format!("t/{other}")).unwrap(),
                };
                let alias =
                    alias.map(|alias| (PropertyId::TOPIC_ALIAS, Value::Number(alias.into())));
                let publish = Publish {
                    retain,
                    properties: Properties(alias.into_iter().collect()),
                    ..Publish::new(topic, vec![0; size.into()], QoS::new(qos % 3).unwrap())
                };
                let request_id = client.publish(publish, now);
                self.unanswered.extend(request_id.ok());
            }
            Step::Subscribe(filter, qos) => {
                let subscription = Subscription::new(filters(filter), QoS::new(qos % 3).unwrap());
                let request_id = client.subscribe(vec![subscription], Properties::default(), now);
                self.unanswered.extend(request_id.ok());
            }
            Step::Unsubscribe(filter) => {
                let request_id =
                    client.unsubscribe(vec![filters(filter)], Properties::default(), now);
                self.unanswered.extend(request_id.ok());
            }
            // errors are tested elsewhere: here a refused call must only do no harm
            Step::Acknowledge(reason) => {
                let _ = client.acknowledge(reason, now);
            }
            Step::Remove(packet_id) => client.remove_outgoing(packet_id, now),
            Step::Authenticate(reason) => {
                let _ = client.authenticate(Auth { reason, ..Auth::default() }, now);
            }
            Step::Restore(bytes) => {
                if let Some(record) = SessionRecord::decode(&bytes) {
                    client.restore(record);
                }
            }
            Step::RecordStored(number, stored) => {
                let request_id = RequestId(number.into());
                // a message of an earlier client is nobody's request here
                let stored = stored || !self.unanswered.contains(&request_id);
                client.handle_record_stored(request_id, stored, now);
            }
            Step::Disconnect { force, reason } => {
                let packet = Disconnect { reason, ..Disconnect::default() };
                let _ = client.disconnect(force, packet, now);
            }
        }
        self.watch();
    }

    /// Every request is answered in the end.
    fn end(&mut self) {
        self.take(Step::Disconnect { force: true, reason: 0 });
        assert_eq!(self.unanswered, HashSet::new());
    }

    fn watch(&mut self) {
        while let Some(output) = self.client.poll_output() {
            assert!(!self.ended, "after Ended: {output:?}");
            match output {
                Output::OpenTransport => {
                    assert_eq!(self.transport, Transport::None);
                    self.transport = Transport::Opening;
                }
                Output::Send(bytes) => {
                    assert_eq!(self.transport, Transport::Open);
                    assert_whole(&bytes);
                }
                Output::CloseTransport => self.transport = Transport::None,
                Output::PutRecord(record) => {
                    assert_eq!(SessionRecord::decode(&record.encode()), Some(*record));
                }
                Output::DeleteRecord(_) => {}
                Output::Event(event) => self.watch_event(&event),
                other => panic!("unknown to this target: {other:?}"),
            }
        }
    }

    fn watch_event(&mut self, event: &Event) {
        match event {
            Event::Published { request_id, .. }
            | Event::Refused { request_id, .. }
            | Event::Subscribed { request_id, .. }
            | Event::Unsubscribed { request_id, .. }
            | Event::Failed { request_id, .. } => {
                assert!(self.unanswered.remove(request_id), "answered twice: {event:?}");
            }
            Event::Message(publish) => assert!(!publish.topic.is_aliased()),
            Event::FellBack => self.version = Version::V311,
            Event::Ended => self.ended = true,
            _ => {}
        }
    }
}

/// The bytes are packets, each as long as it says.
fn assert_whole(mut bytes: &[u8]) {
    assert!(!bytes.is_empty());
    while !bytes.is_empty() {
        let (mut at, mut length) = (1, 0);
        loop {
            let byte = bytes[at];
            length |= usize::from(byte & 0x7f) << (7 * (at - 1));
            at += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        bytes = &bytes[at + length..];
    }
}

fn filters(number: u8) -> TopicFilter {
    let texts = ["t/1", "t/+", "#", "$share/g/t/2"];
    TopicFilter::new(texts[usize::from(number) % texts.len()]).unwrap()
}

fn options(source: &mut Unstructured) -> arbitrary::Result<Options> {
    let mut properties = Vec::new();
    if source.arbitrary()? {
        properties.push((PropertyId::TOPIC_ALIAS_MAXIMUM, Value::Number(3)));
        properties.push((PropertyId::RECEIVE_MAXIMUM, Value::Number(2)));
    }
    Ok(Options {
        protocol_version: match source.int_in_range(0..=2)? {
            0 => Version::V31,
            1 => Version::V311,
            _ => Version::V5,
        },
        client_id: "c".into(),
        clean: source.arbitrary()?,
        keepalive: source.int_in_range(0..=2)?,
        properties: Properties(properties),
        fallback: source.arbitrary()?,
        auto_assign_topic_alias: source.arbitrary()?,
        connect_timeout: 1_000,
        reconnect_period: u64::from(source.arbitrary::<bool>()?) * 1_000,
        reconnect_on_connack_error: source.arbitrary()?,
        resubscribe: source.arbitrary()?,
        queue_qos_zero: source.arbitrary()?,
        max_in_flight: source.int_in_range(1..=4)?,
        store_session: source.arbitrary()?,
        confirm_records: source.arbitrary()?,
        manual_ack: source.arbitrary()?,
        queue_limit: 2_000,
        max_packet_size: 1_000,
        ..Options::default()
    })
}
