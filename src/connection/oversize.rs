//! A message that is larger than the client accepts. It is skipped as it arrives: only its beginning,
//! with the packet identifier and the properties, is kept.

use bytes::{Bytes, BytesMut};

use super::inbound::Inbound;

/// The progress of skipping one message.
#[derive(Debug)]
pub(crate) struct OversizeMessage {
    /// The beginning of the packet
    head: BytesMut,
    /// Bytes of the packet that have not arrived
    missing: usize,
}

impl OversizeMessage {
    /// A packet of this many bytes, none of which was skipped.
    pub(crate) fn new(length: usize) -> Self {
        Self { head: BytesMut::new(), missing: length }
    }

    /// Removes the bytes of the packet from what was received; its beginning once all have arrived.
    pub(crate) fn skip(&mut self, inbound: &mut Inbound) -> Option<Bytes> {
        let arrived = self.missing.min(inbound.len());
        let kept = arrived.min(HEAD_LIMIT - self.head.len());
        self.head.extend_from_slice(&inbound[..kept]);
        inbound.take(arrived);
        self.missing -= arrived;
        (self.missing == 0).then(|| std::mem::take(&mut self.head).freeze())
    }
}

/// Bytes that are kept: room for the longest topic and as much again of properties.
const HEAD_LIMIT: usize = 160 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_message_stays() {
        let mut oversize = OversizeMessage::new(5);
        let mut inbound = Inbound::default();
        inbound.push(Bytes::from("abc"));
        assert_eq!(oversize.skip(&mut inbound), None);
        assert!(inbound.is_empty());
        inbound.push(Bytes::from("defg"));
        assert_eq!(oversize.skip(&mut inbound).as_deref(), Some(&b"abcde"[..]));
        assert_eq!(&inbound[..], b"fg");
    }

    #[test]
    fn only_the_beginning_is_kept() {
        let length = 10 * HEAD_LIMIT;
        let mut oversize = OversizeMessage::new(length);
        let mut inbound = Inbound::default();
        inbound.push(Bytes::from(vec![7; length]));
        assert_eq!(oversize.skip(&mut inbound).unwrap().len(), HEAD_LIMIT);
    }
}
