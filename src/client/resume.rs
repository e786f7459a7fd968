//! Continues the session on a new connection: messages in flight first, then subscriptions, then
//! what is queued.

use super::Client;
use crate::codec::{ConnAck, Properties, Subscription};
use crate::error::{ConnectionError, Failure};
use crate::event::Event;
use crate::request_id::RequestId;
use crate::session::{InvalidState, RecordKey};
use crate::timer::Instant;

impl Client {
    /// CONNACK accepted the connection. [`Event::Connected`] is emitted before the results of what
    /// is sent here.
    #[inline(never)]
    pub(super) fn resume(&mut self, connack: ConnAck, session_present: bool, now: Instant) {
        let released = if session_present { Vec::new() } else { self.discard_invalid_state() };
        for pubrel in self.session.in_flight.pubrels() {
            self.send(pubrel, now); // [MQTT-4.4.0-1]
        }
        let failed = self.resend(now);
        let errors = self.resubscribe(session_present, now);
        self.outputs.emit(Event::Connected(connack));
        for error in errors {
            self.outputs.emit(Event::Error(error));
        }
        for request_id in released {
            self.delete_delivery(request_id);
            self.outputs.emit(Event::Failed { request_id, failure: Failure::Unconfirmed });
        }
        for (request_id, failure) in failed {
            self.delete_delivery(request_id);
            self.outputs.emit(Event::Failed { request_id, failure });
        }
        self.flush(now);
    }

    /// The server has no session. The deliveries that it had released before.
    fn discard_invalid_state(&mut self) -> Vec<RequestId> {
        let InvalidState { released, received } = self.session.server_lost_session();
        for packet_id in received {
            self.delete_record(RecordKey::Received(packet_id));
        }
        released.into_iter().map(|(request_id, _)| request_id).collect()
    }

    /// Subscribes again to what the server does not have; the subscriptions that it cannot accept.
    fn resubscribe(&mut self, session_present: bool, now: Instant) -> Vec<ConnectionError> {
        let mut errors = Vec::new();
        if !self.options.resubscribe {
            if !session_present {
                for filter in self.session.subscriptions.clear() {
                    self.delete_record(RecordKey::Subscription(filter));
                }
            }
            return errors;
        }
        let packets = self.session.subscriptions.to_resubscribe(session_present);
        for (subscriptions, properties) in packets {
            errors.extend(self.subscribe_again(subscriptions, &properties, now));
        }
        errors
    }

    /// Subscribes in one packet or, if the server does not accept that, in one for each filter.
    fn subscribe_again(
        &mut self,
        subscriptions: Vec<Subscription>,
        properties: &Properties,
        now: Instant,
    ) -> Vec<ConnectionError> {
        let sent = self.send_subscribe(None, None, subscriptions.clone(), properties.clone(), now);
        match (sent, &subscriptions[..]) {
            (Ok(()), _) => Vec::new(),
            (Err(limit), [Subscription { filter, .. }]) => {
                self.remove_subscription(filter.clone());
                vec![ConnectionError::ResubscribeRefused(filter.clone(), limit.reason())]
            }
            (Err(_), _) => {
                let mut errors = Vec::new();
                for subscription in subscriptions {
                    errors.extend(self.subscribe_again(vec![subscription], properties, now));
                }
                errors
            }
        }
    }
}
