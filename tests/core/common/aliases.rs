//! The topic aliases that a sender has assigned on one connection, as its receiver knows them.

use std::collections::BTreeMap;

use super::wire::{Message, number, property_id as id};

#[derive(Debug, Default)]
pub struct Aliases {
    topics: BTreeMap<u32, String>,
    maximum: u32,
}

impl Aliases {
    /// With the receiver's Topic Alias Maximum.
    pub fn new(maximum: u32) -> Self {
        Self { topics: BTreeMap::new(), maximum }
    }

    pub fn allowed(&self) -> bool {
        self.maximum > 0
    }

    /// The message with its topic name and without its alias, which may differ each time.
    pub fn resolve(&mut self, mut message: Message) -> Message {
        let Some(alias) = number(&message.properties, id::TOPIC_ALIAS) else {
            assert!(!message.topic.is_empty(), "neither topic nor alias [MQTT-3.3.2-8]");
            return message;
        };
        // [MQTT-3.3.2-8] [MQTT-3.3.2-9]
        assert!((1..=self.maximum).contains(&alias), "alias {alias} of {message:?}");
        if message.topic.is_empty() {
            let known = self.topics.get(&alias);
            message.topic = known.expect("an alias of this connection [MQTT-3.3.2-7]").clone();
        } else {
            self.topics.insert(alias, message.topic.clone());
        }
        message.properties.retain(|(known, _)| *known != id::TOPIC_ALIAS);
        message
    }
}
