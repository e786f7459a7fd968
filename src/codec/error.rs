//! Why bytes cannot be decoded, and why a packet cannot be encoded.

use core::error::Error;
use core::fmt;

use super::property_id::PropertyId;
use super::reason;

/// Why bytes are not a packet that a server may send. The connection cannot continue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The packet type does not exist, or only a client sends it.
    PacketType,
    /// The flags of the fixed header are not those of the packet type. [MQTT-2.2.2-2]
    HeaderFlags,
    /// A variable byte integer has more than four bytes, or more than necessary. [MQTT-1.5.5-1]
    VariableByteInteger,
    /// The packet is larger than the client accepts.
    TooLarge,
    /// The packet is longer or shorter than its type allows.
    Length,
    /// QoS 3 [MQTT-3.3.1-4]
    QoS,
    /// DUP is set at QoS 0. [MQTT-3.3.1-2]
    DupAtQos0,
    /// The topic name is empty, not UTF-8, or contains a wildcard or U+0000. [MQTT-3.3.2-2]
    TopicName,
    /// A packet identifier is 0. [MQTT-2.3.1-1]
    PacketId,
    /// CONNACK has reserved bits set, or Session Present with a refusal. [MQTT-3.2.2-4]
    ConnAckFlags,
    /// This packet must not carry this return code or reason code. [MQTT-3.9.3-2]
    ReasonCode,
    /// A string is not UTF-8, or contains U+0000. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    Utf8,
    /// The property does not exist.
    UnknownProperty,
    /// The property is not allowed in this packet.
    PropertyNotAllowed,
    /// Authentication data without an authentication method (section 3.15.2.2.3)
    AuthenticationData,
    /// The packet has more properties than the client accepts: [`MAX_PROPERTIES`](super::MAX_PROPERTIES).
    TooManyProperties,
    /// A property occurs twice that may occur once.
    PropertyTwice,
    /// The value of a property is out of range.
    PropertyValue,
}

impl DecodeError {
    /// The error as a clause for an error message.
    #[must_use]
    pub const fn describe(self) -> &'static str {
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
            Self::AuthenticationData => "authentication data without a method",
            Self::TooManyProperties => "more properties than the limit",
            Self::PropertyTwice => "property twice",
            Self::PropertyValue => "property value out of range",
        }
    }

    /// The reason code with which to disconnect (section 4.13).
    #[must_use]
    pub const fn reason(self) -> u8 {
        match self {
            Self::TooLarge | Self::TooManyProperties => reason::PACKET_TOO_LARGE,
            // an identifier that is not defined for the packet is malformed: section 2.2.2.2
            Self::AuthenticationData | Self::PropertyTwice | Self::PropertyValue => {
                reason::PROTOCOL_ERROR
            }
            _ => reason::MALFORMED_PACKET,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

impl Error for DecodeError {}

/// Why a packet cannot be encoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EncodeError {
    /// Only a server sends packets of this type, or this version of MQTT does not have it.
    PacketType,
    /// The packet identifier is missing, or there is one at QoS 0. [MQTT-2.3.1-5]
    PacketId,
    /// DUP is set at QoS 0. [MQTT-3.3.1-2]
    DupAtQos0,
    /// There is no topic filter. [MQTT-3.8.3-3] [MQTT-3.10.3-2]
    NoFilters,
    /// A string or binary field is longer than 65,535 bytes, or a string contains U+0000.
    /// [MQTT-1.5.3-2]
    Field,
    /// The client identifier is empty, but the session is to be kept. [MQTT-3.1.3-7]
    ClientId,
    /// A password without a user name, in MQTT 3 [MQTT-3.1.2-22]
    PasswordWithoutUsername,
    /// The topic name is empty, and there is no topic alias. [MQTT-3.3.2-8]
    TopicName,
    /// A property is not allowed in this packet, occurs twice, or has a value out of range.
    Property(PropertyId),
    /// A client must not send this reason code in this packet.
    ReasonCode,
    /// No Local is set on a shared subscription. [MQTT-3.8.3-4]
    NoLocalOnShared,
    /// The packet is longer than 268,435,455 bytes after its fixed header.
    TooLarge,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PacketType => "a client cannot send this packet type in this version of MQTT",
            Self::PacketId => "the packet identifier does not fit the quality of service",
            Self::DupAtQos0 => "DUP set at QoS 0",
            Self::NoFilters => "no topic filter",
            Self::Field => "a field is longer than 65,535 bytes or contains U+0000",
            Self::ClientId => "an empty client identifier needs a clean session",
            Self::PasswordWithoutUsername => "a password needs a user name in MQTT 3",
            Self::TopicName => "an empty topic name without a topic alias",
            Self::Property(_) => "a property is not allowed here, repeated, or out of range",
            Self::ReasonCode => "a client cannot send this reason code in this packet",
            Self::NoLocalOnShared => "No Local cannot be set on a shared subscription",
            Self::TooLarge => "the packet is larger than MQTT allows",
        })
    }
}

impl Error for EncodeError {}
