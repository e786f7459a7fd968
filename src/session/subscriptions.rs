//! What the client has subscribed to, so that it can be made again when the server has lost it.

use crate::codec::{PacketId, Properties, Record, Subscription, TopicFilter};

/// Subscriptions in the order in which they were first made.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions(Vec<Known>);

#[derive(Debug)]
struct Known {
    /// As asked for, not as granted: another server may grant more
    subscription: Subscription,
    /// Of its SUBSCRIBE: its identifier, say
    properties: Properties,
    /// The last SUBSCRIBE for it, until the server grants that: only then does its session hold it.
    asked: Option<PacketId>,
}

impl Subscriptions {
    /// SUBSCRIBE is sent.
    pub(crate) fn ask(
        &mut self,
        subscription: &Subscription,
        properties: &Properties,
        packet_id: PacketId,
    ) {
        let (subscription, properties) = (subscription.clone(), properties.clone());
        let asked = Known { subscription, properties, asked: Some(packet_id) };
        match self.0.iter_mut().find(|known| known.is(&asked.subscription.filter)) {
            Some(known) => *known = asked,
            None => self.0.push(asked),
        }
    }

    /// SUBACK grants it, unless a newer SUBSCRIBE is on its way. What is to be kept then
    pub(crate) fn grant(&mut self, filter: &TopicFilter, packet_id: PacketId) -> Option<Record> {
        let known = self.0.iter_mut().find(|known| known.is(filter))?;
        (known.asked == Some(packet_id)).then(|| {
            known.asked = None;
            Record::Subscription(known.subscription.clone(), known.properties.clone())
        })
    }

    /// The server has granted it in an earlier life.
    pub(crate) fn restore(&mut self, subscription: Subscription, properties: Properties) {
        self.remove(&subscription.filter);
        self.0.push(Known { subscription, properties, asked: None });
    }

    /// SUBACK refuses it, unless a newer SUBSCRIBE is on its way. Whether it is gone
    pub(crate) fn refuse(&mut self, filter: &TopicFilter, packet_id: PacketId) -> bool {
        let before = self.0.len();
        self.0.retain(|known| !known.is(filter) || known.asked != Some(packet_id));
        self.0.len() < before
    }

    /// It is no longer wanted. Whether it was there
    pub(crate) fn remove(&mut self, filter: &TopicFilter) -> bool {
        let before = self.0.len();
        self.0.retain(|known| !known.is(filter));
        self.0.len() < before
    }

    /// Those to ask for on a new connection: all if the server has no session, else those that it
    /// may not have heard of. One SUBSCRIBE for each set of properties.
    pub(crate) fn to_resume(&self, session_present: bool) -> Vec<(Vec<Subscription>, Properties)> {
        let mut packets: Vec<(Vec<Subscription>, Properties)> = Vec::new();
        for known in self.0.iter().filter(|known| !session_present || known.asked.is_some()) {
            let subscription = known.subscription.clone();
            match packets.iter_mut().find(|(_, properties)| *properties == known.properties) {
                Some((subscriptions, _)) => subscriptions.push(subscription),
                None => packets.push((vec![subscription], known.properties.clone())),
            }
        }
        packets
    }

    /// Forgets what the server has lost.
    pub(crate) fn clear(&mut self) -> Vec<TopicFilter> {
        self.0.drain(..).map(|known| known.subscription.filter).collect()
    }
}

impl Known {
    fn is(&self, filter: &TopicFilter) -> bool {
        self.subscription.filter == *filter
    }
}
