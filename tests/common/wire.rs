//! MQTT 3.1.1 on the wire, both ways, written apart from the crate's codec so that a mistake of one
//! is not made by the other. Panics on what is malformed: a test looks at it.

use std::mem;

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

/// CONNECT as it stands in the packet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Connect {
    pub protocol: String,
    pub level: u8,
    pub flags: u8,
    pub keep_alive: u16,
    pub client_id: String,
    pub will: Option<(String, Vec<u8>)>,
    pub user_name: Option<String>,
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
}

pub fn accepted(session_present: bool) -> Wire {
    Wire::ConnAck { session_present, return_code: 0 }
}

pub fn refused(return_code: u8) -> Wire {
    Wire::ConnAck { session_present: false, return_code }
}

/// How many packets these bytes are, of any version; panics if the last is not whole.
pub fn count_packets(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while !bytes.is_empty() {
        let end = 1 + bytes[1..].iter().position(|byte| byte & 0x80 == 0).unwrap();
        let length = bytes[1..=end]
            .iter()
            .rev()
            .fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
        bytes = &bytes[end + 1 + length..];
        count += 1;
    }
    count
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

/// The bytes of packets, one after the other.
pub fn bytes_of(packets: &[Wire]) -> Vec<u8> {
    packets.iter().flat_map(Wire::bytes).collect()
}

/// The packets in bytes that end where a packet ends.
pub fn packets_of(bytes: &[u8]) -> Vec<Wire> {
    let mut stream = Stream::default();
    let packets = stream.push(bytes);
    assert!(stream.0.is_empty(), "part of a packet: {:x?}", stream.0);
    packets
}

/// Packets out of bytes that come in pieces.
#[derive(Debug, Default)]
pub struct Stream(Vec<u8>);

impl Stream {
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Wire> {
        self.0.extend_from_slice(bytes);
        let mut packets = Vec::new();
        while let Some(length) = length(&self.0) {
            let rest = self.0.split_off(length);
            packets.push(Wire::decode(&mem::replace(&mut self.0, rest)));
        }
        packets
    }
}

impl Wire {
    /// The bytes of a packet that a server sends.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::ConnAck { session_present, return_code } => {
                packet(0x20, vec![u8::from(*session_present), *return_code])
            }
            Self::Publish(message) => {
                let first =
                    0x30 | u8::from(message.dup) << 3 | message.qos << 1 | u8::from(message.retain);
                let mut body = (message.topic.len() as u16).to_be_bytes().to_vec();
                body.extend_from_slice(message.topic.as_bytes());
                if message.qos > 0 {
                    body.extend_from_slice(&message.id.to_be_bytes());
                }
                body.extend_from_slice(&message.payload);
                packet(first, body)
            }
            Self::PubAck(id) => packet(0x40, id.to_be_bytes().to_vec()),
            Self::PubRec(id) => packet(0x50, id.to_be_bytes().to_vec()),
            Self::PubRel(id) => packet(0x62, id.to_be_bytes().to_vec()),
            Self::PubComp(id) => packet(0x70, id.to_be_bytes().to_vec()),
            Self::SubAck { id, codes } => packet(0x90, [&id.to_be_bytes()[..], codes].concat()),
            Self::UnsubAck(id) => packet(0xb0, id.to_be_bytes().to_vec()),
            Self::PingResp => packet(0xd0, Vec::new()),
            client => panic!("no server sends {client:?}"),
        }
    }

    fn decode(bytes: &[u8]) -> Self {
        let header = 1 + bytes[1..].iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
        let mut body = Reader(&bytes[header..]);
        let packet = match bytes[0] {
            0x10 => Self::Connect(decode_connect(&mut body)),
            0x20 => Self::ConnAck { session_present: body.byte() == 1, return_code: body.byte() },
            first if first >> 4 == 3 => {
                let qos = first >> 1 & 3;
                assert!(qos < 3, "QoS 3");
                let (dup, retain) = (first & 8 != 0, first & 1 != 0);
                let topic = body.text();
                let id = if qos > 0 { body.id() } else { 0 };
                Self::Publish(Message { dup, qos, retain, topic, id, payload: body.rest() })
            }
            0x40 => Self::PubAck(body.id()),
            0x50 => Self::PubRec(body.id()),
            0x62 => Self::PubRel(body.id()),
            0x70 => Self::PubComp(body.id()),
            0x82 => {
                let id = body.id();
                let filters = body.list(|body| (body.text(), body.byte()));
                Self::Subscribe { id, filters }
            }
            0x90 => Self::SubAck { id: body.id(), codes: body.rest() },
            0xa2 => Self::Unsubscribe { id: body.id(), filters: body.list(Reader::text) },
            0xb0 => Self::UnsubAck(body.id()),
            0xc0 => Self::PingReq,
            0xd0 => Self::PingResp,
            0xe0 => Self::Disconnect,
            first => panic!("no packet begins with {first:#x}"),
        };
        assert!(body.0.is_empty(), "bytes behind {packet:?}");
        packet
    }
}

fn decode_connect(body: &mut Reader) -> Connect {
    let (protocol, level, flags) = (body.text(), body.byte(), body.byte());
    let keep_alive = body.number();
    let client_id = body.text();
    let will = (flags & 0x04 != 0).then(|| (body.text(), body.field()));
    let user_name = (flags & 0x80 != 0).then(|| body.text());
    let password = (flags & 0x40 != 0).then(|| body.field());
    Connect { protocol, level, flags, keep_alive, client_id, will, user_name, password }
}

/// Bytes of the first packet, if all of them are there.
fn length(bytes: &[u8]) -> Option<usize> {
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

fn packet(first: u8, body: Vec<u8>) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    while length > 0x7f {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(body);
    bytes
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().expect("a byte more");
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    fn id(&mut self) -> u16 {
        let id = self.number();
        assert_ne!(id, 0, "packet identifier 0 [MQTT-2.3.1-1]");
        id
    }

    fn field(&mut self) -> Vec<u8> {
        let length = usize::from(self.number());
        let (field, rest) = self.0.split_at(length);
        self.0 = rest;
        field.to_vec()
    }

    fn text(&mut self) -> String {
        String::from_utf8(self.field()).expect("UTF-8 [MQTT-1.5.3-1]")
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
