//! A model of a broker for MQTT 3.1.1, without I/O. It keeps sessions by client identifier, passes
//! messages on by noting them, and delivers its own at QoS 0, 1 and 2.

use std::collections::{BTreeMap, BTreeSet};

use super::wire::{Connect, Message, Stream, Wire, bytes_of};

#[derive(Debug, Default)]
pub struct Broker {
    pub sessions: BTreeMap<String, Session>,
    /// Messages that were passed on, in order
    pub taken: Vec<Message>,
    /// Pass QoS 2 messages on at PUBREL; else at their first PUBLISH. Section 4.3.3 allows both.
    pub waits_for_release: bool,
    /// Filters that get 0x80
    pub refused_filters: BTreeSet<String>,
    link: Option<Link>,
}

/// What is kept for a client identifier. Section 4.1
#[derive(Debug, Default)]
pub struct Session {
    pub subscriptions: BTreeMap<String, u8>,
    /// QoS 2 messages that are not released
    received: BTreeMap<u16, Message>,
    outgoing: Vec<Outgoing>,
    last_id: u16,
}

#[derive(Debug)]
struct Outgoing {
    message: Message,
    sent: bool,
    released: bool,
}

/// One network connection.
#[derive(Debug, Default)]
struct Link {
    stream: Stream,
    client: Option<Connect>,
}

const CLEAN: u8 = 0x02;

impl Broker {
    pub fn open(&mut self) {
        self.close();
        self.link = Some(Link::default());
    }

    /// The connection is gone.
    pub fn close(&mut self) {
        if let Some(Link { client: Some(client), .. }) = self.link.take()
            && client.flags & CLEAN != 0
        {
            self.sessions.remove(&client.client_id); // [MQTT-3.1.2-6]
        }
    }

    /// Loses every session, as a broker does that keeps them in memory and is started anew.
    pub fn forget(&mut self) {
        self.sessions.clear();
    }

    /// Whether everything that was sent at QoS 1 and 2 is done with.
    pub fn is_idle(&self) -> bool {
        self.sessions.values().all(|session| session.outgoing.is_empty())
    }

    /// Sends a message to a client, now or when it is back; the bytes to send now.
    pub fn send(&mut self, client_id: &str, mut message: Message) -> Vec<u8> {
        let online = self.client_id().as_deref() == Some(client_id);
        let Some(session) = self.sessions.get_mut(client_id) else { return Vec::new() };
        if message.qos == 0 {
            return if online { Wire::Publish(message).bytes() } else { Vec::new() };
        }
        session.last_id = session.last_id % 9 + 1; // few, so that they are used again soon
        while session.outgoing.iter().any(|outgoing| outgoing.message.id == session.last_id) {
            session.last_id += 1;
        }
        message.id = session.last_id;
        session.outgoing.push(Outgoing { message: message.clone(), sent: online, released: false });
        if online { Wire::Publish(message).bytes() } else { Vec::new() }
    }

    /// Bytes came in; the bytes to answer.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(link) = &mut self.link else { return Vec::new() };
        let packets = link.stream.push(bytes);
        packets.into_iter().flat_map(|packet| bytes_of(&self.answer(packet))).collect()
    }

    fn answer(&mut self, packet: Wire) -> Vec<Wire> {
        if let Wire::Connect(connect) = packet {
            return self.accept(connect);
        }
        let client_id = self.client_id().expect("CONNECT first [MQTT-3.1.0-1]");
        let Some(session) = self.sessions.get_mut(&client_id) else { return Vec::new() };
        match packet {
            Wire::Publish(message) => self.take(&client_id, message),
            Wire::PubRel(id) => {
                if let Some(message) = session.received.remove(&id)
                    && self.waits_for_release
                {
                    self.taken.push(message);
                }
                vec![Wire::PubComp(id)]
            }
            Wire::PubAck(id) | Wire::PubComp(id) => {
                session.outgoing.retain(|outgoing| outgoing.message.id != id);
                Vec::new()
            }
            Wire::PubRec(id) => {
                for outgoing in &mut session.outgoing {
                    outgoing.released |= outgoing.message.id == id;
                }
                vec![Wire::PubRel(id)]
            }
            Wire::Subscribe { id, filters } => {
                let mut codes = Vec::new();
                for (filter, qos) in filters {
                    if self.refused_filters.contains(&filter) {
                        codes.push(0x80);
                    } else {
                        codes.push(qos);
                        session.subscriptions.insert(filter, qos);
                    }
                }
                vec![Wire::SubAck { id, codes }]
            }
            Wire::Unsubscribe { id, filters } => {
                for filter in filters {
                    session.subscriptions.remove(&filter);
                }
                vec![Wire::UnsubAck(id)]
            }
            Wire::PingReq => vec![Wire::PingResp],
            Wire::Disconnect => {
                self.close();
                Vec::new()
            }
            other => panic!("a client does not send {other:?}"),
        }
    }

    fn accept(&mut self, connect: Connect) -> Vec<Wire> {
        assert!(self.client_id().is_none(), "a second CONNECT [MQTT-3.1.0-2]");
        if connect.flags & CLEAN != 0 {
            self.sessions.remove(&connect.client_id);
        }
        let session_present = self.sessions.contains_key(&connect.client_id);
        let session = self.sessions.entry(connect.client_id.clone()).or_default();
        let mut answer = vec![Wire::ConnAck { session_present, return_code: 0 }];
        for outgoing in &mut session.outgoing {
            // [MQTT-4.4.0-1]
            answer.push(if outgoing.released {
                Wire::PubRel(outgoing.message.id)
            } else {
                let dup = std::mem::replace(&mut outgoing.sent, true);
                Wire::Publish(Message { dup, ..outgoing.message.clone() })
            });
        }
        if let Some(link) = &mut self.link {
            link.client = Some(connect);
        }
        answer
    }

    /// Takes a message that a client publishes.
    fn take(&mut self, client_id: &str, message: Message) -> Vec<Wire> {
        match message.qos {
            0 => {
                self.taken.push(message);
                Vec::new()
            }
            1 => {
                let id = message.id;
                self.taken.push(message);
                vec![Wire::PubAck(id)]
            }
            _ => {
                let id = message.id;
                let session = self.sessions.entry(client_id.to_owned()).or_default();
                if session.received.insert(id, message.clone()).is_none() && !self.waits_for_release
                {
                    self.taken.push(message);
                }
                vec![Wire::PubRec(id)]
            }
        }
    }

    fn client_id(&self) -> Option<String> {
        Some(self.link.as_ref()?.client.as_ref()?.client_id.clone())
    }
}
