//! What packets from the server do to the client.

use bytes::Buf;

use super::Client;
use crate::codec::{
    Ack, Auth, ConnAck, DecodeError, Disconnect, Packet, PacketId, Properties, PropertyId, Publish,
    QoS, Record, RecordKey, SubAck, Subscription, UnsubAck, Version, frame_length, reason,
};
use crate::connection::{
    Connection, Limits, OutgoingAliases, Phase, Request, RequestKind, Unacknowledged,
};
use crate::error::{ConnectionError, Failure, ProtocolError};
use crate::options::Options;
use crate::output::{Event, Token};
use crate::session::Lost;
use crate::timer::{Instant, Timer};

impl Client {
    pub(super) fn handle_packet(&mut self, packet: Packet, now: Instant) {
        if self.observing {
            self.tell(Event::PacketReceived(packet.clone()));
        }
        let handled = match (self.connection.phase, packet) {
            (Phase::Connecting, Packet::ConnAck(connack)) => self.handle_connack(connack, now),
            (Phase::Connecting, Packet::Auth(auth)) => {
                // success is told by CONNACK [MQTT-4.12.0-2]
                if auth.reason == reason::CONTINUE_AUTHENTICATION {
                    self.handle_auth(auth)
                } else {
                    Err(ProtocolError::Authentication)
                }
            }
            (Phase::Connecting, _) => Err(ProtocolError::BeforeConnAck),
            (_, packet) if self.is_unwanted(&packet) => Err(ProtocolError::ProblemInformation),
            (_, packet) => self.handle_while_connected(packet, now),
        };
        match handled {
            Ok(()) => self.leave_when_idle(now),
            Err(error) => self.refuse(ConnectionError::Protocol(error), now),
        }
    }

    /// The next whole packet that has come in, if there is one.
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        if self.version == Version::V5 && self.connection.phase == Phase::Connecting {
            match self.connection.inbound[..] {
                [0x20, 2] | [0x20, 2, _] => return Ok(None),
                [0x20, 2, 0, code @ (0 | 1), ..] => {
                    self.connection.inbound.advance(4);
                    return Ok(Some(connack_of_mqtt_3(code)));
                }
                _ => {}
            }
        }
        let inbound = &mut self.connection.inbound;
        match frame_length(inbound, self.options.packet_limit(self.version), self.version)? {
            Some(length) => Packet::decode(inbound.split_to(length), self.version).map(Some),
            None => Ok(None),
        }
    }

    fn handle_connack(&mut self, connack: ConnAck, now: Instant) -> Result<(), ProtocolError> {
        if connack.reason != reason::SUCCESS {
            self.handle_refusal(connack.reason, now);
            return Ok(());
        }
        let method = PropertyId::AUTHENTICATION_METHOD;
        if connack.properties.text(method) != self.options.properties.text(method) {
            return Err(ProtocolError::Authentication); // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
        }
        // MQTT 3.1 cannot say whether it has a session: it has one if it was to keep one
        let kept = match self.version {
            Version::V31 => !self.options.clean,
            Version::V311 | Version::V5 if connack.session_present && self.options.clean => {
                return Err(ProtocolError::UnexpectedSession); // [MQTT-3.2.2-1] [MQTT-3.2.2-4]
            }
            Version::V311 | Version::V5 => connack.session_present,
        };
        let properties = &connack.properties;
        if let Some(assigned) = properties.text(PropertyId::ASSIGNED_CLIENT_IDENTIFIER) {
            self.options.client_id = assigned.to_owned(); // to find the session again
            self.keep(Record::ClientId(assigned.to_owned()));
        }
        if let Some(seconds) = properties.number(PropertyId::SERVER_KEEP_ALIVE) {
            self.connection.keep_alive = seconds as u16; // [MQTT-3.1.2-21]
        }
        let limits = Limits::new(&connack);
        let Options { automatic_aliases: automatic, known_aliases: known, .. } = self.options;
        self.connection.outgoing_aliases =
            OutgoingAliases::new(limits.topic_alias_maximum, automatic, known);
        self.connection.limits = limits;
        self.connection.phase = Phase::Connected;
        self.connection.accepted = Some(now);
        self.timers.stop(Timer::Connect);
        self.offline = false;
        self.resume(connack, kept, now);
        Ok(())
    }

    fn handle_refusal(&mut self, reason: u8, now: Instant) {
        let error = ConnectionError::Refused(reason);
        if self.version == Version::V5 && reason == UNSUPPORTED_VERSION {
            self.fall_back(now);
        } else if self.heals(reason) {
            self.lose(Some(error), now);
        } else {
            self.give_up(error, now);
        }
    }

    /// Whether a packet has words about a problem although the client wants none. [MQTT-3.1.2-29]
    fn is_unwanted(&self, packet: &Packet) -> bool {
        let wanted = self.options.properties.number(PropertyId::REQUEST_PROBLEM_INFORMATION);
        let properties = match packet {
            Packet::PubAck(ack)
            | Packet::PubRec(ack)
            | Packet::PubRel(ack)
            | Packet::PubComp(ack) => &ack.properties,
            Packet::SubAck(suback) => &suback.properties,
            Packet::UnsubAck(unsuback) => &unsuback.properties,
            Packet::Auth(auth) => &auth.properties,
            _ => return false,
        };
        let has = |id| properties.get(id).is_some();
        wanted == Some(0) && (has(PropertyId::REASON_STRING) || has(PropertyId::USER_PROPERTY))
    }

    fn handle_while_connected(
        &mut self,
        packet: Packet,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        match packet {
            Packet::Publish(publish) => self.handle_publish(publish, now)?,
            Packet::PubAck(ack) => {
                let token = self.session.in_flight.acknowledge(ack.packet_id)?;
                self.complete(token, ack, now);
            }
            Packet::PubRec(ack) => self.handle_pubrec(ack, now)?,
            Packet::PubRel(ack) => {
                let known = self.session.release_received(ack.packet_id);
                if known {
                    self.erase(RecordKey::Received(ack.packet_id));
                }
                self.send(Packet::PubComp(self.answer(ack.packet_id, known)), now); // [MQTT-4.3.3-11]
            }
            Packet::PubComp(ack) => {
                let token = self.session.in_flight.finish(ack.packet_id)?;
                self.complete(token, ack, now);
            }
            Packet::SubAck(suback) => self.handle_suback(suback, now)?,
            Packet::UnsubAck(unsuback) => self.handle_unsuback(unsuback, now)?,
            Packet::PingResp => {
                self.connection.probing = false;
                self.timers.stop(Timer::PingResp);
                self.keep_alive();
            }
            Packet::Disconnect(disconnect) => self.handle_disconnect(disconnect, now),
            Packet::Auth(auth) => self.handle_auth(auth)?,
            Packet::ConnAck(_) => return Err(ProtocolError::SecondConnAck),
            Packet::Connect(_)
            | Packet::Subscribe(_)
            | Packet::Unsubscribe(_)
            | Packet::PingReq => {
                unreachable!("not decoded: only a client sends it")
            }
        }
        Ok(())
    }

    fn handle_publish(&mut self, mut publish: Publish, now: Instant) -> Result<(), ProtocolError> {
        self.connection.incoming_aliases.resolve(&mut publish)?;
        let Publish { qos, packet_id, .. } = publish;
        let new = match packet_id {
            Some(packet_id) if qos == QoS::ExactlyOnce => self.session.receive(packet_id),
            _ => true,
        };
        // QoS 1 is answered before more is read, so only QoS 2 can pile up. [MQTT-3.3.4-7]
        let maximum = self.options.told(PropertyId::RECEIVE_MAXIMUM, self.version);
        if maximum.is_some_and(|maximum| self.session.unreleased() > maximum as usize) {
            return Err(ProtocolError::ReceiveMaximum); // [MQTT-3.3.4-9]
        }
        let message = Unacknowledged { qos, packet_id };
        let manual = self.options.manual_acknowledgement;
        if let (QoS::ExactlyOnce, true, false, Some(packet_id)) = (qos, new, manual, packet_id) {
            self.keep(Record::Received(packet_id));
        }
        if new {
            self.tell(Event::Message(publish));
        }
        if new && manual {
            self.connection.unacknowledged = Some(message);
        } else {
            let answer = message.answer(reason::SUCCESS, self.version);
            self.answer_message(&message, answer, now);
        }
        Ok(())
    }

    /// Answers a message, in the order in which messages came. [MQTT-4.6.0-2] [MQTT-4.6.0-3]
    pub(super) fn answer_message(
        &mut self,
        message: &Unacknowledged,
        answer: Option<Packet>,
        now: Instant,
    ) {
        let taken = match &answer {
            Some(Packet::PubRec(ack)) => ack.reason < reason::FIRST_ERROR,
            answer => answer.is_some(),
        };
        if let (QoS::ExactlyOnce, false, Some(packet_id)) = (message.qos, taken, message.packet_id)
        {
            self.session.release_received(packet_id); // there will be no PUBREL [MQTT-4.3.3-9]
        }
        if let (QoS::ExactlyOnce, true, Some(packet_id)) = (message.qos, taken, message.packet_id)
            && self.options.manual_acknowledgement
        {
            self.keep(Record::Received(packet_id)); // from here on it will not be told again
        }
        if let Some(answer) = answer {
            self.send(answer, now);
        }
    }

    fn handle_pubrec(&mut self, ack: Ack, now: Instant) -> Result<(), ProtocolError> {
        if ack.reason >= reason::FIRST_ERROR {
            let token = self.session.in_flight.refuse(ack.packet_id)?;
            self.complete(token, ack, now);
            return Ok(());
        }
        let known = self.session.in_flight.release(ack.packet_id)?;
        if let Some(token) = known {
            self.keep_released(token, ack.packet_id);
        }
        let answer = self.answer(ack.packet_id, known.is_some());
        self.send(Packet::PubRel(answer), now); // [MQTT-4.3.3-1]
        self.pump(now);
        Ok(())
    }

    /// PUBREL or PUBCOMP: MQTT 5 says if the identifier is not known.
    fn answer(&self, packet_id: PacketId, known: bool) -> Ack {
        let unknown = !known && self.version == Version::V5;
        let reason = if unknown { reason::PACKET_ID_NOT_FOUND } else { reason::SUCCESS };
        Ack { reason, ..packet_id.into() }
    }

    fn handle_suback(&mut self, suback: SubAck, now: Instant) -> Result<(), ProtocolError> {
        let request = self.connection.take_request(suback.packet_id, |kind| match kind {
            RequestKind::Subscribe(asked) if asked.len() == suback.codes.len() => Ok(()),
            RequestKind::Subscribe(_) => Err(ProtocolError::AckLength), // [MQTT-3.8.4-5]
            RequestKind::Unsubscribe(_) => Err(ProtocolError::WrongAnswer),
        })?;
        let Some(Request { token, kind: RequestKind::Subscribe(asked), .. }) = request else {
            return Ok(());
        };
        self.session.packet_ids.release(suback.packet_id);
        for (subscription, &code) in asked.into_iter().zip(&suback.codes) {
            let subscriptions = &mut self.session.subscriptions;
            if code < reason::FIRST_ERROR {
                if let Some(record) = subscriptions.grant(&subscription.filter, suback.packet_id) {
                    self.keep(record);
                }
                continue;
            }
            if subscriptions.refuse(&subscription.filter, suback.packet_id) {
                self.erase(RecordKey::Subscription(subscription.filter.clone()));
            }
            if token.is_none() {
                let lost = ConnectionError::ResubscribeRefused(subscription.filter, code);
                self.tell(Event::Error(lost));
            }
        }
        if let Some(token) = token {
            self.tell(Event::Subscribed { token, suback });
        }
        self.pump(now);
        Ok(())
    }

    fn handle_unsuback(&mut self, unsuback: UnsubAck, now: Instant) -> Result<(), ProtocolError> {
        let v5 = self.version == Version::V5;
        let request = self.connection.take_request(unsuback.packet_id, |kind| match kind {
            RequestKind::Unsubscribe(filters) if !v5 || *filters == unsuback.codes.len() => Ok(()),
            RequestKind::Unsubscribe(_) => Err(ProtocolError::AckLength), // [MQTT-3.11.3-1]
            RequestKind::Subscribe(_) => Err(ProtocolError::WrongAnswer),
        })?;
        if let Some(Request { token: Some(token), .. }) = request {
            self.session.packet_ids.release(unsuback.packet_id);
            self.tell(Event::Unsubscribed { token, unsuback });
            self.pump(now);
        }
        Ok(())
    }

    fn handle_disconnect(&mut self, disconnect: Disconnect, now: Instant) {
        let reason = disconnect.reason;
        let error = ConnectionError::Disconnected(disconnect);
        if self.heals(reason) {
            self.lose(Some(error), now); // [MQTT-4.13.2-1]
        } else {
            self.give_up(error, now);
        }
    }

    /// Whether another attempt may be met differently.
    fn heals(&self, reason: u8) -> bool {
        let Options { reconnect_on_refusal, renews_credentials, .. } = self.options;
        reconnect_on_refusal
            || heals_with_time(self.version, reason)
            || (renews_credentials && self.is_about_credentials(reason))
    }

    /// Whether the server refuses who logs in with this code of CONNACK or DISCONNECT: bad user name
    /// or password, not authorized.
    #[must_use]
    pub fn is_about_credentials(&self, reason: u8) -> bool {
        match self.version {
            Version::V31 | Version::V311 => matches!(reason, 4 | 5),
            Version::V5 => matches!(reason, 0x86 | 0x87),
        }
    }

    fn handle_auth(&mut self, auth: Auth) -> Result<(), ProtocolError> {
        let method = self.options.properties.text(PropertyId::AUTHENTICATION_METHOD);
        if method.is_none() || auth.properties.text(PropertyId::AUTHENTICATION_METHOD) != method {
            return Err(ProtocolError::Authentication); // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
        }
        self.tell(Event::Authenticate(auth));
        Ok(())
    }

    /// The delivery has ended: its identifier is free, and there may be room for another.
    fn complete(&mut self, token: Option<Token>, ack: Ack, now: Instant) {
        let Some(token) = token else { return self.forget(ack.packet_id, now) };
        self.session.packet_ids.release(ack.packet_id);
        self.erase_delivery(token);
        self.tell(match ack.reason {
            // the server no longer knows of it: it had it all the same
            reason::PACKET_ID_NOT_FOUND => Event::Published { token, answer: Some(ack) },
            reason if reason >= reason::FIRST_ERROR => {
                Event::Failed { token, failure: Failure::Refused(reason) }
            }
            _ => Event::Published { token, answer: Some(ack) },
        });
        self.pump(now);
    }

    /// The server has answered a message that was taken back: its identifier is free too.
    fn forget(&mut self, packet_id: PacketId, now: Instant) {
        let Connection { removed, .. } = &mut self.connection;
        if let Some(at) = removed.iter().position(|removed| *removed == packet_id) {
            removed.swap_remove(at);
            self.session.packet_ids.release(packet_id);
            self.pump(now);
        }
    }

    /// Goes on where the last connection ended: first what was on its way, then the subscriptions,
    /// then what waits. The application hears of the connection before it hears of any of that.
    fn resume(&mut self, connack: ConnAck, kept: bool, now: Instant) {
        let taken = if kept { Vec::new() } else { self.lose_session() };
        for pubrel in self.session.in_flight.pubrels() {
            self.send(pubrel, now); // [MQTT-4.4.0-1]
        }
        let failed = self.resend(now);
        let lost = self.resubscribe(kept, now);
        self.tell(Event::Connected(connack));
        for error in lost {
            self.tell(Event::Error(error));
        }
        for (token, packet_id) in taken {
            self.erase_delivery(token);
            self.tell(Event::Published { token, answer: Some(packet_id.into()) });
        }
        for (token, failure) in failed {
            self.erase_delivery(token);
            self.tell(Event::Failed { token, failure });
        }
        self.pump(now);
    }

    /// The server has no session: the deliveries that it had taken before.
    fn lose_session(&mut self) -> Vec<(Token, PacketId)> {
        let Lost { taken, received } = self.session.lose();
        for packet_id in received {
            self.erase(RecordKey::Received(packet_id));
        }
        taken
    }

    /// Asks again for the subscriptions that the server does not have; those that it cannot take.
    fn resubscribe(&mut self, kept: bool, now: Instant) -> Vec<ConnectionError> {
        let mut lost = Vec::new();
        if !self.options.resubscribe {
            if !kept {
                for filter in self.session.subscriptions.clear() {
                    self.erase(RecordKey::Subscription(filter));
                }
            }
            return lost;
        }
        for (subscriptions, properties) in self.session.subscriptions.to_resume(kept) {
            lost.extend(self.ask_again(subscriptions, &properties, now));
        }
        lost
    }

    /// Subscribes in one packet, or, if the server does not take that, in one for each filter.
    fn ask_again(
        &mut self,
        subscriptions: Vec<Subscription>,
        properties: &Properties,
        now: Instant,
    ) -> Vec<ConnectionError> {
        let asked = self.send_subscribe(None, subscriptions.clone(), properties.clone(), now);
        match (asked, &subscriptions[..]) {
            (Ok(()), _) => Vec::new(),
            (Err(limit), [Subscription { filter, .. }]) => {
                self.forget_subscription(filter.clone());
                vec![ConnectionError::ResubscribeRefused(filter.clone(), limit.reason())]
            }
            (Err(_), _) => subscriptions
                .into_iter()
                .flat_map(|subscription| self.ask_again(vec![subscription], properties, now))
                .collect(),
        }
    }
}

/// A server that does not know MQTT 5 answers its CONNECT with four bytes, which are no CONNACK of
/// MQTT 5: it has no properties.
fn connack_of_mqtt_3(code: u8) -> Packet {
    let reason = if code == 0 { reason::SUCCESS } else { UNSUPPORTED_VERSION };
    Packet::ConnAck(ConnAck { session_present: false, reason, properties: Properties::default() })
}

/// CONNACK of MQTT 5: the server does not speak it.
const UNSUPPORTED_VERSION: u8 = 0x84;

/// Whether time alone may heal this refusal; the others would be met again. MQTT 3 has one of them,
/// the unavailable server.
fn heals_with_time(version: Version, reason: u8) -> bool {
    match version {
        Version::V31 | Version::V311 => reason == 3,
        // not: bad credentials, client identifier, topic, banned, session taken over, moved, …
        Version::V5 => matches!(
            reason,
            0x00 | 0x80
                | 0x83
                | 0x88
                | 0x89
                | 0x8b
                | 0x8d
                | 0x93
                | 0x96
                | 0x97
                | 0x98
                | 0x9f
                | 0xa0
        ),
    }
}
