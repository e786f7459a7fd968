//! The client: commands and inputs in, outputs out. How it connects, loses the connection, comes
//! back and leaves is in `client/life.rs`, what the phone does to it in `client/phone.rs`, what
//! packets do to it in `client/receive.rs`, what it sends when it may in `client/send.rs`, and what
//! of it outlives the app in `client/records.rs`.

mod inspect;
mod life;
mod phone;
mod receive;
mod records;
mod send;

use std::collections::VecDeque;

use bytes::Bytes;

use crate::codec::{
    Auth, Disconnect, EncodeError, MAX_PACKET_SIZE, Packet, PacketId, Properties, PropertyId,
    Publish, QoS, RecordKey, Subscription, TopicFilter, Version, check_subscribe,
    check_unsubscribe, reason,
};
use crate::connection::{Connection, Phase};
use crate::error::{ConnectionError, Failure, RequestError};
use crate::options::Options;
use crate::output::{Event, Output, Token};
use crate::session::{Session, Waiting};
use crate::timer::{Instant, Timer, Timers};
use phone::Phone;

/// Protocol state and logic of one MQTT client.
///
/// Methods come in three kinds: commands from the application, `handle_*` for what happened
/// outside, and `poll_*` for what is to be done. Mistakes of the application are `Err`s, and
/// nothing was done; mistakes of the server end the connection and are told by [`Event::Error`].
/// Calls that make no sense at the moment, e.g. a second `handle_close`, do nothing.
#[derive(Debug)]
pub struct Client {
    options: Options,
    connection: Connection,
    session: Session,
    /// What the client speaks: the version of the options, until it falls back
    version: Version,
    timers: Timers,
    outputs: VecDeque<Output>,
    intent: Intent,
    /// What to leave with
    farewell: Disconnect,
    /// Attempts to reconnect since a connection that lasted
    retries: u32,
    phone: Phone,
    /// The application knows that the client is offline.
    offline: bool,
    observing: bool,
    last_token: u32,
    random: u32,
}

/// What the application wants of the client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Intent {
    /// Nothing yet, or nothing until it asks again: the server's refusal will not heal
    Rest,
    /// To be connected
    Stay,
    /// To leave as soon as everything is answered
    Leave,
    /// It has left.
    Ended,
}

impl Client {
    /// A client that is not connected.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            random: options.seed.max(1), // 0 would stay 0
            version: options.version,
            // A server that keeps the session may still hold QoS 2 messages of an earlier life of this
            // client, and would take a new one with such an identifier for an old one.
            session: Session::new(if options.clean { 1 } else { options.seed }),
            options,
            connection: Connection::default(),
            timers: Timers::default(),
            outputs: VecDeque::new(),
            intent: Intent::Rest,
            farewell: Disconnect::default(),
            retries: 0,
            phone: Phone::default(),
            offline: false,
            observing: false,
            last_token: 0,
        }
    }

    /// Connects at once if it is not connected, and stays connected until [`disconnect`](Self::disconnect).
    pub fn connect(&mut self, now: Instant) {
        if self.intent != Intent::Leave {
            self.intent = Intent::Stay;
            if self.connection.phase == Phase::Closed {
                self.open(now);
            }
        }
    }

    /// Publishes a message. It waits for a connection if there is none, and behind what waits.
    ///
    /// The token is answered by [`Event::Published`] or [`Event::Failed`].
    ///
    /// # Errors
    /// Nothing was done: the client is leaving, the message cannot be written, there is no room for
    /// it in the queue, (QoS 0 without `queue_qos0`) there is no connection, or its topic alias is
    /// out of range or unknown.
    pub fn publish(&mut self, mut publish: Publish, now: Instant) -> Result<Token, RequestError> {
        publish.packet_id = None; // it gets one when it is sent
        publish.dup &= publish.qos != QoS::AtMostOnce; // [MQTT-3.3.1-2]
        let online = self.connection.phase == Phase::Connected;
        if publish.qos == QoS::AtMostOnce && !self.options.queue_qos0 && !online {
            return Err(RequestError::NotConnected);
        }
        publish.check(self.version).map_err(RequestError::Packet)?;
        if self.version == Version::V5 {
            self.connection.outgoing_aliases.resolve(&mut publish)?;
        } else {
            publish.properties = Properties::default(); // there are none, and nobody has checked them
        }
        self.accept(Waiting::Publish(publish, now), now)
    }

    /// Subscribes. The token is answered by [`Event::Subscribed`] or [`Event::Failed`].
    ///
    /// # Errors
    /// Nothing was done: the client is leaving, or the packet cannot be written.
    pub fn subscribe(
        &mut self,
        subscriptions: Vec<Subscription>,
        properties: Properties,
        now: Instant,
    ) -> Result<Token, RequestError> {
        check_subscribe(&subscriptions, &properties).map_err(RequestError::Packet)?;
        self.accept(Waiting::Subscribe(subscriptions, properties), now)
    }

    /// Unsubscribes. The token is answered by [`Event::Unsubscribed`] or [`Event::Failed`].
    ///
    /// # Errors
    /// Nothing was done: the client is leaving, or the packet cannot be written.
    pub fn unsubscribe(
        &mut self,
        filters: Vec<TopicFilter>,
        properties: Properties,
        now: Instant,
    ) -> Result<Token, RequestError> {
        check_unsubscribe(&filters, &properties).map_err(RequestError::Packet)?;
        let wanted = filters.clone();
        let token = self.accept(Waiting::Unsubscribe(filters, properties), now)?;
        for filter in wanted {
            self.forget_subscription(filter); // a reconnect before UNSUBACK must not revive it
        }
        Ok(token)
    }

    /// A step of enhanced authentication: an answer to [`Event::Authenticate`], or, with reason
    /// code 0x19, another exchange on a connection that is made.
    ///
    /// # Errors
    /// Nothing was done: there is no connection, CONNECT had no authentication method, or the
    /// packet cannot be written.
    pub fn authenticate(&mut self, auth: Auth, now: Instant) -> Result<(), RequestError> {
        let method = |properties: &Properties| {
            properties.text(PropertyId::AUTHENTICATION_METHOD).map(str::to_owned)
        };
        let agreed = method(&self.options.properties);
        if agreed.is_none() || method(&auth.properties) != agreed {
            return Err(RequestError::NoAuthenticationMethod); // [MQTT-4.12.0-5] [MQTT-4.12.1-1]
        }
        let again = auth.reason == reason::REAUTHENTICATE;
        match self.connection.phase {
            Phase::Connected => {}
            Phase::Connecting if !again => {}
            _ => return Err(RequestError::NotConnected), // section 4.12.1
        }
        let packet = Packet::Auth(auth);
        let bytes = packet.encode(self.version).map_err(RequestError::Packet)?;
        if bytes.len() > self.connection.limits.packet_size {
            return Err(RequestError::Packet(EncodeError::TooLarge)); // [MQTT-3.15.2-2] [MQTT-3.15.2-3]
        }
        self.send_bytes(bytes, packet, now);
        Ok(())
    }

    /// Acknowledges the message that was told last, where the options leave that to the application,
    /// and goes on with what came behind it. The reason code is that of PUBACK and PUBREC (MQTT 5;
    /// from 0x80 on it refuses the message); `None` sends no acknowledgement, so that the server may
    /// send the message again on another connection. Without such a message it does nothing: if the
    /// connection was lost meanwhile, a QoS 1 message comes again, and a QoS 2 message counts as
    /// taken.
    ///
    /// # Errors
    /// Nothing was done: this is not a reason code for such a message.
    pub fn acknowledge(&mut self, reason: Option<u8>, now: Instant) -> Result<(), RequestError> {
        let Some(message) = &self.connection.unacknowledged else { return Ok(()) };
        let answer = reason.and_then(|reason| message.answer(reason, self.version));
        if let Some(answer) = &answer {
            answer.encode(self.version).map_err(RequestError::Packet)?;
        }
        if let Some(message) = self.connection.unacknowledged.take() {
            self.answer_message(&message, answer, now);
        }
        self.leave_when_idle(now);
        self.read(now);
        Ok(())
    }

    /// Takes back the QoS 1 or 2 message with this packet identifier, if it is on its way: it is not
    /// sent again. The server may have it already; a message that it has taken (PUBREC) stays.
    pub fn remove_outgoing(&mut self, packet_id: PacketId, now: Instant) {
        if let Some(token) = self.session.remove(packet_id, &mut self.connection.removed) {
            self.erase_delivery(token);
            self.tell(Event::Failed { token, failure: Failure::Removed });
            self.pump(now);
            self.leave_when_idle(now);
        }
    }

    /// Leaves: as soon as everything is answered, at the latest after the connect timeout; at once
    /// if there is no connection, or if `force`d. A forced end sends no DISCONNECT, so that the
    /// server publishes the will, as MQTT.js has it. The end is told by [`Event::Ended`].
    ///
    /// # Errors
    /// Nothing was done: this DISCONNECT cannot be written.
    pub fn disconnect(
        &mut self,
        force: bool,
        farewell: Disconnect,
        now: Instant,
    ) -> Result<(), RequestError> {
        self.options.check_farewell(&farewell, self.version).map_err(RequestError::Packet)?;
        if self.intent == Intent::Ended {
            return Ok(());
        }
        self.farewell = farewell;
        self.intent = Intent::Leave;
        match self.connection.phase {
            Phase::Closed => self.end(),
            _ if force || self.is_idle() => self.leave(!force, now),
            _ => {
                if !self.timers.is_set(Timer::Leave) {
                    self.timers.set(Timer::Leave, now.after(self.options.connect_timeout));
                }
            }
        }
        Ok(())
    }

    /// The options as they are now.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The options, to change: each holds from its next use on. Check with [`Options::validate`].
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// Changes options. They hold from their next use on: who logs in, from the next CONNECT.
    ///
    /// # Errors
    /// Nothing was changed: CONNECT could not be written with these options.
    pub fn set_options(&mut self, options: Options) -> Result<(), EncodeError> {
        options.connect().encode(self.version)?;
        self.options = options;
        Ok(())
    }

    /// Whether every message waits for [`acknowledge`](Self::acknowledge), from the next one on.
    pub fn acknowledge_manually(&mut self, on: bool) {
        self.options.manual_acknowledgement = on;
    }

    /// Whether to tell of every packet by [`Event::PacketSent`] and [`Event::PacketReceived`].
    pub fn observe_packets(&mut self, observing: bool) {
        self.observing = observing;
    }

    /// The transport is open.
    pub fn handle_open(&mut self, now: Instant) {
        if self.connection.phase != Phase::Opening {
            return;
        }
        self.connection.phase = Phase::Connecting;
        let connect = self.options.connect();
        match connect.encode(self.version) {
            Ok(bytes) => self.send_bytes(bytes, connect, now), // [MQTT-3.1.0-1]
            Err(error) => self.give_up(ConnectionError::Options(error), now),
        }
    }

    /// Bytes came in. Packets may be cut anywhere. [MQTT-6.0.0-2] Whole packets are not copied.
    pub fn handle_data(&mut self, bytes: impl Into<Bytes>, now: Instant) {
        if !matches!(self.connection.phase, Phase::Connecting | Phase::Connected) {
            return;
        }
        self.connection.last_received = now;
        let (bytes, inbound) = (bytes.into(), &mut self.connection.inbound);
        if inbound.is_empty() {
            *inbound = bytes.into();
        } else {
            inbound.extend_from_slice(&bytes);
        }
        self.read(now);
    }

    /// The transport closed, or could not be opened.
    pub fn handle_close(&mut self, now: Instant) {
        self.lost(None, now);
    }

    /// Some time has passed. Early and repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.was_frozen(now) {
            self.probe(now);
        }
        for timer in Timers::ALL {
            if !self.timers.expire(timer, now) {
                continue;
            }
            match timer {
                Timer::Connect => self.lose(Some(ConnectionError::ConnackTimeout), now),
                Timer::KeepAlive => self.ping(now), // [MQTT-3.1.2-23]
                Timer::PingResp => self.ping_failed(now),
                Timer::Reconnect => self.open(now),
                Timer::Leave => self.leave(true, now),
            }
        }
    }

    /// The next thing to do, if any.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call `handle_timeout` next, at the latest. A command never brings it forward.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Handles the packets that have come in, up to a message that the application acknowledges.
    fn read(&mut self, now: Instant) {
        // a connection that was lost on the way has no bytes
        while self.connection.unacknowledged.is_none() {
            match self.next_packet() {
                Ok(Some(packet)) => self.handle_packet(packet, now),
                Ok(None) => break,
                Err(error) => return self.refuse(ConnectionError::Malformed(error), now),
            }
        }
        if self.connection.unacknowledged.is_some() {
            if self.connection.inbound.len() > self.options.max_packet_size {
                return self.lose(Some(ConnectionError::Overrun), now);
            }
            self.connection.probing = false;
            self.timers.stop(Timer::PingResp); // it may be among what is not read
        }
        self.keep_alive();
    }

    /// Takes a request into the queue, and sends what can be sent.
    fn accept(&mut self, waiting: Waiting, now: Instant) -> Result<Token, RequestError> {
        if matches!(self.intent, Intent::Leave | Intent::Ended) {
            return Err(RequestError::Disconnecting);
        }
        let (size, held) = (waiting.size(), self.session.size());
        if size > MAX_PACKET_SIZE {
            return Err(RequestError::Packet(EncodeError::TooLarge));
        }
        if held > 0 && held + size > self.options.queue_limit {
            return Err(RequestError::QueueFull); // a single request always has room
        }
        self.last_token = self.last_token.checked_add(1).unwrap_or(1);
        let token = Token(self.last_token);
        self.session.queue.push(token, waiting);
        self.pump(now);
        if self.options.keep_records
            && let Some(publish) = self.session.queue.waiting_delivery(token)
        {
            let publish = publish.clone();
            self.keep_waiting(token, publish, now);
        }
        Ok(token)
    }

    /// The application no longer wants it.
    fn forget_subscription(&mut self, filter: TopicFilter) {
        if self.session.subscriptions.remove(&filter) {
            self.erase(RecordKey::Subscription(filter));
        }
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
