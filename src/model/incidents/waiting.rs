//! An incident waits for a decision: whom to remind of that, and when.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::model::{clock::Instant, incidents::policy::Policy};

/// Once it is overdue, everybody is told again this often.
const AGAIN: TimeDelta = TimeDelta::hours(24);

/// When an incident has to be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deadlines {
    /// When the manager is first reminded.
    pub first: Instant,
    pub second: Instant,
    /// When it has to be answered.
    pub due: Instant,
    /// How many reminders are behind.
    pub reminders: u32,
}

/// Who is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// The team's managers, before the deadline.
    Managers,
    /// Managers, deputies and the desk: the deadline has passed.
    Everybody,
}

impl Deadlines {
    /// The deadlines of what is reported now.
    pub fn new(now: Instant, policy: &Policy) -> Self {
        let after = |hours: u32| now + TimeDelta::hours(hours.into());
        Self {
            first: after(policy.first_reminder_hours),
            second: after(policy.second_reminder_hours),
            due: after(policy.reaction_hours),
            reminders: 0,
        }
    }

    /// When reminder number `n` goes out, counted from 0.
    pub(super) fn at(&self, n: u32) -> Instant {
        match n {
            0 => self.first,
            1 => self.second,
            n => self.due + AGAIN * i32::try_from(n - 2).unwrap_or(i32::MAX / 2),
        }
    }
}
