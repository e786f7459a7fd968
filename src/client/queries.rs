//! What the application can ask about its requests and subscriptions, without changing anything.

use super::Client;
use crate::codec::{PacketId, Subscription, Version};
use crate::connection::Phase;
use crate::request_id::RequestId;
use crate::session::SessionRecord;

impl Client {
    /// The packet identifier that is reserved for a request which is queued; `None` if it is not queued, or
    /// if packet identifiers are scarce.
    #[must_use]
    pub fn reserved_packet_id(&self, request_id: RequestId) -> Option<PacketId> {
        self.session.queue.packet_id(request_id)
    }

    /// The packet identifier of a request that was sent; `None` while it is queued.
    #[must_use]
    pub fn packet_id(&self, request_id: RequestId) -> Option<PacketId> {
        let pending = self.connection.pending.packet_id(request_id);
        pending.or_else(|| self.session.in_flight.packet_id(request_id))
    }

    /// Whether the application has already subscribed to this filter, with the same options and at
    /// least this quality of service, and has not unsubscribed since.
    #[must_use]
    pub fn has_subscribed(&self, subscription: &Subscription) -> bool {
        let queued = self.session.queue.subscription(&subscription.filter);
        let current = match queued {
            Some(queued) => queued,
            None => self.session.subscriptions.get(&subscription.filter),
        };
        current.is_some_and(|current| current.covers(subscription))
    }

    /// Records of all subscriptions, with which another client can continue after this one has
    /// ended.
    #[must_use]
    pub fn subscription_records(&self) -> Vec<SessionRecord> {
        self.session.subscriptions.records()
    }

    /// The packet identifier that was assigned last.
    #[must_use]
    pub fn last_packet_id(&self) -> Option<PacketId> {
        self.session.packet_ids.last()
    }

    /// The current version of MQTT: that of the options, until the client falls back.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether there is a connection, or the client makes one or will make one by itself. Otherwise
    /// nothing happens until the application calls [`connect`](Self::connect).
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.connection.phase != Phase::Closed || self.timers.reconnect.is_set()
    }

    /// Whether another client can take the place of this one between two connections, with the
    /// records of its subscriptions alone: nothing is queued, in flight or to be released.
    #[must_use]
    pub fn is_replaceable(&self) -> bool {
        self.is_idle() && self.session.unreleased() == 0
    }

    /// Whether every request has been answered.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.session.is_idle() && self.connection.pending.requests.is_empty()
    }
}
