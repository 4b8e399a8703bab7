//! When a carrier is left alone for a while: a pure state machine, one for each carrier and channel.
//!
//! An open circuit only puts a carrier at the end of the line: when nobody else takes a message, it
//! is tried after all. Nothing is ever dropped because circuits are open.

use chrono::TimeDelta;

use crate::{carrier::SendError, model::clock::Instant};

/// So many failures in a row open the circuit.
pub const OPENS_AFTER: u32 = 3;

/// So many refusals for good in a row are no longer about the messages.
const REFUSALS: u32 = 10;

/// How long a carrier is left alone before a single message tries it.
pub const PAUSE: TimeDelta = TimeDelta::seconds(15);

/// The longest that a carrier is left alone because it asked for it.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// The circuit of one carrier on one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circuit {
    failures: u32,
    refusals: u32,
    failing_since: Option<Instant>,
    failed_at: Option<Instant>,
    answered_at: Option<Instant>,
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    since: Instant,
    until: Instant,
    probing: bool,
}

/// When a carrier gets its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Before all others, to see whether it is well again.
    Probe,
    /// In its own place.
    Usual,
    /// After all others.
    Last,
}

impl Circuit {
    /// Its turn for a message. One that is `urgent` is never a probe.
    pub fn turn(&mut self, now: Instant, urgent: bool) -> Turn {
        let Some(open) = &mut self.open else { return Turn::Usual };
        // A clock that was put back must not keep it open.
        let over = now >= open.until || now < open.since;
        if urgent || !over {
            return Turn::Last;
        }
        *open = Open { since: now, until: now + PAUSE, probing: true };
        Turn::Probe
    }

    /// It took a message.
    pub fn took(&mut self, now: Instant) {
        *self = Self { answered_at: Some(now), ..Self::default() };
    }

    /// It refused a message for good: it is there. When it refuses all of them, it does not help.
    pub fn refused(&mut self, now: Instant) {
        let was_refusing = self.refusals > 0;
        self.refusals = self.refusals.saturating_add(1);
        (self.failures, self.open) = (0, None);
        if !was_refusing {
            self.failing_since = Some(now);
        }
        if self.refusals < REFUSALS {
            self.answered_at = Some(now);
        } else {
            self.failed_at = Some(now);
        }
    }

    /// It failed; perhaps it asked to be left alone.
    pub fn failed(&mut self, refusal: &SendError, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        self.failing_since.get_or_insert(now);
        self.failed_at = Some(now);
        let asked = match refusal {
            SendError::Temporary { retry_after: Some(asked), .. } => {
                TimeDelta::from_std(*asked).unwrap_or(LONGEST_PAUSE)
            }
            _ => TimeDelta::zero(),
        };
        if self.failures >= OPENS_AFTER || asked > TimeDelta::zero() {
            let until = now + asked.clamp(PAUSE, LONGEST_PAUSE);
            self.open = Some(Open { since: now, until, probing: false });
        }
    }

    /// Since when it fails, once it failed or refused so often that it counts as out of order.
    pub fn out_of_order_since(&self) -> Option<Instant> {
        self.failing_since.filter(|_| self.failures >= OPENS_AFTER || self.refusals >= REFUSALS)
    }

    /// When it last failed.
    pub fn failed_at(&self) -> Option<Instant> {
        self.failed_at
    }

    /// When it last took a message or refused one.
    pub fn answered_at(&self) -> Option<Instant> {
        self.answered_at
    }

    /// How it stands: `closed`, `open` or `probing`.
    pub fn name(&self) -> &'static str {
        match self.open {
            None => "closed",
            Some(Open { probing: false, .. }) => "open",
            Some(Open { probing: true, .. }) => "probing",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: i64) -> Instant {
        chrono::DateTime::from_timestamp(1_795_438_800 + seconds, 0).unwrap()
    }

    fn unknown() -> SendError {
        SendError::Unknown { reason: "it hung".into() }
    }

    fn asks(seconds: u64) -> SendError {
        let retry_after = Some(Duration::from_secs(seconds));
        SendError::Temporary { reason: "answered 429".into(), retry_after }
    }

    fn opened() -> Circuit {
        let mut circuit = Circuit::default();
        (0..3).for_each(|n| circuit.failed(&unknown(), at(n)));
        circuit
    }

    #[test]
    fn it_opens_after_failures_in_a_row() {
        let mut circuit = Circuit::default();
        circuit.failed(&unknown(), at(0));
        circuit.failed(&unknown(), at(1));
        assert_eq!((circuit.name(), circuit.turn(at(1), false)), ("closed", Turn::Usual));
        circuit.took(at(2));
        circuit.failed(&unknown(), at(3));
        assert_eq!(circuit.name(), "closed", "not in a row");
        assert_eq!((opened().name(), opened().turn(at(3), false)), ("open", Turn::Last));
        assert_eq!(opened().out_of_order_since(), Some(at(0)));
    }

    #[test]
    fn after_a_pause_one_message_tries_it() {
        let mut circuit = opened();
        assert_eq!(circuit.turn(at(16), false), Turn::Last);
        assert_eq!(circuit.turn(at(17), true), Turn::Last, "an alarm is no trial");
        assert_eq!(circuit.turn(at(17), false), Turn::Probe);
        assert_eq!((circuit.name(), circuit.turn(at(17), false)), ("probing", Turn::Last));
        circuit.failed(&unknown(), at(20));
        assert_eq!((circuit.name(), circuit.turn(at(34), false)), ("open", Turn::Last));
        assert_eq!(circuit.turn(at(35), false), Turn::Probe);
        circuit.took(at(36));
        assert_eq!((circuit.name(), circuit.turn(at(36), true)), ("closed", Turn::Usual));
        assert_eq!((circuit.out_of_order_since(), circuit.answered_at()), (None, Some(at(36))));
    }

    #[test]
    fn a_trial_of_which_nothing_is_heard_is_not_the_last() {
        let mut circuit = opened();
        assert_eq!(circuit.turn(at(17), false), Turn::Probe);
        assert_eq!(circuit.turn(at(32), false), Turn::Probe);
    }

    #[test]
    fn one_that_asks_for_it_is_left_alone_at_once_but_not_for_ever() {
        let mut circuit = Circuit::default();
        circuit.failed(&asks(60), at(0));
        assert_eq!(
            (circuit.turn(at(59), false), circuit.turn(at(60), false)),
            (Turn::Last, Turn::Probe)
        );
        assert_eq!(circuit.out_of_order_since(), None, "busy is not out of order");
        circuit.failed(&asks(86_400), at(61));
        assert_eq!(circuit.turn(at(61 + 300), false), Turn::Probe);
    }

    #[test]
    fn one_that_refuses_is_there_until_it_refuses_everything() {
        let mut circuit = opened();
        circuit.refused(at(10));
        assert_eq!((circuit.name(), circuit.turn(at(10), true)), ("closed", Turn::Usual));
        assert_eq!((circuit.out_of_order_since(), circuit.answered_at()), (None, Some(at(10))));
        (11..20).for_each(|n| circuit.refused(at(n)));
        assert_eq!(circuit.out_of_order_since(), Some(at(10)));
        assert_eq!((circuit.answered_at(), circuit.failed_at()), (Some(at(18)), Some(at(19))));
        circuit.took(at(20));
        assert_eq!(circuit.out_of_order_since(), None);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_keep_it_open() {
        assert_eq!(opened().turn(at(-3600), false), Turn::Probe);
    }
}
