//! Seeded chance and a clock that is set by hand, for tests and simulations.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use chrono::TimeDelta;
use rand::{Rng as _, RngCore as _, SeedableRng as _, rngs::StdRng};
use uuid::Uuid;

use super::{Clock, Instant};
use crate::model::{
    ids::Randomness,
    privacy::sealing::{Keyring, MasterKey},
};

/// Randomness that fall the same way for the same seed.
#[derive(Debug)]
pub struct Seeded {
    rng: Mutex<StdRng>,
    count: AtomicU64,
}

impl Seeded {
    /// Randomness of this seed.
    pub fn new(seed: u64) -> Self {
        Self { rng: Mutex::new(StdRng::seed_from_u64(seed)), count: AtomicU64::new(0) }
    }
}

impl Randomness for Seeded {
    fn uuid(&self, now: Instant) -> Uuid {
        let n = self.count.fetch_add(1, Ordering::Relaxed);
        let mut tail = [0_u8; 10];
        // The count keeps ids of one millisecond in order, as version 7 asks.
        tail[..5].copy_from_slice(&n.to_be_bytes()[3..]);
        if let Ok(mut rng) = self.rng.lock() {
            rng.fill(&mut tail[5..]);
        }
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        if let Ok(mut rng) = self.rng.lock() {
            rng.fill_bytes(bytes);
        }
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that says `at`.
    pub fn at(at: Instant) -> Self {
        Self(AtomicI64::new(at.timestamp_micros()))
    }

    /// Moves on by `by`.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }

    /// Sets it to `at`.
    pub fn set(&self, at: Instant) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// The data key of every test.
pub fn data_key() -> MasterKey {
    MasterKey::generate(&Seeded::new(31))
}

/// The keys to a test's database.
pub fn keyring() -> Keyring {
    Keyring::new(&data_key(), &[])
}
