//! Rules of MQTT for what a client sends, checked against everything that it has received. It sits
//! between client and transport, so it sees what the transport loses as well. What this connection
//! allows (the server's limits, topic aliases, keep alive) is in `packet_checker/server_limits.rs`,
//! what a client has to continue with after a restart in `packet_checker/restored.rs`.

mod restored;
mod server_limits;

use std::collections::{BTreeSet, VecDeque};

use super::wire::{FIRST_ERROR, Message, Packet, Stream, V5, Wire, split};
use server_limits::ServerLimits;

#[derive(Debug, Default)]
pub struct PacketChecker {
    /// Deliveries at once, at most: the client's own limit
    window: usize,
    connection: Connection,
    /// PUBLISH that was sent and not answered, in the order of first sending
    published: Vec<Delivery>,
    /// PUBREC was received, PUBCOMP was not; in the order of PUBREC. Their identifiers and payloads
    released: Vec<(u16, Vec<u8>)>,
    /// QoS 2 messages that the client has received, and that the server has not released
    received: BTreeSet<u16>,
    /// The application acknowledges messages, and the client decodes nothing behind one that is not
    /// acknowledged.
    pub manual: bool,
    /// How often a message was sent again with DUP
    pub redelivered: usize,
    /// How often a topic alias stood for a topic name
    pub aliased: usize,
}

#[derive(Debug, Default)]
struct Connection {
    level: u8,
    incoming: Stream,
    phase: Phase,
    /// Whether CONNECT asked for a new session
    clean: bool,
    limits: ServerLimits,
    /// Identifiers of messages to be sent again before anything new
    replay: VecDeque<u16>,
    /// Acknowledgements that the client has to send next, in order
    owed: VecDeque<Packet>,
    /// SUBSCRIBE and UNSUBSCRIBE that are not answered
    requests: Vec<u16>,
    /// Removed messages, whose identifiers the server may still answer
    removed: Vec<u16>,
    /// What came behind a message that the application has not acknowledged
    unread: Option<VecDeque<Packet>>,
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
    /// With its topic name, and without an alias
    message: Message,
    /// In the session that the server has
    sent: bool,
}

const UNKNOWN_ID: u8 = 0x92;

impl PacketChecker {
    pub fn new(window: usize) -> Self {
        Self { window, ..Self::default() }
    }

    /// The connection is closed: acknowledgements are no longer expected.
    pub fn closed(&mut self) {
        self.connection = Connection::default();
    }

    /// The client has ended, and dropped what was in flight.
    pub fn ended(&mut self) {
        self.published.clear();
        self.released.clear();
    }

    /// The client has reported that it will not deliver the message with this payload.
    pub fn given_up(&mut self, payload: &[u8]) {
        let Connection { phase, replay, removed, .. } = &mut self.connection;
        let mut ids = Vec::new();
        if let Some(at) = self.published.iter().position(|first| first.message.payload == payload) {
            ids.push(self.published.remove(at).message.id);
        }
        if let Some(at) = self.released.iter().position(|(_, released)| released == payload) {
            ids.push(self.released.remove(at).0);
        }
        let sent_here = |id: &u16| *phase == Phase::Accepted && !replay.contains(id);
        removed.extend(ids.iter().filter(|id| sent_here(id))); // in use until they are answered
        replay.retain(|waiting| !ids.contains(waiting));
    }

    /// The client was suspended until now.
    pub fn froze(&mut self, now: u64) {
        self.connection.limits.froze(now);
    }

    /// The application has acknowledged a message with this reason code, or not at all.
    pub fn acknowledged(&mut self, qos: u8, id: u16, reason: Option<u8>) {
        let Connection { owed, level, .. } = &mut self.connection;
        let wire = match qos {
            0 => return,
            1 => Wire::PubAck(id),
            _ => Wire::PubRec(id),
        };
        let at =
            owed.iter().position(|packet| packet.wire == wire).expect("an answer that is owed");
        let reason = reason.map(|reason| if *level == V5 { reason } else { 0 });
        match reason {
            Some(reason) => owed[at].reason = reason,
            None => drop(owed.remove(at)),
        }
        if qos == 2 && reason.is_none_or(|reason| reason >= FIRST_ERROR) {
            self.received.remove(&id); // the server may use it for another message [MQTT-4.3.3-9]
        }
    }

    /// The client continues decoding, up to the next message.
    pub fn reads_on(&mut self) {
        for packet in self.connection.unread.take().into_iter().flatten() {
            self.hear(packet);
        }
    }

    /// Nothing is left that the client should have sent.
    pub fn is_settled(&self) -> bool {
        let Connection { replay, owed, .. } = &self.connection;
        replay.is_empty() && owed.is_empty()
    }

    /// The client receives these bytes.
    pub fn server_sent(&mut self, bytes: &[u8], now: u64) {
        for packet in self.connection.incoming.push(bytes) {
            if let Wire::ConnAck { return_code: 0, .. } = packet.wire {
                self.connection.limits.hear(&packet.properties, now);
            }
            self.hear(packet);
        }
    }

    /// The client sends a message of one or more packets.
    pub fn client_sends(&mut self, bytes: &[u8], now: u64) {
        for bytes in split(bytes) {
            self.check(bytes, now);
        }
    }

    fn hear(&mut self, packet: Packet) {
        if let Some(unread) = &mut self.connection.unread {
            return unread.push_back(packet);
        }
        let v5 = self.connection.level == V5;
        let unknown = |known: bool| if known || !v5 { 0 } else { UNKNOWN_ID };
        let owed = &mut self.connection.owed;
        match packet.wire {
            Wire::ConnAck { session_present, return_code: 0 } => {
                self.accepted(session_present);
            }
            Wire::Publish(Message { qos, id, .. }) => {
                match qos {
                    0 => {}
                    1 => owed.push_back(Wire::PubAck(id).into()), // [MQTT-4.3.2-4]
                    _ => owed.push_back(Wire::PubRec(id).into()), // [MQTT-4.3.3-8]
                }
                let new = qos < 2 || self.received.insert(id);
                if new && self.manual {
                    self.connection.unread = Some(VecDeque::new());
                }
            }
            Wire::PubRel(id) => {
                let reason = unknown(self.received.remove(&id));
                owed.push_back(Packet::with_reason(Wire::PubComp(id), reason)); // [MQTT-4.3.3-11]
            }
            Wire::PubAck(id) => {
                self.take(id, 1);
                self.forget(id);
            }
            Wire::PubRec(id) if packet.reason >= FIRST_ERROR => {
                self.take(id, 2); // and no PUBREL [MQTT-4.3.3-4]
                self.forget(id);
            }
            Wire::PubRec(id) => {
                if let Some(message) = self.take(id, 2) {
                    self.released.push((id, message.payload));
                }
                let known = self.released.iter().any(|(released, _)| *released == id);
                let pubrel = Packet::with_reason(Wire::PubRel(id), unknown(known));
                self.connection.owed.push_back(pubrel); // [MQTT-4.3.3-1]
            }
            Wire::PubComp(id) => {
                self.released.retain(|(released, _)| *released != id);
                self.forget(id);
            }
            Wire::SubAck { id, .. } | Wire::UnsubAck(id) => {
                self.connection.requests.retain(|request| *request != id);
            }
            _ => {}
        }
    }

    fn check(&mut self, bytes: &[u8], now: u64) {
        let level = self.connection.level;
        let packet = Packet::decode(bytes, level);
        let phase = self.connection.phase;
        if let Wire::Connect(connect) = &packet.wire {
            assert_eq!(phase, Phase::Silent, "CONNECT twice [MQTT-3.1.0-2]");
            let clean = connect.flags & 0x02 != 0;
            let limits = ServerLimits::new(connect.keep_alive, now);
            self.connection =
                Connection { level: connect.level, clean, limits, ..Connection::default() };
            self.connection.incoming.level = connect.level;
            self.connection.phase = Phase::Asked;
            return;
        }
        assert_ne!(phase, Phase::Silent, "CONNECT is not first [MQTT-3.1.0-1]: {packet:?}");
        assert_ne!(phase, Phase::Asked, "before CONNACK: {packet:?}");
        assert_ne!(phase, Phase::Left, "after DISCONNECT [MQTT-3.14.4-2]: {packet:?}");
        self.connection.limits.check(&packet, bytes.len(), now);
        match packet.wire {
            Wire::Publish(message) => {
                self.aliased += usize::from(message.topic.is_empty());
                let message = self.connection.limits.aliases.resolve(message);
                self.check_publish(message);
            }
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
        self.skip_what_cannot_be_sent(&message);
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
        let sent = self.published.len() - self.connection.replay.len();
        let unanswered = sent + self.released.len() + self.connection.removed.len();
        assert!(unanswered <= self.window, "{unanswered} deliveries at once");
        let maximum = self.connection.limits.receive_maximum;
        assert!(unanswered <= maximum, "{unanswered} deliveries at once [MQTT-3.3.4-7]");
    }

    /// Skips messages that an earlier server supported, but this one does not.
    fn skip_what_cannot_be_sent(&mut self, next: &Message) {
        let Connection { replay, limits, level, .. } = &mut self.connection;
        while let Some(id) = replay.front()
            && let Some(at) = self.published.iter().position(|first| first.message.id == *id)
            && self.published[at].message.payload != next.payload
            && !limits.takes(&self.published[at].message, *level)
        {
            self.published.remove(at);
            replay.pop_front();
        }
    }

    /// [MQTT-2.3.1-2]
    fn check_is_free(&self, id: u16) {
        let published = self.published.iter().map(|delivery| delivery.message.id);
        let Connection { requests, removed, .. } = &self.connection;
        let released = self.released.iter().map(|(id, _)| *id);
        let mut used = published.chain(released).chain(requests.iter().chain(removed).copied());
        assert!(used.all(|used| used != id), "packet identifier {id} is in use [MQTT-2.3.1-2]");
    }

    fn accepted(&mut self, session_present: bool) {
        self.connection.phase = Phase::Accepted;
        // CONNACK of MQTT 3.1 cannot express it: there is a session if it was to be kept
        let kept = if self.connection.level > 3 { session_present } else { !self.connection.clean };
        if !kept {
            self.released.clear();
            self.received.clear();
            self.published.iter_mut().for_each(|delivery| delivery.sent = false);
        }
        // [MQTT-4.4.0-1]
        self.connection.owed =
            self.released.iter().map(|(id, _)| Wire::PubRel(*id).into()).collect();
        self.connection.replay =
            self.published.iter().map(|delivery| delivery.message.id).collect();
    }

    fn take(&mut self, id: u16, qos: u8) -> Option<Message> {
        let is_it = |delivery: &Delivery| (delivery.message.id, delivery.message.qos) == (id, qos);
        let at = self.published.iter().position(is_it)?;
        Some(self.published.remove(at).message)
    }

    fn forget(&mut self, id: u16) {
        self.connection.removed.retain(|removed| *removed != id);
    }
}
