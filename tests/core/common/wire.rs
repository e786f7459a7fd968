//! MQTT on the wire, both ways, written apart from the crate's codec so that a mistake of one is
//! not made by the other. Panics on what is malformed: a test looks at it. Here are the packets;
//! their bytes are in `wire/codec.rs`, the properties of MQTT 5 in `wire/property.rs`.

mod codec;
mod property;

use std::mem;

pub use property::{Properties, Value, id as property_id, number};

/// A packet as MQTT 3 has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wire {
    Connect(Connect),
    ConnAck { session_present: bool, return_code: u8 },
    Publish(Message),
    PubAck(u16),
    PubRec(u16),
    PubRel(u16),
    PubComp(u16),
    Subscribe { id: u16, filters: Vec<(String, u8)> },
    SubAck { id: u16, codes: Vec<u8> },
    Unsubscribe { id: u16, filters: Vec<String> },
    UnsubAck(u16),
    PingReq,
    PingResp,
    Disconnect,
}

/// A packet of any version: as MQTT 3 has it, and what MQTT 5 adds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Packet {
    pub wire: Wire,
    /// Of PUBACK, PUBREC, PUBREL, PUBCOMP and DISCONNECT
    pub reason: u8,
    /// Of UNSUBACK
    pub codes: Vec<u8>,
    /// Of all packets but PUBLISH, which has its own in its message; not those of the will
    pub properties: Properties,
}

/// CONNECT as it stands in the packet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Connect {
    pub protocol: String,
    pub level: u8,
    pub flags: u8,
    pub keep_alive: u16,
    pub client_id: String,
    pub will: Option<(String, Vec<u8>)>,
    pub username: Option<String>,
    pub password: Option<Vec<u8>>,
}

/// PUBLISH; the packet identifier is 0 at QoS 0.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Message {
    pub dup: bool,
    pub qos: u8,
    pub retain: bool,
    pub topic: String,
    pub id: u16,
    pub payload: Vec<u8>,
    /// MQTT 5
    pub properties: Properties,
}

/// The level of CONNECT that stands for MQTT 5
pub const V5: u8 = 5;

/// Reason codes from here on are errors (MQTT 5).
pub const FIRST_ERROR: u8 = 0x80;

pub fn accepted(session_present: bool) -> Wire {
    Wire::ConnAck { session_present, return_code: 0 }
}

pub fn refused(return_code: u8) -> Wire {
    Wire::ConnAck { session_present: false, return_code }
}

/// How many packets these bytes are, of any version; panics if the last is not whole.
pub fn count_packets(bytes: &[u8]) -> usize {
    split(bytes).len()
}

/// The bytes of each packet; panics if the last is not whole.
pub fn split(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut packets = Vec::new();
    while !bytes.is_empty() {
        let Some(length) = codec::length(bytes) else { panic!("part of a packet: {bytes:x?}") };
        let (packet, rest) = bytes.split_at(length);
        packets.push(packet);
        bytes = rest;
    }
    packets
}

/// A message to topic "t".
pub fn publish(qos: u8, id: u16, payload: &str) -> Wire {
    Wire::Publish(Message {
        qos,
        id,
        topic: "t".into(),
        payload: payload.into(),
        ..Message::default()
    })
}

/// The same once more.
pub fn again(packet: Wire) -> Wire {
    match packet {
        Wire::Publish(message) => Wire::Publish(Message { dup: true, ..message }),
        other => panic!("only PUBLISH has DUP: {other:?}"),
    }
}

pub fn subscribe(id: u16, filters: &[(&str, u8)]) -> Wire {
    let filters = filters.iter().map(|(filter, qos)| (filter.to_string(), *qos)).collect();
    Wire::Subscribe { id, filters }
}

pub fn suback(id: u16, codes: &[u8]) -> Wire {
    Wire::SubAck { id, codes: codes.to_vec() }
}

pub fn unsubscribe(id: u16, filters: &[&str]) -> Wire {
    Wire::Unsubscribe { id, filters: filters.iter().map(|filter| filter.to_string()).collect() }
}

/// The bytes of packets of MQTT 3, one after the other.
pub fn bytes_of(packets: &[Wire]) -> Vec<u8> {
    packets.iter().flat_map(Wire::bytes).collect()
}

/// The packets of MQTT 3 in bytes that end where a packet ends.
pub fn packets_of(bytes: &[u8]) -> Vec<Wire> {
    split(bytes).into_iter().map(|packet| Packet::decode(packet, 4).wire).collect()
}

impl Wire {
    /// The bytes of a packet of MQTT 3 that a server sends.
    pub fn bytes(&self) -> Vec<u8> {
        Packet::from(self.clone()).bytes(4)
    }
}

impl From<Wire> for Packet {
    fn from(wire: Wire) -> Self {
        Self { wire, reason: 0, codes: Vec::new(), properties: Vec::new() }
    }
}

impl Packet {
    pub fn with_reason(wire: Wire, reason: u8) -> Self {
        Self { reason, ..wire.into() }
    }

    /// The bytes of a packet that a server sends.
    pub fn bytes(&self, level: u8) -> Vec<u8> {
        codec::encode(self, level)
    }

    /// The packet that these bytes are, all of them.
    pub fn decode(bytes: &[u8], level: u8) -> Self {
        codec::decode(bytes, level)
    }
}

/// Packets out of bytes that come in pieces. It begins with MQTT 3, and learns from a CONNECT.
#[derive(Debug, Default)]
pub struct Stream {
    pub level: u8,
    bytes: Vec<u8>,
}

impl Stream {
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Packet> {
        self.bytes.extend_from_slice(bytes);
        let mut packets = Vec::new();
        while let Some(length) = codec::length(&self.bytes) {
            let rest = self.bytes.split_off(length);
            let packet = Packet::decode(&mem::replace(&mut self.bytes, rest), self.level);
            if let Wire::Connect(connect) = &packet.wire {
                self.level = connect.level;
            }
            packets.push(packet);
        }
        packets
    }
}
