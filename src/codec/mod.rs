//! Control packets: one [`Packet`] for every version of MQTT, from bytes and to bytes.
//!
//! The codec knows no state: whether a packet may come now is for `client` to say.
//!
//! What MQTT 3.1.1 has of its own is carried by `mqttbytes::v4` behind a guard (`v3`), because that
//! crate takes what the standard forbids. MQTT 5 is our own (`v5`, `property`, `reason`): the crate's
//! lets property bytes leak into payloads and has no AUTH. So are CONNECT (`connect`), because the
//! crate's patches its flags at an absolute index and cannot write an empty or a binary password, and
//! PUBLISH (`publish`), one for all versions. Topic rules are our own (`topic`): the crate's panic on
//! a topic whose first character is not ASCII.

mod connect;
mod error;
mod frame;
mod property;
mod publish;
pub mod reason;
mod record;
mod topic;
mod v3;
mod v5;
mod wire;

use std::num::NonZeroU16;

use bytes::{Bytes, BytesMut};

pub use connect::{Connect, Will};
pub use error::{DecodeError, EncodeError};
pub use frame::{MAX_PACKET_SIZE, frame_length};
pub use property::{Properties, PropertyId, Value};
pub use record::{Progress, Record, RecordKey};
pub use topic::{TopicFilter, TopicName};
pub(crate) use v5::{check_subscribe, check_unsubscribe};
use wire::Reader;
#[cfg(target_arch = "wasm32")]
pub(crate) use wire::fnv1a;

/// A packet identifier, never 0. [MQTT-2.3.1-1]
pub type PacketId = NonZeroU16;

/// An MQTT control packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Packet {
    /// The client asks for a session. In a box: it is larger than all others, and rare.
    Connect(Box<Connect>),
    /// The server's answer to CONNECT
    ConnAck(ConnAck),
    /// An application message
    Publish(Publish),
    /// Answer to PUBLISH at QoS 1
    PubAck(Ack),
    /// First answer to PUBLISH at QoS 2
    PubRec(Ack),
    /// Answer to PUBREC
    PubRel(Ack),
    /// Answer to PUBREL
    PubComp(Ack),
    /// The client asks for messages.
    Subscribe(Subscribe),
    /// The server's answer to SUBSCRIBE
    SubAck(SubAck),
    /// The client wants no more messages.
    Unsubscribe(Unsubscribe),
    /// The server's answer to UNSUBSCRIBE
    UnsubAck(UnsubAck),
    /// "Are you there?"
    PingReq,
    /// "I am."
    PingResp,
    /// The client leaves; in MQTT 5 the server can send it, too.
    Disconnect(Disconnect),
    /// Enhanced authentication, MQTT 5
    Auth(Auth),
}

impl Packet {
    /// The bytes of a packet that a client sends.
    ///
    /// # Errors
    /// The packet cannot be said in this version of MQTT; no byte of it was written.
    pub fn encode(&self, version: Version) -> Result<BytesMut, EncodeError> {
        match (self, version) {
            (Self::Connect(connect), _) => connect::encode(connect, version),
            (Self::Publish(publish), _) => publish::encode(publish, version),
            (_, Version::V31 | Version::V311) => v3::encode(self),
            (_, Version::V5) => v5::encode(self),
        }
    }

    /// The packet in `frame`, which is one whole packet as measured by [`frame_length`].
    ///
    /// # Errors
    /// The bytes are not a packet that a server may send in this version of MQTT.
    pub fn decode(frame: BytesMut, version: Version) -> Result<Self, DecodeError> {
        let first = frame.first().copied().unwrap_or_default();
        match (first >> 4, version) {
            (frame::PUBLISH, _) => {
                publish::decode(first, Reader::new(frame), version).map(Self::Publish)
            }
            (_, Version::V31 | Version::V311) => v3::decode(first, frame),
            (_, Version::V5) => v5::decode(first, frame),
        }
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
    /// MQTT 5.0: protocol name `MQTT`, level 5
    V5,
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
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConnAck {
    /// The server still has this client's session.
    pub session_present: bool,
    /// 0: accepted. MQTT 3: return code 1 to 5; MQTT 5: a reason code
    pub reason: u8,
    /// MQTT 5: what the server grants and limits
    pub properties: Properties,
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
    /// MQTT 5
    pub properties: Properties,
    /// What it says
    pub payload: Bytes,
}

impl Publish {
    /// A message that has not been sent.
    pub fn new(topic: TopicName, payload: impl Into<Bytes>, qos: QoS) -> Self {
        Self {
            dup: false,
            qos,
            retain: false,
            topic,
            packet_id: None,
            properties: Properties::default(),
            payload: payload.into(),
        }
    }

    /// Whether it can be written in this version, once it has a packet identifier.
    pub(crate) fn check(&self, version: Version) -> Result<(), EncodeError> {
        publish::check(self, version)
    }

    /// Bytes of its packet behind the fixed header; with the topic name, if an alias stands for it.
    #[must_use]
    pub fn remaining_length(&self, version: Version) -> usize {
        let properties = match version {
            Version::V5 => self.properties.length(),
            Version::V31 | Version::V311 => 0,
        };
        let packet_id = if self.packet_id.is_some() { 2 } else { 0 };
        2 + self.topic.as_str().len() + packet_id + properties + self.payload.len()
    }

    /// Bytes it holds in memory, about; never fewer than the packet has.
    pub(crate) fn size(&self) -> usize {
        let texts = self.topic.as_str().len() + self.properties.size();
        topic::OVERHEAD + texts + self.payload.len()
    }
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP: an answer that goes by a packet identifier.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ack {
    /// Of the PUBLISH
    pub packet_id: PacketId,
    /// MQTT 5: how it went; 0 in MQTT 3
    pub reason: u8,
    /// MQTT 5
    pub properties: Properties,
}

/// Everything went well.
impl From<PacketId> for Ack {
    fn from(packet_id: PacketId) -> Self {
        Self { packet_id, reason: reason::SUCCESS, properties: Properties::default() }
    }
}

/// SUBSCRIBE: what the client wants to get, and how surely.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscribe {
    /// To tell the answer
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// At least one [MQTT-3.8.3-3] [MQTT-3.8.3-2]
    pub subscriptions: Vec<Subscription>,
}

/// One topic filter, and how its messages are wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscription {
    /// Which messages
    pub filter: TopicFilter,
    /// How surely, at the most
    pub qos: QoS,
    /// MQTT 5: not those that this client publishes itself; not with a shared subscription
    pub no_local: bool,
    /// MQTT 5: leave the retain flag as it was published
    pub retain_as_published: bool,
    /// MQTT 5: when retained messages are sent
    pub retain_handling: RetainHandling,
}

impl Subscription {
    /// A subscription as MQTT 3 has it.
    #[must_use]
    pub fn new(filter: TopicFilter, qos: QoS) -> Self {
        Self {
            filter,
            qos,
            no_local: false,
            retain_as_published: false,
            retain_handling: RetainHandling::default(),
        }
    }

    /// Whether it brings all messages that the other would bring, in the same way. Retained messages
    /// that were sent already do not count.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.filter == other.filter
            && self.qos >= other.qos
            && self.no_local == other.no_local
            && self.retain_as_published == other.retain_as_published
    }
}

impl Subscription {
    /// With options as SUBSCRIBE has them (section 3.8.3.1); `None` if there are none such.
    pub(crate) fn with_options(filter: TopicFilter, options: u8) -> Option<Self> {
        let retain_handling = match options >> 4 {
            0 => RetainHandling::Always,
            1 => RetainHandling::IfNew,
            2 => RetainHandling::Never,
            _ => return None,
        };
        Some(Self {
            filter,
            qos: QoS::new(options & 3)?,
            no_local: options & 4 != 0,
            retain_as_published: options & 8 != 0,
            retain_handling,
        })
    }

    /// The options as SUBSCRIBE has them.
    pub(crate) fn options(&self) -> u8 {
        self.qos as u8
            | u8::from(self.no_local) << 2
            | u8::from(self.retain_as_published) << 3
            | (self.retain_handling as u8) << 4
    }
}

/// When retained messages are sent to a new subscription (MQTT 5).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RetainHandling {
    /// 0: at every SUBSCRIBE
    #[default]
    Always,
    /// 1: if there was no such subscription
    IfNew,
    /// 2: not at all
    Never,
}

/// SUBACK: what the server grants, one code a filter, in their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SubAck {
    /// Of the SUBSCRIBE
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// 0, 1, 2: the granted quality of service; from 0x80 on: refused
    pub codes: Vec<u8>,
}

/// UNSUBSCRIBE: what the client no longer wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unsubscribe {
    /// To tell the answer
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// At least one [MQTT-3.10.3-2]
    pub filters: Vec<TopicFilter>,
}

/// UNSUBACK: the subscriptions are gone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnsubAck {
    /// Of the UNSUBSCRIBE
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// MQTT 5: one code a filter, in their order; none in MQTT 3
    pub codes: Vec<u8>,
}

/// DISCONNECT: one side leaves.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Disconnect {
    /// MQTT 5: why; 0 in MQTT 3
    pub reason: u8,
    /// MQTT 5
    pub properties: Properties,
}

/// AUTH: a step of enhanced authentication (MQTT 5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Auth {
    /// 0x18: go on; 0x19: again; 0: done
    pub reason: u8,
    /// The method and its data among them
    pub properties: Properties,
}
