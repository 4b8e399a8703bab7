//! A check-in: the moment at which somebody is asked whether all is well, and its steps.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::model::{
    clock::{Instant, minutes},
    ids::{CheckInId, Randomness},
    people::teams::WatchPolicy,
};

/// An agreed moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckIn {
    pub id: CheckInId,
    /// The agreed time.
    pub due_at: Instant,
    /// When it was agreed; one that was agreed just before its time needs no reminder.
    pub planned_at: Instant,
    /// How far it is.
    pub state: CheckInState,
    /// Whether its answer gave more time: one question does so once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gave_more_time: bool,
}

/// How far a check-in is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "is")]
pub enum CheckInState {
    /// Its time has not come.
    Scheduled {
        /// Whether the reminder went out.
        reminded: bool,
    },
    /// The worker was asked.
    Prompted {
        /// When; all later steps count from here, so that somebody who was asked late (after an
        /// outage) still gets the time to answer.
        at: Instant,
        /// Whether the second call went out.
        again: bool,
    },
    /// A human said that all is well.
    Confirmed {
        /// When that was said.
        at: Instant,
    },
    /// Nobody said so in time.
    Missed {
        /// When that was decided.
        at: Instant,
    },
    /// The visit ended first, or an open alarm took its place.
    Cancelled,
}

/// What is to be done next for a check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckInStep {
    Remind,
    /// Call and text.
    Prompt,
    CallAgain,
    /// It was missed.
    Miss,
}

impl CheckIn {
    /// A moment agreed now.
    pub fn plan(due_at: Instant, now: Instant, random: &dyn Randomness) -> Self {
        Self {
            id: CheckInId::new(random, now),
            due_at,
            planned_at: now,
            gave_more_time: false,
            state: CheckInState::Scheduled { reminded: false },
        }
    }

    /// Whether it still waits for its time or for an answer.
    pub fn is_open(&self) -> bool {
        matches!(self.state, CheckInState::Scheduled { .. } | CheckInState::Prompted { .. })
    }

    /// What is to be done next, and when; nothing once it is settled.
    pub fn next_step(&self, policy: &WatchPolicy) -> Option<(Instant, CheckInStep)> {
        match self.state {
            CheckInState::Scheduled { reminded } => {
                let remind_at = self.due_at - minutes(policy.reminder_minutes);
                let wants = !reminded && self.planned_at < remind_at;
                Some(if wants {
                    (remind_at, CheckInStep::Remind)
                } else {
                    (self.due_at, CheckInStep::Prompt)
                })
            }
            CheckInState::Prompted { at, again: false } => {
                Some((at + minutes(policy.second_call_minutes), CheckInStep::CallAgain))
            }
            CheckInState::Prompted { at, again: true } => {
                Some((at + minutes(policy.miss_minutes), CheckInStep::Miss))
            }
            _ => None,
        }
    }

    /// Whether an answer given at `tapped_at` counts for it: from the reminder on.
    pub fn answers_from(&self, tapped_at: Instant, policy: &WatchPolicy) -> bool {
        self.due_at - minutes(policy.reminder_minutes) <= tapped_at
    }

    /// Its name in the api.
    pub fn state_name(&self) -> &'static str {
        match self.state {
            CheckInState::Scheduled { .. } => "scheduled",
            CheckInState::Prompted { .. } => "prompted",
            CheckInState::Confirmed { .. } => "confirmed",
            CheckInState::Missed { .. } => "missed",
            CheckInState::Cancelled => "cancelled",
        }
    }
}

/// The moments that are agreed when nobody names any: the expected end; for a risky visit also
/// halfway, and the first after 15 minutes. Moments closer than 5 minutes together are one.
pub fn default_times(
    starts_at: Instant,
    expected_minutes: u32,
    risky: bool,
    policy: &WatchPolicy,
) -> Vec<Instant> {
    let end = starts_at + minutes(expected_minutes);
    if !risky {
        return vec![end];
    }
    let halfway = starts_at + TimeDelta::seconds(i64::from(expected_minutes) * 30);
    let first = starts_at + minutes(policy.risky_first_minutes);
    let mut times = vec![first.min(end), halfway, end];
    times.sort_unstable();
    times.dedup_by(|later, earlier| *later - *earlier < minutes(5));
    times
}

/// The check-ins for these moments, as seen at `now`. Of the moments that are already over only
/// the last is kept: it is asked at once, and nobody is asked three times for the past.
pub fn plan_all(mut times: Vec<Instant>, now: Instant, random: &dyn Randomness) -> Vec<CheckIn> {
    times.sort_unstable();
    times.dedup();
    let over = times.iter().filter(|t| **t <= now).count();
    times.drain(..over.saturating_sub(1));
    times.into_iter().map(|due| CheckIn::plan(due, now, random)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::testing::Seeded;

    fn at(time: &str) -> Instant {
        format!("2026-11-23T{time}:00Z").parse().unwrap()
    }

    #[test]
    fn an_ordinary_visit_is_asked_at_its_expected_end() {
        let policy = WatchPolicy::default();
        assert_eq!(default_times(at("13:00"), 45, false, &policy), [at("13:45")]);
    }

    #[test]
    fn a_risky_visit_is_asked_after_15_minutes_halfway_and_at_the_end() {
        let policy = WatchPolicy::default();
        let asked = default_times(at("13:00"), 60, true, &policy);
        assert_eq!(asked, [at("13:15"), at("13:30"), at("14:00")]);
        assert_eq!(default_times(at("13:00"), 10, true, &policy), [at("13:05"), at("13:10")]);
    }

    #[test]
    fn of_moments_that_are_over_only_the_last_is_asked() {
        let random = Seeded::new(1);
        let times = vec![at("13:00"), at("13:30"), at("14:00")];
        let planned = plan_all(times, at("13:40"), &random);
        let dues: Vec<_> = planned.iter().map(|c| c.due_at).collect();
        assert_eq!(dues, [at("13:30"), at("14:00")]);
    }

    #[test]
    fn a_check_in_agreed_just_before_its_time_needs_no_reminder() {
        let (policy, random) = (WatchPolicy::default(), Seeded::new(1));
        let soon = CheckIn::plan(at("13:01"), at("13:00"), &random);
        assert_eq!(soon.next_step(&policy), Some((at("13:01"), CheckInStep::Prompt)));
        let later = CheckIn::plan(at("13:30"), at("13:00"), &random);
        assert_eq!(later.next_step(&policy), Some((at("13:25"), CheckInStep::Remind)));
    }
}
