//! What all packets have in common: the version of the protocol, quality of service, packet
//! identifiers.

use std::num::NonZeroU16;

/// A packet identifier, never 0. [MQTT-2.3.1-1]
pub type PacketId = NonZeroU16;

/// A version of MQTT.
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

/// Quality of service: the delivery guarantee of a message.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum QoS {
    /// QoS 0
    #[default]
    AtMostOnce,
    /// QoS 1
    AtLeastOnce,
    /// QoS 2
    ExactlyOnce,
}

impl QoS {
    /// The quality of service with this number; `None` unless it is 0, 1 or 2.
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
