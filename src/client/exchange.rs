//! What packets do to the client, and what the client sends when it may.

use bytes::BytesMut;

use super::Client;
use crate::codec::{ConnAck, Packet, PacketId, Publish, QoS, SubAck, TopicFilter, Version};
use crate::connection::{Phase, Request, RequestKind};
use crate::error::{ConnectionError, ProtocolError};
use crate::output::{Event, Output, Token};
use crate::session::Waiting;
use crate::timer::{Instant, Timer};

impl Client {
    pub(super) fn handle_packet(&mut self, packet: Packet, now: Instant) {
        if self.observing {
            self.tell(Event::PacketReceived(packet.clone()));
        }
        let handled = match (self.connection.phase, packet) {
            (Phase::Connecting, Packet::ConnAck(connack)) => self.handle_connack(connack, now),
            (Phase::Connecting, _) => Err(ProtocolError::BeforeConnAck),
            (_, packet) => self.handle_answer(packet, now),
        };
        match handled {
            Ok(()) => self.leave_when_idle(now),
            Err(error) => self.lose(Some(ConnectionError::Protocol(error)), now), // [MQTT-4.8.0-1]
        }
    }

    /// Sends everything that may be sent now, oldest first. What is sent again goes before what is
    /// new. [MQTT-4.6.0-1]
    pub(super) fn pump(&mut self, now: Instant) {
        if self.connection.phase != Phase::Connected {
            return;
        }
        self.resend(now);
        let mut written = Vec::new();
        while self.session.in_flight.is_sent()
            && let Some(next) = self.session.queue.front()
        {
            // QoS 0 needs no identifier, SUBSCRIBE and UNSUBSCRIBE no room in flight
            let packet_id = match next {
                Waiting::Publish(publish) if publish.qos == QoS::AtMostOnce => None,
                next if next.is_delivery() && !self.has_room() => break,
                _ => match self.session.packet_ids.allocate() {
                    None => break,
                    some => some,
                },
            };
            if let Some((token, waiting)) = self.session.queue.pop() {
                written.extend(self.send_request(token, packet_id, waiting, now));
            }
        }
        for token in written {
            self.tell(Event::Completed { token, packet_id: None });
        }
    }

    /// Sends a packet of this client's own making, which can always be written: what the
    /// application gave was checked when it was taken.
    pub(super) fn send(&mut self, packet: Packet, now: Instant) {
        let Ok(bytes) = packet.encode(self.options.version) else { unreachable!() };
        self.send_bytes(bytes, packet, now);
    }

    /// Packets leave in as few messages as they can, up to a size that is worth one. An answer to a
    /// message takes what was to be sent before that message along: behind it, so that the
    /// application has the message first.
    pub(super) fn send_bytes(&mut self, bytes: BytesMut, packet: Packet, now: Instant) {
        let is_message = |output: &Output| matches!(output, Output::Event(Event::Message(_)));
        let before = self.outputs.iter().rposition(|output| !is_message(output));
        let before = before.filter(|at| match &self.outputs[*at] {
            Output::Send(message) => message.len() < GATHERED,
            _ => false,
        });
        match before.and_then(|at| self.outputs.remove(at)) {
            Some(Output::Send(mut message)) => {
                message.extend_from_slice(&bytes);
                self.outputs.push_back(Output::Send(message));
            }
            _ => self.outputs.push_back(Output::Send(bytes)),
        }
        if self.observing {
            self.tell(Event::PacketSent(packet));
        }
        self.connection.last_sent = now;
        if !self.timers.is_set(Timer::PingResp) {
            self.keep_alive();
        }
    }

    fn handle_connack(&mut self, connack: ConnAck, now: Instant) -> Result<(), ProtocolError> {
        let ConnAck { session_present, return_code } = connack;
        if return_code != 0 {
            let error = ConnectionError::Refused(return_code);
            if return_code == SERVER_UNAVAILABLE || self.options.reconnect_on_refusal {
                self.lose(Some(error), now);
            } else {
                self.give_up(error, now);
            }
            return Ok(());
        }
        // MQTT 3.1 cannot say whether it has a session: it has one if it was to keep one
        let kept = match self.options.version {
            Version::V31 => !self.options.clean,
            Version::V311 if session_present && self.options.clean => {
                return Err(ProtocolError::UnexpectedSession); // [MQTT-3.2.2-1]
            }
            Version::V311 => session_present,
        };
        self.connection.phase = Phase::Connected;
        self.connection.accepted = Some(now);
        self.timers.stop(Timer::Connect);
        self.offline = false;
        self.resume(connack, kept, now);
        Ok(())
    }

    /// Goes on where the last connection ended: first what was on its way, then the subscriptions,
    /// then what waits. The application hears of the connection before it hears of any of that.
    fn resume(&mut self, connack: ConnAck, kept: bool, now: Instant) {
        let taken = if kept { Vec::new() } else { self.session.lose() };
        for pubrel in self.session.in_flight.pubrels() {
            self.send(pubrel, now); // [MQTT-4.4.0-1]
        }
        self.resend(now);
        self.resubscribe(kept, now);
        self.tell(Event::Connected(connack));
        for (token, packet_id) in taken {
            self.tell(Event::Completed { token, packet_id: Some(packet_id) });
        }
        self.pump(now);
    }

    /// Sends again what was on its way, as far as there is room.
    fn resend(&mut self, now: Instant) {
        while self.has_room()
            && let Some(packet) = self.session.in_flight.resend()
        {
            self.send(packet, now);
        }
    }

    /// Asks again for the subscriptions that the server does not have.
    fn resubscribe(&mut self, kept: bool, now: Instant) {
        if !self.options.resubscribe {
            if !kept {
                self.session.subscriptions.clear();
            }
            return;
        }
        let filters = self.session.subscriptions.to_resume(kept);
        // deliveries leave an identifier free (`has_room`), and nothing else holds one yet
        if !filters.is_empty()
            && let Some(packet_id) = self.session.packet_ids.allocate()
        {
            self.send_subscribe(packet_id, None, filters, now);
        }
    }

    fn handle_answer(&mut self, packet: Packet, now: Instant) -> Result<(), ProtocolError> {
        match packet {
            Packet::Publish(publish) => self.handle_publish(publish, now),
            Packet::PubAck(packet_id) => {
                let token = self.session.in_flight.acknowledge(packet_id)?;
                self.complete(token, packet_id, now);
            }
            Packet::PubRec(packet_id) => {
                self.session.in_flight.release(packet_id)?;
                self.send(Packet::PubRel(packet_id), now); // [MQTT-4.3.3-1]
                self.pump(now);
            }
            Packet::PubRel(packet_id) => {
                let pubcomp = self.session.release_received(packet_id);
                self.send(pubcomp, now);
            }
            Packet::PubComp(packet_id) => {
                let token = self.session.in_flight.finish(packet_id)?;
                self.complete(token, packet_id, now);
            }
            Packet::SubAck(suback) => self.handle_suback(suback, now)?,
            Packet::UnsubAck(packet_id) => self.handle_unsuback(packet_id, now)?,
            Packet::PingResp => {
                self.timers.stop(Timer::PingResp);
                self.keep_alive();
            }
            Packet::ConnAck(_) => return Err(ProtocolError::SecondConnAck),
            Packet::Connect(_)
            | Packet::Subscribe(_)
            | Packet::Unsubscribe(_)
            | Packet::PingReq
            | Packet::Disconnect => unreachable!("not decoded: only a client sends it"),
        }
        Ok(())
    }

    fn handle_publish(&mut self, publish: Publish, now: Instant) {
        let (new, answer) = self.session.receive(&publish);
        if new {
            self.tell(Event::Message(publish));
        }
        if let Some(answer) = answer {
            self.send(answer, now);
        }
    }

    fn handle_suback(&mut self, suback: SubAck, now: Instant) -> Result<(), ProtocolError> {
        let request = self.connection.take_request(suback.packet_id, |kind| match kind {
            RequestKind::Subscribe(filters) if filters.len() == suback.granted.len() => Ok(()),
            RequestKind::Subscribe(_) => Err(ProtocolError::SubAckLength), // [MQTT-3.8.4-5]
            RequestKind::Unsubscribe => Err(ProtocolError::WrongAnswer),
        })?;
        let Some(Request { token, kind: RequestKind::Subscribe(filters), .. }) = request else {
            return Ok(());
        };
        self.session.packet_ids.release(suback.packet_id);
        for (filter, code) in filters.into_iter().zip(&suback.granted) {
            match code {
                Some(_) => self.session.subscriptions.grant(&filter, suback.packet_id),
                None => {
                    self.session.subscriptions.refuse(&filter, suback.packet_id);
                    if token.is_none() {
                        self.tell(Event::Error(ConnectionError::ResubscribeRefused(filter)));
                    }
                }
            }
        }
        if let Some(token) = token {
            self.tell(Event::Granted { token, suback });
        }
        self.pump(now);
        Ok(())
    }

    fn handle_unsuback(&mut self, packet_id: PacketId, now: Instant) -> Result<(), ProtocolError> {
        let request = self.connection.take_request(packet_id, |kind| match kind {
            RequestKind::Unsubscribe => Ok(()),
            RequestKind::Subscribe(_) => Err(ProtocolError::WrongAnswer),
        })?;
        self.complete(request.and_then(|request| request.token), packet_id, now);
        Ok(())
    }

    /// The request is answered: its identifier is free, and there may be room for another.
    fn complete(&mut self, token: Option<Token>, packet_id: PacketId, now: Instant) {
        if let Some(token) = token {
            self.session.packet_ids.release(packet_id);
            self.tell(Event::Completed { token, packet_id: Some(packet_id) });
            self.pump(now);
        }
    }

    /// Sends what waited; its token if that is all there is to it.
    fn send_request(
        &mut self,
        token: Token,
        packet_id: Option<PacketId>,
        waiting: Waiting,
        now: Instant,
    ) -> Option<Token> {
        match (waiting, packet_id) {
            (Waiting::Publish(publish), Some(packet_id)) => {
                let packet = self.session.begin_delivery(packet_id, token, publish);
                self.send(packet, now);
                None
            }
            (Waiting::Publish(publish), None) => {
                // [MQTT-3.3.1-2] [MQTT-2.3.1-5] whatever the application put there
                let publish = Publish { dup: false, packet_id: None, ..publish };
                self.send(Packet::Publish(publish), now);
                Some(token)
            }
            (Waiting::Subscribe(filters), Some(packet_id)) => {
                self.send_subscribe(packet_id, Some(token), filters, now);
                None
            }
            (Waiting::Unsubscribe(filters), Some(packet_id)) => {
                self.send_unsubscribe(packet_id, token, filters, now);
                None
            }
            (_, None) => unreachable!("only QoS 0 messages go without a packet identifier"),
        }
    }

    fn send_subscribe(
        &mut self,
        packet_id: PacketId,
        token: Option<Token>,
        filters: Vec<(TopicFilter, QoS)>,
        now: Instant,
    ) {
        for (filter, qos) in &filters {
            self.session.subscriptions.ask(filter, *qos, packet_id);
        }
        let names = filters.iter().map(|(filter, _)| filter.clone()).collect();
        let kind = RequestKind::Subscribe(names);
        self.connection.requests.push(Request { packet_id, token, kind });
        self.send(Packet::Subscribe(crate::codec::Subscribe { packet_id, filters }), now);
    }

    fn send_unsubscribe(
        &mut self,
        packet_id: PacketId,
        token: Token,
        filters: Vec<TopicFilter>,
        now: Instant,
    ) {
        for filter in &filters {
            self.session.subscriptions.remove(filter); // it may have waited behind its SUBSCRIBE
        }
        let kind = RequestKind::Unsubscribe;
        self.connection.requests.push(Request { packet_id, token: Some(token), kind });
        self.send(Packet::Unsubscribe(crate::codec::Unsubscribe { packet_id, filters }), now);
    }

    /// Whether another QoS 1 or 2 message may be sent. One packet identifier is always left over,
    /// so that subscriptions can be made again.
    fn has_room(&self) -> bool {
        let window = usize::from(self.options.max_in_flight.clamp(1, u16::MAX - 1));
        self.session.in_flight.unanswered() < window
    }
}

/// Bytes of a message after which another packet gets a message of its own.
const GATHERED: usize = 64 << 10;

/// The one refusal of MQTT 3 that time heals.
const SERVER_UNAVAILABLE: u8 = 3;
