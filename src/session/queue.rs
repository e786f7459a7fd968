//! Requests that were accepted but not sent, in their order: there is no connection, or no room in
//! flight.

use std::collections::VecDeque;

use crate::codec::{
    PacketId, Properties, PropertyId, Publish, QoS, Subscription, TopicFilter, Value,
};
use crate::request_id::RequestId;
use crate::timer::Instant;

/// A request that was not sent.
#[derive(Debug)]
pub(crate) enum Queued {
    /// A message, and when it was queued
    Publish(Publish, Instant),
    Subscribe(Vec<Subscription>, Properties),
    Unsubscribe(Vec<TopicFilter>, Properties),
}

impl Queued {
    /// Bytes held in memory, approximately; never less than the encoded length without the fixed
    /// header.
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

    /// Whether its packet has a packet identifier.
    pub(crate) fn has_packet_id(&self) -> bool {
        !matches!(self, Self::Publish(publish, _) if publish.qos == QoS::AtMostOnce)
    }

    /// Whether it is a QoS 1 or 2 message, which needs room in flight.
    pub(crate) fn is_delivery(&self) -> bool {
        matches!(self, Self::Publish(publish, _) if publish.qos != QoS::AtMostOnce)
    }
}

/// Subtracts the time that a message was queued, in milliseconds, from its expiry interval; `false`
/// if it has expired. (section 3.3.2.3.3)
pub(crate) fn reduce_expiry(publish: &mut Publish, queued: u64) -> bool {
    let properties = publish.properties.0.iter_mut();
    for (id, value) in properties {
        if let (&mut PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(seconds)) = (id, value) {
            let queued = queued / 1_000;
            if queued > 0 && queued >= u64::from(*seconds) {
                return false;
            }
            *seconds -= queued as u32;
        }
    }
    true
}

/// A request in the queue.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) request_id: RequestId,
    /// Reserved for it, so that the application can name it before it is sent
    pub(crate) packet_id: Option<PacketId>,
    pub(crate) queued: Queued,
}

/// The queue: first in, first out.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    requests: VecDeque<Entry>,
    size: usize,
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Bytes held in memory, approximately.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.size += entry.queued.size();
        self.requests.push_back(entry);
    }

    pub(crate) fn front(&self) -> Option<&Entry> {
        self.requests.front()
    }

    /// The packet identifier that is reserved for a request.
    pub(crate) fn packet_id(&self, request_id: RequestId) -> Option<PacketId> {
        self.requests[self.position(request_id)?].packet_id
    }

    /// Removes the request for which this packet identifier is reserved.
    pub(crate) fn remove(&mut self, packet_id: PacketId) -> Option<RequestId> {
        let at = self.requests.iter().position(|entry| entry.packet_id == Some(packet_id))?;
        self.remove_at(at).map(|entry| entry.request_id)
    }

    /// Removes a request.
    pub(crate) fn take(&mut self, request_id: RequestId) -> Option<Entry> {
        self.remove_at(self.position(request_id)?)
    }

    /// The QoS 1 or 2 message of this request, if it is the last one in the queue.
    pub(crate) fn last_delivery(&self, request_id: RequestId) -> Option<&Publish> {
        match self.requests.back() {
            Some(Entry { request_id: last, queued: Queued::Publish(publish, _), .. })
                if *last == request_id && publish.qos != QoS::AtMostOnce =>
            {
                Some(publish)
            }
            _ => None,
        }
    }

    /// The last queued request for this filter: `Some(None)` if it is to unsubscribe.
    pub(crate) fn subscription(&self, filter: &TopicFilter) -> Option<Option<&Subscription>> {
        self.requests.iter().rev().find_map(|entry| match &entry.queued {
            Queued::Publish(..) => None,
            Queued::Subscribe(subscriptions, _) => {
                subscriptions.iter().rfind(|one| one.filter == *filter).map(Some)
            }
            Queued::Unsubscribe(filters, _) => filters.contains(filter).then_some(None),
        })
    }

    /// Adds a request of a restored session, in the order of the requests.
    pub(crate) fn restore(&mut self, request_id: RequestId, queued: Queued) {
        self.size += queued.size();
        let at = self.requests.partition_point(|other| other.request_id < request_id);
        self.requests.insert(at, Entry { request_id, packet_id: None, queued });
    }

    pub(crate) fn pop(&mut self) -> Option<Entry> {
        let next = self.requests.pop_front()?;
        self.size -= next.queued.size();
        Some(next)
    }

    fn position(&self, request_id: RequestId) -> Option<usize> {
        self.requests.binary_search_by_key(&request_id, |entry| entry.request_id).ok()
    }

    fn remove_at(&mut self, at: usize) -> Option<Entry> {
        let entry = self.requests.remove(at)?;
        self.size -= entry.queued.size();
        Some(entry)
    }
}
