//! A client, the model broker, and the transport between them, in virtual time. The transport
//! (`pair/transport.rs`) delays, delivers in pieces, breaks after any byte, can fail without
//! notice, and can go on delivering what was sent before it broke. The app can be killed at any
//! call (`pair/app.rs`).

pub mod app;
mod transport;

use std::collections::BTreeMap;

use mqtt_miniprogram::codec::{Disconnect, PacketId, Properties, Subscription};
use mqtt_miniprogram::{
    Client, Event, Failure, Instant, Options, Output, Publish, QoS, RequestError, RequestId,
    SessionRecord,
};

use super::broker::Broker;
use super::output_checker::OutputChecker;
use super::packet_checker::PacketChecker;
use super::wire::Message;
use super::{filter, message};
use app::{AppRun, Storage};
pub use transport::Direction;
use transport::Transport;

pub struct Pair {
    pub client: Client,
    pub broker: Broker,
    pub now: Instant,
    pub events: Vec<Event>,
    pub transport: Transport,
    pub packet_checker: PacketChecker,
    pub output_checker: OutputChecker,
    pub storage: Storage,
    /// The app is killed after so many more outputs, not counting events, were carried out.
    pub killed_after: Option<usize>,
    options: Options,
    app_runs: Vec<AppRun>,
    /// Payloads of the messages that were published
    payloads: BTreeMap<u32, Vec<u8>>,
    /// The message that the application has not acknowledged, with manual acknowledgement: its
    /// quality of service and its packet identifier
    unacknowledged: Option<(QoS, u16)>,
}

impl Pair {
    pub fn new(options: Options) -> Self {
        let window = usize::from(options.max_in_flight.max(1));
        Self {
            client: Client::new(options.clone()),
            broker: Broker::default(),
            now: Instant(1_000_000),
            events: Vec::new(),
            transport: Transport::default(),
            packet_checker: PacketChecker::new(window),
            output_checker: OutputChecker::default(),
            storage: Storage::default(),
            killed_after: None,
            options,
            app_runs: vec![AppRun::default()],
            payloads: BTreeMap::new(),
            unacknowledged: None,
        }
    }

    /// `connect` was called; nothing has happened yet.
    pub fn connecting(options: Options) -> Self {
        let mut pair = Self::new(options);
        pair.connect();
        pair
    }

    pub fn connected(options: Options) -> Self {
        let mut pair = Self::connecting(options);
        pair.settle();
        pair
    }

    pub fn connect(&mut self) {
        self.output_checker.connect();
        self.client.connect(self.now);
        self.drain();
    }

    pub fn disconnect(&mut self, force: bool) {
        self.client.disconnect(force, Disconnect::default(), self.now).unwrap();
        self.drain();
    }

    pub fn publish(&mut self, publish: Publish) -> Result<RequestId, RequestError> {
        let payload = publish.payload.to_vec();
        let answer = self.client.publish(publish, self.now);
        if let Ok(request_id) = answer {
            self.payloads.insert(request_id.0, payload);
        }
        self.given(answer)
    }

    /// Publishes to topic "t".
    pub fn publishes(&mut self, payload: &str, qos: QoS) -> RequestId {
        self.publish(message(payload, qos)).unwrap()
    }

    pub fn subscribes(&mut self, filters: &[(&str, QoS)]) -> RequestId {
        let filters = filters.iter().map(|(text, qos)| Subscription::new(filter(text), *qos));
        self.subscribe(filters.collect(), Properties::default()).unwrap()
    }

    pub fn subscribe(
        &mut self,
        subscriptions: Vec<Subscription>,
        properties: Properties,
    ) -> Result<RequestId, RequestError> {
        let answer = self.client.subscribe(subscriptions, properties, self.now);
        self.given(answer)
    }

    pub fn unsubscribes(&mut self, filters: &[&str]) -> RequestId {
        self.unsubscribe(filters).unwrap()
    }

    pub fn unsubscribe(&mut self, filters: &[&str]) -> Result<RequestId, RequestError> {
        let filters = filters.iter().map(|text| filter(text)).collect();
        let answer = self.client.unsubscribe(filters, Properties::default(), self.now);
        self.given(answer)
    }

    /// The application removes a message that is in flight.
    pub fn removes(&mut self, packet_id: PacketId) {
        self.client.remove_outgoing(packet_id, self.now);
        self.drain();
    }

    /// The application acknowledges the last message, with manual acknowledgement; whether there
    /// was one.
    pub fn acknowledges(&mut self, reason: Option<u8>) -> bool {
        let Some((qos, id)) = self.unacknowledged.take() else { return false };
        self.packet_checker.manual = self.client.options().manual_ack;
        self.packet_checker.acknowledged(qos as u8, id, reason);
        self.packet_checker.reads_on();
        self.client.acknowledge(reason, self.now).unwrap();
        self.drain();
        true
    }

    /// The broker has a message for the client on topic "t".
    pub fn server_sends(&mut self, payload: &str, qos: QoS) {
        let topic = "t".into();
        let message =
            Message { qos: qos as u8, topic, payload: payload.into(), ..Message::default() };
        assert!(self.server_publishes(message) || qos == QoS::AtMostOnce);
    }

    /// The broker has a message for the client; false if it does not deliver it.
    pub fn server_publishes(&mut self, message: Message) -> bool {
        let Some(bytes) = self.broker.send(message) else { return false };
        self.transport.push(Direction::ToClient, bytes, self.now);
        true
    }

    /// The broker ends the connection, for this reason.
    pub fn server_disconnects(&mut self, reason: u8) {
        let bytes = self.broker.disconnect(reason);
        if bytes.is_empty() {
            return self.cut();
        }
        self.transport.push(Direction::ToClient, bytes, self.now);
    }

    /// Whether the client has no connection, and will not connect by itself.
    pub fn has_given_up(&self) -> bool {
        !self.transport.open && self.next().is_none()
    }

    /// The connection breaks, and both ends know at once, unless the transport lingers.
    pub fn cut(&mut self) {
        if !self.transport.open && self.transport.opens_at.is_none() {
            return;
        }
        self.close_transport();
        self.output_checker.closed();
        self.client.handle_transport_closed(self.now);
        self.drain();
    }

    /// The connection breaks, and the client does not know.
    pub fn vanish(&mut self) {
        if self.transport.open {
            self.transport.vanished = true;
            self.transport.to_broker.clear();
            self.transport.to_client.clear();
            if !self.transport.lingers {
                self.broker.close();
            }
        }
    }

    /// Time passes, and everything that is due happens in order.
    pub fn pass(&mut self, millis: u64) {
        let end = self.now.after(millis);
        while let Some(at) = self.next().filter(|at| *at <= end) {
            self.step(at);
        }
        self.now = end;
        self.broker.now = end.0;
    }

    /// Time passes until everything is answered on both sides, ten minutes at most.
    pub fn settle(&mut self) {
        let end = self.now.after(600_000);
        while !self.is_settled() {
            match self.next().filter(|at| *at <= end) {
                Some(at) => self.step(at),
                None => panic!("never settled: {:?} {:?}", self.client, self.packet_checker),
            }
        }
    }

    pub fn is_settled(&self) -> bool {
        let done =
            self.client.is_idle() && self.broker.is_idle() && self.packet_checker.is_settled();
        self.transport.is_quiet() && done && self.unacknowledged.is_none()
    }

    /// Payloads of the messages the application got, in order.
    pub fn received(&self) -> Vec<String> {
        let messages = self.events.iter().filter_map(|event| match event {
            Event::Message(publish) => Some(text(&publish.payload)),
            _ => None,
        });
        messages.collect()
    }

    /// Payloads of the messages that the broker forwarded, in order.
    pub fn forwarded(&self) -> Vec<String> {
        self.broker.forwarded.iter().map(|message| text(&message.payload)).collect()
    }

    fn given(
        &mut self,
        answer: Result<RequestId, RequestError>,
    ) -> Result<RequestId, RequestError> {
        if let Ok(request_id) = answer {
            self.output_checker.given(request_id);
        }
        self.drain();
        answer
    }

    /// When something happens next.
    fn next(&self) -> Option<Instant> {
        self.transport.next().into_iter().chain(self.client.poll_timeout()).min()
    }

    fn step(&mut self, at: Instant) {
        self.now = self.now.max(at);
        self.broker.now = self.now.0;
        if let Some(bytes) = self.transport.arrived_late(self.now) {
            self.broker.receive_late(&bytes);
        } else if let Some(bytes) = self.transport.arrived(Direction::ToBroker, self.now) {
            self.carry(Direction::ToBroker, &bytes);
        } else if let Some(bytes) = self.transport.arrived(Direction::ToClient, self.now) {
            self.carry(Direction::ToClient, &bytes);
        } else if self.transport.opens_at.is_some_and(|at| at <= self.now) {
            self.open();
        } else {
            self.client.handle_timeout(self.now);
            self.drain();
        }
    }

    fn open(&mut self) {
        if self.transport.down {
            return self.cut();
        }
        self.transport.opens_at = None;
        self.transport.open = true;
        self.broker.open();
        self.output_checker.opened();
        self.client.handle_transport_opened(self.now);
        self.drain();
    }

    /// Delivers bytes, as far as the transport holds.
    fn carry(&mut self, direction: Direction, bytes: &[u8]) {
        let (bytes, breaks) = match self.transport.cuts.front_mut() {
            Some((cut, after)) if *cut == direction && bytes.len() >= *after => {
                (&bytes[..*after], true)
            }
            Some((cut, after)) if *cut == direction => {
                *after -= bytes.len();
                (bytes, false)
            }
            _ => (bytes, false),
        };
        self.transport.delivered[direction as usize] += bytes.len();
        match direction {
            Direction::ToBroker => {
                if breaks {
                    self.transport.to_broker.clear(); // nothing arrives behind what is missing
                }
                let answer = self.broker.receive(bytes);
                self.transport.push(Direction::ToClient, answer, self.now);
            }
            Direction::ToClient => self.give(bytes),
        }
        if breaks {
            self.transport.cuts.pop_front();
            self.cut();
        }
    }

    fn give(&mut self, bytes: &[u8]) {
        let piece = if self.transport.piece == 0 { usize::MAX } else { self.transport.piece };
        self.packet_checker.manual = self.client.options().manual_ack;
        for bytes in bytes.chunks(piece) {
            if !self.transport.open {
                return; // the client has closed it
            }
            self.packet_checker.server_sent(bytes, self.now.0);
            self.client.handle_transport_received(bytes.to_vec(), self.now);
            self.drain();
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll_output() {
            if !matches!(output, Output::Event(_)) && self.is_killed() {
                return self.kill_app();
            }
            self.output_checker.watch(&output);
            match output {
                Output::OpenTransport => {
                    self.transport.opens_at = Some(self.now.after(self.transport.latency));
                }
                Output::Send(bytes) => {
                    self.packet_checker.client_sends(&bytes, self.now.0);
                    self.transport.push(Direction::ToBroker, bytes, self.now);
                }
                Output::CloseTransport => {
                    if !self.transport.lingers {
                        // what was sent before arrives
                        while let Some((_, bytes)) = self.transport.to_broker.pop_front() {
                            self.broker.receive(&bytes);
                        }
                    }
                    self.close_transport();
                }
                Output::PutRecord(record) => {
                    self.storage.store(&record);
                    if let SessionRecord::Delivery(id, _) = *record {
                        self.client.handle_record_stored(RequestId(id), true, self.now);
                    }
                }
                Output::DeleteRecord(key) => self.storage.erase(&key),
                Output::Event(event) => {
                    self.hear(&event);
                    self.events.push(event);
                }
                other => panic!("unknown to this test: {other:?}"),
            }
        }
    }

    fn hear(&mut self, event: &Event) {
        match event {
            Event::Message(publish) if self.client.options().manual_ack => {
                let id = publish.packet_id.map_or(0, PacketId::get);
                self.unacknowledged = Some((publish.qos, id));
            }
            Event::Closed => self.unacknowledged = None,
            Event::Refused { request_id, .. } => {
                if let Some(payload) = self.payloads.get(&request_id.0) {
                    self.packet_checker.given_up(payload);
                }
            }
            Event::Failed { request_id, failure } if *failure != Failure::ConnectionLost => {
                if let Some(payload) = self.payloads.get(&request_id.0) {
                    self.packet_checker.given_up(payload);
                }
            }
            Event::Ended => self.packet_checker.ended(),
            _ => {}
        }
    }

    fn close_transport(&mut self) {
        self.transport.close();
        self.packet_checker.closed();
        if self.transport.lingers {
            self.broker.become_half_open();
        } else {
            self.broker.close();
        }
    }
}

fn text(payload: &[u8]) -> String {
    String::from_utf8(payload.to_vec()).unwrap()
}
