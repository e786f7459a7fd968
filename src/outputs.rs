//! What the client wants the caller to do, as one ordered queue. Consecutive packets are coalesced
//! into one transport message.

use std::collections::VecDeque;
use std::mem;

use crate::codec::Packet;
use crate::event::Event;
use crate::session::{RecordKey, SessionRecord};

/// Something for the caller to do. Outputs must be carried out in the order in which they are
/// polled.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// Open a new transport, then call [`Client::handle_transport_opened`] or
    /// [`Client::handle_transport_closed`].
    ///
    /// [`Client::handle_transport_opened`]: crate::Client::handle_transport_opened
    /// [`Client::handle_transport_closed`]: crate::Client::handle_transport_closed
    OpenTransport,
    /// Send these bytes: one or more whole packets, never empty.
    Send(Vec<u8>),
    /// Store this record under its key, before any later output is carried out. With
    /// [`Options::confirm_records`](crate::Options::confirm_records), then call
    /// [`Client::handle_record_stored`](crate::Client::handle_record_stored).
    PutRecord(Box<SessionRecord>),
    /// Delete the record with this key, if there is one.
    DeleteRecord(RecordKey),
    /// Close the transport, and ignore whatever it still delivers.
    CloseTransport,
    /// Pass this event to the application.
    Event(Event),
}

/// The queue of outputs.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    queue: VecDeque<Output>,
    /// Packets to send behind what is queued, unless something is queued that they must precede
    packets: Vec<u8>,
    observe_packets: bool,
}

impl Outputs {
    /// Whether every packet is reported by an event.
    pub(crate) fn observe_packets(&mut self, on: bool) {
        self.observe_packets = on;
    }

    pub(crate) fn open_transport(&mut self) {
        self.push(Output::OpenTransport);
    }

    pub(crate) fn close_transport(&mut self) {
        self.push(Output::CloseTransport);
    }

    pub(crate) fn put_record(&mut self, record: SessionRecord) {
        self.push(Output::PutRecord(Box::new(record)));
    }

    pub(crate) fn delete_record(&mut self, key: RecordKey) {
        self.push(Output::DeleteRecord(key));
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.push(Output::Event(event));
    }

    /// A packet was received.
    pub(crate) fn packet_received(&mut self, packet: impl FnOnce() -> Packet) {
        if self.observe_packets {
            self.emit(Event::PacketReceived(Box::new(packet())));
        }
    }

    /// Sends a packet, given as bytes and, in case packets are observed, decoded.
    ///
    /// Packets are coalesced up to `COALESCING_LIMIT`. Messages go before them, so that the application has
    /// a message before it is acknowledged, and so do session records, so that these are stored.
    pub(crate) fn send(&mut self, bytes: Vec<u8>, packet: impl FnOnce() -> Packet) {
        if self.packets.is_empty() {
            self.packets = bytes;
        } else {
            self.packets.extend_from_slice(&bytes);
        }
        if self.packets.len() >= COALESCING_LIMIT {
            self.queue_packets();
        }
        if self.observe_packets {
            self.emit(Event::PacketSent(Box::new(packet())));
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Output> {
        if self.queue.is_empty() && !self.packets.is_empty() {
            return Some(self.take_packets());
        }
        self.queue.pop_front()
    }

    fn push(&mut self, output: Output) {
        if !self.packets.is_empty() && !precedes_packets(&output) {
            self.queue_packets();
        }
        self.queue.push_back(output);
    }

    fn queue_packets(&mut self) {
        let packets = self.take_packets();
        self.queue.push_back(packets);
    }

    fn take_packets(&mut self) -> Output {
        Output::Send(mem::take(&mut self.packets))
    }
}

/// Whether this output may go before packets that were sent before it was queued.
fn precedes_packets(output: &Output) -> bool {
    matches!(
        output,
        Output::Event(Event::Message(_)) | Output::PutRecord(_) | Output::DeleteRecord(_)
    )
}

/// Bytes of a transport message to which no further packet is added
const COALESCING_LIMIT: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;
    use crate::codec::{Publish, QoS, TopicName};
    use crate::session::RecordKey;

    fn send(outputs: &mut Outputs, bytes: &[u8]) {
        outputs.send(bytes.to_vec(), || Packet::PingReq);
    }

    fn message() -> Event {
        Event::Message(Box::new(Publish::new(TopicName::new("t").unwrap(), "m", QoS::AtLeastOnce)))
    }

    fn all(outputs: &mut Outputs) -> Vec<Output> {
        iter::from_fn(|| outputs.pop()).collect()
    }

    fn sent(bytes: &[u8]) -> Output {
        Output::Send(bytes.to_vec())
    }

    #[test]
    fn consecutive_packets_become_one_message() {
        let mut outputs = Outputs::default();
        for bytes in [b"a", b"b", b"c"] {
            send(&mut outputs, bytes);
        }
        assert_eq!(all(&mut outputs), [sent(b"abc")]);
        assert_eq!(outputs.pop(), None);
    }

    #[test]
    fn acknowledgements_go_behind_their_messages_in_one_send() {
        let mut outputs = Outputs::default();
        for bytes in [b"1", b"2"] {
            outputs.emit(message());
            send(&mut outputs, bytes);
        }
        let expected = [Output::Event(message()), Output::Event(message()), sent(b"12")];
        assert_eq!(all(&mut outputs), expected);
    }

    #[test]
    fn records_are_stored_before_the_packets_that_rely_on_them() {
        let mut outputs = Outputs::default();
        send(&mut outputs, b"1");
        outputs.delete_record(RecordKey::ClientId);
        outputs.put_record(SessionRecord::ClientId("c".into()));
        send(&mut outputs, b"2");
        let expected = [
            Output::DeleteRecord(RecordKey::ClientId),
            Output::PutRecord(Box::new(SessionRecord::ClientId("c".into()))),
            sent(b"12"),
        ];
        assert_eq!(all(&mut outputs), expected);
    }

    #[test]
    fn a_packet_never_moves_behind_another_event_or_another_transport() {
        let mut outputs = Outputs::default();
        send(&mut outputs, b"1");
        outputs.emit(Event::Reconnecting);
        send(&mut outputs, b"2");
        outputs.close_transport();
        outputs.open_transport();
        send(&mut outputs, b"3");
        let expected = [
            sent(b"1"),
            Output::Event(Event::Reconnecting),
            sent(b"2"),
            Output::CloseTransport,
            Output::OpenTransport,
            sent(b"3"),
        ];
        assert_eq!(all(&mut outputs), expected);
    }

    #[test]
    fn a_message_that_has_reached_the_limit_takes_no_more_packets() {
        let mut outputs = Outputs::default();
        send(&mut outputs, &[0; COALESCING_LIMIT - 1]);
        send(&mut outputs, b"1");
        send(&mut outputs, b"2");
        let sizes: Vec<usize> = all(&mut outputs)
            .iter()
            .map(|output| match output {
                Output::Send(bytes) => bytes.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(sizes, [COALESCING_LIMIT, 1]);
    }

    #[test]
    fn packets_are_reported_only_while_they_are_observed() {
        let mut outputs = Outputs::default();
        outputs.packet_received(|| Packet::PingResp);
        assert_eq!(outputs.pop(), None);
        outputs.observe_packets(true);
        outputs.packet_received(|| Packet::PingResp);
        send(&mut outputs, b"1");
        send(&mut outputs, b"2");
        let events = [
            Output::Event(Event::PacketReceived(Box::new(Packet::PingResp))),
            sent(b"1"),
            Output::Event(Event::PacketSent(Box::new(Packet::PingReq))),
            sent(b"2"),
            Output::Event(Event::PacketSent(Box::new(Packet::PingReq))),
        ];
        assert_eq!(all(&mut outputs), events);
    }
}
