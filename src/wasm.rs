//! The boundary to JavaScript, and the only file that knows about it.
//!
//! Every input is one call in. What is to be done comes back as calls to [`Host`], whose methods
//! only queue: no user code runs inside a call into wasm, so it can neither re-enter nor throw
//! through it. Time is a `number` of milliseconds; inputs return the next deadline, and commands a
//! token, or a negative [`ErrorCode`]: then nothing was done.
//!
//! Topics cross as text once, and as a small number from then on, in both directions.
// wasm-bindgen's macros write unsafe code; the positional constructor saves 14 KB of `from_value`
#![allow(unsafe_code, clippy::too_many_arguments)]

mod packet_view;

use std::panic;

use bytes::Bytes;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::codec::Will;
use crate::output::{Event, Output, Token};
use crate::{
    Client, ConnectionError, Failure, Instant, Options, Publish, QoS, RequestError, TopicFilter,
    TopicName, Version,
};
use packet_view::PacketView;

#[wasm_bindgen]
extern "C" {
    /// What the shim does for the core. A `&[u8]` is a view of wasm memory, to be copied at once.
    pub type Host;

    #[wasm_bindgen(method, js_name = openTransport)]
    fn open_transport(this: &Host);
    #[wasm_bindgen(method, js_name = sendBytes)]
    fn send_bytes(this: &Host, bytes: &[u8]);
    #[wasm_bindgen(method, js_name = closeTransport)]
    fn close_transport(this: &Host);
    #[wasm_bindgen(method)]
    fn connected(this: &Host, connack: JsValue);
    #[wasm_bindgen(method)]
    fn reconnecting(this: &Host);
    #[wasm_bindgen(method)]
    fn offline(this: &Host);
    #[wasm_bindgen(method)]
    fn closed(this: &Host);
    #[wasm_bindgen(method)]
    fn ended(this: &Host);
    #[wasm_bindgen(method)]
    fn error(this: &Host, code: ErrorCode, reason: u8, detail: &str);
    #[wasm_bindgen(method)]
    fn topic(this: &Host, slot: u8, topic: &str);
    #[wasm_bindgen(method)]
    fn message(
        this: &Host,
        slot: u8,
        payload: &[u8],
        qos: u8,
        retain: bool,
        dup: bool,
        packet_id: u16,
    );
    #[wasm_bindgen(method)]
    fn completed(this: &Host, token: u32, packet_id: u16);
    #[wasm_bindgen(method)]
    fn granted(this: &Host, token: u32, packet_id: u16, codes: &[u8]);
    #[wasm_bindgen(method)]
    fn failed(this: &Host, token: u32, code: ErrorCode, reason: u8);
    #[wasm_bindgen(method, js_name = packetSent)]
    fn packet_sent(this: &Host, packet: JsValue);
    #[wasm_bindgen(method, js_name = packetReceived)]
    fn packet_received(this: &Host, packet: JsValue);
}

/// Every error that crosses the boundary. The shim has a text and a hint for each.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorCode {
    /// A topic name is empty, too long, or has a wildcard or U+0000 in it.
    InvalidTopic = 1,
    /// A topic filter is empty, too long, or has a wildcard in the wrong place.
    InvalidFilter = 2,
    /// There is no topic filter in the request.
    NoFilters = 3,
    /// Quality of service is not 0, 1 or 2.
    InvalidQos = 4,
    /// The packet would be larger than MQTT can say.
    PacketTooLarge = 5,
    /// What waits to be sent takes all the memory it may.
    QueueFull = 6,
    /// A QoS 0 message without a connection, and `queueQoSZero` is off
    NotConnected = 7,
    /// The client was told to end.
    Disconnecting = 8,
    /// CONNECT cannot be written with these options.
    InvalidOption = 9,
    /// The server refused CONNECT; the reason is its return code.
    ConnectionRefused = 10,
    /// No CONNACK in time
    ConnackTimeout = 11,
    /// No PINGRESP in time
    KeepAliveTimeout = 12,
    /// The server sent what is not MQTT.
    Malformed = 13,
    /// The server sent what it must not send now.
    ProtocolError = 14,
    /// The connection was lost before the server answered the request.
    ConnectionLost = 15,
    /// A subscription could not be made again; the detail is its filter.
    ResubscribeRefused = 16,
    /// The client ended before the server answered the request.
    Ended = 17,
}

/// One MQTT client.
#[wasm_bindgen]
pub struct Core {
    client: Client,
    host: Host,
    /// What `defineTopic` was given
    outgoing: [Option<TopicName>; SLOTS],
    /// What `Host::topic` was told
    incoming: [Option<TopicName>; SLOTS],
}

#[wasm_bindgen]
impl Core {
    /// A client that is not connected. `protocol_version` is 3 (MQTT 3.1) or 4 (3.1.1);
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
            version: if protocol_version == 3 { Version::V31 } else { Version::V311 },
            client_id,
            clean,
            keep_alive,
            connect_timeout: connect_timeout as u64,
            reconnect_period: reconnect_period as u64,
            seed,
            ..Options::default()
        };
        let slots = || [const { None }; SLOTS];
        Self { client: Client::new(options), host, outgoing: slots(), incoming: slots() }
    }

    /// Who logs in, from the next CONNECT on; 0 or a negative `ErrorCode`.
    #[wasm_bindgen(js_name = setCredentials)]
    pub fn set_credentials(&mut self, user_name: Option<String>, password: Option<Vec<u8>>) -> i32 {
        let options = self.client.options().clone();
        self.set_options(Options { user_name, password: password.map(Bytes::from), ..options })
    }

    /// What the server publishes if the connection breaks, from the next CONNECT on; 0 or a
    /// negative `ErrorCode`.
    #[wasm_bindgen(js_name = setWill)]
    pub fn set_will(&mut self, topic: String, payload: Vec<u8>, qos: u8, retain: bool) -> i32 {
        let Some(topic) = TopicName::new(topic) else { return -(ErrorCode::InvalidTopic as i32) };
        let Some(qos) = QoS::new(qos) else { return -(ErrorCode::InvalidQos as i32) };
        let will = Some(Will { topic, payload: Bytes::from(payload), qos, retain });
        self.set_options(Options { will, ..self.client.options().clone() })
    }

    /// How to behave where MQTT leaves a choice.
    #[wasm_bindgen(js_name = setPolicy)]
    pub fn set_policy(
        &mut self,
        resubscribe: bool,
        queue_qos0: bool,
        reconnect_on_refusal: bool,
        max_in_flight: u16,
    ) -> i32 {
        let options = self.client.options().clone();
        self.set_options(Options {
            resubscribe,
            queue_qos0,
            reconnect_on_refusal,
            max_in_flight,
            ..options
        })
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

    /// Leaves; `Host::ended` tells when that is done.
    pub fn disconnect(&mut self, force: bool, now: f64) -> f64 {
        self.client.disconnect(force, instant(now));
        self.drain()
    }

    /// The WebSocket is open.
    #[wasm_bindgen(js_name = transportOpened)]
    pub fn transport_opened(&mut self, now: f64) -> f64 {
        self.client.handle_open(instant(now));
        self.drain()
    }

    /// A WebSocket message came in.
    #[wasm_bindgen(js_name = transportReceived)]
    pub fn transport_received(&mut self, bytes: &[u8], now: f64) -> f64 {
        self.client.handle_data(bytes, instant(now));
        self.drain()
    }

    /// The WebSocket closed, or could not be opened.
    #[wasm_bindgen(js_name = transportClosed)]
    pub fn transport_closed(&mut self, now: f64) -> f64 {
        self.client.handle_close(instant(now));
        self.drain()
    }

    /// Some time has passed. Early and repeated calls do nothing.
    #[wasm_bindgen(js_name = timePassed)]
    pub fn time_passed(&mut self, now: f64) -> f64 {
        self.client.handle_timeout(instant(now));
        self.drain()
    }

    /// Gives a topic name a slot for `publish`, 0 to 63; 0 or a negative `ErrorCode`.
    #[wasm_bindgen(js_name = defineTopic)]
    pub fn define_topic(&mut self, slot: u8, topic: String) -> i32 {
        match (self.outgoing.get_mut(usize::from(slot)), TopicName::new(topic)) {
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
        let Some(Some(topic)) = self.outgoing.get(usize::from(slot)) else {
            return refused(ErrorCode::InvalidTopic);
        };
        let Some(qos) = QoS::new(qos) else { return refused(ErrorCode::InvalidQos) };
        let dup = dup && qos != QoS::AtMostOnce; // [MQTT-3.3.1-2]
        let publish = Publish {
            dup,
            qos,
            retain,
            topic: topic.clone(),
            packet_id: None,
            payload: payload.into(),
        };
        let token = self.client.publish(publish, instant(now));
        self.answer(token)
    }

    /// Subscribes to topic filters, one quality of service each.
    pub fn subscribe(&mut self, filters: Vec<String>, qos: &[u8], now: f64) -> f64 {
        if filters.len() != qos.len() {
            return refused(ErrorCode::InvalidQos);
        }
        let mut wanted = Vec::with_capacity(filters.len());
        for (filter, qos) in filters.into_iter().zip(qos) {
            let Some(filter) = TopicFilter::new(filter) else {
                return refused(ErrorCode::InvalidFilter);
            };
            let Some(qos) = QoS::new(*qos) else { return refused(ErrorCode::InvalidQos) };
            wanted.push((filter, qos));
        }
        let token = self.client.subscribe(wanted, instant(now));
        self.answer(token)
    }

    /// Unsubscribes from topic filters.
    pub fn unsubscribe(&mut self, filters: Vec<String>, now: f64) -> f64 {
        let Some(filters) = filters.into_iter().map(TopicFilter::new).collect() else {
            return refused(ErrorCode::InvalidFilter);
        };
        let token = self.client.unsubscribe(filters, instant(now));
        self.answer(token)
    }

    /// Whether this is a topic filter.
    #[wasm_bindgen(js_name = isValidFilter)]
    pub fn is_valid_filter(&self, filter: String) -> bool {
        TopicFilter::new(filter).is_some()
    }

    #[inline(never)]
    fn set_options(&mut self, options: Options) -> i32 {
        match self.client.set_options(options) {
            Ok(()) => 0,
            Err(_) => -(ErrorCode::InvalidOption as i32),
        }
    }

    fn answer(&mut self, token: Result<Token, RequestError>) -> f64 {
        match token {
            Ok(Token(token)) => {
                self.drain();
                f64::from(token)
            }
            Err(error) => refused(match error {
                RequestError::NoFilters => ErrorCode::NoFilters,
                RequestError::PacketTooLarge => ErrorCode::PacketTooLarge,
                RequestError::QueueFull => ErrorCode::QueueFull,
                RequestError::NotConnected => ErrorCode::NotConnected,
                RequestError::Disconnecting => ErrorCode::Disconnecting,
            }),
        }
    }

    /// Hands everything over; the next deadline.
    fn drain(&mut self) -> f64 {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::OpenTransport => self.host.open_transport(),
                Output::Send(bytes) => self.host.send_bytes(&bytes),
                Output::CloseTransport => self.host.close_transport(),
                Output::Event(event) => self.tell(event),
            }
        }
        self.client.poll_timeout().map_or(f64::INFINITY, |Instant(at)| at as f64)
    }

    fn tell(&mut self, event: Event) {
        let host = &self.host;
        match event {
            Event::Connected(connack) => host.connected(to_js(&PacketView::connack(connack))),
            Event::Reconnecting => host.reconnecting(),
            Event::Offline => host.offline(),
            Event::Closed => host.closed(),
            Event::Ended => host.ended(),
            Event::Error(error) => self.tell_error(&error),
            Event::Message(publish) => self.tell_message(publish),
            Event::Completed { token: Token(token), packet_id } => {
                host.completed(token, packet_id.map_or(0, u16::from));
            }
            Event::Granted { token: Token(token), suback } => {
                host.granted(token, suback.packet_id.get(), &suback.codes());
            }
            Event::Failed { token: Token(token), failure } => {
                let code = match failure {
                    Failure::ConnectionLost => ErrorCode::ConnectionLost,
                    Failure::Ended => ErrorCode::Ended,
                };
                host.failed(token, code, 0);
            }
            Event::PacketSent(packet) => host.packet_sent(to_js(&PacketView::new(&packet))),
            Event::PacketReceived(packet) => host.packet_received(to_js(&PacketView::new(&packet))),
        }
    }

    fn tell_error(&self, error: &ConnectionError) {
        let (code, reason, detail) = match error {
            ConnectionError::Options(_) => (ErrorCode::InvalidOption, 0, ""),
            ConnectionError::Refused(code) => (ErrorCode::ConnectionRefused, *code, ""),
            ConnectionError::ConnackTimeout => (ErrorCode::ConnackTimeout, 0, ""),
            ConnectionError::KeepAliveTimeout => (ErrorCode::KeepAliveTimeout, 0, ""),
            ConnectionError::Malformed(error) => (ErrorCode::Malformed, 0, error.describe()),
            ConnectionError::Protocol(error) => (ErrorCode::ProtocolError, 0, error.describe()),
            ConnectionError::ResubscribeRefused(filter) => {
                (ErrorCode::ResubscribeRefused, 0x80, filter.as_str())
            }
        };
        self.host.error(code, reason, detail);
    }

    fn tell_message(&mut self, publish: Publish) {
        let Publish { dup, qos, retain, topic, packet_id, payload } = publish;
        let slot = slot(topic.as_str());
        let place = &mut self.incoming[slot];
        if place.as_ref() != Some(&topic) {
            self.host.topic(slot as u8, topic.as_str());
            *place = Some(topic);
        }
        let packet_id = packet_id.map_or(0, u16::from);
        self.host.message(slot as u8, &payload, qos as u8, retain, dup, packet_id);
    }
}

/// Topics that are known by number at a time, in each direction.
const SLOTS: usize = 64;

/// Where a topic is kept: one that is met again finds itself, another takes its place.
fn slot(topic: &str) -> usize {
    // FNV-1a
    let hash = topic
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ hash >> 16) as usize % SLOTS
}

fn instant(now: f64) -> Instant {
    Instant(now as u64)
}

fn refused(code: ErrorCode) -> f64 {
    -f64::from(code as i32)
}

/// A plain object of strings, numbers, booleans and bytes, which always can be made.
fn to_js(packet: &PacketView) -> JsValue {
    packet.serialize(&serde_wasm_bindgen::Serializer::new()).unwrap_or(JsValue::NULL)
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
