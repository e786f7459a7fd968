//! Keep alive on one connection: when PINGREQ is due, and when the connection counts as dead. It
//! compares timestamps and never trusts a timer to be on time, because a phone stops timers.

use crate::timer::{Deadline, Instant};

/// Timestamps and deadlines of keep alive.
#[derive(Debug, Default)]
pub(crate) struct KeepAlive {
    /// Milliseconds without a packet that are allowed; 0 if keep alive is off
    interval: u64,
    /// CONNACK was received; before that there is nothing to keep alive.
    active: bool,
    last_sent: Instant,
    last_received: Instant,
    /// When PINGREQ is due
    ping: Deadline,
    /// When PINGRESP, or other bytes, must have been received
    response: Deadline,
    /// The connection may be dead: only PINGRESP proves that it is not.
    probing: bool,
}

impl KeepAlive {
    /// With the interval of CONNECT, in seconds.
    pub(crate) fn new(seconds: u16) -> Self {
        Self { interval: u64::from(seconds) * 1_000, ..Self::default() }
    }

    /// The server accepted the connection, with Server Keep Alive in seconds, if there is one.
    /// [MQTT-3.1.2-21]
    pub(crate) fn start(&mut self, server_keep_alive: Option<u32>) {
        self.active = true;
        if let Some(seconds) = server_keep_alive {
            self.interval = u64::from(seconds) * 1_000;
        }
    }

    /// A packet was sent.
    pub(crate) fn sent(&mut self, now: Instant) {
        self.last_sent = now;
        if !self.response.is_set() {
            self.schedule();
        }
    }

    /// Bytes were received.
    pub(crate) fn received(&mut self, now: Instant) {
        self.last_received = now;
    }

    /// PINGREQ is about to be sent.
    pub(crate) fn expect_response(&mut self, now: Instant) {
        if self.interval > 0 && !self.response.is_set() {
            self.response.set(now.after(self.response_timeout()));
        }
    }

    /// PINGREQ is about to be sent on a connection that may be dead.
    pub(crate) fn probe(&mut self, now: Instant) {
        self.probing = true;
        self.response.set(now.after(PROBE_TIMEOUT));
    }

    /// Whether the client waits for PINGRESP because the connection may be dead.
    pub(crate) fn is_probing(&self) -> bool {
        self.probing
    }

    /// Stops waiting for PINGRESP: it was received, or it may be among bytes that are not decoded
    /// yet.
    pub(crate) fn cancel_response(&mut self) {
        self.probing = false;
        self.response.clear();
    }

    /// Sets the time of the next PINGREQ. Silence in either direction counts: a client that only
    /// publishes must notice a dead server too.
    pub(crate) fn schedule(&mut self) {
        if !self.active || self.interval == 0 {
            return;
        }
        let quiet_since = if self.response.is_set() {
            if !self.probing {
                // any bytes prove that the server is alive
                self.response.set(self.last_received.after(self.response_timeout()));
            }
            self.last_sent
        } else {
            self.last_sent.min(self.last_received)
        };
        self.ping.set(quiet_since.after(self.interval));
    }

    /// Whether PINGREQ is due now. [MQTT-3.1.2-23]
    pub(crate) fn expire_ping(&mut self, now: Instant) -> bool {
        self.ping.expire(now)
    }

    /// Whether PINGRESP was not received in time.
    pub(crate) fn expire_response(&mut self, now: Instant) -> bool {
        self.response.expire(now)
    }

    /// Whether a deadline was missed by more than this many milliseconds, with no bytes received in
    /// as long a time: timers stood still.
    pub(crate) fn is_overdue(&self, millis: u64, now: Instant) -> bool {
        let is_late = |deadline: Deadline| deadline.lateness(now) > millis;
        self.active
            && (is_late(self.ping) || is_late(self.response))
            && now.since(self.last_received) > millis
    }

    /// The next deadline.
    pub(crate) fn next(&self) -> Deadline {
        self.ping.min(self.response)
    }

    /// Milliseconds that PINGRESP may take: half of the interval.
    fn response_timeout(&self) -> u64 {
        self.interval / 2
    }
}

/// Milliseconds in which a server answers if the connection is alive.
const PROBE_TIMEOUT: u64 = 3_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection with an interval of 10 s, on which packets went both ways at this time.
    fn active(at: u64) -> KeepAlive {
        let mut keep_alive = KeepAlive::new(10);
        keep_alive.start(None);
        keep_alive.received(Instant(at));
        keep_alive.sent(Instant(at));
        keep_alive
    }

    #[test]
    fn nothing_is_due_before_connack_or_without_an_interval() {
        let mut connecting = KeepAlive::new(10);
        connecting.sent(Instant(0));
        assert_eq!(connecting.next().get(), None);
        let mut off = KeepAlive::new(0);
        off.start(None);
        off.sent(Instant(0));
        off.expect_response(Instant(0));
        assert_eq!(off.next().get(), None);
    }

    #[test]
    fn the_interval_of_the_server_replaces_that_of_the_client() {
        let mut keep_alive = KeepAlive::new(10);
        keep_alive.start(Some(4));
        keep_alive.sent(Instant(0));
        assert_eq!(keep_alive.next().get(), Some(Instant(4_000)));
        keep_alive.start(Some(0));
        assert!(!keep_alive.expire_ping(Instant(3_999)));
    }

    #[test]
    fn silence_in_one_direction_is_enough_for_pingreq() {
        let mut keep_alive = active(0);
        keep_alive.sent(Instant(9_000));
        assert_eq!(keep_alive.next().get(), Some(Instant(10_000)), "nothing was received");
        let mut keep_alive = active(0);
        keep_alive.received(Instant(9_000));
        keep_alive.schedule();
        assert_eq!(keep_alive.next().get(), Some(Instant(10_000)), "nothing was sent");
    }

    #[test]
    fn pingresp_may_take_half_of_the_interval() {
        let mut keep_alive = active(0);
        assert!(keep_alive.expire_ping(Instant(10_000)));
        keep_alive.expect_response(Instant(10_000));
        keep_alive.sent(Instant(10_000));
        assert_eq!(keep_alive.next().get(), Some(Instant(15_000)));
        assert!(!keep_alive.expire_response(Instant(14_999)));
        assert!(keep_alive.expire_response(Instant(15_000)));
    }

    #[test]
    fn any_bytes_extend_the_time_for_pingresp_but_not_while_probing() {
        let mut keep_alive = active(0);
        keep_alive.expect_response(Instant(0));
        keep_alive.received(Instant(4_000));
        keep_alive.schedule();
        assert!(!keep_alive.expire_response(Instant(8_999)));
        assert!(keep_alive.expire_response(Instant(9_000)));

        keep_alive.probe(Instant(20_000));
        keep_alive.received(Instant(21_000));
        keep_alive.schedule();
        assert!(keep_alive.is_probing());
        assert!(keep_alive.expire_response(Instant(20_000 + PROBE_TIMEOUT)));
    }

    #[test]
    fn pingresp_ends_a_probe() {
        let mut keep_alive = active(0);
        keep_alive.probe(Instant(0));
        keep_alive.cancel_response();
        assert!(!keep_alive.is_probing());
        assert!(!keep_alive.expire_response(Instant(u64::MAX)));
    }

    #[test]
    fn a_deadline_is_overdue_only_if_nothing_was_received_meanwhile() {
        let mut keep_alive = active(0);
        assert!(!keep_alive.is_overdue(5_000, Instant(15_000)));
        assert!(keep_alive.is_overdue(5_000, Instant(15_001)));
        keep_alive.received(Instant(15_000));
        assert!(!keep_alive.is_overdue(5_000, Instant(15_001)));
    }
}
