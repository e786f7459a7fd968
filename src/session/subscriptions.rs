//! The subscriptions of the client, so that it can subscribe again when the server has lost them.

use super::record::SessionRecord;
use crate::codec::{PacketId, Properties, Subscription, TopicFilter, fnv1a};

/// All subscriptions, in the order in which they were first requested, found by their filters in a hash table.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    /// Removed ones leave their place empty until the table is made anew.
    entries: Vec<Option<Entry>>,
    /// For each slot, one more than the index of its entry; 0 if it is free. A power of two of slots, of which
    /// half at least are free; an entry is in the slot of its hash, or in the next that was free.
    slots: Vec<u32>,
}

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
        self.put(Entry { subscription, properties, state: State::Requested(packet_id) });
    }

    /// SUBACK granted it. The record to store, unless a newer SUBSCRIBE is not answered yet.
    pub(crate) fn granted(
        &mut self,
        filter: &TopicFilter,
        packet_id: PacketId,
    ) -> Option<SessionRecord> {
        let index = self.index(filter)?;
        let known = self.entries[index].as_mut()?;
        (known.state == State::Requested(packet_id)).then(|| {
            known.state = State::Granted;
            known.record()
        })
    }

    /// The server may have lost its session.
    pub(crate) fn mark_unconfirmed(&mut self) {
        for known in self.entries.iter_mut().flatten().filter(|known| known.state == State::Granted)
        {
            known.state = State::Unconfirmed;
        }
    }

    /// Adds a subscription of a restored session.
    pub(crate) fn restore(&mut self, subscription: Subscription, properties: Properties) {
        self.put(Entry { subscription, properties, state: State::Unconfirmed });
    }

    /// SUBACK refused it. Whether it was removed: not if a newer SUBSCRIBE is not answered yet.
    pub(crate) fn refused(&mut self, filter: &TopicFilter, packet_id: PacketId) -> bool {
        let Some(index) = self.index(filter) else { return false };
        let requested = State::Requested(packet_id);
        self.entries[index].take_if(|known| known.state == requested).is_some()
    }

    /// Removes a subscription; whether there was one.
    pub(crate) fn remove(&mut self, filter: &TopicFilter) -> bool {
        self.index(filter).is_some_and(|index| self.entries[index].take().is_some())
    }

    /// The records of all subscriptions, granted or not.
    pub(crate) fn records(&self) -> Vec<SessionRecord> {
        self.known().map(Entry::record).collect()
    }

    /// The subscription with this filter.
    pub(crate) fn get(&self, filter: &TopicFilter) -> Option<&Subscription> {
        let known = self.entries[self.index(filter)?].as_ref()?;
        Some(&known.subscription)
    }

    /// The subscriptions to request on a new connection: all if the server has no session, else
    /// those that it may not have. One SUBSCRIBE for each set of properties.
    pub(crate) fn to_resubscribe(
        &self,
        session_present: bool,
    ) -> Vec<(Vec<Subscription>, Properties)> {
        let mut packets: Vec<(Vec<Subscription>, Properties)> = Vec::new();
        let is_granted = |known: &&Entry| session_present && known.state == State::Granted;
        for known in self.known().filter(|known| !is_granted(known)) {
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
        let filters = self.known().map(|known| known.subscription.filter.clone()).collect();
        *self = Self::default();
        filters
    }

    fn known(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().flatten()
    }

    /// Takes the place of the entry with this filter, or is the last.
    fn put(&mut self, entry: Entry) {
        if self.slots.len() <= self.entries.len() * 2 {
            self.make_room();
        }
        let slot = self.slot(&entry.subscription.filter);
        if let Some(index) = self.index_in(slot) {
            self.entries[index] = Some(entry);
        } else {
            self.entries.push(Some(entry));
            self.slots[slot] = self.entries.len() as u32;
        }
    }

    /// Makes the table anew, for twice as many as there are.
    fn make_room(&mut self) {
        self.slots = vec![0; (self.known().count() * 4 + 4).next_power_of_two()];
        let mut kept = 0;
        for index in 0..self.entries.len() {
            if let Some(known) = self.entries[index].take() {
                let slot = self.slot(&known.subscription.filter);
                self.entries[kept] = Some(known);
                kept += 1;
                self.slots[slot] = kept as u32;
            }
        }
        self.entries.truncate(kept);
    }

    fn index(&self, filter: &TopicFilter) -> Option<usize> {
        self.index_in(self.slot(filter))
    }

    fn index_in(&self, slot: usize) -> Option<usize> {
        (*self.slots.get(slot)? as usize).checked_sub(1)
    }

    /// The slot of the entry with this filter, or the free one where it would be.
    fn slot(&self, filter: &TopicFilter) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = fnv1a(filter.as_str().as_bytes()) as usize & mask;
        while let Some(index) = self.index_in(slot) {
            if self.entries[index].as_ref().is_some_and(|known| known.has(filter)) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::QoS;

    /// Filters in their order, and the SUBSCRIBE that is not answered
    type List = Vec<(TopicFilter, Option<PacketId>)>;

    #[test]
    fn it_is_a_list_whatever_is_done_to_it() {
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for filters in [1, 3, 40, 700] {
            let mut subscriptions = Subscriptions::default();
            let mut list = List::new();
            for _ in 0..3_000 {
                let filter = TopicFilter::new(format!("plant/{}/#", random(filters))).unwrap();
                let packet_id = PacketId::new(random(3) as u16 + 1).unwrap();
                step(&mut subscriptions, &mut list, random(8), &filter, packet_id);
                assert!(subscriptions.slots.len() <= 8 * filters as usize + 8);
                assert_eq!(
                    subscriptions.get(&filter).is_some(),
                    position(&list, &filter).is_some()
                );
            }
            let requested = subscriptions.to_resubscribe(false).remove(0).0;
            let filters: Vec<_> = list.into_iter().map(|(filter, _)| filter).collect();
            assert!(requested.iter().map(|subscription| &subscription.filter).eq(&filters));
            assert_eq!(subscriptions.clear(), filters);
            assert!(subscriptions.records().is_empty());
        }
    }

    /// Does the same to both, and compares what they answer.
    fn step(
        subscriptions: &mut Subscriptions,
        list: &mut List,
        kind: u32,
        filter: &TopicFilter,
        packet_id: PacketId,
    ) {
        let at = position(list, filter);
        let is_last = at.is_some_and(|at| list[at].1 == Some(packet_id));
        let subscription = Subscription::new(filter.clone(), QoS::AtMostOnce);
        let properties = Properties::default();
        match kind {
            0 => {
                assert_eq!(subscriptions.granted(filter, packet_id).is_some(), is_last);
                if is_last {
                    list[at.unwrap()].1 = None;
                }
            }
            1 => {
                assert_eq!(subscriptions.refused(filter, packet_id), is_last);
                list.retain(|(known, _)| known != filter || !is_last);
            }
            2 => {
                assert_eq!(subscriptions.remove(filter), at.is_some());
                list.retain(|(known, _)| known != filter);
            }
            3 => {
                subscriptions.restore(subscription, properties);
                match at {
                    Some(at) => list[at].1 = None,
                    None => list.push((filter.clone(), None)),
                }
            }
            _ => {
                subscriptions.requested(&subscription, &properties, packet_id);
                match at {
                    Some(at) => list[at].1 = Some(packet_id),
                    None => list.push((filter.clone(), Some(packet_id))),
                }
            }
        }
    }

    fn position(list: &List, filter: &TopicFilter) -> Option<usize> {
        list.iter().position(|(known, _)| known == filter)
    }
}
