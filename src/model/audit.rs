//! What an auditor finds that should not be, and how a watch that lost its way finds it again.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    alarms::{Alarm, AlarmState},
    check_ins::CheckInState,
    clock::{Instant, minutes},
    ids::VisitId,
    watch::{Scene, Watch},
};

/// How long something may be overdue before it should not be.
pub const TOO_LONG: TimeDelta = TimeDelta::minutes(1);

/// Something that should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// A step was due, and nobody decided it.
    StepLate,
    /// A message waits, or is in somebody's hands, for too long.
    MessageLate,
    /// An alarm that is not closed has no next step.
    AlarmStuck,
    /// A visit that is not over has no next step.
    VisitUnwatched,
    /// A step is about something that is gone.
    StepOrphaned,
    /// Something was written down after now: a clock was set back.
    ClockSetBack,
}

impl Finding {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::StepLate,
        Self::MessageLate,
        Self::AlarmStuck,
        Self::VisitUnwatched,
        Self::StepOrphaned,
        Self::ClockSetBack,
    ];

    /// Its name in metrics and purposes.
    pub fn name(self) -> &'static str {
        match self {
            Self::StepLate => "step-late",
            Self::MessageLate => "message-late",
            Self::AlarmStuck => "alarm-stuck",
            Self::VisitUnwatched => "visit-unwatched",
            Self::StepOrphaned => "step-orphaned",
            Self::ClockSetBack => "clock-set-back",
        }
    }
}

/// What the last look found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// When.
    pub at: Instant,
    /// What was found, and how often.
    pub found: Vec<(Finding, i64)>,
    /// What could not be put right, and how often.
    pub left: Vec<(Finding, i64)>,
    /// How much was put right since the database was made.
    pub repaired: i64,
    /// Where the next look goes on.
    #[serde(default)]
    pub next: Next,
}

/// Where the next look goes on, when there is more than is looked at at once; nothing for the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Next {
    /// Among the visits that are not over.
    pub visit: Option<VisitId>,
    /// Among the steps about visits, by the visit.
    pub step: Option<VisitId>,
}

impl Report {
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
            self.visit.plan_next(s.now, s.policy, s.dice);
        }
        self
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
