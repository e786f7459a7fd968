//! SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK.

use super::error::EncodeError;
use super::frame::{self, first_byte};
use super::primitives::{encode_packet_in_parts, put_field};
use super::property::Properties;
use super::property_table::Location;
use super::protocol::{PacketId, QoS, Version};
use super::topic::TopicFilter;

/// SUBSCRIBE: requests subscriptions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscribe {
    /// SUBACK carries the same.
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// At least one [MQTT-3.8.3-3] [MQTT-3.8.3-2]
    pub subscriptions: Vec<Subscription>,
}

/// A topic filter with its subscription options.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscription {
    /// Selects messages by topic name
    pub filter: TopicFilter,
    /// The maximum quality of service at which the server may send messages
    pub qos: QoS,
    /// MQTT 5: do not send messages that this client published; not with a shared subscription
    pub no_local: bool,
    /// MQTT 5: leave the retain flag as it was published
    pub retain_as_published: bool,
    /// MQTT 5: when retained messages are sent
    pub retain_handling: RetainHandling,
}

impl Subscription {
    /// A subscription with the options of MQTT 3.
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

    /// Whether it delivers every message that the other would deliver, in the same way. Retained
    /// messages that were already sent do not count.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.filter == other.filter
            && self.qos >= other.qos
            && self.no_local == other.no_local
            && self.retain_as_published == other.retain_as_published
    }

    /// Decodes the options byte of SUBSCRIBE (section 3.8.3.1); `None` if it is not valid.
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

    /// The options byte of SUBSCRIBE.
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
    /// 1: if the subscription did not exist
    IfNew,
    /// 2: never
    Never,
}

/// SUBACK: the server's answer to SUBSCRIBE.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SubAck {
    /// The identifier of the SUBSCRIBE
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// One for each filter, in their order: the granted quality of service, or from 0x80 on a
    /// refusal
    pub codes: Vec<u8>,
}

/// UNSUBSCRIBE: cancels subscriptions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unsubscribe {
    /// UNSUBACK carries the same.
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// At least one [MQTT-3.10.3-2]
    pub filters: Vec<TopicFilter>,
}

/// UNSUBACK: the server's answer to UNSUBSCRIBE.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnsubAck {
    /// The identifier of the UNSUBSCRIBE
    pub packet_id: PacketId,
    /// MQTT 5
    pub properties: Properties,
    /// MQTT 5: one reason code for each filter, in their order; none in MQTT 3
    pub codes: Vec<u8>,
}

/// Whether these subscriptions can be encoded in one SUBSCRIBE.
pub(crate) fn check_subscribe(
    subscriptions: &[Subscription],
    properties: &Properties,
) -> Result<(), EncodeError> {
    if subscriptions.is_empty() {
        return Err(EncodeError::NoFilters); // [MQTT-3.8.3-2]
    }
    let is_invalid = |one: &Subscription| one.no_local && one.filter.is_shared();
    if subscriptions.iter().any(is_invalid) {
        return Err(EncodeError::NoLocalOnShared); // [MQTT-3.8.3-4]
    }
    properties.check(Location::SUBSCRIBE)
}

/// Whether these filters can be encoded in one UNSUBSCRIBE.
pub(crate) fn check_unsubscribe(
    filters: &[TopicFilter],
    properties: &Properties,
) -> Result<(), EncodeError> {
    if filters.is_empty() {
        return Err(EncodeError::NoFilters); // [MQTT-3.10.3-2]
    }
    properties.check(Location::UNSUBSCRIBE)
}

pub(super) fn encode_subscribe(
    subscribe: &Subscribe,
    version: Version,
) -> Result<Vec<u8>, EncodeError> {
    let Subscribe { packet_id, properties, subscriptions } = subscribe;
    let mut body = begin_body(*packet_id);
    if version == Version::V5 {
        check_subscribe(subscriptions, properties)?;
        properties.put(&mut body);
    }
    for subscription in subscriptions {
        put_field(&mut body, subscription.filter.as_str().as_bytes());
        body.push(match version {
            Version::V5 => subscription.options(),
            Version::V31 | Version::V311 => subscription.qos as u8, // all other bits are reserved
        });
    }
    encode(frame::SUBSCRIBE, subscriptions.is_empty(), &body)
}

pub(super) fn encode_unsubscribe(
    unsubscribe: &Unsubscribe,
    version: Version,
) -> Result<Vec<u8>, EncodeError> {
    let Unsubscribe { packet_id, properties, filters } = unsubscribe;
    let mut body = begin_body(*packet_id);
    if version == Version::V5 {
        check_unsubscribe(filters, properties)?;
        properties.put(&mut body);
    }
    for filter in filters {
        put_field(&mut body, filter.as_str().as_bytes());
    }
    encode(frame::UNSUBSCRIBE, filters.is_empty(), &body)
}

fn begin_body(packet_id: PacketId) -> Vec<u8> {
    packet_id.get().to_be_bytes().to_vec()
}

fn encode(packet_type: u8, is_empty: bool, body: &[u8]) -> Result<Vec<u8>, EncodeError> {
    if is_empty {
        return Err(EncodeError::NoFilters); // [MQTT-3.8.3-3] [MQTT-3.10.3-2]
    }
    encode_packet_in_parts(first_byte(packet_type), body, &[])
}
