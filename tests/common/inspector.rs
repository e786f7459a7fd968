//! Rules of MQTT 3.1.1 for what a client sends, checked against all that it was given to read. Sits
//! between client and transport, so it sees what the transport loses as well.

use std::collections::VecDeque;

use super::wire::{Message, Stream, Wire, packets_of};

#[derive(Debug, Default)]
pub struct Inspector {
    /// Deliveries at once, at most
    window: usize,
    connection: Connection,
    /// PUBLISH that was sent and not answered, in the order of first sending
    published: Vec<Delivery>,
    /// PUBREC came, PUBCOMP did not; in the order of PUBREC
    released: Vec<u16>,
    /// How often a message was sent again with DUP
    pub redelivered: usize,
}

#[derive(Debug, Default)]
struct Connection {
    incoming: Stream,
    phase: Phase,
    /// Identifiers of messages to be sent again before anything new
    replay: VecDeque<u16>,
    /// Answers that the client has to give next, in order
    owed: VecDeque<Wire>,
    /// SUBSCRIBE and UNSUBSCRIBE that are not answered
    requests: Vec<u16>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Phase {
    #[default]
    Silent,
    Asked,
    Accepted,
    Left,
}

#[derive(Debug)]
struct Delivery {
    message: Message,
    /// In the session that the server has
    sent: bool,
}

impl Inspector {
    pub fn new(window: usize) -> Self {
        Self { window, ..Self::default() }
    }

    /// The connection is over; so is what was owed on it.
    pub fn closed(&mut self) {
        self.connection = Connection::default();
    }

    /// The client has left, and given up what was on its way.
    pub fn ended(&mut self) {
        self.published.clear();
        self.released.clear();
    }

    /// Nothing is left that the client should have sent.
    pub fn is_settled(&self) -> bool {
        let Connection { replay, owed, .. } = &self.connection;
        replay.is_empty() && owed.is_empty()
    }

    /// The client was given these bytes, or is about to be.
    pub fn server_sent(&mut self, bytes: &[u8]) {
        for packet in self.connection.incoming.push(bytes) {
            match packet {
                Wire::ConnAck { session_present, return_code: 0 } => self.accepted(session_present),
                Wire::Publish(message) => match message.qos {
                    0 => {}
                    1 => self.connection.owed.push_back(Wire::PubAck(message.id)),
                    _ => self.connection.owed.push_back(Wire::PubRec(message.id)),
                },
                Wire::PubRel(id) => self.connection.owed.push_back(Wire::PubComp(id)),
                Wire::PubAck(id) => {
                    self.take(id, 1);
                }
                Wire::PubRec(id) => {
                    if self.take(id, 2) {
                        self.released.push(id);
                    }
                    self.connection.owed.push_back(Wire::PubRel(id));
                }
                Wire::PubComp(id) => self.released.retain(|released| *released != id),
                Wire::SubAck { id, .. } | Wire::UnsubAck(id) => {
                    self.connection.requests.retain(|request| *request != id);
                }
                _ => {}
            }
        }
    }

    /// The client sends a message of one or more packets.
    pub fn client_sends(&mut self, bytes: &[u8]) {
        for packet in packets_of(bytes) {
            self.check(packet);
        }
    }

    fn check(&mut self, packet: Wire) {
        let phase = self.connection.phase;
        if let Wire::Connect(_) = packet {
            assert_eq!(phase, Phase::Silent, "CONNECT twice [MQTT-3.1.0-2]");
            self.connection.phase = Phase::Asked;
            return;
        }
        assert_ne!(phase, Phase::Silent, "CONNECT is not first [MQTT-3.1.0-1]: {packet:?}");
        assert_ne!(phase, Phase::Asked, "before CONNACK: {packet:?}");
        assert_ne!(phase, Phase::Left, "after DISCONNECT [MQTT-3.14.4-2]: {packet:?}");
        match packet {
            Wire::Publish(message) => self.check_publish(message),
            Wire::PubAck(_) | Wire::PubRec(_) | Wire::PubRel(_) | Wire::PubComp(_) => {
                // each once, and in order [MQTT-4.6.0-2] [MQTT-4.6.0-3] [MQTT-4.6.0-4]
                let owed = self.connection.owed.pop_front();
                assert_eq!(Some(packet), owed, "an answer to nothing, or out of turn");
            }
            Wire::Subscribe { id, .. } | Wire::Unsubscribe { id, .. } => {
                self.check_is_free(id);
                self.connection.requests.push(id);
            }
            Wire::PingReq => {}
            Wire::Disconnect => self.connection.phase = Phase::Left,
            server => panic!("no client sends {server:?}"),
        }
    }

    fn check_publish(&mut self, message: Message) {
        if message.qos == 0 {
            assert!(!message.dup, "DUP at QoS 0 [MQTT-3.3.1-2]");
            assert!(self.connection.replay.is_empty(), "new before what is sent again");
            return;
        }
        if let Some(id) = self.connection.replay.pop_front() {
            let first = self.published.iter_mut().find(|first| first.message.id == id).unwrap();
            // in order [MQTT-4.6.0-1], and DUP exactly if the session knows it [MQTT-3.3.1-1]
            let expected = Message { dup: first.sent, ..first.message.clone() };
            assert_eq!(message, expected, "not what is to be sent again now");
            self.redelivered += usize::from(first.sent);
            first.sent = true;
        } else {
            assert!(!message.dup, "DUP on a first sending [MQTT-3.3.1-1]: {message:?}");
            self.check_is_free(message.id);
            self.published.push(Delivery { message, sent: true });
        }
        let unanswered = self.published.len() - self.connection.replay.len() + self.released.len();
        assert!(unanswered <= self.window, "{unanswered} deliveries at once");
    }

    /// [MQTT-2.3.1-2]
    fn check_is_free(&self, id: u16) {
        let published = self.published.iter().map(|delivery| delivery.message.id);
        let mut used = published.chain(self.released.iter().copied());
        let taken = used.any(|used| used == id) || self.connection.requests.contains(&id);
        assert!(!taken, "packet identifier {id} is in use [MQTT-2.3.1-2]");
    }

    fn accepted(&mut self, session_present: bool) {
        self.connection.phase = Phase::Accepted;
        if !session_present {
            self.released.clear();
            self.published.iter_mut().for_each(|delivery| delivery.sent = false);
        }
        // [MQTT-4.4.0-1]
        self.connection.owed = self.released.iter().map(|id| Wire::PubRel(*id)).collect();
        self.connection.replay =
            self.published.iter().map(|delivery| delivery.message.id).collect();
    }

    fn take(&mut self, id: u16, qos: u8) -> bool {
        let before = self.published.len();
        self.published.retain(|delivery| (delivery.message.id, delivery.message.qos) != (id, qos));
        self.published.len() < before
    }
}
