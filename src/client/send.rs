//! What the client sends, when it may.

use bytes::BytesMut;

use super::Client;
use crate::codec::{
    Packet, PacketId, Properties, Publish, QoS, Subscribe, Subscription, TopicFilter, Unsubscribe,
};
use crate::connection::{Phase, Request, RequestKind};
use crate::error::{Failure, Limit};
use crate::output::{Event, Output, Token};
use crate::session::{Waiting, age};
use crate::timer::{Instant, Timer};

impl Client {
    /// Sends everything that may be sent now, oldest first. What is sent again goes before what is
    /// new. [MQTT-4.6.0-1]
    pub(super) fn pump(&mut self, now: Instant) {
        if self.connection.phase != Phase::Connected {
            return;
        }
        let mut events = Vec::new();
        for (token, failure) in self.resend(now) {
            self.erase_delivery(token);
            events.push(Event::Failed { token, failure });
        }
        while self.session.in_flight.is_sent()
            && let Some(next) = self.session.queue.front()
        {
            let is_delivery = next.is_delivery();
            let is_qos0 = matches!(next, Waiting::Publish(..)) && !is_delivery;
            if (is_delivery && !self.has_room())
                || (!is_qos0 && self.session.packet_ids.is_exhausted())
            {
                break;
            }
            if let Some((token, waiting)) = self.session.queue.pop() {
                events.extend(self.send_request(token, waiting, now));
            }
        }
        self.outputs.extend(events.into_iter().map(Output::Event));
    }

    /// Sends again what was on its way, as far as there is room; what cannot be sent any more.
    pub(super) fn resend(&mut self, now: Instant) -> Vec<(Token, Failure)> {
        let mut failed = Vec::new();
        while self.has_room()
            && let Some(publish) = self.session.in_flight.resend()
        {
            let packet_id = publish.packet_id;
            if let Err(failure) = self.send_publish(publish, now) {
                let token = packet_id.and_then(|packet_id| self.give_up_delivery(packet_id));
                failed.extend(token.map(|token| (token, failure)));
            }
        }
        failed
    }

    /// Subscribes for the application, or (without a token) again for the client itself.
    pub(super) fn send_subscribe(
        &mut self,
        token: Option<Token>,
        subscriptions: Vec<Subscription>,
        properties: Properties,
        now: Instant,
    ) -> Result<(), Limit> {
        let packet_id = self.session.packet_ids.allocate().ok_or(Limit::PacketIdentifiers)?;
        let subscribe = Subscribe { packet_id, properties, subscriptions };
        let checked = self.connection.limits.check_subscribe(&subscribe);
        let packet = Packet::Subscribe(subscribe.clone());
        let sent = checked.and_then(|()| self.send_within_limit(packet, now));
        if let Err(limit) = sent {
            self.session.packet_ids.release(packet_id);
            return Err(limit);
        }
        let Subscribe { properties, subscriptions, .. } = subscribe;
        for subscription in &subscriptions {
            self.session.subscriptions.ask(subscription, &properties, packet_id);
        }
        let kind = RequestKind::Subscribe(subscriptions);
        self.connection.requests.push(Request { packet_id, token, kind });
        Ok(())
    }

    /// Sends a packet of this client's own making, which can always be written: what the
    /// application gave was checked when it was taken.
    pub(super) fn send(&mut self, packet: Packet, now: Instant) {
        let Ok(bytes) = packet.encode(self.version) else { unreachable!() };
        self.send_bytes(bytes, packet, now);
    }

    /// Packets leave in as few messages as they can, up to a size that is worth one. An answer to a
    /// message takes what was to be sent before that message along: behind it, so that the
    /// application has the message first. Storage may be ahead of what is sent, too.
    pub(super) fn send_bytes(&mut self, bytes: BytesMut, packet: Packet, now: Instant) {
        let may_go_first = |output: &Output| {
            matches!(output, Output::Event(Event::Message(_)) | Output::Store(_) | Output::Erase(_))
        };
        let before = self.outputs.iter().rposition(|output| !may_go_first(output));
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

    /// Sends what waited; what there is to tell of it.
    fn send_request(&mut self, token: Token, waiting: Waiting, now: Instant) -> Option<Event> {
        match waiting {
            Waiting::Publish(mut publish, since) => {
                if !age(&mut publish, now.since(since)) {
                    if publish.qos != QoS::AtMostOnce {
                        self.erase_delivery(token);
                    }
                    return Some(Event::Failed { token, failure: Failure::Expired });
                }
                self.send_new(token, publish, now)
            }
            Waiting::Subscribe(subscriptions, properties) => {
                let sent = self.send_subscribe(Some(token), subscriptions, properties, now);
                sent.err().map(|limit| Event::Failed { token, failure: Failure::Limit(limit) })
            }
            Waiting::Unsubscribe(filters, properties) => {
                self.send_unsubscribe(token, filters, properties, now)
            }
        }
    }

    fn send_new(&mut self, token: Token, publish: Publish, now: Instant) -> Option<Event> {
        if publish.qos == QoS::AtMostOnce {
            return Some(match self.send_publish(publish, now) {
                Ok(()) => Event::Published { token, answer: None },
                Err(failure) => Event::Failed { token, failure },
            });
        }
        let packet_id = self.session.packet_ids.allocate()?; // `pump` has looked
        let publish = self.session.begin_delivery(packet_id, token, publish);
        self.keep_sent(token, &publish);
        let failure = self.send_publish(publish, now).err()?;
        self.give_up_delivery(packet_id);
        self.erase_delivery(token);
        Some(Event::Failed { token, failure })
    }

    fn give_up_delivery(&mut self, packet_id: PacketId) -> Option<Token> {
        self.session.packet_ids.release(packet_id);
        self.session.in_flight.give_up(packet_id)
    }

    fn send_unsubscribe(
        &mut self,
        token: Token,
        filters: Vec<TopicFilter>,
        properties: Properties,
        now: Instant,
    ) -> Option<Event> {
        for filter in &filters {
            self.forget_subscription(filter.clone()); // it may have waited behind its SUBSCRIBE
        }
        let packet_id = self.session.packet_ids.allocate()?; // `pump` has looked
        let kind = RequestKind::Unsubscribe(filters.len());
        let packet = Packet::Unsubscribe(Unsubscribe { packet_id, properties, filters });
        if let Err(limit) = self.send_within_limit(packet, now) {
            self.session.packet_ids.release(packet_id);
            return Some(Event::Failed { token, failure: Failure::Limit(limit) });
        }
        self.connection.requests.push(Request { packet_id, token: Some(token), kind });
        None
    }

    /// Sends a message as this connection has it: within the server's limits, with its aliases.
    fn send_publish(&mut self, mut publish: Publish, now: Instant) -> Result<(), Failure> {
        self.connection.limits.check_publish(&publish).map_err(Failure::Limit)?;
        let (version, limit) = (self.version, self.connection.limits.packet_size);
        let fits = |publish: &Publish| {
            let encode = || Packet::Publish(publish.clone()).encode(version);
            publish.size() <= limit || encode().is_ok_and(|bytes| bytes.len() <= limit)
        };
        self.connection.outgoing_aliases.apply(&mut publish, fits);
        self.send_within_limit(Packet::Publish(publish), now).map_err(Failure::Limit)
    }

    /// Sends a packet unless it is larger than the server takes. [MQTT-3.2.2-15]
    pub(super) fn send_within_limit(&mut self, packet: Packet, now: Instant) -> Result<(), Limit> {
        match packet.encode(self.version) {
            Ok(bytes) if bytes.len() <= self.connection.limits.packet_size => {
                self.send_bytes(bytes, packet, now);
                Ok(())
            }
            // what else could be wrong was refused to the application
            _ => Err(Limit::PacketSize),
        }
    }

    /// Whether another QoS 1 or 2 message may be sent. [MQTT-3.3.4-7] One packet identifier is
    /// always left over, so that subscriptions can be made again.
    fn has_room(&self) -> bool {
        let window = self.options.max_in_flight.clamp(1, u16::MAX - 1);
        let window = window.min(self.connection.limits.receive_maximum);
        let unanswered = self.session.in_flight.unanswered() + self.connection.removed.len();
        unanswered < usize::from(window)
    }
}

/// Bytes of a message after which another packet gets a message of its own.
const GATHERED: usize = 64 << 10;
