//! Requests that wait for a connection, or for room in flight, in the order in which they were made.

use std::collections::VecDeque;

use crate::codec::{Publish, QoS, TopicFilter};
use crate::output::Token;

/// A request that has not been sent.
#[derive(Debug)]
pub(crate) enum Waiting {
    Publish(Publish),
    Subscribe(Vec<(TopicFilter, QoS)>),
    Unsubscribe(Vec<TopicFilter>),
}

impl Waiting {
    /// Bytes it holds in memory, about; more than its packet has, but for the fixed header.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Publish(publish) => publish.size(),
            Self::Subscribe(filters) => filters.iter().map(|(filter, _)| filter.size()).sum(),
            Self::Unsubscribe(filters) => filters.iter().map(TopicFilter::size).sum(),
        }
    }

    /// Whether its answer is awaited over reconnects.
    pub(crate) fn is_delivery(&self) -> bool {
        matches!(self, Self::Publish(publish) if publish.qos != QoS::AtMostOnce)
    }
}

/// First in, first out.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<(Token, Waiting)>,
    size: usize,
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn push(&mut self, token: Token, waiting: Waiting) {
        self.size += waiting.size();
        self.waiting.push_back((token, waiting));
    }

    pub(crate) fn front(&self) -> Option<&Waiting> {
        self.waiting.front().map(|(_, waiting)| waiting)
    }

    pub(crate) fn pop(&mut self) -> Option<(Token, Waiting)> {
        let next = self.waiting.pop_front()?;
        self.size -= next.1.size();
        Some(next)
    }
}
