//! What the model broker keeps for a client identifier. Section 4.1

use std::collections::BTreeMap;

use super::connection::ConnectedClient;
use crate::common::wire::{Message, Packet, Wire};

#[derive(Debug)]
pub struct Session {
    /// The options byte of each filter; the quality of service is in its last two bits
    pub subscriptions: BTreeMap<String, u8>,
    /// Subscription identifiers by filter (MQTT 5)
    pub identifiers: BTreeMap<String, u32>,
    /// QoS 2 messages that are not released
    pub received: BTreeMap<u16, Message>,
    /// In the order of sending
    outgoing: Vec<Outgoing>,
    last_id: u16,
    /// When it is over, while the client is away
    ends: Option<u64>,
    /// Bytes that the client takes
    packet_size: usize,
    level: u8,
}

#[derive(Debug)]
struct Outgoing {
    message: Message,
    /// PUBLISH was sent, on whatever connection.
    sent: bool,
    /// PUBLISH was sent on this connection.
    sent_here: bool,
    released: bool,
}

const NO_SUBSCRIPTION_EXISTED: u8 = 0x11;

impl Default for Session {
    fn default() -> Self {
        Self {
            subscriptions: BTreeMap::new(),
            identifiers: BTreeMap::new(),
            received: BTreeMap::new(),
            outgoing: Vec::new(),
            last_id: 0,
            ends: None,
            packet_size: usize::MAX,
            level: 0,
        }
    }
}

impl Session {
    pub fn is_idle(&self) -> bool {
        self.outgoing.is_empty()
    }

    pub fn is_over(&self, now: u64) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }

    /// The client is away from now on.
    pub fn expires(&mut self, seconds: u32, now: u64) {
        self.ends = (seconds < u32::MAX).then(|| now + u64::from(seconds) * 1_000);
    }

    /// Whether the client takes a packet as large as this one may become. [MQTT-3.1.2-24]
    pub fn fits(&self, message: &Message) -> bool {
        const ALIAS: usize = 4; // a byte more of length with it
        let plain = Packet::from(Wire::Publish(message.clone()));
        plain.bytes(self.level).len() + ALIAS <= self.packet_size
    }

    /// Takes a message to deliver at QoS 1 or 2.
    pub fn push(&mut self, mut message: Message) {
        self.last_id = self.last_id % 9 + 1; // few, so that they are used again soon
        while self.outgoing.iter().any(|outgoing| outgoing.message.id == self.last_id) {
            self.last_id += 1;
        }
        message.id = self.last_id;
        self.outgoing.push(Outgoing { message, sent: false, sent_here: false, released: false });
    }

    /// What is to be sent again on a new connection.
    pub fn resume(&mut self, client: &mut ConnectedClient) -> Vec<Packet> {
        self.ends = None;
        self.packet_size = client.packet_size;
        self.level = client.level;
        let mut packets = Vec::new();
        for outgoing in &mut self.outgoing {
            outgoing.sent_here = false;
            if outgoing.released {
                packets.push(Wire::PubRel(outgoing.message.id).into());
            }
        }
        packets.extend(self.due(client));
        packets
    }

    /// The messages that may be sent now: the client says how many it takes. [MQTT-3.3.4-9]
    pub fn due(&mut self, client: &mut ConnectedClient) -> Vec<Packet> {
        let mut packets = Vec::new();
        let mut room =
            client.receive_maximum - self.outgoing.iter().filter(|o| o.sent_here).count();
        for outgoing in self.outgoing.iter_mut().filter(|o| !o.sent_here && !o.released) {
            if room == 0 {
                break;
            }
            room -= 1;
            outgoing.sent_here = true;
            let dup = std::mem::replace(&mut outgoing.sent, true); // [MQTT-3.3.1-1]
            packets.push(client.say(Message { dup, ..outgoing.message.clone() }));
        }
        packets
    }

    /// PUBREC: whether there is such a message.
    pub fn release(&mut self, id: u16) -> bool {
        let mut known = false;
        for outgoing in self.outgoing.iter_mut().filter(|outgoing| outgoing.message.id == id) {
            outgoing.released = true;
            known = true;
        }
        known
    }

    /// The delivery has ended.
    pub fn end(&mut self, id: u16) {
        self.outgoing.retain(|outgoing| outgoing.message.id != id);
    }

    pub fn subscribe(&mut self, filter: String, options: u8, identifier: Option<u32>) {
        self.identifiers.remove(&filter);
        self.identifiers.extend(identifier.map(|identifier| (filter.clone(), identifier)));
        self.subscriptions.insert(filter, options);
    }

    /// The code of UNSUBACK
    pub fn unsubscribe(&mut self, filter: &str) -> u8 {
        self.identifiers.remove(filter);
        match self.subscriptions.remove(filter) {
            Some(_) => 0,
            None => NO_SUBSCRIPTION_EXISTED,
        }
    }
}
