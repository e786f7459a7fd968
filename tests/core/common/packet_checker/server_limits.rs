//! What one connection allows a client to send: the limits of CONNACK, topic aliases, keep alive.

use crate::common::aliases::Aliases;
use crate::common::wire::{Message, Packet, Properties, V5, Wire, number, property_id as id};

#[derive(Debug)]
pub struct ServerLimits {
    pub receive_maximum: usize,
    packet_size: usize,
    maximum_qos: u8,
    retain: bool,
    wildcards: bool,
    identifiers: bool,
    shared: bool,
    /// The topic aliases that were assigned on this connection
    pub aliases: Aliases,
    /// Seconds; 0 for any
    keep_alive: u16,
    last_sent: u64,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            receive_maximum: 0xffff,
            packet_size: usize::MAX,
            maximum_qos: 2,
            retain: true,
            wildcards: true,
            identifiers: true,
            shared: true,
            aliases: Aliases::default(),
            keep_alive: 0,
            last_sent: 0,
        }
    }
}

impl ServerLimits {
    /// Before CONNACK
    pub fn new(keep_alive: u16, now: u64) -> Self {
        Self { keep_alive, last_sent: now, ..Self::default() }
    }

    /// CONNACK came with these properties. Keep alive counts from here on.
    pub fn hear(&mut self, properties: &Properties, now: u64) {
        let all = Self::default();
        let say = |id| number(properties, id);
        let available = |id| say(id) != Some(0);
        let keep_alive = say(id::SERVER_KEEP_ALIVE).map_or(self.keep_alive, |said| said as u16);
        *self = Self {
            receive_maximum: say(id::RECEIVE_MAXIMUM).unwrap_or(0xffff) as usize,
            packet_size: say(id::MAXIMUM_PACKET_SIZE).map_or(all.packet_size, |size| size as usize),
            maximum_qos: say(id::MAXIMUM_QOS).unwrap_or(2) as u8,
            retain: available(id::RETAIN_AVAILABLE),
            wildcards: available(id::WILDCARDS),
            identifiers: available(id::SUBSCRIPTION_IDENTIFIERS),
            shared: available(id::SHARED_SUBSCRIPTIONS),
            keep_alive, // [MQTT-3.1.2-21]
            last_sent: now,
            aliases: Aliases::new(say(id::TOPIC_ALIAS_MAXIMUM).unwrap_or(0)),
        };
    }

    /// The client was suspended until now: keep alive begins anew.
    pub fn froze(&mut self, now: u64) {
        self.last_sent = now;
    }

    /// The client sends a packet of this size.
    pub fn check(&mut self, packet: &Packet, size: usize, now: u64) {
        let silence = now - self.last_sent;
        let allowed = u64::from(self.keep_alive) * 1_000;
        assert!(allowed == 0 || silence <= allowed, "silent for {silence} ms [MQTT-3.1.2-20]");
        self.last_sent = now;
        assert!(size <= self.packet_size, "{size} bytes [MQTT-3.2.2-15]: {packet:?}");
        match &packet.wire {
            Wire::Publish(message) => {
                assert!(message.qos <= self.maximum_qos, "[MQTT-3.2.2-11]: {message:?}");
                assert!(!message.retain || self.retain, "[MQTT-3.2.2-14]: {message:?}");
                let identifier = number(&message.properties, id::SUBSCRIPTION_IDENTIFIER);
                assert_eq!(identifier, None, "[MQTT-3.3.4-6]");
            }
            Wire::Subscribe { filters, .. } => {
                let identifier = number(&packet.properties, id::SUBSCRIPTION_IDENTIFIER);
                assert!(identifier.is_none() || self.identifiers, "{packet:?}");
                assert!(identifier != Some(0), "subscription identifier 0");
                for (filter, options) in filters {
                    assert!(!filter.contains(['+', '#']) || self.wildcards, "{packet:?}");
                    assert!(!filter.starts_with("$share/") || self.shared, "{packet:?}");
                    let (qos, reserved) = (options & 3, options & 0xc0);
                    assert!(qos < 3 && reserved == 0 && options >> 4 & 3 < 3, "[MQTT-3.8.3-5]");
                }
            }
            _ => {}
        }
    }

    /// Whether the server takes this message for sure; one that is just short enough by an alias it
    /// may.
    pub fn takes(&self, message: &Message, level: u8) -> bool {
        const ALIAS: usize = 4; // a byte more of length with it
        let size = Packet::from(Wire::Publish(message.clone())).bytes(level).len();
        let aliasing = if level == V5 && self.aliases.allowed() { ALIAS } else { 0 };
        message.qos <= self.maximum_qos
            && (!message.retain || self.retain)
            && size + aliasing <= self.packet_size
    }
}
