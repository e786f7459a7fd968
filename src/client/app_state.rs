//! The state of the app and of the network. A phone suspends the app and its timers, changes
//! networks, and does not always report that a socket is dead. A connection that may be dead must
//! therefore prove that it is alive.

use std::mem;

use super::Client;
use super::backoff::MAX_DELAY;
use crate::connection::Phase;
use crate::timer::Instant;

/// What is known of the app and the network.
#[derive(Debug, Default)]
pub(super) struct AppState {
    hidden_since: Option<Instant>,
    network_lost: bool,
    /// The network changed while the app was hidden.
    network_changed: bool,
    /// When the app was last shown, or the network last available again
    resumed_at: Option<Instant>,
}

/// What a change of the app state means for the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Change {
    None,
    /// Attempts to reconnect are unlikely to succeed.
    Throttled,
    /// Attempts to reconnect are worthwhile again.
    Resumed {
        /// The existing connection may be dead.
        suspect: bool,
    },
}

impl AppState {
    /// The app was moved to the background.
    pub(super) fn hide(&mut self, now: Instant) -> Change {
        if self.hidden_since.is_some() {
            return Change::None;
        }
        self.hidden_since = Some(now);
        Change::Throttled
    }

    /// The app was moved to the foreground.
    pub(super) fn show(&mut self, now: Instant) -> Change {
        let Some(since) = self.hidden_since.take() else { return Change::None };
        let changed = mem::take(&mut self.network_changed);
        self.resumed_at = Some(now);
        Change::Resumed { suspect: changed || now.since(since) > SUSPEND_DELAY }
    }

    /// The network was lost, is available again, or is another one.
    pub(super) fn network_changed(&mut self, connected: bool, now: Instant) -> Change {
        self.network_lost = !connected;
        if !connected {
            return Change::Throttled;
        }
        if self.hidden_since.is_some() {
            self.network_changed = true; // acted upon when the app is shown
            return Change::None;
        }
        self.resumed_at = Some(now);
        Change::Resumed { suspect: true }
    }

    /// Milliseconds until the next attempt to reconnect, if they depend on the app state.
    /// `never_opened`: the transport of the last attempt could not be opened.
    pub(super) fn reconnect_delay(&self, never_opened: bool, now: Instant) -> Option<u64> {
        if self.hidden_since.is_some() || self.network_lost {
            return Some(MAX_DELAY);
        }
        let resuming = self.resumed_at.is_some_and(|at| now.since(at) < RESUME_PERIOD);
        (never_opened && resuming).then_some(RESUME_DELAY)
    }
}

impl Client {
    /// Acts upon a change of the app state.
    pub(super) fn app_state_changed(&mut self, change: Change, now: Instant) {
        match change {
            Change::None => {}
            Change::Throttled => {
                if self.timers.reconnect.is_set() {
                    self.timers.reconnect.set(now.after(MAX_DELAY));
                }
            }
            Change::Resumed { suspect } => self.resumed(suspect, now),
        }
    }

    /// Verifies the connection if timers stood still until now.
    pub(super) fn verify_after_freeze(&mut self, now: Instant) {
        if self.connection.keep_alive.is_overdue(SUSPEND_DELAY, now) {
            self.probe(now);
        }
    }

    /// Reconnects at once, without waiting for the delay.
    pub(super) fn reconnect_now(&mut self, now: Instant) {
        if self.timers.reconnect.is_set() {
            self.open(now);
        }
    }

    fn resumed(&mut self, suspect: bool, now: Instant) {
        self.backoff.reset();
        match self.connection.phase {
            Phase::Closed => self.reconnect_now(now),
            Phase::Connected if suspect => self.probe(now),
            Phase::Opening | Phase::Connecting if suspect && self.options.reconnect_period > 0 => {
                self.close_transport(None, now); // it was started before the suspension
                self.reconnect_now(now);
            }
            _ => {}
        }
    }
}

/// Milliseconds for which WeChat keeps an app running in the background. A timer that is later than
/// this stood still.
const SUSPEND_DELAY: u64 = 5_000;

/// Milliseconds after the app was shown in which WeChat may still refuse to open a socket.
const RESUME_PERIOD: u64 = 3_000;

/// Milliseconds between attempts in that period.
const RESUME_DELAY: u64 = 300;

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_000_000);

    #[test]
    fn only_the_first_of_several_notices_counts() {
        let mut state = AppState::default();
        assert_eq!(state.show(START), Change::None);
        assert_eq!(state.hide(START), Change::Throttled);
        assert_eq!(state.hide(START.after(60_000)), Change::None);
        let shown = state.show(START.after(SUSPEND_DELAY));
        assert_eq!(shown, Change::Resumed { suspect: false }, "hidden since the first notice");
        assert_eq!(state.show(START), Change::None);
    }

    #[test]
    fn a_connection_is_suspect_after_a_suspension_or_another_network() {
        let mut state = AppState::default();
        state.hide(START);
        assert_eq!(state.show(START.after(SUSPEND_DELAY + 1)), Change::Resumed { suspect: true });
        assert_eq!(state.network_changed(true, START), Change::Resumed { suspect: true });
        state.hide(START);
        assert_eq!(state.network_changed(true, START), Change::None, "until the app is shown");
        assert_eq!(state.show(START.after(1)), Change::Resumed { suspect: true });
        state.hide(START);
        assert_eq!(state.show(START.after(1)), Change::Resumed { suspect: false }, "reported once");
    }

    #[test]
    fn attempts_are_rare_while_the_app_is_hidden_or_there_is_no_network() {
        let mut state = AppState::default();
        assert_eq!(state.reconnect_delay(true, START), None);
        state.hide(START);
        assert_eq!(state.reconnect_delay(false, START), Some(MAX_DELAY));
        state.show(START);
        assert_eq!(state.network_changed(false, START), Change::Throttled);
        assert_eq!(state.reconnect_delay(false, START), Some(MAX_DELAY));
    }

    #[test]
    fn a_socket_that_cannot_be_opened_yet_is_tried_again_soon() {
        let mut state = AppState::default();
        state.hide(START);
        state.show(START);
        assert_eq!(state.reconnect_delay(true, START), Some(RESUME_DELAY));
        assert_eq!(state.reconnect_delay(false, START), None, "it could be opened");
        assert_eq!(state.reconnect_delay(true, START.after(RESUME_PERIOD)), None);
    }
}
