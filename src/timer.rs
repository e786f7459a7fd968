//! Points in time, as the caller passes them in, and the deadlines of a client.

/// A point in time: milliseconds since an epoch that the caller chooses.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Instant(pub u64);

impl Instant {
    /// The instant this many milliseconds later.
    #[must_use]
    pub fn after(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; 0 if the clock was set back.
    pub(crate) fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A point in time at which something is due, or none: it is compared with others after every input.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn set(&mut self, at: Instant) {
        self.0 = at;
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn is_set(self) -> bool {
        self.0 != NEVER
    }

    pub(crate) fn get(self) -> Option<Instant> {
        self.is_set().then_some(self.0)
    }

    /// Milliseconds that have passed since the deadline; 0 if it is not due.
    pub(crate) fn lateness(self, now: Instant) -> u64 {
        now.since(self.0)
    }

    /// Clears the deadline if it is due; whether it was.
    pub(crate) fn expire(&mut self, now: Instant) -> bool {
        let due = self.is_set() && self.0 <= now;
        if due {
            self.clear();
        }
        due
    }
}

impl Default for Deadline {
    /// None
    fn default() -> Self {
        Self(NEVER)
    }
}

/// The deadlines of a client, apart from those of keep alive.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    /// The server must have accepted the connection.
    pub(crate) connect: Deadline,
    /// The next attempt to connect
    pub(crate) reconnect: Deadline,
    /// A graceful disconnect ends, whether or not every request was answered.
    pub(crate) disconnect: Deadline,
}

impl Timers {
    /// The next deadline.
    pub(crate) fn next(&self) -> Deadline {
        self.connect.min(self.reconnect).min(self.disconnect)
    }
}

/// The instant of a deadline that is not set
const NEVER: Instant = Instant(u64::MAX);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_expires_once_and_not_early() {
        let mut deadline = Deadline::default();
        assert!(!deadline.expire(Instant(100)));
        deadline.set(Instant(100));
        assert!(!deadline.expire(Instant(99)));
        assert_eq!(deadline.lateness(Instant(130)), 30);
        assert!(deadline.expire(Instant(100)));
        assert!(!deadline.expire(Instant(100)) && !deadline.is_set());
    }

    #[test]
    fn the_next_deadline_is_the_earliest() {
        let mut timers = Timers::default();
        assert_eq!(timers.next().get(), None);
        timers.connect.set(Instant(30));
        timers.disconnect.set(Instant(20));
        assert_eq!(timers.next().get(), Some(Instant(20)));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_underflow() {
        assert_eq!(Instant(5).since(Instant(7)), 0);
        assert_eq!(Instant(7).after(u64::MAX), Instant(u64::MAX));
    }
}
