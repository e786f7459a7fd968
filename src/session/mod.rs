//! What survives the network connection: messages on their way in both directions, what waits to
//! be sent, the subscriptions. No socket, no time: `client` says when something can be sent.

mod in_flight;
mod packet_id;
mod queue;
mod subscriptions;

use std::mem;

use crate::codec::{PacketId, Progress, Publish};
use crate::output::Token;
use crate::timer::Instant;

use in_flight::InFlight;
use packet_id::PacketIds;
use queue::Queue;
pub(crate) use queue::{Waiting, age};
pub(crate) use subscriptions::Subscriptions;

/// The state of a session at the client. [MQTT-3.1.2-4], section 4.1
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) in_flight: InFlight,
    pub(crate) packet_ids: PacketIds,
    pub(crate) queue: Queue,
    pub(crate) subscriptions: Subscriptions,
    /// QoS 2 messages that were handed over and are not released by the server
    received: Vec<PacketId>,
}

/// What a session has lost with the server's.
pub(crate) struct Lost {
    /// Deliveries that the server had taken
    pub(crate) taken: Vec<(Token, PacketId)>,
    /// QoS 2 messages that the server had not released
    pub(crate) received: Vec<PacketId>,
}

impl Session {
    /// A session whose first packet identifier is chosen by this number.
    pub(crate) fn new(first_packet_id: u32) -> Self {
        Self { packet_ids: PacketIds::starting_at(first_packet_id), ..Self::default() }
    }

    /// Whether nothing waits and nothing is on its way out.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.queue.is_empty()
    }

    /// Bytes of the messages that wait or are on their way.
    pub(crate) fn size(&self) -> usize {
        self.in_flight.size() + self.queue.size()
    }

    /// Puts a message on its way under this packet identifier; the packet to send.
    pub(crate) fn begin_delivery(
        &mut self,
        packet_id: PacketId,
        token: Token,
        mut publish: Publish,
    ) -> Publish {
        publish.packet_id = Some(packet_id);
        self.in_flight.push(packet_id, token, publish.clone());
        publish
    }

    /// A message of an earlier life.
    pub(crate) fn restore_delivery(&mut self, token: Token, progress: Progress) {
        match progress {
            Progress::Waiting(publish, since) => {
                self.queue.restore(token, Waiting::Publish(publish, Instant(since)));
            }
            Progress::Sent(publish) => {
                if let Some(packet_id) = publish.packet_id {
                    self.packet_ids.restore(packet_id);
                    self.in_flight.restore(packet_id, token, publish);
                }
            }
            Progress::Released(packet_id) => {
                self.packet_ids.restore(packet_id);
                self.in_flight.restore_released(packet_id, token);
            }
        }
    }

    /// The server has no session any more: what it was told is void. Deliveries that it had not
    /// taken are sent again as new; those it had taken (PUBREC) are complete as far as can be
    /// known.
    pub(crate) fn lose(&mut self) -> Lost {
        let received = mem::take(&mut self.received);
        let taken = self.in_flight.renew();
        for (_, packet_id) in &taken {
            self.packet_ids.release(*packet_id);
        }
        Lost { taken, received }
    }

    /// Gives up everything that waits or is on its way out: their tokens, oldest first.
    pub(crate) fn abandon(&mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        for (token, packet_id) in self.in_flight.drain() {
            self.packet_ids.release(packet_id);
            tokens.push(token);
        }
        while let Some((token, _)) = self.queue.pop() {
            tokens.push(token);
        }
        tokens
    }

    /// Takes back a message that is on its way. If it was sent on this connection its identifier
    /// stays in use until the server answers or the connection is lost. [MQTT-2.2.1-3]
    pub(crate) fn remove(
        &mut self,
        packet_id: PacketId,
        removed: &mut Vec<PacketId>,
    ) -> Option<Token> {
        let (token, sent) = self.in_flight.remove_message(packet_id)?;
        if sent {
            removed.push(packet_id);
        } else {
            self.packet_ids.release(packet_id);
        }
        Some(token)
    }

    /// An incoming QoS 2 message: whether the application has not had it yet. [MQTT-4.3.3-2]
    pub(crate) fn receive(&mut self, packet_id: PacketId) -> bool {
        let new = !self.received.contains(&packet_id);
        if new {
            self.received.push(packet_id);
        }
        new
    }

    /// QoS 2 messages that the server has not released.
    pub(crate) fn unreleased(&self) -> usize {
        self.received.len()
    }

    /// PUBREL: the identifier may be used for another message. Whether it was in use.
    pub(crate) fn release_received(&mut self, packet_id: PacketId) -> bool {
        let before = self.received.len();
        self.received.retain(|received| *received != packet_id);
        self.received.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{QoS, TopicName};

    /// A session in which every packet identifier is taken, the first by a QoS 2 message.
    fn exhausted() -> (Session, PacketId) {
        let mut session = Session::default();
        let first = session.packet_ids.allocate().unwrap();
        while session.packet_ids.allocate().is_some() {}
        let publish = Publish::new(TopicName::new("t").unwrap(), "m", QoS::ExactlyOnce);
        session.begin_delivery(first, Token(1), publish);
        (session, first)
    }

    #[test]
    fn a_released_delivery_frees_its_identifier_when_the_server_loses_the_session() {
        let (mut session, first) = exhausted();
        session.in_flight.release(first).unwrap();
        assert_eq!(session.lose().taken, [(Token(1), first)]);
        assert_eq!(session.packet_ids.allocate(), Some(first));
    }

    #[test]
    fn a_message_that_is_sent_again_as_new_keeps_its_identifier() {
        let (mut session, _) = exhausted();
        assert_eq!(session.lose().taken, []);
        assert_eq!(session.packet_ids.allocate(), None);
    }

    #[test]
    fn what_is_given_up_frees_its_identifier_and_its_room() {
        let (mut session, first) = exhausted();
        assert!(session.size() > 0);
        assert_eq!(session.abandon(), [Token(1)]);
        assert_eq!(session.packet_ids.allocate(), Some(first));
        assert!(session.is_idle() && session.size() == 0);
    }
}
