//! A model of a broker for MQTT 3.1, 3.1.1 and 5.0, without I/O. It keeps sessions by client
//! identifier (`broker/session.rs`), records the messages of clients instead of forwarding them,
//! and delivers its own at QoS 0, 1 and 2. What it knows of one network connection is in
//! `broker/connection.rs`.

mod connection;
mod session;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::wire::{FIRST_ERROR, Message, Packet, Properties, V5, Value, Wire, property_id as id};
use connection::{ConnectedClient, Connection};
pub use session::Session;

#[derive(Debug)]
pub struct Broker {
    pub sessions: BTreeMap<String, Session>,
    /// Messages that were forwarded, in order
    pub forwarded: Vec<Message>,
    /// Forward QoS 2 messages at PUBREL; otherwise at their first PUBLISH. Section 4.3.3 allows
    /// both.
    pub waits_for_release: bool,
    /// Filters that SUBACK refuses
    pub refused_filters: BTreeSet<String>,
    /// Topics whose messages PUBACK and PUBREC refuse (MQTT 5)
    pub refused_topics: BTreeSet<String>,
    /// The codes with which the next CONNECTs are refused
    pub refusals: VecDeque<u8>,
    /// What CONNACK grants and limits (MQTT 5)
    pub connack_properties: Properties,
    /// The highest protocol level that is supported
    pub highest_level: u8,
    /// Send reason strings in acknowledgements (MQTT 5)
    pub verbose: bool,
    /// Milliseconds
    pub now: u64,
    /// The client that was accepted last
    pub client_id: String,
    connection: Option<Connection>,
    /// A connection that the client has closed, unknown to the broker
    half_open: Option<Connection>,
    assigned: usize,
}

const CLEAN: u8 = 0x02;
const NOT_AUTHORIZED: u8 = 0x87;
const UNKNOWN_ID: u8 = 0x92;
const NO_SUBSCRIBERS: u8 = 0x10;

/// Messages to this topic have no subscribers.
pub const TOPIC_WITHOUT_SUBSCRIBERS: &str = "unsubscribed";

impl Default for Broker {
    fn default() -> Self {
        Self {
            sessions: BTreeMap::new(),
            forwarded: Vec::new(),
            waits_for_release: false,
            refused_filters: BTreeSet::new(),
            refused_topics: BTreeSet::new(),
            refusals: VecDeque::new(),
            connack_properties: Properties::new(),
            highest_level: V5,
            verbose: false,
            now: 0,
            client_id: String::new(),
            connection: None,
            half_open: None,
            assigned: 0,
        }
    }
}

impl Broker {
    pub fn open(&mut self) {
        self.close();
        self.connection = Some(Connection::default());
    }

    /// The connection is gone.
    pub fn close(&mut self) {
        if let Some(Connection { client: Some(client), .. }) = self.connection.take() {
            self.client_disconnected(&client);
        }
    }

    /// The client has closed the connection, but the broker does not know, and may still read from
    /// it.
    pub fn become_half_open(&mut self) {
        self.close_half_open();
        self.half_open = self.connection.take();
    }

    /// Loses every session, as a broker that keeps them in memory does when it restarts.
    pub fn forget(&mut self) {
        self.sessions.clear();
    }

    /// Whether every QoS 1 and 2 message is completely acknowledged.
    pub fn is_idle(&self) -> bool {
        let current = |session: &&Session| !session.is_over(self.now);
        self.sessions.values().filter(current).all(Session::is_idle)
    }

    /// Sends a message to the client that was accepted last, now or when it is back; the bytes to
    /// send now. `None`: it has no session, or does not accept a packet of this size.
    pub fn send(&mut self, message: Message) -> Option<Vec<u8>> {
        let client = self.connection.as_mut().and_then(|connection| connection.client.as_mut());
        let session = self.sessions.get_mut(&self.client_id)?;
        if session.is_over(self.now) || !session.fits(&message) {
            return None;
        }
        match client {
            Some(client) if message.qos == 0 => Some(client.say(message).bytes(client.level)),
            None if message.qos == 0 => None,
            Some(client) => {
                session.push(message);
                let packets = session.due(client);
                Some(client.bytes_of(packets))
            }
            None => {
                session.push(message);
                Some(Vec::new())
            }
        }
    }

    /// Disconnects with this reason code; the bytes to send. In MQTT 3 a server has no DISCONNECT.
    pub fn disconnect(&mut self, reason: u8) -> Vec<u8> {
        let level = self.connection.as_ref().and_then(Connection::level);
        self.close();
        match level {
            Some(V5) => Packet::with_reason(Wire::Disconnect, reason).bytes(V5),
            _ => Vec::new(),
        }
    }

    /// Bytes were received; the bytes to answer.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(connection) = &mut self.connection else { return Vec::new() };
        let packets = connection.stream.push(bytes);
        let level = connection.stream.level.min(self.highest_level);
        let answers = packets.into_iter().flat_map(|packet| self.answer(packet));
        let answers: Vec<Vec<u8>> = answers.map(|answer| answer.bytes(level)).collect();
        answers.concat()
    }

    /// Bytes were received that were sent on a connection that the client has closed.
    pub fn receive_late(&mut self, bytes: &[u8]) {
        let connection = std::mem::replace(&mut self.connection, self.half_open.take());
        self.receive(bytes);
        self.half_open = std::mem::replace(&mut self.connection, connection);
    }

    fn answer(&mut self, packet: Packet) -> Vec<Packet> {
        let Some(connection) = &mut self.connection else { return Vec::new() }; // it was closed on the way
        if let Wire::Connect(_) = packet.wire {
            assert!(connection.client.is_none(), "a second CONNECT [MQTT-3.1.0-2]");
            return self.accept(packet);
        }
        let client = connection.client.as_mut().expect("CONNECT first [MQTT-3.1.0-1]");
        let v5 = client.level == V5;
        let Some(session) = self.sessions.get_mut(&client.client_id) else { return Vec::new() };
        let unknown = |known: bool| if known || !v5 { 0 } else { UNKNOWN_ID };
        let mut answers = match packet.wire {
            Wire::Publish(message) => {
                let message = client.aliases.resolve(message);
                return self.take(message);
            }
            Wire::PubRel(id) => {
                let message = session.received.remove(&id);
                let reason = unknown(message.is_some());
                if self.waits_for_release {
                    self.forwarded.extend(message);
                }
                vec![Packet::with_reason(Wire::PubComp(id), reason)]
            }
            Wire::PubAck(id) | Wire::PubComp(id) => {
                session.end(id);
                Vec::new()
            }
            Wire::PubRec(id) if packet.reason >= FIRST_ERROR => {
                session.end(id);
                Vec::new()
            }
            Wire::PubRec(id) => {
                let reason = unknown(session.release(id));
                vec![Packet::with_reason(Wire::PubRel(id), reason)]
            }
            Wire::Subscribe { id, filters } => {
                let refusal = if v5 { NOT_AUTHORIZED } else { FIRST_ERROR };
                let identifier =
                    super::wire::number(&packet.properties, id::SUBSCRIPTION_IDENTIFIER);
                let mut codes = Vec::new();
                for (filter, options) in filters {
                    if self.refused_filters.contains(&filter) {
                        codes.push(refusal);
                    } else {
                        codes.push(options & 3);
                        session.subscribe(filter, options, identifier);
                    }
                }
                vec![Wire::SubAck { id, codes }.into()]
            }
            Wire::Unsubscribe { id, filters } => {
                let codes = filters.iter().map(|filter| session.unsubscribe(filter)).collect();
                vec![Packet { codes, ..Wire::UnsubAck(id).into() }]
            }
            Wire::PingReq => vec![Wire::PingResp.into()],
            Wire::Disconnect => {
                client.changes_expiry(&packet.properties);
                self.close();
                return Vec::new();
            }
            other => panic!("a client does not send {other:?}"),
        };
        answers.extend(session.due(client)); // there may be room for more
        answers
    }

    fn accept(&mut self, packet: Packet) -> Vec<Packet> {
        let Packet { wire: Wire::Connect(mut connect), properties, .. } = packet else { panic!() };
        let names = [(3, "MQIsdp"), (4, "MQTT"), (V5, "MQTT")];
        assert!(names.contains(&(connect.level, &connect.protocol)), "{connect:?}"); // [MQTT-3.1.2-1]
        let refusal =
            if connect.level > self.highest_level { Some(1) } else { self.refusals.pop_front() };
        if let Some(return_code) = refusal {
            return vec![Wire::ConnAck { session_present: false, return_code }.into()];
        }
        self.close_half_open(); // a session is taken over [MQTT-3.1.4-2]
        let v5 = connect.level == V5;
        let mut connack_properties =
            if v5 { self.connack_properties.clone() } else { Properties::new() };
        if connect.client_id.is_empty() {
            assert!(v5 || connect.flags & CLEAN != 0, "[MQTT-3.1.3-7]");
            self.assigned += 1;
            connect.client_id = format!("assigned-{}", self.assigned);
            if v5 {
                let assigned = Value::Text(connect.client_id.clone());
                connack_properties.push((id::ASSIGNED_CLIENT_ID, assigned)); // [MQTT-3.2.2-16]
            }
        }
        let client_id = connect.client_id.clone();
        self.sessions.retain(|_, session| !session.is_over(self.now));
        if connect.flags & CLEAN != 0 {
            self.sessions.remove(&client_id); // [MQTT-3.1.2-6]
        }
        // CONNACK of MQTT 3.1 cannot express it
        let session_present = connect.level > 3 && self.sessions.contains_key(&client_id);
        let mut client =
            ConnectedClient::new(&connect, &properties, &connack_properties, self.verbose);
        let session = self.sessions.entry(client_id.clone()).or_default();
        let connack = Wire::ConnAck { session_present, return_code: 0 };
        let mut answers = vec![Packet { properties: connack_properties, ..connack.into() }];
        answers.extend(session.resume(&mut client)); // [MQTT-4.4.0-1]
        self.client_id = client_id;
        self.connection.as_mut().unwrap().client = Some(client);
        answers
    }

    /// Accepts a message that a client publishes.
    fn take(&mut self, message: Message) -> Vec<Packet> {
        let Some(client) =
            self.connection.as_ref().and_then(|connection| connection.client.as_ref())
        else {
            panic!()
        };
        let session = self.sessions.get_mut(&client.client_id).unwrap();
        let reason = match client.level {
            V5 if self.refused_topics.contains(&message.topic) => NOT_AUTHORIZED,
            V5 if message.topic == TOPIC_WITHOUT_SUBSCRIBERS => NO_SUBSCRIBERS,
            _ => 0,
        };
        let answer = match message.qos {
            0 => None,
            1 => Some(client.answer(Wire::PubAck(message.id), reason)),
            _ => Some(client.answer(Wire::PubRec(message.id), reason)),
        };
        if reason >= FIRST_ERROR {
            return answer.into_iter().collect();
        }
        if message.qos < 2 {
            self.forwarded.push(message);
        } else if let Some(known) = session.received.get(&message.id) {
            // else another message has an identifier that is in flight [MQTT-2.3.1-4]
            assert_eq!(known.payload, message.payload, "identifier {} is in use", message.id);
        } else {
            session.received.insert(message.id, message.clone());
            if !self.waits_for_release {
                self.forwarded.push(message);
            }
        }
        answer.into_iter().collect()
    }

    /// A network connection of this client has ended.
    fn client_disconnected(&mut self, client: &ConnectedClient) {
        if client.session_expiry == 0 {
            self.sessions.remove(&client.client_id); // [MQTT-3.1.2-6], section 3.1.2.11.2 of MQTT 5
        } else if let Some(session) = self.sessions.get_mut(&client.client_id) {
            session.expires(client.session_expiry, self.now);
        }
    }

    fn close_half_open(&mut self) {
        if let Some(Connection { client: Some(client), .. }) = self.half_open.take() {
            self.client_disconnected(&client);
        }
    }
}
