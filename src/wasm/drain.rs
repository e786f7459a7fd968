//! Hands everything that the client wants done over to the [`Host`](super::Host), in order.

use wasm_bindgen::prelude::*;

use super::error_code::{of_connection, of_dropped, of_failure};
use super::packet_view::{connack_to_js, packet_to_js, reason_to_js};
use super::property_view::properties_to_js;
use super::{Core, ErrorCode};
use crate::codec::{Ack, Disconnect, PacketId, Properties, reason};
use crate::{ConnectionError, Event, Output, Publish, RequestId};

impl Core {
    /// Hands everything over; returns the next deadline.
    pub(super) fn drain(&mut self) -> f64 {
        self.hand_over();
        self.deadline()
    }

    /// Hands everything over.
    pub(super) fn hand_over(&mut self) {
        while let Some(output) = &self.client.poll_output() {
            match output {
                Output::OpenTransport => self.host.open_transport(),
                Output::Send(bytes) => self.host.send(bytes.as_ptr(), bytes.len()),
                Output::PutRecord(record) => {
                    self.host.put_record(&record.key().text(), &record.encode());
                }
                Output::DeleteRecord(key) => self.host.delete_record(&key.text()),
                Output::CloseTransport => self.host.close_transport(),
                Output::Event(event) => self.deliver(event),
            }
        }
    }

    fn deliver(&mut self, event: &Event) {
        let host = &self.host;
        match event {
            Event::Connected(connack) => host.connected(connack_to_js(connack)),
            Event::Reconnecting => host.reconnecting(),
            Event::FellBack => host.fell_back(),
            Event::Offline => host.offline(),
            Event::Closed => host.closed(!self.client.is_active()),
            Event::Ended => host.ended(),
            Event::Error(error) => self.deliver_error(error),
            Event::Authenticate(auth) => {
                host.authenticate(reason_to_js("auth", auth.reason, &auth.properties));
            }
            Event::Message(publish) => self.deliver_message(publish),
            Event::MessageDropped { topic, error } => {
                let (code, detail) = of_dropped(*error);
                host.warning(code as i32, detail, topic);
            }
            Event::Tolerated(leniency) => {
                host.warning(ErrorCode::Tolerated as i32, leniency.describe(), &[]);
            }
            Event::Published { request_id, ack: None } => {
                host.completed(request_id.0, 0, reason::SUCCESS, JsValue::UNDEFINED);
            }
            Event::Published { request_id, ack: Some(ack) }
            | Event::Refused { request_id, ack } => {
                let Ack { packet_id, reason, properties } = ack;
                self.complete(*request_id, *packet_id, *reason, properties);
            }
            Event::Subscribed { request_id: RequestId(request_id), suback } => {
                let properties = properties_to_js(&suback.properties);
                host.subscribed(*request_id, suback.packet_id.get(), &suback.codes, properties);
            }
            Event::Unsubscribed { request_id, unsuback } => {
                // one filter that could not be unsubscribed makes it an error: codes are ordered
                let reason = unsuback.codes.iter().copied().max().unwrap_or(reason::SUCCESS);
                self.complete(*request_id, unsuback.packet_id, reason, &unsuback.properties);
            }
            Event::Failed { request_id: RequestId(request_id), failure } => {
                let (code, reason) = of_failure(*failure);
                host.failed(*request_id, code as i32, reason);
            }
            Event::PacketSent(packet) => host.packet_sent(packet_to_js(packet)),
            Event::PacketReceived(packet) => host.packet_received(packet_to_js(packet)),
        }
    }

    fn complete(
        &self,
        request_id: RequestId,
        packet_id: PacketId,
        reason: u8,
        properties: &Properties,
    ) {
        self.host.completed(request_id.0, packet_id.get(), reason, properties_to_js(properties));
    }

    fn deliver_error(&self, error: &ConnectionError) {
        if let ConnectionError::Disconnected(Disconnect { reason, properties }) = error {
            self.host.disconnected(reason_to_js("disconnect", *reason, properties));
        }
        let (code, reason, detail) = of_connection(error);
        let about_credentials = error.is_about_credentials(self.client.version());
        let is_final = !self.client.is_active();
        self.host.error(code as i32, reason, detail, about_credentials, is_final);
    }

    fn deliver_message(&mut self, publish: &Publish) {
        let length = publish.remaining_length(self.client.version()) as u32;
        let Publish { dup, qos, retain, topic, packet_id, properties, payload } = publish;
        let (slot, topic) = self.topics.received(topic);
        if let Some(topic) = topic {
            self.host.topic(slot, topic);
        }
        let packet_id = packet_id.map_or(0, u16::from);
        let flags = u8::from(*dup) << 3 | (*qos as u8) << 1 | u8::from(*retain);
        self.host.message(slot, flags, payload, packet_id, length, properties_to_js(properties));
    }
}
