//! Requests: what the server answers. They return their request id, which is positive, or a negative
//! [`ErrorCode`]: one number for both saves the most frequent call a second one. `Host::completed`,
//! `Host::subscribed` or `Host::failed` follows with the same id.

use std::mem;

use bytes::Bytes;
use wasm_bindgen::prelude::*;

use super::core::instant;
use super::{Core, ErrorCode};
use crate::client::Accepted;
use crate::codec::Subscription;
use crate::{Instant, Publish, QoS, RequestId, TopicFilter, TopicName};

#[wasm_bindgen]
impl Core {
    /// Gives a topic name a slot for `publish`, 0 to 63; 0 or a negative `ErrorCode`. An empty topic is
    /// for messages whose topic alias stands for their topic.
    #[wasm_bindgen(js_name = defineTopic)]
    pub fn define_topic(&mut self, slot: u8, topic: String) -> i32 {
        let name =
            if topic.is_empty() { Some(TopicName::aliased()) } else { TopicName::new(topic) };
        let defined = name.is_some_and(|name| self.topics.define(slot, name));
        if defined { 0 } else { ErrorCode::InvalidTopic.negative() }
    }

    /// Publishes bytes to the topic in a slot. `flags` is the lower half of the first byte of PUBLISH: DUP,
    /// quality of service, RETAIN. Returns the request id; 0 if a QoS 0 message is already sent, in which
    /// case nothing more is reported; or a negative `ErrorCode`.
    pub fn publish(&mut self, slot: u8, payload: Vec<u8>, flags: u8, now: f64) -> f64 {
        self.publish_payload(slot, payload.into(), flags, now)
    }

    /// Publishes text as UTF-8: as `publish`, but the text is encoded straight into this memory.
    #[wasm_bindgen(js_name = publishText)]
    pub fn publish_text(&mut self, slot: u8, text: String, flags: u8, now: f64) -> f64 {
        self.publish_payload(slot, text.into(), flags, now)
    }
}

impl Core {
    pub(super) fn subscribe(&mut self, now: Instant) -> f64 {
        let properties = self.take_properties();
        let mut subscriptions = Vec::new();
        for (filter, options) in mem::take(&mut self.filters) {
            let Some(filter) = TopicFilter::new(filter) else {
                return refused(ErrorCode::InvalidFilter);
            };
            let Some(subscription) = Subscription::with_options(filter, options) else {
                return refused(ErrorCode::InvalidQos);
            };
            subscriptions.push(subscription);
        }
        let request = self.client.subscribe(subscriptions, properties, now);
        self.requested(request)
    }

    pub(super) fn unsubscribe(&mut self, now: Instant) -> f64 {
        let properties = self.take_properties();
        let filters = mem::take(&mut self.filters);
        let Some(filters) =
            filters.into_iter().map(|(filter, _)| TopicFilter::new(filter)).collect()
        else {
            return refused(ErrorCode::InvalidFilter);
        };
        let request = self.client.unsubscribe(filters, properties, now);
        self.requested(request)
    }

    #[inline(never)]
    fn publish_payload(&mut self, slot: u8, payload: Bytes, flags: u8, now: f64) -> f64 {
        let properties = self.take_properties();
        let Some(topic) = self.topics.defined(slot) else {
            return refused(ErrorCode::InvalidTopic);
        };
        let Some(qos) = QoS::new(flags >> 1 & 3) else { return refused(ErrorCode::InvalidQos) };
        let (dup, retain) = (flags & 8 != 0, flags & 1 != 0);
        let publish = Publish { dup, qos, retain, topic, packet_id: None, properties, payload };
        let accepted = self.client.send_or_queue(publish, instant(now));
        self.requested(accepted.map(|accepted| match accepted {
            Accepted::Pending(request_id) => request_id,
            Accepted::Sent(_) => RequestId(0),
        }))
    }
}

fn refused(code: ErrorCode) -> f64 {
    f64::from(code.negative())
}
