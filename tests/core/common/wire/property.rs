//! The properties of MQTT 5: what each is made of, and in which packets it may stand.

use super::codec::{Reader, field, variable};

/// In the order of the packet
pub type Properties = Vec<(u8, Value)>;

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    Number(u32),
    Text(String),
    Binary(Vec<u8>),
    Pair(String, String),
}

/// The identifiers that the model has a use for.
pub mod id {
    pub const MESSAGE_EXPIRY: u8 = 2;
    pub const SUBSCRIPTION_IDENTIFIER: u8 = 11;
    pub const SESSION_EXPIRY: u8 = 17;
    pub const ASSIGNED_CLIENT_ID: u8 = 18;
    pub const SERVER_KEEP_ALIVE: u8 = 19;
    pub const RECEIVE_MAXIMUM: u8 = 33;
    pub const TOPIC_ALIAS_MAXIMUM: u8 = 34;
    pub const TOPIC_ALIAS: u8 = 35;
    pub const MAXIMUM_QOS: u8 = 36;
    pub const RETAIN_AVAILABLE: u8 = 37;
    pub const USER_PROPERTY: u8 = 38;
    pub const MAXIMUM_PACKET_SIZE: u8 = 39;
    pub const WILDCARDS: u8 = 40;
    pub const SUBSCRIPTION_IDENTIFIERS: u8 = 41;
    pub const SHARED_SUBSCRIPTIONS: u8 = 42;
}

/// What stands for the will in place of a packet type
pub const WILL: u8 = 0;

/// The number that the property says, if it is there.
pub fn number(properties: &Properties, id: u8) -> Option<u32> {
    properties.iter().find_map(|property| match property {
        (known, Value::Number(number)) if *known == id => Some(*number),
        _ => None,
    })
}

/// The property length and the properties.
pub fn encode(properties: &Properties) -> Vec<u8> {
    let mut block = Vec::new();
    for (id, value) in properties {
        block.push(*id);
        match value {
            Value::Number(number) => match bytes_of_number(*id) {
                Some(length) => block.extend_from_slice(&number.to_be_bytes()[4 - length..]),
                None => block.extend(variable(*number as usize)),
            },
            Value::Text(text) => block.extend(field(text.as_bytes())),
            Value::Binary(bytes) => block.extend(field(bytes)),
            Value::Pair(name, value) => {
                block.extend(field(name.as_bytes()));
                block.extend(field(value.as_bytes()));
            }
        }
    }
    [variable(block.len()), block].concat()
}

/// The properties of a packet of this type, or of the will.
pub fn decode(body: &mut Reader, packet: u8) -> Properties {
    let length = body.variable();
    let mut block = Reader(body.take(length));
    let mut properties = Properties::new();
    while !block.0.is_empty() {
        let id = block.byte();
        assert!(places(id).contains(&packet), "property {id} in packet {packet} [MQTT-2.2.2-2]");
        let repeats = id == id::USER_PROPERTY || (id == id::SUBSCRIPTION_IDENTIFIER && packet == 3);
        assert!(repeats || properties.iter().all(|(known, _)| *known != id), "{id} twice");
        let value = match id {
            9 | 22 => Value::Binary(block.field()),
            3 | 8 | 18 | 21 | 26 | 28 | 31 => Value::Text(block.text()),
            id::USER_PROPERTY => Value::Pair(block.text(), block.text()),
            _ => Value::Number(match bytes_of_number(id) {
                Some(length) => {
                    block.take(length).iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
                }
                None => block.variable() as u32,
            }),
        };
        properties.push((id, value));
    }
    properties
}

/// `None`: a variable byte integer
fn bytes_of_number(id: u8) -> Option<usize> {
    match id {
        1 | 23 | 25 | 36 | 37 | 40 | 41 | 42 => Some(1),
        19 | 33 | 34 | 35 => Some(2),
        2 | 17 | 24 | 39 => Some(4),
        11 => None,
        _ => panic!("property {id} is no number"),
    }
}

/// The types of the packets in which a property may stand. (table 2-4)
fn places(id: u8) -> &'static [u8] {
    match id {
        1 | 2 | 3 | 8 | 9 => &[WILL, 3],
        11 => &[3, 8],
        17 => &[1, 2, 14],
        18 | 19 | 26 | 36 | 37 | 40 | 41 | 42 => &[2],
        21 | 22 => &[1, 2, 15],
        23 | 25 => &[1],
        24 => &[WILL],
        28 => &[2, 14],
        31 => &[2, 4, 5, 6, 7, 9, 11, 14, 15],
        33 | 34 | 39 => &[1, 2],
        35 => &[3],
        38 => &[WILL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15],
        _ => panic!("there is no property {id}"),
    }
}
