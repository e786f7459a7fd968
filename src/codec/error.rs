//! Why bytes are not a packet, and why a packet cannot become bytes.

use super::reason;

/// Why bytes are not a packet that a server may send. The connection cannot go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DecodeError {
    /// A type that does not exist, or that only a client sends
    PacketType,
    /// The flags of the fixed header are not those of its type. [MQTT-2.2.2-2]
    HeaderFlags,
    /// A variable byte integer has more than four bytes, or more than it needs. [MQTT-1.5.5-1]
    VariableByteInteger,
    /// The packet is larger than the client takes.
    TooLarge,
    /// The packet is longer or shorter than its type allows.
    Length,
    /// QoS 3 [MQTT-3.3.1-4]
    QoS,
    /// DUP on a QoS 0 message [MQTT-3.3.1-2]
    DupAtQos0,
    /// The topic is empty, not UTF-8, or has a wildcard or U+0000 in it. [MQTT-3.3.2-2]
    TopicName,
    /// A packet identifier is 0. [MQTT-2.3.1-1]
    PacketId,
    /// CONNACK has reserved bits set, or a session with a refusal. [MQTT-3.2.2-4]
    ConnAckFlags,
    /// A return code or reason code that this packet may not have [MQTT-3.9.3-2]
    ReasonCode,
    /// Text that is not UTF-8, or has U+0000 in it [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    Utf8,
    /// A property that does not exist
    UnknownProperty,
    /// A property that may not stand here
    PropertyNotAllowed,
    /// A property stands twice that may stand once.
    PropertyTwice,
    /// A property has a value that it may not have.
    PropertyValue,
}

impl DecodeError {
    /// What is wrong, as a clause for an error message.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::PacketType => "not a packet type that a server sends",
            Self::HeaderFlags => "wrong flags in the fixed header",
            Self::VariableByteInteger => "malformed variable byte integer",
            Self::TooLarge => "packet larger than the limit",
            Self::Length => "packet length does not fit its type",
            Self::QoS => "QoS 3",
            Self::DupAtQos0 => "DUP set at QoS 0",
            Self::TopicName => "invalid topic name",
            Self::PacketId => "packet identifier 0",
            Self::ConnAckFlags => "wrong CONNACK flags",
            Self::ReasonCode => "reserved reason code",
            Self::Utf8 => "text that is not UTF-8",
            Self::UnknownProperty => "unknown property",
            Self::PropertyNotAllowed => "property not allowed here",
            Self::PropertyTwice => "property twice",
            Self::PropertyValue => "property value out of range",
        }
    }

    /// The reason code to leave with (section 4.13).
    #[must_use]
    pub fn reason(self) -> u8 {
        match self {
            Self::TooLarge => reason::PACKET_TOO_LARGE,
            Self::PropertyNotAllowed | Self::PropertyTwice | Self::PropertyValue => {
                reason::PROTOCOL_ERROR
            }
            _ => reason::MALFORMED_PACKET,
        }
    }
}

/// Why a packet cannot be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EncodeError {
    /// Only a server sends packets of this type.
    PacketType,
    /// A packet identifier is missing, or there is one at QoS 0. [MQTT-2.3.1-5]
    PacketId,
    /// DUP on a QoS 0 message [MQTT-3.3.1-2]
    DupAtQos0,
    /// No topic filter [MQTT-3.8.3-3] [MQTT-3.10.3-2]
    NoFilters,
    /// A string or binary field is longer than 65,535 bytes or has U+0000 in it.
    /// [MQTT-1.5.3-2]
    Field,
    /// An empty client identifier with a session to keep [MQTT-3.1.3-7]
    ClientId,
    /// A password without a user name, in MQTT 3 [MQTT-3.1.2-22]
    PasswordWithoutUserName,
    /// An empty topic without a topic alias [MQTT-3.3.2-8]
    TopicName,
    /// A property that may not stand here, twice, or with a value that it may not have
    Property,
    /// A reason code that this packet may not have, from a client
    ReasonCode,
    /// No Local with a shared subscription [MQTT-3.8.3-4]
    NoLocalOnShared,
    /// The packet is longer than 268,435,455 bytes after its fixed header.
    TooLarge,
}
