//! What JavaScript calls: the client's commands, inputs and queries, with arguments that can cross.

use std::mem;

use wasm_bindgen::prelude::*;

use super::property_view::name_of;
use super::topic_slots::TopicSlots;
use super::{Command, ErrorCode, FilterUse, Host, Input, Query, panic};
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
            invalid_property: String::new(),
        }
    }

    /// Something happened, or the application wants what nobody answers: an `Input`. `value` is the request id
    /// or the packet identifier that it is about. The next deadline.
    pub fn input(&mut self, input: u8, value: u32, now: f64) -> f64 {
        if let Some(input) = Input::numbered(input) {
            self.handle(input, value, instant(now));
        }
        self.drain()
    }

    /// The transport delivered bytes. The next deadline.
    #[wasm_bindgen(js_name = transportReceived)]
    pub fn transport_received(&mut self, bytes: Box<[u8]>, now: f64) -> f64 {
        self.client.handle_transport_received(bytes, instant(now));
        self.drain()
    }

    /// Does what can be refused: a `Command`. `reason` is the reason code of its packet. 0, a request id or a
    /// negative `ErrorCode`; it may have brought the deadline forward.
    pub fn command(&mut self, command: u8, reason: i32, now: f64) -> f64 {
        let Some(command) = Command::numbered(command) else { return 0.0 };
        let now = instant(now);
        let code = reason as u8;
        match command {
            Command::Disconnect => self.disconnect(false, code, now),
            Command::DisconnectNow => self.disconnect(true, code, now),
            Command::Authenticate => {
                let properties = self.take_properties();
                let result = self.client.authenticate(Auth { reason: code, properties }, now);
                self.commanded(result)
            }
            Command::Acknowledge => {
                let result = self.client.acknowledge(u8::try_from(reason).ok(), now);
                self.commanded(result)
            }
            Command::Subscribe => self.subscribe(now),
            Command::Unsubscribe => self.unsubscribe(now),
            Command::SetConnectProperties => self.set_connect_properties(),
            Command::DropProperties => {
                self.properties = Properties::default();
                0.0
            }
            Command::Validate => self.validate(),
            Command::PutSubscriptions => {
                self.put_subscriptions();
                0.0
            }
        }
    }

    /// Asks something: a `Query`. `value` is the request id that it is about.
    pub fn query(&self, query: u8, value: u32) -> f64 {
        match Query::numbered(query) {
            Some(Query::PacketId) => self.packet_id(RequestId(value)).into(),
            Some(Query::LastPacketId) => {
                self.client.last_packet_id().map_or(0, PacketId::get).into()
            }
            Some(Query::IsReplaceable) => u8::from(self.client.is_replaceable()).into(),
            Some(Query::Deadline) | None => self.deadline(),
        }
    }

    /// Adds a topic filter, or asks about it: a `FilterUse`. `options` are those of a subscription as SUBSCRIBE
    /// of MQTT 5 encodes them (section 3.8.3.1): quality of service, No Local << 2, Retain As Published << 3,
    /// Retain Handling << 4.
    #[wasm_bindgen(js_name = useFilter)]
    pub fn use_filter(&mut self, purpose: u8, filter: String, options: u8) -> bool {
        match FilterUse::numbered(purpose) {
            Some(FilterUse::Add) => {
                self.filters.push((filter, options));
                true
            }
            Some(FilterUse::IsValid) => TopicFilter::new(filter).is_some(),
            Some(FilterUse::IsSubscribed) => TopicFilter::new(filter)
                .and_then(|filter| Subscription::with_options(filter, options))
                .is_some_and(|subscription| self.client.has_subscribed(&subscription)),
            None => false,
        }
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
            Input::Timeout => client.handle_timeout(now),
            Input::Connect => client.connect(now),
            Input::Ping => client.ping(now),
            Input::TransportOpened => client.handle_transport_opened(now),
            Input::TransportClosed => client.handle_transport_closed(now),
            Input::AppHidden => client.handle_app_hidden(now),
            Input::AppShown => client.handle_app_shown(now),
            Input::NetworkLost => client.handle_network_changed(false, now),
            Input::NetworkChanged => client.handle_network_changed(true, now),
            Input::RecordStored => client.handle_record_stored(RequestId(value), true, now),
            Input::RecordNotStored => client.handle_record_stored(RequestId(value), false, now),
            Input::RemoveOutgoing => {
                if let Some(packet_id) = u16::try_from(value).ok().and_then(PacketId::new) {
                    client.remove_outgoing(packet_id, now);
                }
            }
        }
    }

    fn disconnect(&mut self, force: bool, reason: u8, now: Instant) -> f64 {
        let packet = Disconnect { reason, properties: self.take_properties() };
        let result = self.client.disconnect(force, packet, now);
        self.commanded(result)
    }

    pub(super) fn deadline(&self) -> f64 {
        self.client.poll_timeout().map_or(f64::INFINITY, |Instant(at)| at as f64)
    }

    fn packet_id(&self, request_id: RequestId) -> i32 {
        let number = |packet_id: PacketId| i32::from(packet_id.get());
        let reserved = || self.client.reserved_packet_id(request_id).map(number);
        match self.client.packet_id(request_id) {
            Some(packet_id) => number(packet_id),
            None => -reserved().unwrap_or(0),
        }
    }

    pub(super) fn take_properties(&mut self) -> Properties {
        mem::take(&mut self.properties)
    }

    fn commanded(&mut self, result: Result<(), RequestError>) -> f64 {
        self.requested(result.map(|()| RequestId(0)))
    }

    /// The request id, or why there is none.
    pub(super) fn requested(&mut self, result: Result<RequestId, RequestError>) -> f64 {
        match result {
            Ok(RequestId(request_id)) => {
                self.hand_over();
                request_id.into()
            }
            Err(error) => self.refused(error).negative().into(),
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
