//! The bytes of packets.

use std::mem;

use super::property::{self, Properties};
use super::{Connect, Message, Packet, V5, Wire};

/// The bytes of a packet that a server sends.
pub fn encode(packet: &Packet, level: u8) -> Vec<u8> {
    let v5 = level == V5;
    let properties = || if v5 { property::encode(&packet.properties) } else { Vec::new() };
    let answer = |id: u16| {
        let mut body = id.to_be_bytes().to_vec();
        if v5 && (packet.reason != 0 || !packet.properties.is_empty()) {
            body.push(packet.reason);
            if !packet.properties.is_empty() {
                body.extend(properties());
            }
        }
        body
    };
    match &packet.wire {
        Wire::ConnAck { session_present, return_code } => {
            framed(0x20, [vec![u8::from(*session_present), *return_code], properties()].concat())
        }
        Wire::Publish(message) => {
            let first =
                0x30 | u8::from(message.dup) << 3 | message.qos << 1 | u8::from(message.retain);
            let mut body = field(message.topic.as_bytes());
            if message.qos > 0 {
                body.extend_from_slice(&message.id.to_be_bytes());
            }
            if v5 {
                body.extend(property::encode(&message.properties));
            }
            body.extend_from_slice(&message.payload);
            framed(first, body)
        }
        Wire::PubAck(id) => framed(0x40, answer(*id)),
        Wire::PubRec(id) => framed(0x50, answer(*id)),
        Wire::PubRel(id) => framed(0x62, answer(*id)),
        Wire::PubComp(id) => framed(0x70, answer(*id)),
        Wire::SubAck { id, codes } => {
            framed(0x90, [&id.to_be_bytes()[..], &properties(), codes].concat())
        }
        Wire::UnsubAck(id) => {
            let codes = if v5 { &packet.codes[..] } else { &[] };
            framed(0xb0, [&id.to_be_bytes()[..], &properties(), codes].concat())
        }
        Wire::PingResp => framed(0xd0, Vec::new()),
        Wire::Disconnect if v5 => framed(0xe0, [vec![packet.reason], properties()].concat()),
        client => panic!("no server of level {level} sends {client:?}"),
    }
}

/// The packet that these bytes are, all of them.
pub fn decode(bytes: &[u8], level: u8) -> Packet {
    let v5 = level == V5;
    let header = 1 + bytes[1..].iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let mut body = Reader(&bytes[header..]);
    let kind = bytes[0] >> 4;
    let (mut reason, mut codes, mut properties) = (0, Vec::new(), Vec::new());
    let mut said = |body: &mut Reader| {
        if v5 {
            properties = property::decode(body, kind);
        }
    };
    let mut answer = |body: &mut Reader| {
        let id = body.id();
        if v5 && !body.0.is_empty() {
            reason = body.byte();
            if !body.0.is_empty() {
                said(body);
            }
        }
        id
    };
    let wire = match bytes[0] {
        0x10 => {
            let (connect, said) = decode_connect(&mut body);
            properties = said;
            Wire::Connect(connect)
        }
        0x20 => {
            let wire =
                Wire::ConnAck { session_present: body.byte() == 1, return_code: body.byte() };
            if !body.0.is_empty() {
                said(&mut body); // a server of MQTT 3 says none, whatever it was asked
            }
            wire
        }
        0x30..=0x3f => Wire::Publish(decode_publish(bytes[0], &mut body, v5)),
        0x40 => Wire::PubAck(answer(&mut body)),
        0x50 => Wire::PubRec(answer(&mut body)),
        0x62 => Wire::PubRel(answer(&mut body)),
        0x70 => Wire::PubComp(answer(&mut body)),
        0x82 => {
            let id = body.id();
            said(&mut body);
            Wire::Subscribe { id, filters: body.list(|body| (body.text(), body.byte())) }
        }
        0x90 => {
            let id = body.id();
            said(&mut body);
            Wire::SubAck { id, codes: body.rest() }
        }
        0xa2 => {
            let id = body.id();
            said(&mut body);
            Wire::Unsubscribe { id, filters: body.list(Reader::text) }
        }
        0xb0 => {
            let id = body.id();
            said(&mut body);
            codes = body.rest();
            Wire::UnsubAck(id)
        }
        0xc0 => Wire::PingReq,
        0xd0 => Wire::PingResp,
        0xe0 => {
            if v5 && !body.0.is_empty() {
                reason = body.byte();
                if !body.0.is_empty() {
                    said(&mut body);
                }
            }
            Wire::Disconnect
        }
        first => panic!("no packet begins with {first:#x}"),
    };
    assert!(body.0.is_empty(), "bytes behind {wire:?}");
    Packet { wire, reason, codes, properties }
}

/// Bytes of the first packet, if all of them are there.
pub fn length(bytes: &[u8]) -> Option<usize> {
    let mut remaining = 0;
    for (i, byte) in bytes.iter().skip(1).enumerate() {
        remaining |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let length = 2 + i + remaining;
            return (bytes.len() >= length).then_some(length);
        }
    }
    None
}

pub fn field(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

/// A variable byte integer.
pub fn variable(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn framed(first: u8, body: Vec<u8>) -> Vec<u8> {
    [vec![first], variable(body.len()), body].concat()
}

fn decode_connect(body: &mut Reader) -> (Connect, Properties) {
    let (protocol, level, flags) = (body.text(), body.byte(), body.byte());
    let v5 = level == V5;
    let keep_alive = body.number();
    let properties = if v5 { property::decode(body, 1) } else { Vec::new() };
    let client_id = body.text();
    let will = (flags & 0x04 != 0).then(|| {
        if v5 {
            property::decode(body, property::WILL);
        }
        (body.text(), body.field())
    });
    let username = (flags & 0x80 != 0).then(|| body.text());
    let password = (flags & 0x40 != 0).then(|| body.field());
    let connect =
        Connect { protocol, level, flags, keep_alive, client_id, will, username, password };
    (connect, properties)
}

fn decode_publish(first: u8, body: &mut Reader, v5: bool) -> Message {
    let qos = first >> 1 & 3;
    assert!(qos < 3, "QoS 3");
    let (dup, retain) = (first & 8 != 0, first & 1 != 0);
    let topic = body.text();
    let id = if qos > 0 { body.id() } else { 0 };
    let properties = if v5 { property::decode(body, 3) } else { Vec::new() };
    Message { dup, qos, retain, topic, id, payload: body.rest(), properties }
}

pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    pub fn number(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    pub fn variable(&mut self) -> usize {
        let mut number = 0;
        for place in 0..4 {
            let byte = self.byte();
            number |= usize::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return number;
            }
        }
        panic!("a variable byte integer of more than four bytes [MQTT-1.5.5-1]");
    }

    pub fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(length).expect("more bytes");
        self.0 = rest;
        taken
    }

    pub fn field(&mut self) -> Vec<u8> {
        let length = self.number().into();
        self.take(length).to_vec()
    }

    pub fn text(&mut self) -> String {
        String::from_utf8(self.field()).expect("UTF-8 [MQTT-1.5.3-1]")
    }

    fn id(&mut self) -> u16 {
        let id = self.number();
        assert_ne!(id, 0, "packet identifier 0 [MQTT-2.3.1-1]");
        id
    }

    fn rest(&mut self) -> Vec<u8> {
        mem::take(&mut self.0).to_vec()
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        while !self.0.is_empty() {
            items.push(item(self));
        }
        assert!(!items.is_empty(), "an empty list [MQTT-3.8.3-3] [MQTT-3.10.3-2]");
        items
    }
}
