//! The session records that the caller stores: enough to continue the session after the app was
//! killed at any moment, if `store_session` is on; else those of subscriptions and of an assigned
//! client identifier alone. A record is stored before the packet that relies
//! on it is sent, and deleted when nothing depends on it any more. Disconnecting deletes nothing:
//! unfinished deliveries can be continued by the next client.

use super::Client;
use crate::codec::{PacketId, Publish, TopicFilter};
use crate::request_id::RequestId;
use crate::session::{DeliveryState, RecordKey, SessionRecord};
use crate::timer::Instant;

impl Client {
    /// Restores a record that an earlier client has stored: in any order, before the first
    /// [`connect`](Self::connect). The completion of its deliveries is reported by
    /// [`Event::Published`] with the request identifiers of that client.
    ///
    /// [`Event::Published`]: crate::Event::Published
    pub fn restore(&mut self, record: SessionRecord) {
        match record {
            SessionRecord::Delivery(number, state) => {
                self.session.restore_delivery(RequestId(number), state);
            }
            SessionRecord::Received(packet_id) => {
                self.session.receive(packet_id);
            }
            SessionRecord::Subscription(subscription, properties) => {
                self.session.subscriptions.restore(subscription, properties);
            }
            SessionRecord::ClientId(client_id) if self.options.client_id.is_empty() => {
                self.options.client_id = client_id;
            }
            SessionRecord::ClientId(_) => {} // the application has chosen one since
        }
    }

    /// The record of a message is stored, if [`Options::confirm_records`] is on, and the message may be
    /// sent; or it could not be `stored`, and the message is dropped: [`Event::Failed`] reports it. To
    /// send it all the same, say that it is stored. It has no effect if the message was sent before.
    ///
    /// [`Options::confirm_records`]: crate::Options::confirm_records
    /// [`Event::Failed`]: crate::Event::Failed
    pub fn handle_record_stored(&mut self, request_id: RequestId, stored: bool, now: Instant) {
        if stored {
            self.session.in_flight.release_held(request_id);
            self.flush(now);
        } else if self.session.withdraw(request_id) {
            self.request_removed(request_id, now);
        }
    }

    /// A message was queued.
    pub(super) fn put_queued(&mut self, request_id: RequestId, now: Instant) {
        if self.options.store_session
            && let Some(publish) = self.session.queue.last_delivery(request_id)
        {
            let state = DeliveryState::Queued(publish.clone(), now.0);
            self.put_delivery(request_id, || state);
        }
    }

    /// A message is about to be sent for the first time.
    pub(super) fn put_sent(&mut self, request_id: RequestId, publish: &Publish) {
        self.put_delivery(request_id, || DeliveryState::Sent(publish.clone()));
    }

    /// The server has accepted a QoS 2 message.
    pub(super) fn put_released(&mut self, request_id: RequestId, packet_id: PacketId) {
        self.put_delivery(request_id, || DeliveryState::Released(packet_id));
    }

    /// Without a store there is no record to make.
    fn put_delivery(&mut self, request_id: RequestId, state: impl FnOnce() -> DeliveryState) {
        if self.options.store_session {
            self.outputs.put_record(SessionRecord::Delivery(request_id.0, state()));
        }
    }

    pub(super) fn put_record(&mut self, record: SessionRecord) {
        if self.stores(&record.key()) {
            self.outputs.put_record(record);
        }
    }

    /// A delivery has ended, with whatever result.
    pub(super) fn delete_delivery(&mut self, request_id: RequestId) {
        if self.options.store_session {
            self.delete_record(RecordKey::Delivery(request_id.0));
        }
    }

    /// Removes a subscription from the session.
    pub(super) fn remove_subscription(&mut self, filter: TopicFilter) {
        if self.session.subscriptions.remove(&filter) {
            self.delete_record(RecordKey::Subscription(filter));
        }
    }

    pub(super) fn delete_record(&mut self, key: RecordKey) {
        if self.stores(&key) {
            self.outputs.delete_record(key);
        }
    }

    /// What changes rarely is always put: the caller can make another client of it at any moment.
    fn stores(&self, key: &RecordKey) -> bool {
        self.options.store_session
            || matches!(key, RecordKey::Subscription(_) | RecordKey::ClientId)
    }
}
