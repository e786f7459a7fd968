//! What JavaScript calls: the client's commands, inputs and queries, with arguments that can cross.

use std::mem;

use wasm_bindgen::prelude::*;

use super::property_view::name_of;
use super::topic_slots::TopicSlots;
use super::{ErrorCode, Host, Input, panic};
use crate::codec::{Auth, Disconnect, EncodeError, PacketId, Properties, Subscription};
use crate::{Client, Instant, Options, RequestError, RequestId, TopicFilter, TopicName, Version};

/// One MQTT client.
#[wasm_bindgen]
pub struct Core {
    pub(super) client: Client,
    pub(super) host: Host,
    pub(super) topics: TopicSlots,
    /// Properties for the call that follows
    pub(super) properties: Properties,
    /// Filters, with their options, for the call that follows
    pub(super) filters: Vec<(String, u8)>,
    /// The request that is being made, until it turns out that it is already completed
    pub(super) current_request: Option<RequestId>,
    /// The name of the property that was refused last
    pub(super) invalid_property: String,
}

#[wasm_bindgen]
impl Core {
    /// A client that is not connected. `protocol_version` is 3 (MQTT 3.1), 4 (3.1.1) or 5. All other
    /// options have their defaults until they are set.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: Host,
        protocol_version: u8,
        client_id: String,
        clean: bool,
        seed: u32,
    ) -> Self {
        panic::set_hook();
        let version = match protocol_version {
            3 => Version::V31,
            5 => Version::V5,
            _ => Version::V311,
        };
        let options =
            Options { protocol_version: version, client_id, clean, seed, ..Options::default() };
        Self {
            client: Client::new(options),
            host,
            topics: TopicSlots::default(),
            properties: Properties::default(),
            filters: Vec::new(),
            current_request: None,
            invalid_property: String::new(),
        }
    }

    // Commands

    /// Disconnects for good, with this reason code (MQTT 5) and the properties; `Host::ended` follows.
    /// 0 or a negative `ErrorCode`; it may have brought the `deadline` forward.
    pub fn disconnect(&mut self, force: bool, reason: u8, now: f64) -> i32 {
        let packet = Disconnect { reason, properties: self.take_properties() };
        let result = self.client.disconnect(force, packet, instant(now));
        self.commanded(result)
    }

    /// Sends AUTH with the properties: 0x18 to continue, 0x19 to authenticate again. 0 or a negative
    /// `ErrorCode`.
    pub fn authenticate(&mut self, reason: u8, now: f64) -> i32 {
        let auth = Auth { reason, properties: self.take_properties() };
        let result = self.client.authenticate(auth, instant(now));
        self.commanded(result)
    }

    /// Acknowledges the last message, where the option `manualAck` is set: with a reason code of PUBACK
    /// or PUBREC, or with a negative number not at all. 0 or a negative `ErrorCode`; it may have brought
    /// the `deadline` forward.
    pub fn acknowledge(&mut self, reason: i16, now: f64) -> i32 {
        let result = self.client.acknowledge(u8::try_from(reason).ok(), instant(now));
        self.commanded(result)
    }

    /// Whether packets are reported to `Host::packetSent` and `Host::packetReceived`.
    #[wasm_bindgen(js_name = observePackets)]
    pub fn observe_packets(&mut self, on: bool) {
        self.client.observe_packets(on);
    }

    // Inputs: each returns the next deadline

    /// Something happened, or is wanted, of which no more is to be said than a number: an [`Input`], and
    /// what `value` is for it. Another number than those of [`Input`] does nothing.
    pub fn input(&mut self, input: u8, value: u32, now: f64) -> f64 {
        if let Some(&input) = Input::ALL.get(usize::from(input)) {
            self.handle(input, value, instant(now));
        }
        self.drain()
    }

    /// The transport delivered bytes.
    #[wasm_bindgen(js_name = transportReceived)]
    pub fn transport_received(&mut self, bytes: Vec<u8>, now: f64) -> f64 {
        self.client.handle_transport_received(bytes, instant(now));
        self.drain()
    }

    // Queries

    /// When to call `timeout` at the latest: milliseconds, or `Infinity`.
    pub fn deadline(&self) -> f64 {
        self.client.poll_timeout().map_or(f64::INFINITY, |Instant(at)| at as f64)
    }

    /// The packet identifier under which a request is in flight; negated, the one that is reserved for it
    /// while it is queued; or 0.
    #[wasm_bindgen(js_name = packetId)]
    pub fn packet_id(&self, request_id: u32) -> i32 {
        let number = |packet_id: PacketId| i32::from(packet_id.get());
        let request_id = RequestId(request_id);
        let reserved = || self.client.reserved_packet_id(request_id).map(number);
        match self.client.packet_id(request_id) {
            Some(packet_id) => number(packet_id),
            None => -reserved().unwrap_or(0),
        }
    }

    /// The packet identifier that was allocated last; 0 if none was.
    #[wasm_bindgen(js_name = lastPacketId)]
    pub fn last_packet_id(&self) -> u16 {
        self.client.last_packet_id().map_or(0, PacketId::get)
    }

    /// Whether the client is, or is about to be, subscribed to this filter in such a way that another
    /// SUBSCRIBE with these options (as in `subscribe`) would change nothing.
    #[wasm_bindgen(js_name = isSubscribed)]
    pub fn is_subscribed(&self, filter: String, options: u8) -> bool {
        TopicFilter::new(filter)
            .and_then(|filter| Subscription::with_options(filter, options))
            .is_some_and(|subscription| self.client.has_subscribed(&subscription))
    }

    /// Whether this is a topic filter.
    #[wasm_bindgen(js_name = isValidFilter)]
    pub fn is_valid_filter(&self, filter: String) -> bool {
        TopicFilter::new(filter).is_some()
    }

    /// Whether a subscription with this filter receives messages with this topic name; false if one of them
    /// is not valid.
    #[wasm_bindgen(js_name = topicMatches)]
    pub fn topic_matches(&self, filter: String, topic: String) -> bool {
        let filter = TopicFilter::new(filter);
        filter.zip(TopicName::new(topic)).is_some_and(|(filter, topic)| filter.matches(&topic))
    }
}

impl Core {
    fn handle(&mut self, input: Input, value: u32, now: Instant) {
        let client = &mut self.client;
        match input {
            Input::Connect => client.connect(now),
            Input::Ping => client.ping(now),
            Input::RemoveOutgoing => {
                let packet_id = u16::try_from(value).ok().and_then(PacketId::new);
                if let Some(packet_id) = packet_id {
                    client.remove_outgoing(packet_id, now);
                }
            }
            Input::TransportOpened => client.handle_transport_opened(now),
            Input::TransportClosed => client.handle_transport_closed(now),
            Input::Timeout => client.handle_timeout(now),
            Input::AppHidden => client.handle_app_hidden(now),
            Input::AppShown => client.handle_app_shown(now),
            Input::NetworkChanged => client.handle_network_changed(value != 0, now),
            Input::RecordStored => client.handle_record_stored(RequestId(value), true, now),
            Input::RecordFailed => client.handle_record_stored(RequestId(value), false, now),
        }
    }

    pub(super) fn take_properties(&mut self) -> Properties {
        mem::take(&mut self.properties)
    }

    fn commanded(&mut self, result: Result<(), RequestError>) -> i32 {
        match result {
            Ok(()) => {
                self.drain();
                0
            }
            Err(error) => self.refused(error).negative(),
        }
    }

    /// The code of an error, with the name of the property that it is about.
    pub(super) fn refused(&mut self, error: RequestError) -> ErrorCode {
        if let RequestError::Packet(EncodeError::Property(id)) = error {
            self.invalid_property = name_of(id).into();
        }
        error.into()
    }
}

pub(super) fn instant(now: f64) -> Instant {
    Instant(now as u64)
}
