//! Topic aliases of one connection (MQTT 5, section 3.3.2.3.4): a number in place of a topic name.

use crate::codec::{PropertyId, Publish, TopicName, Value};
use crate::error::{ProtocolError, RequestError};

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

/// What the client calls its topics: aliases that the application gives, and those that are given
/// to its topics by themselves. They share the numbers that the server takes.
#[derive(Debug, Default)]
pub(crate) struct OutgoingAliases {
    /// The highest alias the server takes
    maximum: u16,
    /// Give aliases to topics that have none
    automatic: bool,
    /// Use aliases of topics that have one
    known: bool,
    /// What the application has asked for, by alias; it may wait to be sent
    asked: Vec<Option<TopicName>>,
    /// What the server has been told, by alias, from 1; with the time of its last use
    told: Vec<(Option<TopicName>, u64)>,
    uses: u64,
}

impl OutgoingAliases {
    pub(crate) fn new(maximum: u16, automatic: bool, known: bool) -> Self {
        Self { maximum, automatic, known, ..Self::default() }
    }

    /// Gives a message whose topic the application left to its alias that topic's name: the message
    /// may wait longer than the alias holds. [MQTT-3.3.2-7]
    ///
    /// # Errors
    /// The server does not take this alias [MQTT-3.3.2-9], or it stands for nothing.
    pub(crate) fn resolve(&mut self, publish: &mut Publish) -> Result<(), RequestError> {
        let Some(alias) = publish.properties.number(PropertyId::TOPIC_ALIAS) else { return Ok(()) };
        if alias > u32::from(self.maximum) {
            return Err(RequestError::TopicAlias);
        }
        let at = alias as usize - 1; // 0 was refused as malformed
        if self.asked.len() <= at {
            self.asked.resize(at + 1, None);
        }
        if publish.topic.is_aliased() {
            publish.topic = self.asked[at].clone().ok_or(RequestError::UnknownTopicAlias)?;
        } else {
            self.asked[at] = Some(publish.topic.clone());
        }
        Ok(())
    }

    /// The message as it goes out on this connection. An alias that this server does not take is
    /// dropped, and so is one that would make the packet too large: the message has its topic name.
    pub(crate) fn apply(&mut self, publish: &mut Publish, fits: impl Fn(&Publish) -> bool) {
        let asked = publish.properties.number(PropertyId::TOPIC_ALIAS);
        publish.properties.0.retain(|(id, _)| *id != PropertyId::TOPIC_ALIAS);
        let at = match asked {
            Some(alias) if alias <= u32::from(self.maximum) => alias as usize - 1,
            Some(_) => return,
            None => match self.choose(&publish.topic) {
                Some(at) => at,
                None => return,
            },
        };
        let name = publish.topic.clone();
        if self.told.get(at).is_some_and(|(told, _)| told.as_ref() == Some(&name)) {
            publish.topic = TopicName::aliased();
        }
        publish.properties.0.push((PropertyId::TOPIC_ALIAS, Value::Number(at as u32 + 1)));
        if !fits(publish) {
            publish.topic = name;
            publish.properties.0.pop();
            return; // and the server is told nothing
        }
        if self.told.len() <= at {
            self.told.resize(at + 1, (None, 0));
        }
        self.uses += 1;
        self.told[at] = (Some(name), self.uses);
    }

    /// Where the alias of a topic is, or is to be: in place of the one that was used longest ago.
    fn choose(&self, topic: &TopicName) -> Option<usize> {
        if !(self.automatic || self.known) || self.maximum == 0 {
            return None;
        }
        let known = self.told.iter().position(|(name, _)| name.as_ref() == Some(topic));
        if !self.automatic {
            return known;
        }
        known.or_else(|| {
            let fresh = self.told.len() < usize::from(self.maximum);
            let oldest = self.told.iter().enumerate().min_by_key(|(_, (_, used))| *used);
            if fresh { Some(self.told.len()) } else { oldest.map(|(at, _)| at) }
        })
    }
}
