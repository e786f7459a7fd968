//! What the client has subscribed to, so that it can be made again when the server has lost it.

use crate::codec::{PacketId, QoS, TopicFilter};

/// Subscriptions in the order in which they were first made.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions(Vec<Subscription>);

#[derive(Debug)]
struct Subscription {
    filter: TopicFilter,
    /// As asked for, not as granted: another server may grant more
    qos: QoS,
    /// The last SUBSCRIBE for it, until the server grants that: only then does its session hold it.
    asked: Option<PacketId>,
}

impl Subscriptions {
    /// SUBSCRIBE is sent.
    pub(crate) fn ask(&mut self, filter: &TopicFilter, qos: QoS, packet_id: PacketId) {
        let asked = Some(packet_id);
        match self.find(filter) {
            Some(known) => {
                known.qos = qos;
                known.asked = asked;
            }
            None => self.0.push(Subscription { filter: filter.clone(), qos, asked }),
        }
    }

    /// SUBACK grants it, unless a newer SUBSCRIBE is on its way.
    pub(crate) fn grant(&mut self, filter: &TopicFilter, packet_id: PacketId) {
        if let Some(known) = self.find(filter)
            && known.asked == Some(packet_id)
        {
            known.asked = None;
        }
    }

    /// SUBACK refuses it, unless a newer SUBSCRIBE is on its way.
    pub(crate) fn refuse(&mut self, filter: &TopicFilter, packet_id: PacketId) {
        self.0.retain(|known| known.filter != *filter || known.asked != Some(packet_id));
    }

    /// It is no longer wanted.
    pub(crate) fn remove(&mut self, filter: &TopicFilter) {
        self.0.retain(|known| known.filter != *filter);
    }

    /// Those to ask for on a new connection: all if the server has no session, else those that it
    /// may not have heard of.
    pub(crate) fn to_resume(&self, session_present: bool) -> Vec<(TopicFilter, QoS)> {
        let missing = self.0.iter().filter(|known| !session_present || known.asked.is_some());
        missing.map(|known| (known.filter.clone(), known.qos)).collect()
    }

    /// Forgets what the server has lost.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn find(&mut self, filter: &TopicFilter) -> Option<&mut Subscription> {
        self.0.iter_mut().find(|known| known.filter == *filter)
    }
}
