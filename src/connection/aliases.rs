//! Topic aliases of one connection (MQTT 5, section 3.3.2.3.4): numbers in place of topic names.

use bytes::Bytes;

use crate::codec::{InvalidPublish, PropertyId, Publish, TopicName, Value};
use crate::error::{ProtocolError, RequestError};

/// The aliases that the server assigned. Their number is limited by what the client announced.
#[derive(Debug, Default)]
pub(crate) struct IncomingAliases {
    maximum: u16,
    /// What each alias stands for, from 1
    topics: Vec<Assigned>,
}

/// What the server has assigned to an alias.
#[derive(Clone, Debug, Default)]
enum Assigned {
    #[default]
    Nothing,
    Name(TopicName),
    /// A topic that is no topic name: every message with this alias is invalid.
    Invalid(Bytes),
}

impl IncomingAliases {
    pub(crate) fn new(maximum: u16) -> Self {
        Self { maximum, topics: Vec::new() }
    }

    /// Replaces an alias by its topic name, or learns a new alias. `Some` is the topic of an alias that
    /// stands for no topic name.
    pub(crate) fn resolve(
        &mut self,
        publish: &mut Publish,
    ) -> Result<Option<Bytes>, ProtocolError> {
        if publish.properties.is_empty() {
            return Ok(None); // as almost always
        }
        let Some(alias) = publish.properties.number(PropertyId::TOPIC_ALIAS) else {
            return Ok(None);
        };
        let assigned = self.assigned(alias)?;
        if !publish.topic.is_aliased() {
            *assigned = Assigned::Name(publish.topic.clone());
            return Ok(None);
        }
        match assigned {
            Assigned::Name(name) => publish.topic = name.clone(),
            Assigned::Invalid(topic) => return Ok(Some(topic.clone())),
            Assigned::Nothing => return Err(ProtocolError::UnknownTopicAlias),
        }
        Ok(None)
    }

    /// Learns the alias of an invalid message, or replaces the alias by what it stands for.
    pub(crate) fn resolve_invalid(
        &mut self,
        publish: &mut InvalidPublish,
    ) -> Result<(), ProtocolError> {
        let Some(alias) = publish.alias else { return Ok(()) };
        let assigned = self.assigned(alias)?;
        if publish.topic.is_empty() {
            publish.topic = match assigned {
                Assigned::Name(name) => Bytes::copy_from_slice(name.as_str().as_bytes()),
                Assigned::Invalid(topic) => topic.clone(),
                Assigned::Nothing => return Err(ProtocolError::UnknownTopicAlias),
            };
        } else {
            let name = str::from_utf8(&publish.topic).ok().and_then(TopicName::new);
            *assigned = match name {
                Some(name) => Assigned::Name(name),
                None => Assigned::Invalid(Bytes::copy_from_slice(&publish.topic)),
            };
        }
        Ok(())
    }

    /// The place of an alias, which is never 0: the codec rejects that.
    fn assigned(&mut self, alias: u32) -> Result<&mut Assigned, ProtocolError> {
        if alias > u32::from(self.maximum) {
            return Err(ProtocolError::TopicAlias); // [MQTT-3.1.2-26] [MQTT-3.1.2-27]
        }
        let at = alias as usize - 1;
        while self.topics.len() <= at {
            self.topics.push(Assigned::Nothing);
        }
        Ok(&mut self.topics[at])
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
        while self.requested.len() <= at {
            self.requested.push(None);
        }
        if publish.topic.is_aliased() {
            publish.topic = self.requested[at].clone().ok_or(RequestError::UnknownTopicAlias)?;
        } else {
            self.requested[at] = Some(publish.topic.clone());
        }
        Ok(())
    }

    /// A message that is about to be sent, with its alias; `None` if aliases do not change it. An alias that
    /// this server does not allow, or that would make the packet too large, is removed: the message has its
    /// topic name.
    pub(crate) fn applied(
        &mut self,
        publish: &Publish,
        fits: impl Fn(&Publish) -> bool,
    ) -> Option<Publish> {
        if publish.properties.is_empty() && !self.are_automatic() {
            return None; // as almost always
        }
        let mut publish = publish.clone();
        self.apply(&mut publish, fits);
        Some(publish)
    }

    fn apply(&mut self, publish: &mut Publish, fits: impl Fn(&Publish) -> bool) {
        let requested = publish.properties.number(PropertyId::TOPIC_ALIAS);
        publish.properties.remove(PropertyId::TOPIC_ALIAS);
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

    /// Whether a topic may have an alias that the application has not asked for.
    fn are_automatic(&self) -> bool {
        self.maximum > 0 && (self.auto_assign || self.auto_use)
    }

    /// The index of the alias for a topic. If all are taken, the least recently used is reassigned.
    fn choose(&self, topic: &TopicName) -> Option<usize> {
        if !self.are_automatic() {
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
