//! Delays between attempts to reconnect.

/// Exponential backoff with jitter, so that a server that comes back does not meet all its clients
/// at once.
#[derive(Debug)]
pub(super) struct Backoff {
    /// Attempts since a connection that was stable
    attempts: u32,
    /// State of the random number generator, never 0
    random: u32,
}

impl Backoff {
    pub(super) fn new(seed: u32) -> Self {
        Self { attempts: 0, random: seed.max(1) }
    }

    /// Starts again with the shortest delay.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }

    /// A connection was lost that the server had accepted so many milliseconds ago.
    pub(super) fn connection_lost(&mut self, age: u64) {
        if age >= STABLE_AGE {
            self.reset();
        }
    }

    /// Milliseconds until the next attempt: `period` at first, then random between `period` and a
    /// maximum that doubles with each attempt, up to `MAX_DELAY`.
    pub(super) fn next_delay(&mut self, period: u64) -> u64 {
        let doublings = self.attempts.min(16);
        self.attempts += 1;
        if doublings == 0 {
            return period;
        }
        let longest = period.saturating_mul(1 << doublings).min(MAX_DELAY.max(period));
        let shortest = period.min(longest / 2); // leaves a range even if the period is long
        shortest + u64::from(self.next_random()) % (longest - shortest + 1)
    }

    /// xorshift32
    fn next_random(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}

/// Milliseconds between two attempts, at most.
pub(super) const MAX_DELAY: u64 = 30_000;

/// Milliseconds after which an accepted connection counts as stable.
const STABLE_AGE: u64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_delay_is_the_period() {
        for period in [1, 1_000, 60_000] {
            assert_eq!(Backoff::new(7).next_delay(period), period);
        }
    }

    #[test]
    fn delays_stay_between_the_period_and_the_maximum() {
        for seed in 0..100 {
            let mut backoff = Backoff::new(seed);
            for attempt in 0..40_u32 {
                let delay = backoff.next_delay(1_000);
                let longest = (1_000 << attempt.min(16)).min(MAX_DELAY);
                assert!((1_000..=longest).contains(&delay), "attempt {attempt}: {delay}");
            }
        }
    }

    #[test]
    fn a_period_beyond_the_maximum_still_leaves_room_for_jitter() {
        let mut backoff = Backoff::new(7);
        backoff.next_delay(60_000);
        for _ in 0..100 {
            assert!((30_000..=60_000).contains(&backoff.next_delay(60_000)));
        }
        assert!(backoff.next_delay(u64::MAX) > 0);
    }

    #[test]
    fn clients_with_other_seeds_come_at_other_times() {
        let third = |seed| {
            let mut backoff = Backoff::new(seed);
            [1, 2, 3].map(|_| backoff.next_delay(1_000))[2]
        };
        assert_ne!(third(1), third(2));
        assert_eq!(third(0), third(1), "0 is not a state of the generator");
    }

    #[test]
    fn only_a_stable_connection_resets_the_delays() {
        let mut backoff = Backoff::new(7);
        for _ in 0..10 {
            backoff.next_delay(1_000);
        }
        backoff.connection_lost(STABLE_AGE - 1);
        assert_eq!(backoff.attempts, 10);
        backoff.connection_lost(STABLE_AGE);
        assert_eq!(backoff.next_delay(1_000), 1_000);
    }
}
