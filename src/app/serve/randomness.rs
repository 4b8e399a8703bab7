//! The dice of a running service: the system's own randomness.

use std::sync::Mutex;

use rand::{TryRngCore as _, rngs::OsRng};
use uuid::Uuid;

use crate::model::{clock::Instant, ids::Randomness};

/// Randomness of the system, with ids that only ever increase within this process.
#[derive(Debug, Default)]
pub struct SystemDice {
    last: Mutex<(u64, u32)>,
}

impl Randomness for SystemDice {
    fn uuid(&self, now: Instant) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let (millis, count) = self.next(millis);
        let mut tail = [0_u8; 10];
        self.fill(&mut tail);
        // The count comes first, so that ids of one millisecond stay in their order.
        tail[..4].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness no token is safe; then nothing may go on.
        #[expect(clippy::expect_used, reason = "a system without randomness cannot be served")]
        OsRng.try_fill_bytes(bytes).expect("the system gives randomness");
    }
}

impl SystemDice {
    fn next(&self, millis: u64) -> (u64, u32) {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = if millis > last.0 { (millis, 0) } else { (last.0, last.1 + 1) };
        *last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_stay_in_order() {
        let random = SystemDice::default();
        let now = "2026-11-23T13:00:00Z".parse().unwrap();
        let ids: Vec<_> = (0..1000).map(|_| random.uuid(now)).collect();
        assert!(ids.windows(2).all(|w| w[0] < w[1]));
    }
}
