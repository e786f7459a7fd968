//! Time, as numbers the caller hands in, and all deadlines of a client.

/// A point in time: milliseconds since an epoch the caller chose.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Instant(pub u64);

impl Instant {
    /// The instant this many milliseconds later.
    #[must_use]
    pub fn after(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; 0 if a clock was set back.
    pub(crate) fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What a deadline is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Timer {
    /// The server has not accepted the connection.
    Connect,
    /// The connection has been quiet for the keep alive time.
    KeepAlive,
    /// A PINGREQ has not been answered.
    PingResp,
    /// The time to try again has come.
    Reconnect,
    /// The client wants to leave, and the server has not answered everything.
    Leave,
}

/// One deadline for each kind of timer.
#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Instant>; 5]);

impl Timers {
    pub(crate) const ALL: [Timer; 5] =
        [Timer::Connect, Timer::KeepAlive, Timer::PingResp, Timer::Reconnect, Timer::Leave];

    pub(crate) fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(crate) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(crate) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// Milliseconds that have passed since the timer was due.
    pub(crate) fn lateness(&self, timer: Timer, now: Instant) -> u64 {
        self.0[timer as usize].map_or(0, |at| now.since(at))
    }

    /// Stops the timer; true if it was due.
    pub(crate) fn expire(&mut self, timer: Timer, now: Instant) -> bool {
        let due = self.0[timer as usize].is_some_and(|at| at <= now);
        if due {
            self.stop(timer);
        }
        due
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }
}
