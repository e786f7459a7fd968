//! What a phone does to a connection: it hides the app and freezes its timers, it changes networks,
//! and it does not always say that a socket is dead. So time is taken from the clock, not from
//! timers, and a connection that may be dead has to prove itself.

use std::mem;

use super::Client;
use super::life::LONGEST_DELAY;
use crate::codec::Packet;
use crate::connection::Phase;
use crate::error::ConnectionError;
use crate::timer::{Instant, Timer};

/// What is known of the phone.
#[derive(Debug, Default)]
pub(super) struct Phone {
    /// Since when the app is hidden
    hidden: Option<Instant>,
    no_network: bool,
    /// The network changed while the app was hidden.
    network_changed: bool,
    /// When the app was shown, or a network found, for the last time
    woken: Option<Instant>,
}

impl Client {
    /// The app is in the background: attempts to reconnect become rare.
    pub fn handle_hidden(&mut self, now: Instant) {
        if self.phone.hidden.is_none() {
            self.phone.hidden = Some(now);
            self.slow_down(now);
        }
    }

    /// The app is in the foreground again: reconnects at once. After more than 5 s in the background
    /// a connection has 3 s to prove that it is alive.
    pub fn handle_shown(&mut self, now: Instant) {
        if let Some(since) = self.phone.hidden.take() {
            let changed = mem::take(&mut self.phone.network_changed);
            self.wake(changed || now.since(since) > FREEZE, now);
        }
    }

    /// The network was lost (then attempts to reconnect become rare), was found, or is another one.
    pub fn handle_network(&mut self, connected: bool, now: Instant) {
        self.phone.no_network = !connected;
        if !connected {
            self.slow_down(now);
        } else if self.phone.hidden.is_some() {
            self.phone.network_changed = true;
        } else {
            self.wake(true, now);
        }
    }

    /// Whether timers stood still until now, while there was a connection.
    pub(super) fn was_frozen(&self, now: Instant) -> bool {
        let late = |timer| self.timers.lateness(timer, now) > FREEZE;
        self.connection.phase == Phase::Connected
            && (late(Timer::KeepAlive) || late(Timer::PingResp))
            && now.since(self.connection.last_received) > FREEZE
    }

    /// Asks the server for a sign of life, soon.
    pub(super) fn probe(&mut self, now: Instant) {
        self.connection.probing = true;
        self.timers.set(Timer::PingResp, now.after(PROBE));
        self.send(Packet::PingReq, now);
        self.keep_alive();
    }

    /// No sign of life. A connection that a phone has killed is made again at once.
    pub(super) fn ping_failed(&mut self, now: Instant) {
        let probing = self.connection.probing;
        self.lose(Some(ConnectionError::KeepAliveTimeout), now);
        if probing {
            self.reconnect_now(now);
        }
    }

    /// There may be a network, and time to use it, where there was none.
    fn wake(&mut self, doubtful: bool, now: Instant) {
        self.phone.woken = Some(now);
        self.retries = 0;
        match self.connection.phase {
            Phase::Closed => self.reconnect_now(now),
            Phase::Connected if doubtful => self.probe(now),
            Phase::Opening | Phase::Connecting if doubtful && self.options.reconnect_period > 0 => {
                self.lose(None, now); // it was begun in another world
                self.reconnect_now(now);
            }
            _ => {}
        }
    }

    fn reconnect_now(&mut self, now: Instant) {
        if self.timers.is_set(Timer::Reconnect) {
            self.open(now);
        }
    }

    fn slow_down(&mut self, now: Instant) {
        if self.timers.is_set(Timer::Reconnect) {
            self.timers.set(Timer::Reconnect, now.after(LONGEST_DELAY));
        }
    }
}

impl Phone {
    /// Milliseconds until the next attempt, if the phone has a say in it.
    pub(super) fn reconnect_delay(&self, never_opened: bool, now: Instant) -> Option<u64> {
        if self.hidden.is_some() || self.no_network {
            return Some(LONGEST_DELAY);
        }
        let waking = self.woken.is_some_and(|woken| now.since(woken) < WAKING);
        (never_opened && waking).then_some(WAKING_DELAY)
    }
}

/// Milliseconds that WeChat lets an app run in the background; timers that are later stood still.
const FREEZE: u64 = 5_000;

/// Milliseconds in which a server that is there answers.
const PROBE: u64 = 3_000;

/// Milliseconds after the app is shown in which WeChat may still refuse to open a socket.
const WAKING: u64 = 3_000;

/// Milliseconds until it is worth another attempt then.
const WAKING_DELAY: u64 = 300;
