//! Properties of MQTT 5, driven by one table: what each is made of, and where it may stand.

use bytes::{BufMut, Bytes, BytesMut};

use super::topic::TopicName;
use super::wire::{MAX_VARIABLE, Reader, is_binary, is_text, put_field, put_variable};
use super::{DecodeError, EncodeError};

/// The properties of one packet, in their order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Properties(pub Vec<(PropertyId, Value)>);

/// What a property says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// Of one, two or four bytes, or a variable byte integer
    Number(u32),
    /// UTF-8
    Text(String),
    /// Any bytes
    Binary(Bytes),
    /// A name and a value; names may repeat
    Pair(String, String),
}

/// The identifier of a property, table 2-4 of MQTT 5.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PropertyId(u8);

macro_rules! property_ids {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        impl PropertyId {
            $($(#[$doc])* pub const $name: Self = Self($id);)*
        }
    };
}

property_ids! {
    /// 1: the payload is UTF-8 text
    PAYLOAD_FORMAT_INDICATOR = 1;
    /// 1: seconds
    MESSAGE_EXPIRY_INTERVAL = 2;
    /// A MIME type, say
    CONTENT_TYPE = 3;
    /// Where the answer is to go
    RESPONSE_TOPIC = 8;
    /// What the answer has to carry
    CORRELATION_DATA = 9;
    /// 1 to 268,435,455
    SUBSCRIPTION_IDENTIFIER = 11;
    /// Seconds; 0xFFFFFFFF for ever
    SESSION_EXPIRY_INTERVAL = 17;
    /// The server gave the client this identifier.
    ASSIGNED_CLIENT_IDENTIFIER = 18;
    /// Seconds, in place of the client's
    SERVER_KEEP_ALIVE = 19;
    /// Of enhanced authentication
    AUTHENTICATION_METHOD = 21;
    /// Of enhanced authentication
    AUTHENTICATION_DATA = 22;
    /// 0: reason strings and user properties are not wanted
    REQUEST_PROBLEM_INFORMATION = 23;
    /// Seconds before the will is published
    WILL_DELAY_INTERVAL = 24;
    /// 1: response information is wanted
    REQUEST_RESPONSE_INFORMATION = 25;
    /// What response topics may begin with
    RESPONSE_INFORMATION = 26;
    /// Another server to go to
    SERVER_REFERENCE = 28;
    /// For people, not to be parsed
    REASON_STRING = 31;
    /// QoS 1 and 2 messages in flight, 1 at least
    RECEIVE_MAXIMUM = 33;
    /// The highest topic alias
    TOPIC_ALIAS_MAXIMUM = 34;
    /// A number for a topic name, 1 at least
    TOPIC_ALIAS = 35;
    /// 0 or 1
    MAXIMUM_QOS = 36;
    /// 0: no retained messages
    RETAIN_AVAILABLE = 37;
    /// A name and a value of the application's
    USER_PROPERTY = 38;
    /// Bytes, 1 at least
    MAXIMUM_PACKET_SIZE = 39;
    /// 0: no wildcards
    WILDCARD_SUBSCRIPTION_AVAILABLE = 40;
    /// 0: no subscription identifiers
    SUBSCRIPTION_IDENTIFIER_AVAILABLE = 41;
    /// 0: no shared subscriptions
    SHARED_SUBSCRIPTION_AVAILABLE = 42;
}

impl PropertyId {
    /// The property with this number, if there is one.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        let id = Self(number);
        find(id).is_some().then_some(id)
    }

    /// The number in the packet.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Properties {
    /// The number that this property says, if it is there.
    #[must_use]
    pub fn number(&self, id: PropertyId) -> Option<u32> {
        match self.get(id) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The text that this property says, if it is there.
    #[must_use]
    pub fn text(&self, id: PropertyId) -> Option<&str> {
        match self.get(id) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The first value of this property, if it is there.
    #[must_use]
    pub fn get(&self, id: PropertyId) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    /// Takes out what is only for people to read.
    pub(crate) fn drop_words(&mut self) {
        let is_words = |id| matches!(id, PropertyId::REASON_STRING | PropertyId::USER_PROPERTY);
        self.0.retain(|(id, _)| !is_words(*id));
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a property length and so many bytes of properties.
    pub(super) fn read(reader: &mut Reader, place: Place) -> Result<Self, DecodeError> {
        let length = reader.variable()? as usize;
        let mut block = reader.take(length)?;
        let mut properties = Vec::new();
        let mut seen = 0_u64;
        while !block.is_empty() {
            // the identifier is a variable byte integer, but none needs two bytes
            let id = PropertyId(block.u8()?);
            let row = find(id).ok_or(DecodeError::UnknownProperty)?;
            if row.places & place.0 == 0 {
                return Err(DecodeError::PropertyNotAllowed); // [MQTT-2.2.2-2]
            }
            if seen & 1 << id.0 != 0 && !row.may_repeat(place) {
                return Err(DecodeError::PropertyTwice);
            }
            seen |= 1 << id.0;
            let value = row.read(&mut block)?;
            if !row.allows(&value) {
                return Err(DecodeError::PropertyValue);
            }
            properties.push((id, value));
        }
        let properties = Self(properties);
        if properties.is_data_without_method() {
            return Err(DecodeError::PropertyNotAllowed);
        }
        Ok(properties)
    }

    /// Whether these may be written in this place.
    pub(super) fn check(&self, place: Place) -> Result<(), EncodeError> {
        let mut seen = 0_u64;
        for (id, value) in &self.0 {
            let row = find(*id).ok_or(EncodeError::Property)?;
            let once = seen & 1 << id.0 == 0 || row.may_repeat(place);
            if row.places & place.0 == 0 || !once || !row.allows(value) {
                return Err(EncodeError::Property);
            }
            seen |= 1 << id.0;
        }
        if self.is_data_without_method() { Err(EncodeError::Property) } else { Ok(()) }
    }

    /// Bytes that `put` writes.
    pub(super) fn length(&self) -> usize {
        if self.is_empty() {
            return 1;
        }
        let mut written = BytesMut::new();
        self.put(&mut written);
        written.len()
    }

    /// Writes a property length and the properties, which `check` has seen.
    pub(super) fn put(&self, out: &mut BytesMut) {
        let mut block = BytesMut::new();
        for (id, value) in &self.0 {
            block.put_u8(id.0);
            match (value, find(*id).map(|row| row.kind)) {
                (Value::Number(number), Some(Kind::Byte { .. })) => block.put_u8(*number as u8),
                (Value::Number(number), Some(Kind::U16 { .. })) => block.put_u16(*number as u16),
                (Value::Number(number), Some(Kind::Variable)) => {
                    put_variable(&mut block, *number as usize);
                }
                (Value::Number(number), _) => block.put_u32(*number),
                (Value::Text(text), _) => put_field(&mut block, text.as_bytes()),
                (Value::Binary(bytes), _) => put_field(&mut block, bytes),
                (Value::Pair(name, value), _) => {
                    put_field(&mut block, name.as_bytes());
                    put_field(&mut block, value.as_bytes());
                }
            }
        }
        put_variable(out, block.len());
        out.put_slice(&block);
    }

    /// Bytes they hold in memory, about; more than the packet has.
    pub(crate) fn size(&self) -> usize {
        let sizes = self.0.iter().map(|(_, value)| match value {
            Value::Number(_) => 5,
            Value::Text(text) => 3 + text.len(),
            Value::Binary(bytes) => 3 + bytes.len(),
            Value::Pair(name, value) => 5 + name.len() + value.len(),
        });
        sizes.sum()
    }

    /// Authentication data means nothing without a method. (sections 3.1.2.11.10, 3.15.2.2.3)
    pub(crate) fn is_data_without_method(&self) -> bool {
        self.get(PropertyId::AUTHENTICATION_DATA).is_some()
            && self.get(PropertyId::AUTHENTICATION_METHOD).is_none()
    }
}

/// Where properties stand: a packet type, in one direction where that matters.
#[derive(Clone, Copy)]
pub(super) struct Place(u16);

impl Place {
    pub(super) const CONNECT: Self = Self(1);
    pub(super) const WILL: Self = Self(1 << 1);
    pub(super) const CONNACK: Self = Self(1 << 2);
    /// A server tells the subscriptions that a message matches, a client must not. [MQTT-3.3.4-6]
    pub(super) const PUBLISH: Self = Self(1 << 3);
    pub(super) const PUBLISH_OUT: Self = Self(1 << 4);
    /// PUBACK, PUBREC, PUBREL and PUBCOMP
    pub(super) const ACK: Self = Self(1 << 5);
    pub(super) const SUBSCRIBE: Self = Self(1 << 6);
    /// SUBACK and UNSUBACK
    pub(super) const SUBACK: Self = Self(1 << 7);
    pub(super) const UNSUBSCRIBE: Self = Self(1 << 8);
    /// The session expiry is the client's to change. [MQTT-3.14.2-2]
    pub(super) const DISCONNECT: Self = Self(1 << 9);
    pub(super) const DISCONNECT_OUT: Self = Self(1 << 10);
    pub(super) const AUTH: Self = Self(1 << 11);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Byte {
        max: u32,
    },
    U16 {
        min: u32,
    },
    U32 {
        min: u32,
    },
    /// 1 at least: the one property of this kind is the subscription identifier
    Variable,
    Text,
    /// A topic name [MQTT-3.3.2-14]
    Topic,
    Binary,
    Pair,
}

struct Row {
    id: PropertyId,
    kind: Kind,
    places: u16,
}

impl Row {
    fn may_repeat(&self, place: Place) -> bool {
        match self.id {
            PropertyId::USER_PROPERTY => true,
            PropertyId::SUBSCRIPTION_IDENTIFIER => place.0 == Place::PUBLISH.0,
            _ => false,
        }
    }

    fn read(&self, reader: &mut Reader) -> Result<Value, DecodeError> {
        Ok(match self.kind {
            Kind::Byte { .. } => Value::Number(reader.u8()?.into()),
            Kind::U16 { .. } => Value::Number(reader.u16()?.into()),
            Kind::U32 { .. } => Value::Number(reader.u32()?),
            Kind::Variable => Value::Number(reader.variable()?),
            Kind::Text | Kind::Topic => Value::Text(reader.text()?),
            Kind::Binary => Value::Binary(reader.binary()?),
            Kind::Pair => Value::Pair(reader.text()?, reader.text()?),
        })
    }

    fn allows(&self, value: &Value) -> bool {
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

fn find(id: PropertyId) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.id == id)
}

const fn row(id: PropertyId, kind: Kind, places: Place) -> Row {
    Row { id, kind, places: places.0 }
}

const FLAG: Kind = Kind::Byte { max: 1 };
const MESSAGE: Place = Place::PUBLISH.or(Place::PUBLISH_OUT).or(Place::WILL);
const CONNECT_AND_CONNACK: Place = Place::CONNECT.or(Place::CONNACK);
const REASONED: Place = Place::CONNACK
    .or(Place::ACK)
    .or(Place::SUBACK)
    .or(Place::DISCONNECT)
    .or(Place::DISCONNECT_OUT)
    .or(Place::AUTH);

static TABLE: [Row; 27] = [
    row(PropertyId::PAYLOAD_FORMAT_INDICATOR, FLAG, MESSAGE),
    row(PropertyId::MESSAGE_EXPIRY_INTERVAL, Kind::U32 { min: 0 }, MESSAGE),
    row(PropertyId::CONTENT_TYPE, Kind::Text, MESSAGE),
    row(PropertyId::RESPONSE_TOPIC, Kind::Topic, MESSAGE),
    row(PropertyId::CORRELATION_DATA, Kind::Binary, MESSAGE),
    row(PropertyId::SUBSCRIPTION_IDENTIFIER, Kind::Variable, Place::PUBLISH.or(Place::SUBSCRIBE)),
    row(
        PropertyId::SESSION_EXPIRY_INTERVAL,
        Kind::U32 { min: 0 },
        CONNECT_AND_CONNACK.or(Place::DISCONNECT_OUT),
    ),
    row(PropertyId::ASSIGNED_CLIENT_IDENTIFIER, Kind::Text, Place::CONNACK),
    row(PropertyId::SERVER_KEEP_ALIVE, Kind::U16 { min: 0 }, Place::CONNACK),
    row(PropertyId::AUTHENTICATION_METHOD, Kind::Text, CONNECT_AND_CONNACK.or(Place::AUTH)),
    row(PropertyId::AUTHENTICATION_DATA, Kind::Binary, CONNECT_AND_CONNACK.or(Place::AUTH)),
    row(PropertyId::REQUEST_PROBLEM_INFORMATION, FLAG, Place::CONNECT),
    row(PropertyId::WILL_DELAY_INTERVAL, Kind::U32 { min: 0 }, Place::WILL),
    row(PropertyId::REQUEST_RESPONSE_INFORMATION, FLAG, Place::CONNECT),
    row(PropertyId::RESPONSE_INFORMATION, Kind::Text, Place::CONNACK),
    row(PropertyId::SERVER_REFERENCE, Kind::Text, Place::CONNACK.or(Place::DISCONNECT)),
    row(PropertyId::REASON_STRING, Kind::Text, REASONED),
    row(PropertyId::RECEIVE_MAXIMUM, Kind::U16 { min: 1 }, CONNECT_AND_CONNACK),
    row(PropertyId::TOPIC_ALIAS_MAXIMUM, Kind::U16 { min: 0 }, CONNECT_AND_CONNACK),
    row(PropertyId::TOPIC_ALIAS, Kind::U16 { min: 1 }, Place::PUBLISH.or(Place::PUBLISH_OUT)),
    row(PropertyId::MAXIMUM_QOS, FLAG, Place::CONNACK),
    row(PropertyId::RETAIN_AVAILABLE, FLAG, Place::CONNACK),
    row(PropertyId::USER_PROPERTY, Kind::Pair, Place(u16::MAX)),
    row(PropertyId::MAXIMUM_PACKET_SIZE, Kind::U32 { min: 1 }, CONNECT_AND_CONNACK),
    row(PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE, FLAG, Place::CONNACK),
    row(PropertyId::SUBSCRIPTION_IDENTIFIER_AVAILABLE, FLAG, Place::CONNACK),
    row(PropertyId::SHARED_SUBSCRIPTION_AVAILABLE, FLAG, Place::CONNACK),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_in_order() {
        let numbers: Vec<u8> = TABLE.iter().map(|row| row.id.0).collect();
        assert!(numbers.is_sorted());
        let standard = [
            1, 2, 3, 8, 9, 11, 17, 18, 19, 21, 22, 23, 24, 25, 26, 28, 31, 33, 34, 35, 36, 37, 38,
            39, 40, 41, 42,
        ];
        assert_eq!(numbers, standard);
    }
}
