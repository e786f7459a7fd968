//! Encodes and decodes MQTT control packets, for every version of MQTT.
//!
//! The codec is stateless: whether a packet is allowed at this point of a connection is decided in
//! `client`.
//!
//! - MQTT 3.1 and 3.1.1 (`v3`) decode CONNACK and SUBACK by `mqttbytes::v4` behind additional checks,
//!   because that crate accepts packets that the standard forbids.
//! - MQTT 5 (`v5`, `property`) is implemented here: the crate lets property bytes leak into payloads
//!   and has no AUTH.
//! - CONNECT (`connect`) is implemented here for all versions: the crate patches the connect flags at
//!   a fixed offset, and cannot encode an empty or a binary password.
//! - SUBSCRIBE and UNSUBSCRIBE (`subscribe`) differ between the versions by a few bytes.
//! - PUBLISH (`publish`) and the topic rules (`topic`) are shared by all versions: the crate panics on
//!   a topic whose first character is not ASCII.

mod connect;
mod error;
mod frame;
mod packet;
mod primitives;
mod property;
mod property_id;
mod property_table;
mod protocol;
mod publish;
pub mod reason;
mod subscribe;
mod topic;
mod topic_cache;
mod v3;
mod v5;

use bytes::Bytes;

pub use connect::{Connect, Will};
pub use error::{DecodeError, EncodeError};
pub(crate) use frame::{DISCONNECT_FIRST_BYTE as DISCONNECT, FixedHeader, is_of_mqtt_5};
pub use frame::{MAX_PACKET_SIZE, frame_length};
pub use packet::{Ack, Auth, ConnAck, Disconnect, Packet};
pub use property::{MAX_PROPERTIES, Properties};
pub use property_id::PropertyId;
pub use property_table::Value;
pub use protocol::{PacketId, QoS, Version};
pub use publish::Publish;
pub use subscribe::{RetainHandling, SubAck, Subscribe, Subscription, UnsubAck, Unsubscribe};
pub use topic::{TopicFilter, TopicName};

pub(crate) use connect::{Login, check as check_connect};
pub(crate) use primitives::{Reader, fnv1a, put_field};
pub(crate) use property_table::Location;
pub(crate) use publish::{InvalidPublish, fingerprint};
pub(crate) use subscribe::{check_subscribe, check_unsubscribe};
#[cfg(target_arch = "wasm32")]
pub(crate) use topic::SLOTS as TOPIC_SLOTS;
pub(crate) use topic_cache::TopicCache;

impl Packet {
    /// Encodes a packet that a client may send.
    ///
    /// # Errors
    /// This version of MQTT cannot express the packet; nothing was written.
    pub fn encode(&self, version: Version) -> Result<Vec<u8>, EncodeError> {
        match (self, version) {
            (Self::Connect(connect), _) => connect::encode(connect, version),
            (Self::Publish(publish), _) => {
                publish.check(version)?;
                publish.encode(version)
            }
            (Self::Subscribe(packet), _) => subscribe::encode_subscribe(packet, version),
            (Self::Unsubscribe(packet), _) => subscribe::encode_unsubscribe(packet, version),
            (_, Version::V31 | Version::V311) => v3::encode(self),
            (_, Version::V5) => v5::encode(self),
        }
    }

    /// Decodes `frame`, which is one whole packet as measured by [`frame_length`].
    ///
    /// # Errors
    /// The bytes are not a packet that a server may send in this version of MQTT.
    pub fn decode(frame: impl Into<Bytes>, version: Version) -> Result<Self, DecodeError> {
        let frame = frame.into();
        let first = frame.first().copied().unwrap_or_default();
        match (first >> 4, version) {
            (frame::PUBLISH, _) => {
                let topics = &mut TopicCache::default();
                let decoded = Publish::decode(frame, version, topics);
                decoded.map(|publish| Self::Publish(*publish)).map_err(|(error, _)| error)
            }
            (_, Version::V31 | Version::V311) => v3::decode(first, frame),
            (_, Version::V5) => v5::decode(first, &frame),
        }
    }
}
