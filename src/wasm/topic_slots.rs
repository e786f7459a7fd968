//! Topics that both sides know by a number, in each direction: a topic that is used again crosses as a
//! small integer.

use crate::TopicName;
use crate::codec::TOPIC_SLOTS as SLOTS;

/// The topics in the slots.
#[derive(Default)]
pub(super) struct TopicSlots {
    /// By `Core::defineTopic`; JavaScript chooses the slot.
    outgoing: Slots,
    /// By `Host::topic`; the slot follows from the topic.
    incoming: Slots,
}

struct Slots([Option<TopicName>; SLOTS]);

impl Default for Slots {
    fn default() -> Self {
        Self([const { None }; SLOTS])
    }
}

impl TopicSlots {
    /// Gives an outgoing topic a slot; `false` if there is no such slot.
    pub(super) fn define(&mut self, slot: u8, topic: TopicName) -> bool {
        let Some(place) = self.outgoing.0.get_mut(usize::from(slot)) else { return false };
        *place = Some(topic);
        true
    }

    /// The outgoing topic in a slot, if one was defined.
    pub(super) fn defined(&self, slot: u8) -> Option<TopicName> {
        self.outgoing.0.get(usize::from(slot)).and_then(Clone::clone)
    }

    /// The slot of an incoming topic; and its text, unless the other side has it in this slot already: the
    /// same topic always has the same slot, and another topic with this slot takes its place.
    pub(super) fn received<'a>(&mut self, topic: &'a TopicName) -> (u8, Option<&'a str>) {
        let slot = topic.slot();
        let place = &mut self.incoming.0[slot];
        if place.as_ref().is_some_and(|known| known.shares_text(topic)) {
            return (slot as u8, None);
        }
        *place = Some(topic.clone());
        (slot as u8, Some(topic.as_str()))
    }
}
