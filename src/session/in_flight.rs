//! QoS 1 and 2 messages on their way to the server, in the order in which they were first sent.

use std::collections::VecDeque;

use crate::codec::{Packet, PacketId, Publish, QoS};
use crate::error::ProtocolError;
use crate::output::Token;

/// Deliveries that the server has not completed.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    /// PUBLISH awaits PUBACK or PUBREC; in the order of their first sending [MQTT-4.6.0-1]
    published: VecDeque<Delivery>,
    /// How many of `published`, from the front, were sent on this connection
    sent: usize,
    /// PUBREL awaits PUBCOMP; in the order of their PUBREC [MQTT-4.6.0-4]
    released: VecDeque<(Token, PacketId)>,
    size: usize,
}

#[derive(Debug)]
struct Delivery {
    token: Token,
    packet_id: PacketId,
    /// With DUP set as soon as another sending would be a second one
    publish: Publish,
}

impl InFlight {
    pub(crate) fn is_empty(&self) -> bool {
        self.published.is_empty() && self.released.is_empty()
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Deliveries that await an answer on this connection.
    pub(crate) fn unanswered(&self) -> usize {
        self.sent + self.released.len()
    }

    /// The packet identifier of a message.
    pub(crate) fn packet_id(&self, token: Token) -> Option<PacketId> {
        let published = self.published.iter().map(|delivery| (delivery.token, delivery.packet_id));
        let mut all = published.chain(self.released.iter().copied());
        all.find(|(known, _)| *known == token).map(|(_, packet_id)| packet_id)
    }

    /// A message that is sent for the first time, now. All others have been sent before it.
    pub(crate) fn push(&mut self, packet_id: PacketId, token: Token, publish: Publish) {
        debug_assert!(self.is_sent());
        self.size += publish.size();
        self.published.push_back(Delivery { token, packet_id, publish });
        self.sent += 1;
    }

    /// A message that was sent in an earlier life, in its place among the others of that life.
    pub(crate) fn restore(&mut self, packet_id: PacketId, token: Token, publish: Publish) {
        self.size += publish.size();
        let at = self.published.partition_point(|other| other.token.0 < token.0);
        let publish = Publish { dup: true, ..publish }; // [MQTT-3.3.1-1]
        self.published.insert(at, Delivery { token, packet_id, publish });
    }

    /// A message that was released in an earlier life.
    pub(crate) fn restore_released(&mut self, packet_id: PacketId, token: Token) {
        let at = self.released.partition_point(|(other, _)| other.0 < token.0);
        self.released.insert(at, (token, packet_id));
    }

    /// The PUBRELs to send again on a new connection. [MQTT-4.4.0-1] The messages come from
    /// `resend`, as the window allows.
    pub(crate) fn pubrels(&self) -> Vec<Packet> {
        self.released.iter().map(|(_, packet_id)| Packet::PubRel((*packet_id).into())).collect()
    }

    /// Whether every message was sent on this connection.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent == self.published.len()
    }

    /// The connection is lost: what was sent on it will be sent again, with DUP. [MQTT-3.3.1-1]
    pub(crate) fn interrupt(&mut self) {
        for delivery in self.published.iter_mut().take(self.sent) {
            delivery.publish.dup = true;
        }
        self.sent = 0;
    }

    /// The next message to send again on this connection, if there is one left. It counts as sent.
    pub(crate) fn resend(&mut self) -> Option<Publish> {
        let delivery = self.published.get(self.sent)?;
        self.sent += 1;
        Some(delivery.publish.clone())
    }

    /// The server has lost the session: messages are new to it again, and PUBRELs mean nothing.
    /// The deliveries that were released.
    pub(crate) fn renew(&mut self) -> Vec<(Token, PacketId)> {
        for delivery in &mut self.published {
            delivery.publish.dup = false;
        }
        self.released.drain(..).collect()
    }

    /// PUBACK ends a delivery at QoS 1. Answers to nothing are let pass.
    pub(crate) fn acknowledge(
        &mut self,
        packet_id: PacketId,
    ) -> Result<Option<Token>, ProtocolError> {
        Ok(self.take(packet_id, QoS::AtLeastOnce)?.map(|delivery| delivery.token))
    }

    /// PUBREC refuses the message: that ends a delivery at QoS 2, without PUBREL. [MQTT-4.3.3-4]
    pub(crate) fn refuse(&mut self, packet_id: PacketId) -> Result<Option<Token>, ProtocolError> {
        Ok(self.take(packet_id, QoS::ExactlyOnce)?.map(|delivery| delivery.token))
    }

    /// PUBREC: from here on the message belongs to the server, and only PUBREL is sent.
    /// [MQTT-4.3.3-1] `None` if there is no such message, now or before.
    pub(crate) fn release(&mut self, packet_id: PacketId) -> Result<Option<Token>, ProtocolError> {
        if let Some(Delivery { token, .. }) = self.take(packet_id, QoS::ExactlyOnce)? {
            self.released.push_back((token, packet_id));
        }
        let known = self.released.iter().find(|(_, released)| *released == packet_id);
        Ok(known.map(|(token, _)| *token))
    }

    /// PUBCOMP ends a delivery at QoS 2.
    pub(crate) fn finish(&mut self, packet_id: PacketId) -> Result<Option<Token>, ProtocolError> {
        if let Some(at) = self.released.iter().position(|(_, released)| *released == packet_id) {
            return Ok(self.released.remove(at).map(|(token, _)| token));
        }
        match self.position(packet_id) {
            Some(_) => Err(ProtocolError::WrongAnswer), // PUBREC has to come first
            None => Ok(None),
        }
    }

    /// Everything, given up: in the order of first sending.
    pub(crate) fn drain(&mut self) -> Vec<(Token, PacketId)> {
        self.sent = 0;
        self.size = 0;
        let published =
            self.published.drain(..).map(|delivery| (delivery.token, delivery.packet_id));
        self.released.drain(..).chain(published).collect()
    }

    /// A message that cannot be sent on this connection, though it counts as sent: it is given up.
    pub(crate) fn give_up(&mut self, packet_id: PacketId) -> Option<Token> {
        let at = self.position(packet_id)?;
        self.remove(at).map(|delivery| delivery.token)
    }

    /// Takes out a message that the server is not known to have; whether it was sent on this
    /// connection.
    pub(crate) fn remove_message(&mut self, packet_id: PacketId) -> Option<(Token, bool)> {
        if let Some(at) = self.position(packet_id) {
            return self.remove(at).map(|delivery| (delivery.token, true));
        }
        let at = self.published.iter().position(|delivery| delivery.packet_id == packet_id)?;
        let delivery = self.published.remove(at)?;
        self.size -= delivery.publish.size();
        Some((delivery.token, false))
    }

    fn take(&mut self, packet_id: PacketId, qos: QoS) -> Result<Option<Delivery>, ProtocolError> {
        let Some(at) = self.position(packet_id) else { return Ok(None) };
        if self.published[at].publish.qos != qos {
            return Err(ProtocolError::WrongAnswer);
        }
        Ok(self.remove(at))
    }

    fn remove(&mut self, at: usize) -> Option<Delivery> {
        let delivery = self.published.remove(at)?;
        self.size -= delivery.publish.size();
        self.sent -= 1;
        Some(delivery)
    }

    /// Where the message is, if it was sent on this connection. Servers mostly answer in order, so
    /// it is mostly at the front.
    fn position(&self, packet_id: PacketId) -> Option<usize> {
        self.published.iter().take(self.sent).position(|delivery| delivery.packet_id == packet_id)
    }
}
