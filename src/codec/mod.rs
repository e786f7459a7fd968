//! Control packets: one [`Packet`] for every version of MQTT, from bytes and to bytes.
//!
//! The codec knows no state: whether a packet may come now is for `client` to say.
//!
//! MQTT 3.1.1 is carried by `mqttbytes::v4` behind a guard (`v3`), because that crate takes what
//! the standard forbids. CONNECT is our own (`connect`): the crate's patches its flags at an
//! absolute index and cannot write an empty or a binary password. Topic rules are our own
//! (`topic`): the crate's panic on a topic whose first character is not ASCII.

mod connect;
mod frame;
mod topic;
mod v3;

use std::num::NonZeroU16;

use bytes::{Bytes, BytesMut};

pub use connect::{Connect, Will};
pub use frame::{MAX_PACKET_SIZE, frame_length};
pub use topic::{TopicFilter, TopicName};

/// A packet identifier, never 0. [MQTT-2.3.1-1]
pub type PacketId = NonZeroU16;

/// An MQTT control packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Packet {
    /// The client asks for a session.
    Connect(Connect),
    /// The server's answer to CONNECT
    ConnAck(ConnAck),
    /// An application message
    Publish(Publish),
    /// Answer to PUBLISH at QoS 1
    PubAck(PacketId),
    /// First answer to PUBLISH at QoS 2
    PubRec(PacketId),
    /// Answer to PUBREC
    PubRel(PacketId),
    /// Answer to PUBREL
    PubComp(PacketId),
    /// The client asks for messages.
    Subscribe(Subscribe),
    /// The server's answer to SUBSCRIBE
    SubAck(SubAck),
    /// The client wants no more messages.
    Unsubscribe(Unsubscribe),
    /// The server's answer to UNSUBSCRIBE
    UnsubAck(PacketId),
    /// "Are you there?"
    PingReq,
    /// "I am."
    PingResp,
    /// The client leaves.
    Disconnect,
}

impl Packet {
    /// The bytes of a packet that a client sends.
    ///
    /// # Errors
    /// The packet cannot be said in this version of MQTT; no byte of it was written.
    pub fn encode(&self, version: Version) -> Result<BytesMut, EncodeError> {
        match self {
            Self::Connect(connect) => connect::encode(connect, version),
            _ => v3::encode(self),
        }
    }

    /// The packet in `frame`, which is one whole packet as measured by [`frame_length`].
    ///
    /// # Errors
    /// The bytes are not a packet that a server may send.
    pub fn decode(frame: BytesMut) -> Result<Self, DecodeError> {
        v3::decode(frame)
    }
}

/// The version of the protocol that a connection speaks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Version {
    /// MQTT 3.1: protocol name `MQIsdp`, level 3
    V31,
    /// MQTT 3.1.1: protocol name `MQTT`, level 4
    #[default]
    V311,
}

/// Quality of service: how surely a message is delivered.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum QoS {
    /// 0
    #[default]
    AtMostOnce,
    /// 1
    AtLeastOnce,
    /// 2
    ExactlyOnce,
}

impl QoS {
    /// The quality of service with this number, if there is one.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

/// CONNACK: the server takes the client, or does not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConnAck {
    /// The server still has this client's session.
    pub session_present: bool,
    /// 0: accepted; 1 to 5: refused, table 3.1 of MQTT 3.1.1
    pub return_code: u8,
}

/// PUBLISH: an application message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Publish {
    /// It may have been sent before.
    pub dup: bool,
    /// How surely it is delivered
    pub qos: QoS,
    /// The server keeps it for later subscribers, or it was kept.
    pub retain: bool,
    /// Where it goes
    pub topic: TopicName,
    /// `None` at QoS 0 [MQTT-2.3.1-5], and until one is given at QoS 1 and 2
    pub packet_id: Option<PacketId>,
    /// What it says
    pub payload: Bytes,
}

impl Publish {
    /// A message that has not been sent.
    pub fn new(topic: TopicName, payload: impl Into<Bytes>, qos: QoS) -> Self {
        Self { dup: false, qos, retain: false, topic, packet_id: None, payload: payload.into() }
    }

    /// Bytes it holds in memory, about; never fewer than the packet has.
    pub(crate) fn size(&self) -> usize {
        topic::OVERHEAD + self.topic.as_str().len() + self.payload.len()
    }
}

/// SUBSCRIBE: what the client wants to get, and how surely.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscribe {
    /// To tell the answer
    pub packet_id: PacketId,
    /// At least one [MQTT-3.8.3-3]
    pub filters: Vec<(TopicFilter, QoS)>,
}

/// SUBACK: what the server grants, one code a filter, in their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SubAck {
    /// Of the SUBSCRIBE
    pub packet_id: PacketId,
    /// The granted quality of service, or `None` for 0x80: refused
    pub granted: Vec<Option<QoS>>,
}

impl SubAck {
    /// The return codes as they stand in the packet: 0, 1, 2 or 0x80.
    #[must_use]
    pub fn codes(&self) -> Vec<u8> {
        self.granted.iter().map(|qos| qos.map_or(0x80, |qos| qos as u8)).collect()
    }
}

/// UNSUBSCRIBE: what the client no longer wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unsubscribe {
    /// To tell the answer
    pub packet_id: PacketId,
    /// At least one [MQTT-3.10.3-2]
    pub filters: Vec<TopicFilter>,
}

/// Why bytes are not a packet that a server may send. The connection cannot go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DecodeError {
    /// A type that does not exist, or that only a client sends
    PacketType,
    /// The flags of the fixed header are not those of its type. [MQTT-2.2.2-2]
    HeaderFlags,
    /// The remaining length has more than four bytes, or more than it needs.
    RemainingLength,
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
    /// A return code that is reserved [MQTT-3.9.3-2]
    ReturnCode,
}

impl DecodeError {
    /// What is wrong, as a clause for an error message.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::PacketType => "not a packet type that a server sends",
            Self::HeaderFlags => "wrong flags in the fixed header",
            Self::RemainingLength => "malformed remaining length",
            Self::TooLarge => "packet larger than the limit",
            Self::Length => "packet length does not fit its type",
            Self::QoS => "QoS 3",
            Self::DupAtQos0 => "DUP set at QoS 0",
            Self::TopicName => "invalid topic name",
            Self::PacketId => "packet identifier 0",
            Self::ConnAckFlags => "wrong CONNACK flags",
            Self::ReturnCode => "reserved return code",
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
    /// A password without a user name [MQTT-3.1.2-22]
    PasswordWithoutUserName,
    /// The packet is longer than 268,435,455 bytes after its fixed header.
    TooLarge,
}
