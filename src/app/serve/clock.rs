//! The clocks of a running service: the system's own, and one that the demo can move ahead.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};

use crate::model::clock::{Clock, Instant, whole_micros};

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    fn now(&self) -> Instant {
        whole_micros(Utc::now())
    }
}

/// The system's clock, moved ahead.
#[derive(Debug, Default)]
pub struct DemoClock {
    ahead: AtomicI64,
}

impl DemoClock {
    /// A clock that is so many microseconds ahead.
    pub fn ahead(micros: i64) -> Self {
        Self { ahead: AtomicI64::new(micros) }
    }

    /// How many microseconds it is ahead.
    fn micros_ahead(&self) -> i64 {
        self.ahead.load(Ordering::SeqCst)
    }

    /// How many microseconds it is ahead once it was moved to `at`; never fewer than now.
    pub fn micros_ahead_at(&self, at: Instant) -> i64 {
        (at - SystemClock.now()).num_microseconds().unwrap_or(0).max(self.micros_ahead())
    }

    /// It was moved ahead by so many microseconds elsewhere; never back.
    pub fn is_ahead(&self, micros: i64) {
        self.ahead.fetch_max(micros, Ordering::SeqCst);
    }

    /// Moves it on to `at`; never back.
    pub fn move_to(&self, at: Instant) {
        self.ahead.fetch_max(self.micros_ahead_at(at), Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Instant {
        SystemClock.now() + TimeDelta::microseconds(self.micros_ahead())
    }
}
