//! Requests that wait for a connection, or for room in flight, in the order in which they were made.

use std::collections::VecDeque;

use crate::codec::{Properties, PropertyId, Publish, QoS, Subscription, TopicFilter, Value};
use crate::output::Token;
use crate::timer::Instant;

/// A request that has not been sent.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// A message, and since when it waits
    Publish(Publish, Instant),
    Subscribe(Vec<Subscription>, Properties),
    Unsubscribe(Vec<TopicFilter>, Properties),
}

impl Waiting {
    /// Bytes it holds in memory, about; more than its packet has, but for the fixed header.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Publish(publish, _) => publish.size(),
            Self::Subscribe(subscriptions, properties) => {
                let filters = subscriptions.iter().map(|subscription| subscription.filter.size());
                filters.sum::<usize>() + properties.size()
            }
            Self::Unsubscribe(filters, properties) => {
                filters.iter().map(TopicFilter::size).sum::<usize>() + properties.size()
            }
        }
    }

    /// Whether it needs room in flight.
    pub(crate) fn is_delivery(&self) -> bool {
        matches!(self, Self::Publish(publish, _) if publish.qos != QoS::AtMostOnce)
    }
}

/// Takes the seconds that a message has waited off its expiry interval; false if it has expired.
/// (section 3.3.2.3.3)
pub(crate) fn age(publish: &mut Publish, waited: u64) -> bool {
    let properties = publish.properties.0.iter_mut();
    for (id, value) in properties {
        if let (&mut PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(seconds)) = (id, value) {
            let waited = waited / 1_000;
            if waited > 0 && waited >= u64::from(*seconds) {
                return false;
            }
            *seconds -= waited as u32;
        }
    }
    true
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

    /// The QoS 1 or 2 message of this request, if it is the last one that waits.
    pub(crate) fn waiting_delivery(&self, token: Token) -> Option<&Publish> {
        match self.waiting.back() {
            Some((last, Waiting::Publish(publish, _)))
                if *last == token && publish.qos != QoS::AtMostOnce =>
            {
                Some(publish)
            }
            _ => None,
        }
    }

    /// What the last request that waits for this filter asks for: `Some(None)` is to unsubscribe.
    pub(crate) fn subscription(&self, filter: &TopicFilter) -> Option<Option<&Subscription>> {
        self.waiting.iter().rev().find_map(|(_, waiting)| match waiting {
            Waiting::Publish(..) => None,
            Waiting::Subscribe(subscriptions, _) => {
                subscriptions.iter().rfind(|asked| asked.filter == *filter).map(Some)
            }
            Waiting::Unsubscribe(filters, _) => filters.contains(filter).then_some(None),
        })
    }

    /// Puts a request of an earlier life in its place among the others of that life.
    pub(crate) fn restore(&mut self, token: Token, waiting: Waiting) {
        self.size += waiting.size();
        let at = self.waiting.partition_point(|(other, _)| other.0 < token.0);
        self.waiting.insert(at, (token, waiting));
    }

    pub(crate) fn pop(&mut self) -> Option<(Token, Waiting)> {
        let next = self.waiting.pop_front()?;
        self.size -= next.1.size();
        Some(next)
    }
}
