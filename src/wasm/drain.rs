//! Hands everything that the client wants done over to the [`Host`](super::Host), in order.

use wasm_bindgen::prelude::*;

use super::error_code::{of_connection, of_dropped, of_failure};
use super::packet_view::{connack_to_js, packet_to_js, reason_to_js};
use super::property_view::properties_to_js;
use super::{Core, ErrorCode, HostStep};
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
                Output::OpenTransport => self.step(HostStep::OpenTransport),
                Output::Send(bytes) => self.host.send(bytes.as_ptr(), bytes.len()),
                Output::PutRecord(record) => {
                    self.host.put_record(&record.key().text(), &record.encode());
                }
                Output::DeleteRecord(key) => self.host.delete_record(&key.text()),
                Output::CloseTransport => self.step(HostStep::CloseTransport),
                Output::Event(event) => self.deliver(event),
            }
        }
    }

    fn deliver(&mut self, event: &Event) {
        let host = &self.host;
        match event {
            Event::Connected(connack) => {
                self.step_with(HostStep::Connected, connack_to_js(connack));
            }
            Event::Reconnecting => self.step(HostStep::Reconnecting),
            Event::FellBack => self.step(HostStep::FellBack),
            Event::Offline => self.step(HostStep::Offline),
            Event::Closed => host.closed(!self.client.is_active()),
            Event::Ended => self.step(HostStep::Ended),
            Event::Error(error) => self.deliver_error(error),
            Event::Authenticate(auth) => {
                let packet = reason_to_js("auth", auth.reason, &auth.properties);
                self.step_with(HostStep::Authenticate, packet);
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
            Event::PacketSent(packet) => self.step_with(HostStep::PacketSent, packet_to_js(packet)),
            Event::PacketReceived(packet) => {
                self.step_with(HostStep::PacketReceived, packet_to_js(packet));
            }
        }
    }

    fn step(&self, step: HostStep) {
        self.step_with(step, JsValue::UNDEFINED);
    }

    fn step_with(&self, step: HostStep, packet: JsValue) {
        self.host.step(step as u8, packet);
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
            let packet = reason_to_js("disconnect", *reason, properties);
            self.step_with(HostStep::Disconnected, packet);
        }
        let (code, reason, detail) = of_connection(error);
        let about_credentials = error.is_about_credentials(self.client.version());
        let is_final = !self.client.is_active();
        self.host.error(code as i32, reason, detail, about_credentials, is_final);
    }

    fn deliver_message(&mut self, publish: &Publish) {
        let length = publish.remaining_length(self.client.version()) as u32;
        let Publish { topic, packet_id, properties, payload, .. } = publish;
        let (slot, topic) = self.topics.received(topic);
        if let Some(topic) = topic {
            self.host.topic(slot, topic);
        }
        let packet_id = packet_id.map_or(0, u16::from);
        self.host.message(
            slot,
            publish.flags(),
            payload.as_ptr(),
            payload.len(),
            packet_id,
            length,
            properties_to_js(properties),
        );
    }
}
