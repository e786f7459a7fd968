//! The boundary to JavaScript, and the only file that knows about it.
//!
//! Every input is one call in. What is to be done comes back as calls to [`Host`], whose methods
//! only queue: no user code runs inside a call into wasm, so it can neither re-enter nor throw
//! through it. Time is a `number` of milliseconds; inputs return the next deadline, and commands a
//! token, or a negative [`ErrorCode`]: then nothing was done.
//!
//! Topics cross as text once, and as a small number from then on, in both directions. Properties of
//! MQTT 5 are given one by one (`property`, `userProperty`), and taken by the call that follows.
// wasm-bindgen's macros write unsafe code; the positional constructor saves 14 KB of `from_value`
#![allow(unsafe_code, clippy::too_many_arguments)]

mod errors;
mod host;
mod packet_view;
mod properties;

use std::{mem, panic};

use bytes::Bytes;
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::codec::{
    Ack, Auth, Disconnect, EncodeError, Packet, PacketId, Properties, PropertyId, Subscription,
    Value, Will, fnv1a, reason,
};
use crate::event::Event;
use crate::outputs::Output;
use crate::request_id::RequestId;
use crate::session::{DeliveryState, SessionRecord};
use crate::{
    Client, ConnectionError, Instant, Options, Publish, QoS, RequestError, TopicFilter, TopicName,
    Version,
};
pub use errors::ErrorCode;
use errors::{of_connection, of_failure};
pub use host::Host;
use packet_view::PacketView;
use properties::{PropertiesView, property};

/// One MQTT client.
#[wasm_bindgen]
pub struct Core {
    client: Client,
    host: Host,
    /// What `defineTopic` was given
    outgoing: Vec<Option<TopicName>>,
    /// What `Host::topic` was told
    incoming: Vec<Option<TopicName>>,
    /// For the call that follows
    properties: Properties,
}

#[wasm_bindgen]
impl Core {
    /// A client that is not connected. `protocol_version` is 3 (MQTT 3.1), 4 (3.1.1) or 5;
    /// `keep_alive` is in seconds, all other times are in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: Host,
        protocol_version: u8,
        client_id: String,
        clean: bool,
        keep_alive: u16,
        connect_timeout: f64,
        reconnect_period: f64,
        seed: u32,
    ) -> Self {
        panic::set_hook(Box::new(throw_panic));
        let options = Options {
            protocol_version: match protocol_version {
                3 => Version::V31,
                5 => Version::V5,
                _ => Version::V311,
            },
            client_id,
            clean,
            keepalive: keep_alive,
            connect_timeout: connect_timeout as u64,
            reconnect_period: reconnect_period as u64,
            seed,
            ..Options::default()
        };
        let client = Client::new(options);
        let (outgoing, incoming) = (vec![None; SLOTS], vec![None; SLOTS]);
        Self { client, host, outgoing, incoming, properties: Properties::default() }
    }

    /// A property for the call that follows, by its name in npm `mqtt-packet`; 0 or a negative
    /// `ErrorCode`.
    pub fn property(&mut self, name: &str, value: &JsValue) -> i32 {
        match property(name, value) {
            Some(property) => {
                self.properties.0.push(property);
                0
            }
            None => -(ErrorCode::InvalidProperty as i32),
        }
    }

    /// A user property for the call that follows.
    #[wasm_bindgen(js_name = userProperty)]
    pub fn user_property(&mut self, name: String, value: String) {
        self.properties.0.push((PropertyId::USER_PROPERTY, Value::Pair(name, value)));
    }

    /// Forgets the properties that were given: there is no call to follow.
    #[wasm_bindgen(js_name = dropProperties)]
    pub fn drop_properties(&mut self) {
        self.properties = Properties::default();
    }

    /// Takes the properties as those of CONNECT; 0 or a negative `ErrorCode`.
    #[wasm_bindgen(js_name = setConnectProperties)]
    pub fn set_connect_properties(&mut self) -> i32 {
        let properties = self.take_properties();
        if properties.is_data_without_method() {
            return -(ErrorCode::NoAuthenticationMethod as i32);
        }
        option_result(self.client.set_connect_properties(properties))
    }

    /// Who logs in, from the next CONNECT on; 0 or a negative `ErrorCode`.
    #[wasm_bindgen(js_name = setCredentials)]
    pub fn set_credentials(&mut self, user_name: Option<String>, password: Option<Vec<u8>>) -> i32 {
        option_result(self.client.set_credentials(user_name, password.map(Bytes::from)))
    }

    /// What the server publishes if the connection breaks, from the next CONNECT on; 0 or a
    /// negative `ErrorCode`.
    #[wasm_bindgen(js_name = setWill)]
    pub fn set_will(&mut self, topic: String, payload: Vec<u8>, qos: u8, retain: bool) -> i32 {
        let Some(topic) = TopicName::new(topic) else { return -(ErrorCode::InvalidTopic as i32) };
        let Some(qos) = QoS::new(qos) else { return -(ErrorCode::InvalidQos as i32) };
        let properties = self.take_properties();
        let will = Some(Will { topic, payload: Bytes::from(payload), qos, retain, properties });
        option_result(self.client.set_will(will))
    }

    /// How to behave where MQTT leaves a choice.
    #[wasm_bindgen(js_name = setPolicy)]
    pub fn set_policy(
        &mut self,
        resubscribe: bool,
        queue_qos0: bool,
        reconnect_on_refusal: bool,
        max_in_flight: u16,
        fall_back: bool,
        automatic_aliases: bool,
        known_aliases: bool,
        renews_credentials: bool,
    ) -> i32 {
        let options = self.client.options_mut();
        options.resubscribe = resubscribe;
        options.queue_qos_zero = queue_qos0;
        options.reconnect_on_connack_error = reconnect_on_refusal;
        options.max_in_flight = max_in_flight;
        options.fallback = fall_back;
        options.auto_assign_topic_alias = automatic_aliases;
        options.auto_use_topic_alias = known_aliases;
        options.token_provider = renews_credentials;
        0
    }

    /// Whether what the session needs after the app was killed goes to `Host::store`.
    #[wasm_bindgen(js_name = keepRecords)]
    pub fn keep_records(&mut self, on: bool) -> i32 {
        self.client.options_mut().store_session = on;
        0
    }

    /// Takes up a record that was kept, before the first `connect`; 0 or a negative `ErrorCode`.
    pub fn restore(&mut self, record: &[u8]) -> i32 {
        match SessionRecord::decode(record) {
            Some(record) => {
                self.client.restore(record);
                0
            }
            None => -(ErrorCode::InvalidRecord as i32),
        }
    }

    /// The packet that a record is about, as MQTT.js would store it; `null` if it is about none.
    #[wasm_bindgen(js_name = storedPacket)]
    pub fn stored_packet(&self, record: &[u8]) -> JsValue {
        match SessionRecord::decode(record) {
            Some(SessionRecord::Delivery(
                _,
                DeliveryState::Queued(publish, _) | DeliveryState::Sent(publish),
            )) => to_js(&PacketView::new(&Packet::Publish(publish))),
            Some(SessionRecord::Delivery(_, DeliveryState::Released(packet_id))) => {
                to_js(&PacketView::new(&Packet::PubRel(packet_id.into())))
            }
            Some(SessionRecord::Received(packet_id)) => {
                to_js(&PacketView::new(&Packet::PubRec(packet_id.into())))
            }
            Some(SessionRecord::Subscription(..) | SessionRecord::ClientId(_)) | None => {
                JsValue::NULL
            }
        }
    }

    /// Whether packets are wanted on `Host::packetSent` and `Host::packetReceived`.
    #[wasm_bindgen(js_name = observePackets)]
    pub fn observe_packets(&mut self, observing: bool) {
        self.client.observe_packets(observing);
    }

    /// Connects at once if it is not connected.
    pub fn connect(&mut self, now: f64) -> f64 {
        self.client.connect(instant(now));
        self.drain()
    }

    /// Leaves, with this reason code (MQTT 5) and the properties; `Host::ended` tells when that is
    /// done. The next deadline, or a negative `ErrorCode`.
    pub fn disconnect(&mut self, force: bool, reason: u8, now: f64) -> f64 {
        let farewell = Disconnect { reason, properties: self.take_properties() };
        match self.client.disconnect(force, farewell, instant(now)) {
            Ok(()) => self.drain(),
            Err(error) => refused(error.into()),
        }
    }

    /// Sends AUTH with the properties: 0x18 to go on, 0x19 to begin again; 0 or a negative
    /// `ErrorCode`.
    pub fn authenticate(&mut self, reason: u8, now: f64) -> f64 {
        let auth = Auth { reason, properties: self.take_properties() };
        match self.client.authenticate(auth, instant(now)) {
            Ok(()) => {
                self.drain();
                0.0
            }
            Err(error) => refused(error.into()),
        }
    }

    /// The WebSocket is open.
    #[wasm_bindgen(js_name = transportOpened)]
    pub fn transport_opened(&mut self, now: f64) -> f64 {
        self.client.handle_transport_opened(instant(now));
        self.drain()
    }

    /// A WebSocket message came in.
    #[wasm_bindgen(js_name = transportReceived)]
    pub fn transport_received(&mut self, bytes: Vec<u8>, now: f64) -> f64 {
        self.client.handle_transport_received(bytes, instant(now));
        self.drain()
    }

    /// The WebSocket closed, or could not be opened.
    #[wasm_bindgen(js_name = transportClosed)]
    pub fn transport_closed(&mut self, now: f64) -> f64 {
        self.client.handle_transport_closed(instant(now));
        self.drain()
    }

    /// Some time has passed. Early and repeated calls do nothing.
    #[wasm_bindgen(js_name = timePassed)]
    pub fn time_passed(&mut self, now: f64) -> f64 {
        self.client.handle_timeout(instant(now));
        self.drain()
    }

    /// Whether every message waits for `acknowledge`.
    #[wasm_bindgen(js_name = setManualAck)]
    pub fn set_manual_ack(&mut self, on: bool) {
        self.client.options_mut().manual_ack = on;
    }

    /// Acknowledges the message that was told last, with a reason code of PUBACK or PUBREC; a
    /// negative one for no acknowledgement. The next deadline, or a negative `ErrorCode`.
    pub fn acknowledge(&mut self, reason: i16, now: f64) -> f64 {
        match self.client.acknowledge(u8::try_from(reason).ok(), instant(now)) {
            Ok(()) => self.drain(),
            Err(error) => refused(error.into()),
        }
    }

    /// Takes back the message with this packet identifier, if it is on its way.
    #[wasm_bindgen(js_name = removeOutgoing)]
    pub fn remove_outgoing(&mut self, packet_id: u16, now: f64) -> f64 {
        if let Some(packet_id) = PacketId::new(packet_id) {
            self.client.remove_outgoing(packet_id, instant(now));
        }
        self.drain()
    }

    /// The packet identifier under which a request is on its way; 0 while it waits.
    #[wasm_bindgen(js_name = packetId)]
    pub fn packet_id(&self, token: u32) -> u16 {
        self.client.packet_id(RequestId(token)).map_or(0, PacketId::get)
    }

    /// The packet identifier that was given last; 0 if none was.
    #[wasm_bindgen(js_name = lastPacketId)]
    pub fn last_packet_id(&self) -> u16 {
        self.client.last_packet_id().map_or(0, PacketId::get)
    }

    /// Sends PINGREQ if there is a connection.
    pub fn ping(&mut self, now: f64) -> f64 {
        self.client.ping(instant(now));
        self.drain()
    }

    /// The app went to the background.
    pub fn hidden(&mut self, now: f64) -> f64 {
        self.client.handle_app_hidden(instant(now));
        self.drain()
    }

    /// The app came to the foreground.
    pub fn shown(&mut self, now: f64) -> f64 {
        self.client.handle_app_shown(instant(now));
        self.drain()
    }

    /// The network was lost, or found, or is another one.
    #[wasm_bindgen(js_name = networkChanged)]
    pub fn network_changed(&mut self, connected: bool, now: f64) -> f64 {
        self.client.handle_network_changed(connected, instant(now));
        self.drain()
    }

    /// Gives a topic name a slot for `publish`, 0 to 63; 0 or a negative `ErrorCode`. An empty one is
    /// for messages whose topic alias stands for their topic.
    #[wasm_bindgen(js_name = defineTopic)]
    pub fn define_topic(&mut self, slot: u8, topic: String) -> i32 {
        let aliased = topic.is_empty().then(TopicName::aliased);
        match (self.outgoing.get_mut(usize::from(slot)), aliased.or_else(|| TopicName::new(topic)))
        {
            (Some(place), Some(topic)) => {
                *place = Some(topic);
                0
            }
            _ => -(ErrorCode::InvalidTopic as i32),
        }
    }

    /// Publishes to the topic in a slot.
    pub fn publish(
        &mut self,
        slot: u8,
        payload: Vec<u8>,
        qos: u8,
        retain: bool,
        dup: bool,
        now: f64,
    ) -> f64 {
        let properties = self.take_properties();
        let Some(Some(topic)) = self.outgoing.get(usize::from(slot)) else {
            return refused(ErrorCode::InvalidTopic);
        };
        let Some(qos) = QoS::new(qos) else { return refused(ErrorCode::InvalidQos) };
        let dup = dup && qos != QoS::AtMostOnce; // [MQTT-3.3.1-2]
        let (topic, packet_id, payload) = (topic.clone(), None, payload.into());
        let publish = Publish { dup, qos, retain, topic, packet_id, properties, payload };
        let token = self.client.publish(publish, instant(now));
        self.answer(token)
    }

    /// Subscribes to topic filters, each with its options as SUBSCRIBE of MQTT 5 has them (section
    /// 3.8.3.1): quality of service, No Local << 2, Retain As Published << 3, Retain Handling << 4.
    pub fn subscribe(&mut self, filters: Vec<String>, options: &[u8], now: f64) -> f64 {
        let properties = self.take_properties();
        if filters.len() != options.len() {
            return refused(ErrorCode::InvalidQos);
        }
        let mut subscriptions = Vec::with_capacity(filters.len());
        for (filter, options) in filters.into_iter().zip(options) {
            let Some(filter) = TopicFilter::new(filter) else {
                return refused(ErrorCode::InvalidFilter);
            };
            let Some(subscription) = Subscription::with_options(filter, *options) else {
                return refused(ErrorCode::InvalidQos);
            };
            subscriptions.push(subscription);
        }
        let token = self.client.subscribe(subscriptions, properties, instant(now));
        self.answer(token)
    }

    /// Whether `subscribe` was called for this already, with the options as it has them, and
    /// nothing would change.
    #[wasm_bindgen(js_name = hasAskedFor)]
    pub fn has_asked_for(&self, filter: String, options: u8) -> bool {
        TopicFilter::new(filter)
            .and_then(|filter| Subscription::with_options(filter, options))
            .is_some_and(|subscription| self.client.has_subscribed(&subscription))
    }

    /// Records of the subscriptions, to `restore` in a client that goes on where this one has ended.
    #[wasm_bindgen(js_name = subscriptionRecords)]
    pub fn subscription_records(&self) -> Vec<Uint8Array> {
        let records = self.client.subscription_records();
        records.iter().map(|record| Uint8Array::from(&record.encode()[..])).collect()
    }

    /// Unsubscribes from topic filters.
    pub fn unsubscribe(&mut self, filters: Vec<String>, now: f64) -> f64 {
        let properties = self.take_properties();
        let Some(filters) = filters.into_iter().map(TopicFilter::new).collect() else {
            return refused(ErrorCode::InvalidFilter);
        };
        let token = self.client.unsubscribe(filters, properties, instant(now));
        self.answer(token)
    }

    /// Whether a refusal with this return or reason code is about who logs in.
    #[wasm_bindgen(js_name = isAboutCredentials)]
    pub fn is_about_credentials(&self, reason: u8) -> bool {
        ConnectionError::Refused(reason).is_about_credentials(self.client.version())
    }

    /// Whether this is a topic filter.
    #[wasm_bindgen(js_name = isValidFilter)]
    pub fn is_valid_filter(&self, filter: String) -> bool {
        TopicFilter::new(filter).is_some()
    }

    /// Whether messages with this topic name are for a subscription with this filter; false if one
    /// of them is none.
    #[wasm_bindgen(js_name = topicMatches)]
    pub fn topic_matches(&self, filter: String, topic: String) -> bool {
        let (filter, topic) = (TopicFilter::new(filter), TopicName::new(topic));
        filter.zip(topic).is_some_and(|(filter, topic)| filter.matches(&topic))
    }

    fn take_properties(&mut self) -> Properties {
        mem::take(&mut self.properties)
    }

    fn answer(&mut self, token: Result<RequestId, RequestError>) -> f64 {
        match token {
            Ok(RequestId(token)) => {
                self.drain();
                f64::from(token)
            }
            Err(error) => refused(error.into()),
        }
    }

    /// Hands everything over; the next deadline.
    fn drain(&mut self) -> f64 {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::OpenTransport => self.host.open_transport(),
                Output::Send(bytes) => self.host.send_bytes(&bytes),
                Output::PutRecord(record) => {
                    self.host.store(&record.key().text(), &record.encode());
                }
                Output::DeleteRecord(key) => self.host.erase(&key.text()),
                Output::CloseTransport => self.host.close_transport(),
                Output::Event(event) => self.tell(event),
            }
        }
        self.client.poll_timeout().map_or(f64::INFINITY, |Instant(at)| at as f64)
    }

    fn tell(&mut self, event: Event) {
        let host = &self.host;
        match event {
            Event::Connected(connack) => host.connected(to_js(&PacketView::connack(&connack))),
            Event::Reconnecting => host.reconnecting(),
            Event::Offline => host.offline(),
            Event::Closed => host.closed(),
            Event::Ended => host.ended(),
            Event::Error(error) => self.tell_error(&error),
            Event::Message(publish) => self.tell_message(publish),
            Event::FellBack => host.fell_back(),
            Event::Authenticate(auth) => {
                let auth = PacketView::reasoned("auth", auth.reason, &auth.properties);
                host.authenticate(to_js(&auth));
            }
            Event::Published { request_id: RequestId(token), ack: None } => {
                host.completed(token, 0, 0, JsValue::UNDEFINED);
            }
            Event::Published { request_id, ack: Some(ack) } => {
                let Ack { packet_id, reason, properties } = ack;
                self.complete(request_id, packet_id, reason, &properties);
            }
            Event::Subscribed { request_id: RequestId(token), suback } => {
                let properties = properties_to_js(&suback.properties);
                host.granted(token, suback.packet_id.get(), &suback.codes, properties);
            }
            Event::Unsubscribed { request_id, unsuback } => {
                // it is enough to know of one filter that could not be unsubscribed
                let reason = unsuback.codes.iter().copied().max().unwrap_or(reason::SUCCESS);
                self.complete(request_id, unsuback.packet_id, reason, &unsuback.properties);
            }
            Event::Failed { request_id: RequestId(token), failure } => {
                let (code, reason) = of_failure(failure);
                host.failed(token, code, reason);
            }
            Event::PacketSent(packet) => host.packet_sent(to_js(&PacketView::new(&packet))),
            Event::PacketReceived(packet) => host.packet_received(to_js(&PacketView::new(&packet))),
        }
    }

    fn complete(&self, token: RequestId, packet_id: PacketId, reason: u8, properties: &Properties) {
        self.host.completed(token.0, packet_id.get(), reason, properties_to_js(properties));
    }

    fn tell_error(&self, error: &ConnectionError) {
        if let ConnectionError::Disconnected(Disconnect { reason, properties }) = error {
            let disconnect = PacketView::reasoned("disconnect", *reason, properties);
            self.host.disconnected(to_js(&disconnect));
        }
        let (code, reason, detail) = of_connection(error);
        self.host.error(code, reason, detail);
    }

    fn tell_message(&mut self, publish: Publish) {
        let length = publish.remaining_length(self.client.version()) as u32;
        let Publish { dup, qos, retain, topic, packet_id, properties, payload } = publish;
        let slot = slot(topic.as_str());
        let place = &mut self.incoming[slot];
        if place.as_ref() != Some(&topic) {
            self.host.topic(slot as u8, topic.as_str());
            *place = Some(topic);
        }
        let packet_id = packet_id.map_or(0, u16::from);
        let properties = properties_to_js(&properties);
        let qos = qos as u8;
        self.host.message(slot as u8, &payload, qos, retain, dup, packet_id, length, properties);
    }
}

/// Topics that are known by number at a time, in each direction.
const SLOTS: usize = 64;

/// Where a topic is kept: one that is met again finds itself, another takes its place.
fn slot(topic: &str) -> usize {
    let hash = fnv1a(topic.as_bytes());
    (hash ^ hash >> 16) as usize % SLOTS
}

fn option_result(result: Result<(), EncodeError>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(EncodeError::Property) => -(ErrorCode::InvalidProperty as i32),
        Err(_) => -(ErrorCode::InvalidOption as i32),
    }
}

fn instant(now: f64) -> Instant {
    Instant(now as u64)
}

fn refused(code: ErrorCode) -> f64 {
    -f64::from(code as i32)
}

/// A plain object of strings, numbers, booleans and bytes, which always can be made.
fn to_js(view: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    view.serialize(&serializer).unwrap_or(JsValue::NULL)
}

/// `undefined` if there are none, as most often.
fn properties_to_js(properties: &Properties) -> JsValue {
    if properties.is_empty() { JsValue::UNDEFINED } else { to_js(&PropertiesView(properties)) }
}

/// Ends the call with a JavaScript error that says where; the text of a panic costs kilobytes.
#[cfg(not(debug_assertions))]
fn throw_panic(info: &panic::PanicHookInfo) {
    let (file, line) = info.location().map_or(("", 0), |at| (at.file(), at.line()));
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = line;
    while at > 0 && (rest > 0 || at == digits.len()) {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let line = str::from_utf8(&digits[at..]).unwrap_or("");
    wasm_bindgen::throw_str(&["mqtt core panicked at ", file, ":", line].concat());
}

#[cfg(debug_assertions)]
fn throw_panic(info: &panic::PanicHookInfo) {
    console_error_panic_hook::hook(info);
}
