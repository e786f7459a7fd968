//! Topic aliases of one connection (MQTT 5, section 3.3.2.3.4): a number in place of a topic name.

use crate::codec::{PropertyId, Publish, TopicName, Value};
use crate::error::ProtocolError;

/// What the server calls its topics. Holds as many as the client allowed, which is its own choice.
#[derive(Debug, Default)]
pub(crate) struct IncomingAliases {
    maximum: u16,
    /// By alias, from 1
    names: Vec<Option<TopicName>>,
}

impl IncomingAliases {
    pub(crate) fn new(maximum: u16) -> Self {
        Self { maximum, names: Vec::new() }
    }

    /// Gives the message its topic name, and learns its alias.
    pub(crate) fn resolve(&mut self, publish: &mut Publish) -> Result<(), ProtocolError> {
        let Some(alias) = publish.properties.number(PropertyId::TOPIC_ALIAS) else { return Ok(()) };
        if alias > u32::from(self.maximum) {
            return Err(ProtocolError::TopicAlias); // [MQTT-3.1.2-26] [MQTT-3.1.2-27]
        }
        let at = alias as usize - 1; // the codec refuses 0
        if publish.topic.is_aliased() {
            let name = self.names.get(at).and_then(Option::as_ref);
            publish.topic = name.ok_or(ProtocolError::UnknownTopicAlias)?.clone();
        } else {
            if self.names.len() <= at {
                self.names.resize(at + 1, None);
            }
            self.names[at] = Some(publish.topic.clone());
        }
        Ok(())
    }
}

/// What the client calls its topics.
#[derive(Debug, Default)]
pub(crate) struct OutgoingAliases {
    /// The highest alias the server takes
    maximum: u16,
    /// Give aliases to topics that have none
    automatic: bool,
    /// By alias, from 1; with the time of its last use
    names: Vec<(TopicName, u64)>,
    uses: u64,
}

impl OutgoingAliases {
    pub(crate) fn new(maximum: u16, automatic: bool) -> Self {
        Self { maximum, automatic, ..Self::default() }
    }

    /// The message as it goes out on this connection. The application's own alias is kept if the
    /// server takes it [MQTT-3.3.2-9], and dropped otherwise: the message has its topic name.
    pub(crate) fn apply(&mut self, publish: &mut Publish) {
        match publish.properties.number(PropertyId::TOPIC_ALIAS) {
            Some(alias) if alias > u32::from(self.maximum) => {
                publish.properties.0.retain(|(id, _)| *id != PropertyId::TOPIC_ALIAS);
            }
            Some(_) => {}
            None if self.automatic && self.maximum > 0 => self.assign(publish),
            None => {}
        }
    }

    /// The alias of the topic, or that of the topic that was used longest ago.
    fn assign(&mut self, publish: &mut Publish) {
        self.uses += 1;
        let known = self.names.iter().position(|(name, _)| *name == publish.topic);
        let at = known.unwrap_or_else(|| self.place(&publish.topic));
        self.names[at].1 = self.uses;
        if known.is_some() {
            publish.topic = TopicName::aliased();
        }
        publish.properties.0.push((PropertyId::TOPIC_ALIAS, Value::Number(at as u32 + 1)));
    }

    fn place(&mut self, name: &TopicName) -> usize {
        if self.names.len() < usize::from(self.maximum) {
            self.names.push((name.clone(), 0));
            return self.names.len() - 1;
        }
        let oldest = self.names.iter().enumerate().min_by_key(|(_, (_, used))| *used);
        let at = oldest.map_or(0, |(at, _)| at);
        self.names[at].0 = name.clone();
        at
    }
}
