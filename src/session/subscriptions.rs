//! What the client has subscribed to, so that it can be made again when the server has lost it.

use crate::codec::{QoS, TopicFilter};

/// Subscriptions in the order in which they were first made.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions(Vec<Subscription>);

#[derive(Debug)]
struct Subscription {
    filter: TopicFilter,
    /// As asked for, not as granted: another server may grant more
    qos: QoS,
    /// The server has said so, and only then does its session hold it.
    granted: bool,
}

impl Subscriptions {
    /// SUBSCRIBE is sent.
    pub(crate) fn ask(&mut self, filter: &TopicFilter, qos: QoS) {
        match self.find(filter) {
            Some(known) => {
                known.qos = qos;
                known.granted = false;
            }
            None => self.0.push(Subscription { filter: filter.clone(), qos, granted: false }),
        }
    }

    /// SUBACK grants it.
    pub(crate) fn grant(&mut self, filter: &TopicFilter) {
        if let Some(known) = self.find(filter) {
            known.granted = true;
        }
    }

    /// It is refused, or no longer wanted.
    pub(crate) fn remove(&mut self, filter: &TopicFilter) {
        self.0.retain(|known| known.filter != *filter);
    }

    /// Those to ask for on a new connection: all if the server has no session, else those that it
    /// may not have heard of.
    pub(crate) fn to_resume(&self, session_present: bool) -> Vec<(TopicFilter, QoS)> {
        let missing = self.0.iter().filter(|known| !(session_present && known.granted));
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
