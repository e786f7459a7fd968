//! Received bytes that are not decoded yet. Packets are split off without copying them.

use std::mem;
use std::ops::Deref;

use bytes::{Bytes, BytesMut};

/// What was received, from the first packet that is not decoded. Mostly it is one transport message, which
/// is a whole packet.
#[derive(Debug, Default)]
pub(crate) struct Inbound(Bytes);

impl Inbound {
    /// Adds what was received.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        if self.0.is_empty() {
            self.0 = bytes;
        } else {
            self.modify(|received| received.extend_from_slice(&bytes));
        }
    }

    /// Makes room for a packet of this many bytes, once instead of doubling several times.
    pub(crate) fn reserve(&mut self, length: usize) {
        self.modify(|received| received.reserve(length - received.len()));
    }

    /// Removes a packet of this many bytes, which have been received.
    pub(crate) fn take(&mut self, length: usize) -> Bytes {
        // what is whole need not be shared
        if length == self.0.len() { mem::take(&mut self.0) } else { self.0.split_to(length) }
    }

    /// The bytes are not copied, unless they are shared with packets that were split off.
    fn modify(&mut self, change: impl FnOnce(&mut BytesMut)) {
        let mut received = BytesMut::from(mem::take(&mut self.0));
        change(&mut received);
        self.0 = received.freeze();
    }
}

impl Deref for Inbound {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_not_copied() {
        let bytes = Bytes::from("abcde");
        let mut inbound = Inbound::default();
        inbound.push(bytes.clone());
        let packets = [inbound.take(2), inbound.take(3)];
        assert_eq!(packets, [bytes.slice(..2), bytes.slice(2..)]);
        assert_eq!(packets.map(|packet| packet.as_ptr()), [bytes.as_ptr(), bytes[2..].as_ptr()]);
        assert!(inbound.is_empty());
    }

    #[test]
    fn a_packet_that_comes_in_pieces_is_put_together_where_there_is_room_for_it() {
        let mut inbound = Inbound::default();
        inbound.push(Bytes::from("ab"));
        inbound.reserve(6);
        let at = inbound.as_ptr();
        for piece in ["cd", "efg"] {
            inbound.push(Bytes::from(piece));
        }
        assert_eq!((inbound.as_ptr(), inbound.take(6)), (at, Bytes::from("abcdef")));
        assert_eq!(inbound[..], *b"g");
    }
}
