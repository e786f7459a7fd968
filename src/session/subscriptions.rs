//! The subscriptions of the client, so that it can subscribe again when the server has lost them.

use super::record::SessionRecord;
use crate::codec::{PacketId, Properties, Subscription, TopicFilter};

/// All subscriptions, in the order in which they were first requested.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    /// As requested, not as granted: another server may grant more
    subscription: Subscription,
    /// The properties of its SUBSCRIBE, for example a subscription identifier
    properties: Properties,
    state: State,
}

/// What the client knows of a subscription at the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// The last SUBSCRIBE for it is not answered.
    Requested(PacketId),
    /// SUBACK granted it: it is part of the server's session.
    Granted,
    /// It was granted, but the server may have lost the session since.
    Unconfirmed,
}

impl Subscriptions {
    /// SUBSCRIBE was sent.
    pub(crate) fn requested(
        &mut self,
        subscription: &Subscription,
        properties: &Properties,
        packet_id: PacketId,
    ) {
        let (subscription, properties) = (subscription.clone(), properties.clone());
        let entry = Entry { subscription, properties, state: State::Requested(packet_id) };
        match self.0.iter_mut().find(|known| known.has(&entry.subscription.filter)) {
            Some(known) => *known = entry,
            None => self.0.push(entry),
        }
    }

    /// SUBACK granted it. The record to store, unless a newer SUBSCRIBE is not answered yet.
    pub(crate) fn granted(
        &mut self,
        filter: &TopicFilter,
        packet_id: PacketId,
    ) -> Option<SessionRecord> {
        let known = self.0.iter_mut().find(|known| known.has(filter))?;
        (known.state == State::Requested(packet_id)).then(|| {
            known.state = State::Granted;
            known.record()
        })
    }

    /// The server may have lost its session.
    pub(crate) fn mark_unconfirmed(&mut self) {
        for known in self.0.iter_mut().filter(|known| known.state == State::Granted) {
            known.state = State::Unconfirmed;
        }
    }

    /// Adds a subscription of a restored session.
    pub(crate) fn restore(&mut self, subscription: Subscription, properties: Properties) {
        self.remove(&subscription.filter);
        self.0.push(Entry { subscription, properties, state: State::Unconfirmed });
    }

    /// SUBACK refused it. Whether it was removed: not if a newer SUBSCRIBE is not answered yet.
    pub(crate) fn refused(&mut self, filter: &TopicFilter, packet_id: PacketId) -> bool {
        let before = self.0.len();
        self.0.retain(|known| !known.has(filter) || known.state != State::Requested(packet_id));
        self.0.len() < before
    }

    /// Removes a subscription; whether there was one.
    pub(crate) fn remove(&mut self, filter: &TopicFilter) -> bool {
        let before = self.0.len();
        self.0.retain(|known| !known.has(filter));
        self.0.len() < before
    }

    /// The records of all subscriptions, granted or not.
    pub(crate) fn records(&self) -> Vec<SessionRecord> {
        self.0.iter().map(Entry::record).collect()
    }

    /// The subscription with this filter.
    pub(crate) fn get(&self, filter: &TopicFilter) -> Option<&Subscription> {
        self.0.iter().find(|known| known.has(filter)).map(|known| &known.subscription)
    }

    /// The subscriptions to request on a new connection: all if the server has no session, else
    /// those that it may not have. One SUBSCRIBE for each set of properties.
    pub(crate) fn to_resubscribe(
        &self,
        session_present: bool,
    ) -> Vec<(Vec<Subscription>, Properties)> {
        let mut packets: Vec<(Vec<Subscription>, Properties)> = Vec::new();
        let is_granted = |known: &&Entry| session_present && known.state == State::Granted;
        for known in self.0.iter().filter(|known| !is_granted(known)) {
            let subscription = known.subscription.clone();
            match packets.iter_mut().find(|(_, properties)| *properties == known.properties) {
                Some((subscriptions, _)) => subscriptions.push(subscription),
                None => packets.push((vec![subscription], known.properties.clone())),
            }
        }
        packets
    }

    /// Removes all subscriptions; their filters.
    pub(crate) fn clear(&mut self) -> Vec<TopicFilter> {
        self.0.drain(..).map(|known| known.subscription.filter).collect()
    }
}

impl Entry {
    fn has(&self, filter: &TopicFilter) -> bool {
        self.subscription.filter == *filter
    }

    fn record(&self) -> SessionRecord {
        SessionRecord::Subscription(self.subscription.clone(), self.properties.clone())
    }
}
