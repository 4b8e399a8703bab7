//! What an auditor finds that should not be, and how a watch that lost its way finds it again.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use super::findings::Finding;
use super::{
    check_ins::CheckInState,
    watch::{Effects, Scene, Watch},
};
use crate::model::{
    alarms::{Alarm, AlarmState, Cause},
    clock::{Instant, minutes},
    ids::VisitId,
    input::newer,
};

/// How long something may be overdue before it should not be.
pub const TOO_LONG: TimeDelta = TimeDelta::minutes(1);

/// What the last look found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    pub at: Instant,
    /// What was found, and how often.
    #[serde(deserialize_with = "newer::known")]
    pub found: Vec<(Finding, i64)>,
    /// What could not be put right, and how often.
    #[serde(deserialize_with = "newer::known")]
    pub left: Vec<(Finding, i64)>,
    /// How much was put right since the database was made.
    pub repaired: i64,
    /// Where the next look goes on.
    #[serde(default)]
    pub next: NextLook,
}

/// Where the next look goes on, when there is more than is looked at at once; nothing for the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NextLook {
    /// Among the visits that are not over.
    pub visit: Option<VisitId>,
    /// Among the steps about visits, by the visit.
    pub step: Option<VisitId>,
}

impl AuditReport {
    /// Whether all is as it should be now.
    pub fn is_well(&self) -> bool {
        self.left.is_empty()
    }
}

impl Watch {
    /// Finds its way again: under way there is a next question, and nobody was asked after now.
    #[must_use]
    pub fn mended(mut self, s: &Scene<'_>) -> Self {
        if !self.visit.is_under_way() {
            return self;
        }
        for check_in in &mut self.visit.check_ins {
            if let CheckInState::Prompted { at, .. } = &mut check_in.state
                && *at > s.now + TOO_LONG
            {
                *at = s.now;
            }
        }
        if !self.is_paused() {
            self.visit.plan_next(s.now, s.policy, s.random);
        }
        self
    }
}

impl Watch {
    /// Its alarm cannot be read: another takes its place. The one before may have been silent, so this
    /// one is, and changes nothing on the phone of who is out there.
    #[must_use]
    pub fn lost_alarm(mut self, s: &Scene<'_>) -> (Self, Effects) {
        let mut effects = Effects::default();
        (self.visit.alarm, self.alarm) = (None, None);
        self.raise(Cause::Duress, None, s, &mut effects);
        (self, effects)
    }
}

/// No rung of a ladder, and no owner, is given longer.
pub const LONGEST_WAIT: u32 = 120;

impl Alarm {
    /// Finds its way again: nobody waits longer for its next step than a ladder can ask.
    #[must_use]
    pub fn mended(mut self, now: Instant) -> Self {
        let latest = now + minutes(LONGEST_WAIT);
        // By so much the clock was set back since it was opened.
        let back = Some(self.opened_at - now).filter(|back| *back > TOO_LONG);
        match &mut self.state {
            AlarmState::Open { next_round_at } => {
                *next_round_at = back.map_or(latest, |_| now).min(*next_round_at);
            }
            AlarmState::Owned { until, .. } => {
                *until = latest.min(*until - back.unwrap_or_default());
            }
            AlarmState::Closed { .. } => {}
        }
        self
    }
}
