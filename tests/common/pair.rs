//! A client, the model broker, and the transport between them, in virtual time. The transport
//! delays, delivers in pieces, breaks after any byte, and can vanish without a word; what it
//! delivers it delivers in order and once, as TCP does.

use std::collections::VecDeque;

use mqtt_miniprogram::codec::{Disconnect, Properties, Subscription};
use mqtt_miniprogram::{
    Client, Event, Instant, Options, Output, Publish, QoS, RequestError, Token,
};

use super::broker::Broker;
use super::inspector::Inspector;
use super::referee::Referee;
use super::wire::Message;
use super::{filter, message};

pub struct Pair {
    pub client: Client,
    pub broker: Broker,
    pub now: Instant,
    pub events: Vec<Event>,
    pub transport: Transport,
    pub inspector: Inspector,
    pub referee: Referee,
}

#[derive(Debug, Default)]
pub struct Transport {
    /// Milliseconds from end to end
    pub latency: u64,
    /// Bytes the client gets at a time; 0 for all there are
    pub piece: usize,
    /// New transports cannot be opened.
    pub down: bool,
    /// Where it will break: after so many bytes more in this direction. One after the other.
    pub cuts: VecDeque<(Direction, usize)>,
    /// Bytes delivered, to broker and to client
    pub delivered: [usize; 2],
    opens_at: Option<Instant>,
    open: bool,
    /// What is sent is lost, and nobody knows.
    vanished: bool,
    to_broker: VecDeque<(Instant, Vec<u8>)>,
    to_client: VecDeque<(Instant, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    ToBroker,
    ToClient,
}

impl Pair {
    pub fn new(options: Options) -> Self {
        let window = usize::from(options.max_in_flight.max(1));
        Self {
            client: Client::new(options),
            broker: Broker::default(),
            now: Instant(1_000_000),
            events: Vec::new(),
            transport: Transport::default(),
            inspector: Inspector::new(window),
            referee: Referee::default(),
        }
    }

    /// The client is told to connect; nothing has happened yet.
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
        self.referee.connect();
        self.client.connect(self.now);
        self.drain();
    }

    pub fn disconnect(&mut self, force: bool) {
        self.client.disconnect(force, Disconnect::default(), self.now).unwrap();
        self.drain();
    }

    pub fn publish(&mut self, publish: Publish) -> Result<Token, RequestError> {
        let answer = self.client.publish(publish, self.now);
        self.given(answer)
    }

    /// Publishes to topic "t".
    pub fn publishes(&mut self, payload: &str, qos: QoS) -> Token {
        self.publish(message(payload, qos)).unwrap()
    }

    pub fn subscribes(&mut self, filters: &[(&str, QoS)]) -> Token {
        let filters =
            filters.iter().map(|(text, qos)| Subscription::new(filter(text), *qos)).collect();
        let answer = self.client.subscribe(filters, Properties::default(), self.now);
        self.given(answer).unwrap()
    }

    pub fn unsubscribes(&mut self, filters: &[&str]) -> Token {
        let filters = filters.iter().map(|text| filter(text)).collect();
        let answer = self.client.unsubscribe(filters, Properties::default(), self.now);
        self.given(answer).unwrap()
    }

    /// The broker has a message for client "c" on topic "t".
    pub fn server_sends(&mut self, payload: &str, qos: QoS) {
        let message = Message {
            qos: qos as u8,
            topic: "t".into(),
            payload: payload.into(),
            ..Message::default()
        };
        let bytes = self.broker.send("c", message);
        self.transport.push(Direction::ToClient, bytes, self.now);
    }

    /// The connection breaks, and both ends know at once.
    pub fn cut(&mut self) {
        if !self.transport.open && self.transport.opens_at.is_none() {
            return;
        }
        self.transport.close();
        self.broker.close();
        self.inspector.closed();
        self.referee.closed();
        self.client.handle_close(self.now);
        self.drain();
    }

    /// The connection breaks, and the client does not know.
    pub fn vanish(&mut self) {
        if self.transport.open {
            self.transport.vanished = true;
            self.transport.to_broker.clear();
            self.transport.to_client.clear();
            self.broker.close();
        }
    }

    /// Time passes; what is due happens in its order.
    pub fn pass(&mut self, millis: u64) {
        let end = self.now.after(millis);
        while let Some(at) = self.next().filter(|at| *at <= end) {
            self.step(at);
        }
        self.now = end;
    }

    /// Time passes until everything is answered on both sides, ten minutes at most.
    pub fn settle(&mut self) {
        let end = self.now.after(600_000);
        while !self.is_settled() {
            match self.next().filter(|at| *at <= end) {
                Some(at) => self.step(at),
                None => panic!("never settled: {:?} {:?}", self.client, self.inspector),
            }
        }
    }

    pub fn is_settled(&self) -> bool {
        let Transport { open, vanished, to_broker, to_client, .. } = &self.transport;
        let quiet = to_broker.is_empty() && to_client.is_empty();
        let done = self.client.is_idle() && self.broker.is_idle() && self.inspector.is_settled();
        *open && !vanished && quiet && done
    }

    /// Payloads of the messages the application got, in order.
    pub fn received(&self) -> Vec<String> {
        let messages = self.events.iter().filter_map(|event| match event {
            Event::Message(publish) => Some(text(&publish.payload)),
            _ => None,
        });
        messages.collect()
    }

    /// Payloads of the messages the broker passed on, in order.
    pub fn taken(&self) -> Vec<String> {
        self.broker.taken.iter().map(|message| text(&message.payload)).collect()
    }

    fn given(&mut self, answer: Result<Token, RequestError>) -> Result<Token, RequestError> {
        if let Ok(token) = answer {
            self.referee.given(token);
        }
        self.drain();
        answer
    }

    /// When something happens next.
    fn next(&self) -> Option<Instant> {
        let Transport { opens_at, to_broker, to_client, .. } = &self.transport;
        let arrivals = [to_broker.front(), to_client.front()];
        let arrivals = arrivals.into_iter().flatten().map(|(at, _)| *at);
        arrivals.chain(*opens_at).chain(self.client.poll_timeout()).min()
    }

    fn step(&mut self, at: Instant) {
        self.now = self.now.max(at);
        if let Some(bytes) = self.transport.arrived(Direction::ToBroker, self.now) {
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
        self.referee.opened();
        self.client.handle_open(self.now);
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
        for bytes in bytes.chunks(piece) {
            self.inspector.server_sent(bytes);
            self.client.handle_data(bytes, self.now);
            self.drain();
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll_output() {
            self.referee.watch(&output);
            match output {
                Output::OpenTransport => {
                    self.transport.opens_at = Some(self.now.after(self.transport.latency));
                }
                Output::Send(bytes) => {
                    self.inspector.client_sends(&bytes);
                    self.transport.push(Direction::ToBroker, bytes.to_vec(), self.now);
                }
                Output::CloseTransport => {
                    // what was sent before arrives
                    while let Some((_, bytes)) = self.transport.to_broker.pop_front() {
                        self.broker.receive(&bytes);
                    }
                    self.transport.close();
                    self.broker.close();
                    self.inspector.closed();
                }
                Output::Store(_) | Output::Erase(_) => unreachable!("no records are kept"),
                Output::Event(event) => {
                    if event == Event::Ended {
                        self.inspector.ended();
                    }
                    self.events.push(event);
                }
            }
        }
    }
}

impl Transport {
    fn push(&mut self, direction: Direction, bytes: Vec<u8>, now: Instant) {
        if self.open && !self.vanished && !bytes.is_empty() {
            let at = now.after(self.latency);
            let queue = self.queue(direction);
            let at = queue.back().map_or(at, |(last, _)| at.max(*last)); // in order
            queue.push_back((at, bytes));
        }
    }

    fn arrived(&mut self, direction: Direction, now: Instant) -> Option<Vec<u8>> {
        let queue = self.queue(direction);
        let due = queue.front().is_some_and(|(at, _)| *at <= now);
        due.then(|| queue.pop_front()).flatten().map(|(_, bytes)| bytes)
    }

    fn queue(&mut self, direction: Direction) -> &mut VecDeque<(Instant, Vec<u8>)> {
        match direction {
            Direction::ToBroker => &mut self.to_broker,
            Direction::ToClient => &mut self.to_client,
        }
    }

    fn close(&mut self) {
        self.opens_at = None;
        self.open = false;
        self.vanished = false;
        self.to_broker.clear();
        self.to_client.clear();
    }
}

fn text(payload: &[u8]) -> String {
    String::from_utf8(payload.to_vec()).unwrap()
}
