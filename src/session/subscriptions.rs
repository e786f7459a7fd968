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
    standing: Standing,
}

/// What is known of a subscription at the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Standing {
    /// The last SUBSCRIBE for it is on its way.
    Asked(PacketId),
    /// The server has granted it: its session holds it.
    Held,
    /// The server may have lost it with the session.
    Doubtful,
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
        let standing = Standing::Asked(packet_id);
        let asked = Known { subscription, properties, standing };
        match self.0.iter_mut().find(|known| known.is(&asked.subscription.filter)) {
            Some(known) => *known = asked,
            None => self.0.push(asked),
        }
    }

    /// SUBACK grants it, unless a newer SUBSCRIBE is on its way. What is to be kept then
    pub(crate) fn grant(&mut self, filter: &TopicFilter, packet_id: PacketId) -> Option<Record> {
        let known = self.0.iter_mut().find(|known| known.is(filter))?;
        (known.standing == Standing::Asked(packet_id)).then(|| {
            known.standing = Standing::Held;
            known.record()
        })
    }

    /// The server's session may be another one than that which held them.
    pub(crate) fn doubt(&mut self) {
        for known in self.0.iter_mut().filter(|known| known.standing == Standing::Held) {
            known.standing = Standing::Doubtful;
        }
    }

    /// The server has granted it in an earlier life, and may have lost it since.
    pub(crate) fn restore(&mut self, subscription: Subscription, properties: Properties) {
        self.remove(&subscription.filter);
        self.0.push(Known { subscription, properties, standing: Standing::Doubtful });
    }

    /// SUBACK refuses it, unless a newer SUBSCRIBE is on its way. Whether it is gone
    pub(crate) fn refuse(&mut self, filter: &TopicFilter, packet_id: PacketId) -> bool {
        let before = self.0.len();
        self.0.retain(|known| !known.is(filter) || known.standing != Standing::Asked(packet_id));
        self.0.len() < before
    }

    /// It is no longer wanted. Whether it was there
    pub(crate) fn remove(&mut self, filter: &TopicFilter) -> bool {
        let before = self.0.len();
        self.0.retain(|known| !known.is(filter));
        self.0.len() < before
    }

    /// All of them, granted or not.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.0.iter().map(Known::record).collect()
    }

    /// The one with this filter.
    pub(crate) fn get(&self, filter: &TopicFilter) -> Option<&Subscription> {
        self.0.iter().find(|known| known.is(filter)).map(|known| &known.subscription)
    }

    /// Those to ask for on a new connection: all if the server has no session, else those that it
    /// may not have heard of. One SUBSCRIBE for each set of properties.
    pub(crate) fn to_resume(&self, session_present: bool) -> Vec<(Vec<Subscription>, Properties)> {
        let mut packets: Vec<(Vec<Subscription>, Properties)> = Vec::new();
        let is_held = |known: &&Known| session_present && known.standing == Standing::Held;
        for known in self.0.iter().filter(|known| !is_held(known)) {
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

    fn record(&self) -> Record {
        Record::Subscription(self.subscription.clone(), self.properties.clone())
    }
}
