//! The limits of the server on one connection, as announced in CONNACK (MQTT 5, section 3.2.2.3).

use crate::codec::{ConnAck, MAX_PACKET_SIZE, PropertyId, Publish, QoS, Subscribe, Subscription};
use crate::error::Limit;

/// What the server supports. By default: everything.
#[derive(Debug)]
pub(crate) struct Limits {
    /// The maximum number of QoS 1 and 2 messages in flight
    pub(crate) receive_maximum: u16,
    /// The maximum size of a packet in bytes
    pub(crate) packet_size: usize,
    pub(crate) topic_alias_maximum: u16,
    maximum_qos: QoS,
    retain: bool,
    wildcards: bool,
    subscription_identifiers: bool,
    shared: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            receive_maximum: u16::MAX,
            packet_size: MAX_PACKET_SIZE,
            topic_alias_maximum: 0,
            maximum_qos: QoS::ExactlyOnce,
            retain: true,
            wildcards: true,
            subscription_identifiers: true,
            shared: true,
        }
    }
}

impl Limits {
    pub(crate) fn new(connack: &ConnAck) -> Self {
        let number = |id| connack.properties.number(id);
        let available = |id| number(id) != Some(0);
        let all = Self::default();
        Self {
            receive_maximum: number(PropertyId::RECEIVE_MAXIMUM)
                .map_or(all.receive_maximum, |maximum| maximum as u16),
            packet_size: number(PropertyId::MAXIMUM_PACKET_SIZE)
                .map_or(all.packet_size, |size| size as usize),
            topic_alias_maximum: number(PropertyId::TOPIC_ALIAS_MAXIMUM)
                .map_or(all.topic_alias_maximum, |maximum| maximum as u16),
            maximum_qos: number(PropertyId::MAXIMUM_QOS)
                .and_then(|qos| QoS::new(qos as u8))
                .unwrap_or(all.maximum_qos),
            retain: available(PropertyId::RETAIN_AVAILABLE),
            wildcards: available(PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE),
            subscription_identifiers: available(PropertyId::SUBSCRIPTION_IDENTIFIER_AVAILABLE),
            shared: available(PropertyId::SHARED_SUBSCRIPTION_AVAILABLE),
        }
    }

    /// [MQTT-3.2.2-11] [MQTT-3.2.2-14]
    pub(crate) fn check_publish(&self, publish: &Publish) -> Result<(), Limit> {
        if publish.qos > self.maximum_qos {
            Err(Limit::MaximumQos)
        } else if publish.retain && !self.retain {
            Err(Limit::Retain)
        } else {
            Ok(())
        }
    }

    /// Requesting what a server does not support is a protocol error. (sections 3.2.2.3.11 to 13)
    pub(crate) fn check_subscribe(&self, subscribe: &Subscribe) -> Result<(), Limit> {
        let identifier = subscribe.properties.get(PropertyId::SUBSCRIPTION_IDENTIFIER);
        if identifier.is_some() && !self.subscription_identifiers {
            return Err(Limit::SubscriptionIdentifiers);
        }
        subscribe.subscriptions.iter().try_for_each(|subscription| self.check(subscription))
    }

    fn check(&self, Subscription { filter, .. }: &Subscription) -> Result<(), Limit> {
        if filter.is_shared() && !self.shared {
            Err(Limit::SharedSubscriptions)
        } else if filter.as_str().contains(['+', '#']) && !self.wildcards {
            Err(Limit::Wildcards)
        } else {
            Ok(())
        }
    }
}
