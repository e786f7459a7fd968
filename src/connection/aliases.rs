//! Topic aliases of one connection (MQTT 5, section 3.3.2.3.4): numbers in place of topic names.

use crate::codec::{PropertyId, Publish, TopicName, Value};
use crate::error::{ProtocolError, RequestError};

/// The aliases that the server assigned. Their number is limited by what the client announced.
#[derive(Debug, Default)]
pub(crate) struct IncomingAliases {
    maximum: u16,
    /// The topic name of each alias, from 1
    names: Vec<Option<TopicName>>,
}

impl IncomingAliases {
    pub(crate) fn new(maximum: u16) -> Self {
        Self { maximum, names: Vec::new() }
    }

    /// Replaces an alias by its topic name, or learns a new alias.
    pub(crate) fn resolve(&mut self, publish: &mut Publish) -> Result<(), ProtocolError> {
        let Some(alias) = publish.properties.number(PropertyId::TOPIC_ALIAS) else { return Ok(()) };
        if alias > u32::from(self.maximum) {
            return Err(ProtocolError::TopicAlias); // [MQTT-3.1.2-26] [MQTT-3.1.2-27]
        }
        let at = alias as usize - 1; // the codec rejects 0
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

/// The aliases of outgoing messages: those that the application assigned, and those that are
/// assigned automatically. They share the range that the server allows.
#[derive(Debug, Default)]
pub(crate) struct OutgoingAliases {
    /// The largest alias that the server allows
    maximum: u16,
    /// Assign aliases to topics that have none
    auto_assign: bool,
    /// Use aliases that were assigned before
    auto_use: bool,
    /// The topic name that the application assigned to each alias, from 1; its message may be
    /// queued
    requested: Vec<Option<TopicName>>,
    /// The topic name that the server knows for each alias, from 1, with the number of its last use
    sent: Vec<(Option<TopicName>, u64)>,
    uses: u64,
}

impl OutgoingAliases {
    pub(crate) fn new(maximum: u16, auto_assign: bool, auto_use: bool) -> Self {
        Self { maximum, auto_assign, auto_use, ..Self::default() }
    }

    /// Replaces the alias of a message from the application by its topic name, because the message
    /// may outlive this connection and its aliases. [MQTT-3.3.2-7]
    ///
    /// # Errors
    /// The server does not allow this alias [MQTT-3.3.2-9], or it was not assigned.
    pub(crate) fn resolve(&mut self, publish: &mut Publish) -> Result<(), RequestError> {
        let Some(alias) = publish.properties.number(PropertyId::TOPIC_ALIAS) else { return Ok(()) };
        if alias > u32::from(self.maximum) {
            return Err(RequestError::TopicAlias);
        }
        let at = alias as usize - 1; // the check of the message rejects 0
        if self.requested.len() <= at {
            self.requested.resize(at + 1, None);
        }
        if publish.topic.is_aliased() {
            publish.topic = self.requested[at].clone().ok_or(RequestError::UnknownTopicAlias)?;
        } else {
            self.requested[at] = Some(publish.topic.clone());
        }
        Ok(())
    }

    /// Applies aliases to a message that is about to be sent. An alias that this server does not
    /// allow, or that would make the packet too large, is removed: the message has its topic name.
    pub(crate) fn apply(&mut self, publish: &mut Publish, fits: impl Fn(&Publish) -> bool) {
        let requested = publish.properties.number(PropertyId::TOPIC_ALIAS);
        publish.properties.0.retain(|(id, _)| *id != PropertyId::TOPIC_ALIAS);
        let at = match requested {
            Some(alias) if alias <= u32::from(self.maximum) => alias as usize - 1,
            Some(_) => return,
            None => match self.choose(&publish.topic) {
                Some(at) => at,
                None => return,
            },
        };
        let name = publish.topic.clone();
        if self.sent.get(at).is_some_and(|(sent, _)| sent.as_ref() == Some(&name)) {
            publish.topic = TopicName::aliased();
        }
        publish.properties.0.push((PropertyId::TOPIC_ALIAS, Value::Number(at as u32 + 1)));
        if !fits(publish) {
            publish.topic = name;
            publish.properties.0.pop();
            return;
        }
        if self.sent.len() <= at {
            self.sent.resize(at + 1, (None, 0));
        }
        self.uses += 1;
        self.sent[at] = (Some(name), self.uses);
    }

    /// The index of the alias for a topic. If all are taken, the least recently used is reassigned.
    fn choose(&self, topic: &TopicName) -> Option<usize> {
        if !(self.auto_assign || self.auto_use) || self.maximum == 0 {
            return None;
        }
        let known = self.sent.iter().position(|(name, _)| name.as_ref() == Some(topic));
        if !self.auto_assign {
            return known;
        }
        known.or_else(|| {
            let fresh = self.sent.len() < usize::from(self.maximum);
            let oldest = self.sent.iter().enumerate().min_by_key(|(_, (_, used))| *used);
            if fresh { Some(self.sent.len()) } else { oldest.map(|(at, _)| at) }
        })
    }
}
