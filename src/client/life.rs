//! How a client connects, loses the connection, comes back, and leaves.

use std::mem;

use super::{Client, Intent};
use crate::codec::{Disconnect, Packet, PropertyId, Version, reason};
use crate::connection::{Connection, IncomingAliases, Phase};
use crate::error::{ConnectionError, Failure};
use crate::output::{Event, Output};
use crate::timer::{Instant, Timer, Timers};

impl Client {
    pub(super) fn open(&mut self, now: Instant) {
        if self.offline {
            self.tell(Event::Reconnecting);
        }
        self.timers = Timers::default();
        self.timers.set(Timer::Connect, now.after(self.options.connect_timeout));
        let aliases = self.options.properties.number(PropertyId::TOPIC_ALIAS_MAXIMUM);
        self.connection = Connection {
            phase: Phase::Opening,
            incoming_aliases: IncomingAliases::new(aliases.unwrap_or(0) as u16),
            keep_alive: self.options.keep_alive,
            ..Connection::default()
        };
        self.outputs.push_back(Output::OpenTransport);
    }

    /// Ends the connection and the client, with a DISCONNECT if it may be said.
    pub(super) fn leave(&mut self, with_disconnect: bool, now: Instant) {
        if with_disconnect && self.connection.phase == Phase::Connected {
            let mut farewell = mem::take(&mut self.farewell);
            if self.send_within_limit(Packet::Disconnect(farewell.clone()), now).is_err() {
                farewell.properties.drop_words(); // [MQTT-3.14.2-3] [MQTT-3.14.2-4]
                self.send(Packet::Disconnect(farewell), now); // [MQTT-3.14.4-1] [MQTT-3.14.4-2]
            }
        }
        self.lose(None, now);
    }

    /// Leaves if that is wanted and nothing is left to wait for.
    pub(super) fn leave_when_idle(&mut self, now: Instant) {
        let connected = self.connection.phase == Phase::Connected;
        if self.intent == Intent::Leave && connected && self.is_idle() {
            self.leave(true, now);
        }
    }

    /// Ends the connection because of what the server sent. MQTT 5 says why. (section 4.13)
    pub(super) fn refuse(&mut self, error: ConnectionError, now: Instant) {
        let reason = match &error {
            ConnectionError::Malformed(error) => error.reason(),
            ConnectionError::Protocol(error) => error.reason(),
            _ => reason::SUCCESS,
        };
        let may_say = self.connection.phase == Phase::Connected && self.version == Version::V5;
        if reason >= reason::FIRST_ERROR && may_say {
            self.send(Packet::Disconnect(Disconnect { reason, ..Disconnect::default() }), now);
        }
        self.lose(Some(error), now); // [MQTT-4.8.0-1] [MQTT-4.13.1-1]
    }

    /// Ends the connection for a reason that another attempt would meet again.
    pub(super) fn give_up(&mut self, error: ConnectionError, now: Instant) {
        if self.intent == Intent::Stay {
            self.intent = Intent::Rest;
        }
        self.lose(Some(error), now);
    }

    /// Closes the transport.
    pub(super) fn lose(&mut self, error: Option<ConnectionError>, now: Instant) {
        if self.connection.phase != Phase::Closed {
            self.outputs.push_back(Output::CloseTransport);
            self.lost(error, now);
        }
    }

    /// The connection is over: says so, and comes back if that is wanted.
    pub(super) fn lost(&mut self, error: Option<ConnectionError>, now: Instant) {
        if self.connection.phase == Phase::Closed {
            return;
        }
        let connection = mem::take(&mut self.connection);
        self.timers = Timers::default();
        self.session.in_flight.interrupt();
        if connection.phase == Phase::Connecting {
            // the CONNACK that did not come may have been the one to tell that the session was lost
            self.session.subscriptions.doubt();
        }
        if connection.accepted.is_some_and(|accepted| now.since(accepted) >= LASTING) {
            self.retries = 0;
        }
        if let Some(error) = error {
            self.tell(Event::Error(error));
        }
        for packet_id in connection.removed {
            self.session.packet_ids.release(packet_id);
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
            let delay = self.reconnect_delay(connection.phase == Phase::Opening, now);
            self.timers.set(Timer::Reconnect, now.after(delay));
        }
        self.tell(Event::Closed);
        if self.intent == Intent::Leave {
            self.end();
        }
    }

    pub(super) fn end(&mut self) {
        self.intent = Intent::Ended;
        self.timers = Timers::default();
        self.offline = false;
        self.retries = 0;
        for token in self.session.abandon() {
            self.tell(Event::Failed { token, failure: Failure::Ended });
        }
        self.tell(Event::Ended);
    }

    /// The server does not speak MQTT 5: the next attempt is made with MQTT 3.1.1, if that is
    /// wanted, and made at once.
    pub(super) fn fall_back(&mut self, now: Instant) {
        if !self.options.fall_back || self.intent != Intent::Stay {
            return self.give_up(ConnectionError::Version, now);
        }
        self.version = Version::V311;
        self.outputs.push_back(Output::CloseTransport);
        self.tell(Event::FellBack);
        self.open(now);
    }

    /// Sets the deadline by which PINGREQ has to be sent, or the connection given up. Silence in
    /// either direction counts: a client that only publishes must notice a dead server too.
    pub(super) fn keep_alive(&mut self) {
        let Connection { phase, keep_alive, last_sent, last_received, probing, .. } =
            self.connection;
        if phase != Phase::Connected || keep_alive == 0 {
            return;
        }
        let quiet_since = if self.timers.is_set(Timer::PingResp) {
            if !probing {
                // bytes that come in prove the server alive, PINGRESP or not
                self.timers.set(Timer::PingResp, last_received.after(self.ping_timeout()));
            }
            last_sent
        } else {
            last_sent.min(last_received)
        };
        let period = u64::from(keep_alive) * 1_000;
        self.timers.set(Timer::KeepAlive, quiet_since.after(period));
    }

    /// Sends PINGREQ. PINGRESP has to come in time if there is a keep alive time.
    pub fn ping(&mut self, now: Instant) {
        if self.connection.phase != Phase::Connected {
            return;
        }
        if self.connection.keep_alive > 0 && !self.timers.is_set(Timer::PingResp) {
            self.timers.set(Timer::PingResp, now.after(self.ping_timeout()));
        }
        self.send(Packet::PingReq, now);
    }

    /// Milliseconds that PINGRESP may take: half of the keep alive time.
    pub(super) fn ping_timeout(&self) -> u64 {
        u64::from(self.connection.keep_alive) * 500
    }

    /// Milliseconds until the next attempt: the period first, then at random from there up to twice as
    /// long as each time before, so that a server that comes back does not meet all its clients at once.
    fn reconnect_delay(&mut self, never_opened: bool, now: Instant) -> u64 {
        if let Some(delay) = self.phone.reconnect_delay(never_opened, now) {
            return delay;
        }
        let period = self.options.reconnect_period;
        let doublings = self.retries.min(16);
        self.retries += 1;
        if doublings == 0 {
            return period;
        }
        let longest = period.saturating_mul(1 << doublings).min(LONGEST_DELAY.max(period));
        let shortest = period.min(longest / 2); // a period of a minute leaves something to draw from
        self.random ^= self.random << 13; // xorshift
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        shortest + u64::from(self.random) % (longest - shortest + 1)
    }
}

/// Milliseconds after which a connection counts as one that worked.
const LASTING: u64 = 10_000;

/// Milliseconds between two attempts to reconnect, at most.
pub(super) const LONGEST_DELAY: u64 = 30_000;
