//! Allocation of packet identifiers: each is used by one request at a time. [MQTT-2.3.1-2]

use crate::codec::PacketId;

/// Which packet identifiers are in use.
#[derive(Debug, Default)]
pub(crate) struct PacketIds {
    /// A bit for each identifier, up to the largest that was used
    used: Vec<u32>,
    count: usize,
    last: u16,
}

impl PacketIds {
    /// Starts at this identifier: 1 for 1, and so on, wrapping at 65,535.
    pub(crate) fn starting_at(number: u32) -> Self {
        let last = number.saturating_sub(1) % u32::from(u16::MAX);
        Self { last: last as u16, ..Self::default() }
    }

    /// An identifier that is not in use; `None` if all 65,535 are. They are allocated in turn, so
    /// that an identifier is reused as late as possible. [MQTT-2.3.1-3]
    pub(crate) fn allocate(&mut self) -> Option<PacketId> {
        if self.is_exhausted() {
            return None;
        }
        loop {
            self.last = self.last.checked_add(1).unwrap_or(1);
            if self.mark(self.last) {
                return PacketId::new(self.last);
            }
        }
    }

    /// Whether so many are free that some can be reserved for requests that are sent later.
    pub(crate) fn is_plentiful(&self) -> bool {
        self.count < usize::from(u16::MAX) / 2
    }

    /// The next identifier is this one, unless it is in use.
    pub(crate) fn continue_at(&mut self, number: u16) {
        self.last = number.saturating_sub(1);
    }

    /// Frees what was reserved, if anything.
    pub(crate) fn release_reserved(&mut self, packet_id: Option<PacketId>) {
        if let Some(packet_id) = packet_id {
            self.release(packet_id);
        }
    }

    /// Whether all are in use.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.count == usize::from(u16::MAX)
    }

    /// Marks an identifier of a restored session as used.
    pub(crate) fn restore(&mut self, packet_id: PacketId) {
        self.mark(packet_id.get());
    }

    /// The identifier that was allocated last.
    pub(crate) fn last(&self) -> Option<PacketId> {
        PacketId::new(self.last)
    }

    /// Frees an identifier. Freeing one twice has no effect.
    pub(crate) fn release(&mut self, packet_id: PacketId) {
        let (word, bit) = position(packet_id.get());
        if let Some(word) = self.used.get_mut(word)
            && *word & bit != 0
        {
            *word &= !bit;
            self.count -= 1;
        }
    }

    /// Marks an identifier as used; whether it was free.
    #[inline]
    fn mark(&mut self, number: u16) -> bool {
        let (word, bit) = position(number);
        if self.used.len() <= word {
            self.used.resize(word + 1, 0);
        }
        let word = &mut self.used[word];
        let is_free = *word & bit == 0;
        *word |= bit;
        self.count += usize::from(is_free);
        is_free
    }
}

fn position(number: u16) -> (usize, u32) {
    (usize::from(number) / 32, 1 << (number % 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [MQTT-2.3.1-1]
    #[test]
    fn identifiers_are_never_shared_and_run_out_at_65535() {
        let mut ids = PacketIds::default();
        for expected in 1..=u16::MAX {
            assert_eq!(ids.allocate(), PacketId::new(expected));
        }
        assert_eq!(ids.allocate(), None);
        let freed = PacketId::new(4_711).unwrap();
        ids.release(freed);
        ids.release(freed);
        assert_eq!(ids.allocate(), Some(freed));
        assert_eq!(ids.allocate(), None);
    }

    #[test]
    fn they_start_anywhere_but_at_0() {
        for (number, first) in [(0, 1), (1, 1), (2, 2), (65_535, 65_535), (65_536, 1), (65_537, 2)]
        {
            assert_eq!(PacketIds::starting_at(number).allocate(), PacketId::new(first));
        }
        assert!(PacketIds::starting_at(u32::MAX).allocate().is_some());
    }

    #[test]
    fn a_freed_identifier_rests_until_its_turn() {
        let mut ids = PacketIds::default();
        let first = ids.allocate().unwrap();
        ids.release(first);
        assert_eq!(ids.allocate(), PacketId::new(2));
    }
}
