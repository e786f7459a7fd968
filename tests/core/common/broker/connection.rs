//! What the model broker knows of one network connection.

use std::collections::BTreeMap;

use super::CLEAN;
use crate::common::aliases::Aliases;
use crate::common::wire::{
    Connect, Message, Packet, Properties, Stream, V5, Value, Wire, number, property_id as id,
};

#[derive(Debug, Default)]
pub struct Connection {
    pub stream: Stream,
    /// Who was accepted
    pub client: Option<ConnectedClient>,
}

/// A client that was accepted, and what it takes.
#[derive(Debug)]
pub struct ConnectedClient {
    pub client_id: String,
    pub level: u8,
    /// Seconds
    pub session_expiry: u32,
    /// QoS 1 and 2 messages at once
    pub receive_maximum: usize,
    /// Bytes
    pub packet_size: usize,
    /// Acknowledgements have a reason string.
    verbose: bool,
    /// Of the messages it sends
    pub aliases: Aliases,
    /// Of those it is sent
    own_aliases: BTreeMap<u32, String>,
    own_alias_maximum: u32,
}

impl Connection {
    pub fn level(&self) -> Option<u8> {
        self.client.as_ref().map(|client| client.level)
    }
}

impl ConnectedClient {
    pub fn new(
        connect: &Connect,
        asked: &Properties,
        connack_properties: &Properties,
        verbose: bool,
    ) -> Self {
        let kept = if connect.level == V5 || connect.flags & CLEAN != 0 { 0 } else { u32::MAX };
        let expiry = |properties| number(properties, id::SESSION_EXPIRY);
        Self {
            client_id: connect.client_id.clone(),
            level: connect.level,
            session_expiry: expiry(connack_properties).or_else(|| expiry(asked)).unwrap_or(kept),
            receive_maximum: number(asked, id::RECEIVE_MAXIMUM).unwrap_or(0xffff) as usize,
            packet_size: number(asked, id::MAXIMUM_PACKET_SIZE).unwrap_or(u32::MAX) as usize,
            aliases: Aliases::new(number(connack_properties, id::TOPIC_ALIAS_MAXIMUM).unwrap_or(0)),
            own_aliases: BTreeMap::new(),
            own_alias_maximum: number(asked, id::TOPIC_ALIAS_MAXIMUM).unwrap_or(0),
            verbose,
        }
    }

    pub fn bytes_of(&self, packets: Vec<Packet>) -> Vec<u8> {
        packets.iter().flat_map(|packet| packet.bytes(self.level)).collect()
    }

    /// The packet for a message to the client, with an alias now and then.
    pub fn say(&mut self, mut message: Message) -> Packet {
        let topic = &message.topic;
        if self.own_alias_maximum > 0 && !message.payload.len().is_multiple_of(3) {
            let alias = 1 + topic.bytes().map(u32::from).sum::<u32>() % self.own_alias_maximum;
            message.properties.push((id::TOPIC_ALIAS, Value::Number(alias)));
            let known = self.own_aliases.insert(alias, topic.clone());
            if known.as_ref() == Some(topic) {
                message.topic.clear();
            }
        }
        Wire::Publish(message).into()
    }

    /// PUBACK or PUBREC, with a word about it if there is room for that. [MQTT-3.4.2-2]
    pub fn answer(&self, wire: Wire, reason: u8) -> Packet {
        let plain = Packet::with_reason(wire, reason);
        let properties = vec![
            (REASON_STRING, Value::Text("so it is".into())),
            (id::USER_PROPERTY, Value::Pair("名".into(), "值".into())),
        ];
        let verbose = Packet { properties, ..plain.clone() };
        let fits = verbose.bytes(self.level).len() <= self.packet_size;
        if self.verbose && fits { verbose } else { plain }
    }

    /// DISCONNECT may change when the session ends. [MQTT-3.14.2-2]
    pub fn changes_expiry(&mut self, properties: &Properties) {
        if let Some(seconds) = number(properties, id::SESSION_EXPIRY) {
            assert!(self.session_expiry > 0 || seconds == 0, "a session that ends cannot be kept");
            self.session_expiry = seconds;
        }
    }
}

const REASON_STRING: u8 = 31;
