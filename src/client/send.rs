//! What the client sends, and when it may.

use super::{Client, Desired};
use crate::codec::{
    EncodeError, MAX_PACKET_SIZE, Packet, PacketId, Properties, QoS, Subscribe, Subscription,
    TopicFilter, Unsubscribe,
};
use crate::connection::{PendingRequest, Phase, RequestKind};
use crate::error::{Failure, Limit, RequestError};
use crate::event::Event;
use crate::request_id::RequestId;
use crate::session::{Entry, Queued, reduce_expiry};
use crate::timer::Instant;

impl Client {
    /// Queues a request, and sends what can be sent.
    pub(super) fn accept(
        &mut self,
        request: Queued,
        now: Instant,
    ) -> Result<RequestId, RequestError> {
        self.check_room(request.size())?;
        let request_id = self.session.enqueue(request);
        self.flush(now);
        self.put_queued(request_id, now);
        Ok(request_id)
    }

    /// Whether a request of this size is accepted.
    pub(super) fn check_room(&self, size: usize) -> Result<(), RequestError> {
        if matches!(self.desired, Desired::Disconnecting(_)) {
            return Err(RequestError::Disconnecting);
        }
        if size > MAX_PACKET_SIZE {
            return Err(RequestError::Packet(EncodeError::TooLarge));
        }
        let held = self.session.size();
        if held > 0 && held + size > self.options.queue_limit {
            return Err(RequestError::QueueFull); // a single request is always accepted
        }
        Ok(())
    }

    /// Sends everything that may be sent now, oldest first. Messages that are sent again go before
    /// new ones. [MQTT-4.6.0-1]
    pub(super) fn flush(&mut self, now: Instant) {
        let is_idle = self.session.queue.is_empty() && self.session.in_flight.is_all_sent();
        if is_idle || self.connection.phase != Phase::Connected {
            return;
        }
        let mut events = Vec::new(); // emitted behind the packets, so that these are sent in one message
        for (request_id, failure) in self.resend(now) {
            self.delete_delivery(request_id);
            events.push(Event::Failed { request_id, failure });
        }
        while self.may_send_next() {
            let Some(entry) = self.session.queue.pop() else { break };
            events.extend(self.send_request(entry, now));
        }
        for event in events {
            self.outputs.emit(event);
        }
    }

    /// Sends SUBSCRIBE: for the application, with the packet identifier that is reserved for it if one is,
    /// or (without a request) for the client itself.
    pub(super) fn send_subscribe(
        &mut self,
        request_id: Option<RequestId>,
        reserved: Option<PacketId>,
        subscriptions: Vec<Subscription>,
        properties: Properties,
        now: Instant,
    ) -> Result<(), Limit> {
        let packet_id = reserved.or_else(|| self.session.packet_ids.allocate());
        let packet_id = packet_id.ok_or(Limit::PacketIdentifiers)?;
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
            self.session.subscriptions.requested(subscription, &properties, packet_id);
        }
        let kind = RequestKind::Subscribe(subscriptions);
        self.connection.pending.requests.push_back(PendingRequest { packet_id, request_id, kind });
        Ok(())
    }

    /// Sends a packet that can always be encoded: the parts that came from the application were
    /// checked when they were accepted.
    pub(super) fn send(&mut self, packet: Packet, now: Instant) {
        let Ok(bytes) = packet.encode(self.version) else { unreachable!() };
        self.send_bytes(bytes, packet, now);
    }

    /// Sends a packet, unless it is larger than the server accepts. [MQTT-3.2.2-15]
    pub(super) fn send_within_limit(&mut self, packet: Packet, now: Instant) -> Result<(), Limit> {
        match packet.encode(self.version) {
            Ok(bytes) if bytes.len() <= self.connection.limits.packet_size => {
                self.send_bytes(bytes, packet, now);
                Ok(())
            }
            // any other error was reported to the application when the request was made
            _ => Err(Limit::PacketSize),
        }
    }

    /// Sends a packet that is already encoded.
    pub(super) fn send_bytes(&mut self, bytes: Vec<u8>, packet: Packet, now: Instant) {
        self.outputs.send(bytes, || packet);
        self.connection.keep_alive.sent(now);
    }

    /// Whether there is a next request in the queue, and it may be sent now.
    fn may_send_next(&self) -> bool {
        let Some(next) = self.session.queue.front() else { return false };
        let needs_packet_id = next.queued.has_packet_id() && next.packet_id.is_none();
        self.may_send(next.queued.is_delivery(), needs_packet_id)
    }

    /// Whether a new request may be sent now, apart from those in the queue.
    pub(super) fn may_send(&self, is_delivery: bool, needs_packet_id: bool) -> bool {
        self.session.in_flight.may_be_followed(is_delivery)
            && (!is_delivery || self.has_room())
            && !(needs_packet_id && self.session.packet_ids.is_exhausted())
    }

    /// Sends a request from the queue; the event that reports its result, if it is known already.
    fn send_request(&mut self, entry: Entry, now: Instant) -> Option<Event> {
        let Entry { request_id, packet_id, queued } = entry;
        match queued {
            Queued::Publish(mut publish, since) => {
                if !reduce_expiry(&mut publish, now.since(since)) {
                    self.session.packet_ids.release_reserved(packet_id);
                    if publish.qos != QoS::AtMostOnce {
                        self.delete_delivery(request_id);
                    }
                    return Some(Event::Failed { request_id, failure: Failure::Expired });
                }
                let is_delivery = publish.qos != QoS::AtMostOnce;
                match self.send_new(request_id, packet_id, publish, now) {
                    Err(failure) => Some(Event::Failed { request_id, failure }),
                    Ok(()) if is_delivery => None,
                    Ok(()) => Some(Event::Published { request_id, ack: None }),
                }
            }
            Queued::Subscribe(subscriptions, properties) => {
                let sent = self.send_subscribe(
                    Some(request_id),
                    packet_id,
                    subscriptions,
                    properties,
                    now,
                );
                sent.err().map(|limit| Event::Failed { request_id, failure: Failure::Limit(limit) })
            }
            Queued::Unsubscribe(filters, properties) => {
                self.send_unsubscribe(request_id, packet_id, filters, properties, now)
            }
        }
    }

    fn send_unsubscribe(
        &mut self,
        request_id: RequestId,
        reserved: Option<PacketId>,
        filters: Vec<TopicFilter>,
        properties: Properties,
        now: Instant,
    ) -> Option<Event> {
        for filter in &filters {
            self.remove_subscription(filter.clone()); // its SUBSCRIBE may have been queued before
        }
        // `may_send_next` has checked
        let packet_id = reserved.or_else(|| self.session.packet_ids.allocate())?;
        let kind = RequestKind::Unsubscribe(filters.len());
        let packet = Packet::Unsubscribe(Unsubscribe { packet_id, properties, filters });
        if let Err(limit) = self.send_within_limit(packet, now) {
            self.session.packet_ids.release(packet_id);
            return Some(Event::Failed { request_id, failure: Failure::Limit(limit) });
        }
        let request = PendingRequest { packet_id, request_id: Some(request_id), kind };
        self.connection.pending.requests.push_back(request);
        None
    }

    /// Whether another QoS 1 or 2 message may be in flight. [MQTT-3.3.4-7] One packet identifier
    /// always remains free, for subscribing again.
    pub(super) fn has_room(&self) -> bool {
        let window = self.options.max_in_flight.clamp(1, u16::MAX - 1);
        let window = window.min(self.connection.limits.receive_maximum);
        let removed = self.connection.pending.removed.len();
        self.session.in_flight.unanswered() + removed < usize::from(window)
    }
}
