//! The properties of MQTT 5 as a table: the data type of each, and the packets it may occur in.

use bytes::Bytes;

use super::error::DecodeError;
use super::primitives::{MAX_VARIABLE, Reader, is_binary, is_text};
use super::property_id::PropertyId;
use super::topic::TopicName;

/// The value of a property.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// An integer of one, two or four bytes, or a variable byte integer
    Number(u32),
    /// A UTF-8 string
    Text(String),
    /// Binary data
    Binary(Bytes),
    /// A pair of strings: a name and a value. Names may repeat.
    Pair(String, String),
}

impl PropertyId {
    /// The property with this identifier; `None` if the standard has none.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        let id = Self(number);
        find(id).is_some().then_some(id)
    }

    /// The value in the data type of this property, if its text stands for one: bytes for text, and a
    /// number for its digits.
    #[must_use]
    pub fn coerced(self, value: Value) -> Value {
        match (find(self).map(|rule| rule.kind), value) {
            (Some(Kind::Binary), Value::Text(text)) => Value::Binary(text.into()),
            (Some(Kind::Text | Kind::Topic | Kind::Pair) | None, value) => value,
            (_, Value::Text(text)) => match text.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => Value::Text(text),
            },
            (_, value) => value,
        }
    }
}

/// Where properties may occur: a packet type, by direction where that matters. A set of bits.
#[derive(Clone, Copy)]
pub(crate) struct Location(u16);

impl Location {
    pub(crate) const CONNECT: Self = Self(1);
    pub(crate) const WILL: Self = Self(1 << 1);
    pub(crate) const CONNACK: Self = Self(1 << 2);
    /// From a server. Only a server may send subscription identifiers. [MQTT-3.3.4-6]
    pub(crate) const PUBLISH: Self = Self(1 << 3);
    /// From a client
    pub(crate) const CLIENT_PUBLISH: Self = Self(1 << 4);
    /// PUBACK, PUBREC, PUBREL and PUBCOMP
    pub(crate) const ACK: Self = Self(1 << 5);
    pub(crate) const SUBSCRIBE: Self = Self(1 << 6);
    /// SUBACK and UNSUBACK
    pub(crate) const SUBACK: Self = Self(1 << 7);
    pub(crate) const UNSUBSCRIBE: Self = Self(1 << 8);
    /// From a server, which must not change the session expiry. [MQTT-3.14.2-2]
    pub(crate) const DISCONNECT: Self = Self(1 << 9);
    /// From a client
    pub(crate) const CLIENT_DISCONNECT: Self = Self(1 << 10);
    pub(crate) const AUTH: Self = Self(1 << 11);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The data type of a property, with its limits.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Byte {
        max: u32,
    },
    U16 {
        min: u32,
    },
    U32 {
        min: u32,
    },
    /// A variable byte integer, at least 1: the subscription identifier
    Variable,
    Text,
    /// A topic name [MQTT-3.3.2-14]
    Topic,
    Binary,
    Pair,
}

/// What the standard says about one property.
pub(super) struct Rule {
    pub(super) id: PropertyId,
    pub(super) kind: Kind,
    locations: u16,
}

impl Rule {
    pub(super) fn allows_in(&self, location: Location) -> bool {
        self.locations & location.0 != 0
    }

    pub(super) fn may_repeat(&self, location: Location) -> bool {
        match self.id {
            PropertyId::USER_PROPERTY => true,
            PropertyId::SUBSCRIPTION_IDENTIFIER => location.0 == Location::PUBLISH.0,
            _ => false,
        }
    }

    pub(super) fn read(&self, reader: &mut Reader) -> Result<Value, DecodeError> {
        Ok(match self.kind {
            Kind::Byte { .. } => Value::Number(reader.u8()?.into()),
            Kind::U16 { .. } => Value::Number(reader.u16()?.into()),
            Kind::U32 { .. } => Value::Number(reader.u32()?),
            Kind::Variable => Value::Number(reader.variable()?),
            Kind::Text | Kind::Topic => Value::Text(reader.text()?),
            Kind::Binary => Value::Binary(Bytes::copy_from_slice(reader.binary()?)),
            Kind::Pair => Value::Pair(reader.text()?, reader.text()?),
        })
    }

    /// Skips a value without looking at text and bytes; `Some` if it is a number.
    pub(super) fn skim(&self, reader: &mut Reader) -> Result<Option<u32>, DecodeError> {
        match self.kind {
            Kind::Byte { .. } | Kind::U16 { .. } | Kind::U32 { .. } | Kind::Variable => {
                match self.read(reader)? {
                    Value::Number(number) => return Ok(Some(number)),
                    _ => unreachable!("these kinds are numbers"),
                }
            }
            Kind::Pair => {
                reader.binary()?;
                reader.binary()?;
            }
            Kind::Text | Kind::Topic | Kind::Binary => {
                reader.binary()?;
            }
        }
        Ok(None)
    }

    pub(super) fn allows(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (Kind::Byte { max }, Value::Number(number)) => *number <= max,
            (Kind::U16 { min }, Value::Number(number)) => (min..=0xffff).contains(number),
            (Kind::U32 { min }, Value::Number(number)) => *number >= min,
            (Kind::Variable, Value::Number(number)) => (1..=MAX_VARIABLE as u32).contains(number),
            (Kind::Text, Value::Text(text)) => is_text(text),
            (Kind::Topic, Value::Text(text)) => TopicName::new(text.as_str()).is_some(),
            (Kind::Binary, Value::Binary(bytes)) => is_binary(bytes),
            (Kind::Pair, Value::Pair(name, value)) => is_text(name) && is_text(value),
            _ => false,
        }
    }
}

pub(super) fn find(id: PropertyId) -> Option<&'static Rule> {
    TABLE.iter().find(|rule| rule.id == id)
}

const fn rule(id: PropertyId, kind: Kind, locations: Location) -> Rule {
    Rule { id, kind, locations: locations.0 }
}

const FLAG: Kind = Kind::Byte { max: 1 };
const IN_MESSAGE: Location = Location::PUBLISH.or(Location::CLIENT_PUBLISH).or(Location::WILL);
const IN_CONNECT_AND_CONNACK: Location = Location::CONNECT.or(Location::CONNACK);
/// Packets with a reason code
const WITH_REASON: Location = Location::CONNACK
    .or(Location::ACK)
    .or(Location::SUBACK)
    .or(Location::DISCONNECT)
    .or(Location::CLIENT_DISCONNECT)
    .or(Location::AUTH);

static TABLE: [Rule; 27] = [
    rule(PropertyId::PAYLOAD_FORMAT_INDICATOR, FLAG, IN_MESSAGE),
    rule(PropertyId::MESSAGE_EXPIRY_INTERVAL, Kind::U32 { min: 0 }, IN_MESSAGE),
    rule(PropertyId::CONTENT_TYPE, Kind::Text, IN_MESSAGE),
    rule(PropertyId::RESPONSE_TOPIC, Kind::Topic, IN_MESSAGE),
    rule(PropertyId::CORRELATION_DATA, Kind::Binary, IN_MESSAGE),
    rule(
        PropertyId::SUBSCRIPTION_IDENTIFIER,
        Kind::Variable,
        Location::PUBLISH.or(Location::SUBSCRIBE),
    ),
    rule(
        PropertyId::SESSION_EXPIRY_INTERVAL,
        Kind::U32 { min: 0 },
        IN_CONNECT_AND_CONNACK.or(Location::CLIENT_DISCONNECT),
    ),
    rule(PropertyId::ASSIGNED_CLIENT_IDENTIFIER, Kind::Text, Location::CONNACK),
    rule(PropertyId::SERVER_KEEP_ALIVE, Kind::U16 { min: 0 }, Location::CONNACK),
    rule(PropertyId::AUTHENTICATION_METHOD, Kind::Text, IN_CONNECT_AND_CONNACK.or(Location::AUTH)),
    rule(PropertyId::AUTHENTICATION_DATA, Kind::Binary, IN_CONNECT_AND_CONNACK.or(Location::AUTH)),
    rule(PropertyId::REQUEST_PROBLEM_INFORMATION, FLAG, Location::CONNECT),
    rule(PropertyId::WILL_DELAY_INTERVAL, Kind::U32 { min: 0 }, Location::WILL),
    rule(PropertyId::REQUEST_RESPONSE_INFORMATION, FLAG, Location::CONNECT),
    rule(PropertyId::RESPONSE_INFORMATION, Kind::Text, Location::CONNACK),
    rule(PropertyId::SERVER_REFERENCE, Kind::Text, Location::CONNACK.or(Location::DISCONNECT)),
    rule(PropertyId::REASON_STRING, Kind::Text, WITH_REASON),
    rule(PropertyId::RECEIVE_MAXIMUM, Kind::U16 { min: 1 }, IN_CONNECT_AND_CONNACK),
    rule(PropertyId::TOPIC_ALIAS_MAXIMUM, Kind::U16 { min: 0 }, IN_CONNECT_AND_CONNACK),
    rule(
        PropertyId::TOPIC_ALIAS,
        Kind::U16 { min: 1 },
        Location::PUBLISH.or(Location::CLIENT_PUBLISH),
    ),
    rule(PropertyId::MAXIMUM_QOS, FLAG, Location::CONNACK),
    rule(PropertyId::RETAIN_AVAILABLE, FLAG, Location::CONNACK),
    rule(PropertyId::USER_PROPERTY, Kind::Pair, Location(u16::MAX)),
    rule(PropertyId::MAXIMUM_PACKET_SIZE, Kind::U32 { min: 1 }, IN_CONNECT_AND_CONNACK),
    rule(PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE, FLAG, Location::CONNACK),
    rule(PropertyId::SUBSCRIPTION_IDENTIFIER_AVAILABLE, FLAG, Location::CONNACK),
    rule(PropertyId::SHARED_SUBSCRIPTION_AVAILABLE, FLAG, Location::CONNACK),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_in_order() {
        let numbers: Vec<u8> = TABLE.iter().map(|rule| rule.id.0).collect();
        assert!(numbers.is_sorted());
        let standard = [
            1, 2, 3, 8, 9, 11, 17, 18, 19, 21, 22, 23, 24, 25, 26, 28, 31, 33, 34, 35, 36, 37, 38,
            39, 40, 41, 42,
        ];
        assert_eq!(numbers, standard);
    }
}
