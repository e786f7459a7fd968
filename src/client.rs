//! The client: commands and inputs in, outputs out. This file is its life: connecting, losing the
//! connection, coming back, leaving. What packets do to it is in `client/exchange.rs`.

mod exchange;

use std::collections::VecDeque;
use std::mem;

use crate::codec::{EncodeError, MAX_PACKET_SIZE, Packet, Publish, QoS, TopicFilter, frame_length};
use crate::connection::{Connection, Phase};
use crate::error::{ConnectionError, Failure, RequestError};
use crate::options::Options;
use crate::output::{Event, Output, Token};
use crate::session::{Session, Waiting};
use crate::timer::{Instant, Timer, Timers};

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
    timers: Timers,
    outputs: VecDeque<Output>,
    intent: Intent,
    /// Attempts to reconnect since a connection that lasted
    retries: u32,
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
            options,
            connection: Connection::default(),
            session: Session::default(),
            timers: Timers::default(),
            outputs: VecDeque::new(),
            intent: Intent::Rest,
            retries: 0,
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
    /// The token is answered by [`Event::Completed`] or [`Event::Failed`].
    ///
    /// # Errors
    /// Nothing was done: the client is leaving, the message is too large, there is no room for it
    /// in the queue, or (QoS 0 without `queue_qos0`) there is no connection.
    pub fn publish(&mut self, publish: Publish, now: Instant) -> Result<Token, RequestError> {
        let online = self.connection.phase == Phase::Connected;
        if publish.qos == QoS::AtMostOnce && !self.options.queue_qos0 && !online {
            return Err(RequestError::NotConnected);
        }
        self.accept(Waiting::Publish(publish), now)
    }

    /// Subscribes. The token is answered by [`Event::Granted`] or [`Event::Failed`].
    ///
    /// # Errors
    /// Nothing was done: the client is leaving, there is no filter, or too many of them.
    pub fn subscribe(
        &mut self,
        filters: Vec<(TopicFilter, QoS)>,
        now: Instant,
    ) -> Result<Token, RequestError> {
        if filters.is_empty() {
            return Err(RequestError::NoFilters); // [MQTT-3.8.3-3]
        }
        self.accept(Waiting::Subscribe(filters), now)
    }

    /// Unsubscribes. The token is answered by [`Event::Completed`] or [`Event::Failed`].
    ///
    /// # Errors
    /// Nothing was done: the client is leaving, there is no filter, or too many of them.
    pub fn unsubscribe(
        &mut self,
        filters: Vec<TopicFilter>,
        now: Instant,
    ) -> Result<Token, RequestError> {
        if filters.is_empty() {
            return Err(RequestError::NoFilters); // [MQTT-3.10.3-2]
        }
        let wanted = filters.clone();
        let token = self.accept(Waiting::Unsubscribe(filters), now)?;
        for filter in &wanted {
            self.session.subscriptions.remove(filter); // a reconnect before UNSUBACK must not revive it
        }
        Ok(token)
    }

    /// Leaves: as soon as everything is answered, at the latest after the connect timeout; at once
    /// if there is no connection, or if `force`d. A forced end sends no DISCONNECT, so that the
    /// server publishes the will, as MQTT.js has it. The end is told by [`Event::Ended`].
    pub fn disconnect(&mut self, force: bool, now: Instant) {
        if self.intent == Intent::Ended {
            return;
        }
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
    }

    /// The options as they are now.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Changes options. They hold from their next use on: who logs in, from the next CONNECT.
    ///
    /// # Errors
    /// Nothing was changed: CONNECT could not be written with these options.
    pub fn set_options(&mut self, options: Options) -> Result<(), EncodeError> {
        options.connect().encode(options.version)?;
        self.options = options;
        Ok(())
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
        match connect.encode(self.options.version) {
            Ok(bytes) => self.send_bytes(bytes, connect, now), // [MQTT-3.1.0-1]
            Err(error) => self.give_up(ConnectionError::Options(error), now),
        }
    }

    /// Bytes came in. Packets may be cut anywhere. [MQTT-6.0.0-2]
    pub fn handle_data(&mut self, bytes: &[u8], now: Instant) {
        if !matches!(self.connection.phase, Phase::Connecting | Phase::Connected) {
            return;
        }
        self.connection.last_received = now;
        self.connection.inbound.extend_from_slice(bytes);
        loop {
            // a connection that was lost on the way has no bytes
            let inbound = &mut self.connection.inbound;
            let packet = match frame_length(inbound, self.options.max_packet_size) {
                Ok(None) => break,
                Ok(Some(length)) => Packet::decode(inbound.split_to(length)),
                Err(error) => Err(error),
            };
            match packet {
                Ok(packet) => self.handle_packet(packet, now),
                Err(error) => return self.lose(Some(ConnectionError::Malformed(error)), now),
            }
        }
        self.keep_alive();
    }

    /// The transport closed, or could not be opened.
    pub fn handle_close(&mut self, now: Instant) {
        self.lost(None, now);
    }

    /// Some time has passed. Early and repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        for timer in Timers::ALL {
            if !self.timers.expire(timer, now) {
                continue;
            }
            match timer {
                Timer::Connect => self.lose(Some(ConnectionError::ConnackTimeout), now),
                Timer::KeepAlive => {
                    if !self.timers.is_set(Timer::PingResp) {
                        self.timers.set(Timer::PingResp, now.after(self.ping_timeout()));
                    }
                    self.send(Packet::PingReq, now); // [MQTT-3.1.2-23]
                }
                Timer::PingResp => self.lose(Some(ConnectionError::KeepAliveTimeout), now),
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

    /// Whether every request has been answered.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.session.is_idle() && self.connection.requests.is_empty()
    }

    /// Takes a request into the queue, and sends what can be sent.
    fn accept(&mut self, waiting: Waiting, now: Instant) -> Result<Token, RequestError> {
        if matches!(self.intent, Intent::Leave | Intent::Ended) {
            return Err(RequestError::Disconnecting);
        }
        let (size, held) = (waiting.size(), self.session.size());
        if size > MAX_PACKET_SIZE {
            return Err(RequestError::PacketTooLarge);
        }
        if held > 0 && held + size > self.options.queue_limit {
            return Err(RequestError::QueueFull); // a single request always has room
        }
        self.last_token = self.last_token.checked_add(1).unwrap_or(1);
        let token = Token(self.last_token);
        self.session.queue.push(token, waiting);
        self.pump(now);
        Ok(token)
    }

    fn open(&mut self, now: Instant) {
        if self.offline {
            self.tell(Event::Reconnecting);
        }
        self.timers = Timers::default();
        self.timers.set(Timer::Connect, now.after(self.options.connect_timeout));
        self.connection = Connection { phase: Phase::Opening, ..Connection::default() };
        self.outputs.push_back(Output::OpenTransport);
    }

    /// Ends the connection and the client, with a DISCONNECT if it may be said.
    fn leave(&mut self, with_disconnect: bool, now: Instant) {
        if with_disconnect && self.connection.phase == Phase::Connected {
            self.send(Packet::Disconnect, now); // [MQTT-3.14.4-1] [MQTT-3.14.4-2] nothing after it
        }
        self.lose(None, now);
    }

    /// Leaves if that is wanted and nothing is left to wait for.
    fn leave_when_idle(&mut self, now: Instant) {
        let connected = self.connection.phase == Phase::Connected;
        if self.intent == Intent::Leave && connected && self.is_idle() {
            self.leave(true, now);
        }
    }

    /// Ends the connection for a reason that another attempt would meet again.
    fn give_up(&mut self, error: ConnectionError, now: Instant) {
        if self.intent == Intent::Stay {
            self.intent = Intent::Rest;
        }
        self.lose(Some(error), now);
    }

    /// Closes the transport. [MQTT-4.8.0-1]
    fn lose(&mut self, error: Option<ConnectionError>, now: Instant) {
        if self.connection.phase != Phase::Closed {
            self.outputs.push_back(Output::CloseTransport);
            self.lost(error, now);
        }
    }

    /// The connection is over: says so, and comes back if that is wanted.
    fn lost(&mut self, error: Option<ConnectionError>, now: Instant) {
        if self.connection.phase == Phase::Closed {
            return;
        }
        let connection = mem::take(&mut self.connection);
        self.timers = Timers::default();
        self.session.in_flight.interrupt();
        if connection.accepted.is_some_and(|accepted| now.since(accepted) >= LASTING) {
            self.retries = 0;
        }
        if let Some(error) = error {
            self.tell(Event::Error(error));
        }
        for request in connection.requests {
            self.session.packet_ids.release(request.packet_id);
            if let Some(token) = request.token {
                self.tell(Event::Failed { token, failure: Failure::ConnectionLost });
            }
        }
        if self.intent == Intent::Stay && self.options.reconnect_period > 0 {
            if !mem::replace(&mut self.offline, true) {
                self.tell(Event::Offline);
            }
            let delay = self.reconnect_delay();
            self.timers.set(Timer::Reconnect, now.after(delay));
        }
        self.tell(Event::Closed);
        if self.intent == Intent::Leave {
            self.end();
        }
    }

    fn end(&mut self) {
        self.intent = Intent::Ended;
        self.timers = Timers::default();
        self.offline = false;
        self.retries = 0;
        for token in self.session.abandon() {
            self.tell(Event::Failed { token, failure: Failure::Ended });
        }
        self.tell(Event::Ended);
    }

    /// Milliseconds until the next attempt: the period first, then at random up to twice as long as
    /// each time before, so that a server that comes back does not meet all its clients at once.
    fn reconnect_delay(&mut self) -> u64 {
        let period = self.options.reconnect_period;
        let doublings = self.retries.min(16);
        self.retries += 1;
        if doublings == 0 {
            return period;
        }
        let longest = period.saturating_mul(1 << doublings).min(LONGEST_DELAY.max(period));
        self.random ^= self.random << 13; // xorshift
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        u64::from(self.random) % (longest + 1)
    }

    /// Sets the deadline by which PINGREQ has to be sent, or the connection given up. Silence in
    /// either direction counts: a client that only publishes must notice a dead server too.
    fn keep_alive(&mut self) {
        let Connection { phase, last_sent, last_received, .. } = self.connection;
        if phase != Phase::Connected || self.options.keep_alive == 0 {
            return;
        }
        let quiet_since = if self.timers.is_set(Timer::PingResp) {
            // bytes that come in prove the server alive, PINGRESP or not
            self.timers.set(Timer::PingResp, last_received.after(self.ping_timeout()));
            last_sent
        } else {
            last_sent.min(last_received)
        };
        let period = u64::from(self.options.keep_alive) * 1_000;
        self.timers.set(Timer::KeepAlive, quiet_since.after(period));
    }

    /// Milliseconds that PINGRESP may take: half of the keep alive time.
    fn ping_timeout(&self) -> u64 {
        u64::from(self.options.keep_alive) * 500
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}

/// Milliseconds after which a connection counts as one that worked.
const LASTING: u64 = 10_000;

/// Milliseconds between two attempts to reconnect, at most.
const LONGEST_DELAY: u64 = 30_000;
