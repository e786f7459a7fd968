//! What a client can say of its requests and subscriptions. Nothing here changes it.

use super::Client;
use crate::codec::{PacketId, Record, Subscription, Version};
use crate::output::Token;

impl Client {
    /// The packet identifier under which a request is on its way; `None` while it waits.
    #[must_use]
    pub fn packet_id(&self, token: Token) -> Option<PacketId> {
        let mut requests = self.connection.requests.iter();
        let request = requests.find(|request| request.token == Some(token));
        match request {
            Some(request) => Some(request.packet_id),
            None => self.session.in_flight.packet_id(token),
        }
    }

    /// Whether the application has already asked for this subscription, with these options, at this
    /// quality of service or a higher one, and has not taken that back.
    #[must_use]
    pub fn has_asked_for(&self, subscription: &Subscription) -> bool {
        let waiting = self.session.queue.subscription(&subscription.filter);
        let known = match waiting {
            Some(waiting) => waiting,
            None => self.session.subscriptions.get(&subscription.filter),
        };
        known.is_some_and(|known| known.covers(subscription))
    }

    /// Records of the subscriptions, with which another client can go on after this one has ended.
    #[must_use]
    pub fn subscription_records(&self) -> Vec<Record> {
        self.session.subscriptions.records()
    }

    /// The packet identifier that was given last, if any was.
    #[must_use]
    pub fn last_packet_id(&self) -> Option<PacketId> {
        self.session.packet_ids.last()
    }

    /// What it speaks: the version of the options, until it falls back.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether every request has been answered.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.session.is_idle() && self.connection.requests.is_empty()
    }
}
