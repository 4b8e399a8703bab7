//! Teams: who belongs together, when they are asked, and who is told when nobody answers.

mod hour_and_minute;
mod ladder;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::ladder::{Ladder, OfficeHours, OutOfHours, Rung, Who};
use crate::model::{
    ids::{PersonId, TeamId},
    incidents::letters::letterhead::Letterhead,
    input::newer,
    phone::Phone,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// Who goes on visits for it.
    pub members: Vec<PersonId>,
    /// Its managers; the first is called first.
    pub managers: Vec<PersonId>,
    /// Who stands in for them.
    pub deputies: Vec<PersonId>,
    /// The agreed times.
    pub policy: WatchPolicy,
    /// Who is told, and when.
    pub ladder: Ladder,
}

impl Team {
    /// A team of which only the id can be read: the times are the usual ones, and its ladder has
    /// nobody, so that the organisation's stands in.
    pub fn unknown(id: TeamId) -> Self {
        let ladder = Ladder { rungs: vec![], ..Ladder::default() };
        let (members, managers, deputies) = (vec![], vec![], vec![]);
        let policy = WatchPolicy::default();
        Self { id, name: String::new(), members, managers, deputies, policy, ladder }
    }

    /// Whether this person manages the team, as manager or deputy.
    pub fn is_managed_by(&self, person: PersonId) -> bool {
        self.managers.contains(&person) || self.deputies.contains(&person)
    }

    /// Its managers and deputies, in the order in which they are called.
    pub fn leads(&self) -> impl Iterator<Item = PersonId> {
        self.managers.iter().chain(&self.deputies).copied()
    }

    /// Whether this person goes on visits for the team or manages it.
    pub fn has(&self, person: PersonId) -> bool {
        self.members.contains(&person) || self.is_managed_by(person)
    }
}

/// All times of a watch, in minutes; the defaults are the policy's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[schema(as = Policy)]
pub struct WatchPolicy {
    /// How long before a check-in a reminder goes out, and answering early counts.
    #[schema(required, minimum = 0, maximum = 60)]
    pub reminder_minutes: u32,
    /// How long after the prompt the second call follows.
    #[schema(required, minimum = 1, maximum = 60)]
    pub second_call_minutes: u32,
    /// How long after the prompt an unanswered check-in is an alarm.
    #[schema(required, minimum = 1, maximum = 60)]
    pub miss_minutes: u32,
    /// How often is asked past the expected end.
    #[schema(required, minimum = 5, maximum = 240)]
    pub interval_minutes: u32,
    /// The same for a risky visit.
    #[schema(required, minimum = 5, maximum = 240)]
    pub risky_interval_minutes: u32,
    /// When a risky visit is first asked.
    #[schema(required, minimum = 5, maximum = 240)]
    pub risky_first_minutes: u32,
    /// How long an owner has to close an alarm before it climbs on.
    #[schema(required, minimum = 5, maximum = 120)]
    pub owned_minutes: u32,
    /// How a planned visit gets under way.
    #[serde(deserialize_with = "newer::or_usual")]
    #[schema(required)]
    pub start_by: StartBy,
    /// When an answer needs the PIN.
    #[serde(deserialize_with = "newer::or_usual")]
    #[schema(required)]
    pub pin: PinRule,
    /// Whether 'Help' is silent: the phone then shows nothing of it.
    pub silent_help: bool,
}

impl Default for WatchPolicy {
    fn default() -> Self {
        Self {
            reminder_minutes: 5,
            second_call_minutes: 2,
            miss_minutes: 5,
            interval_minutes: 30,
            risky_interval_minutes: 15,
            risky_first_minutes: 15,
            owned_minutes: 15,
            start_by: StartBy::default(),
            pin: PinRule::default(),
            silent_help: false,
        }
    }
}

impl WatchPolicy {
    /// What is wrong with these times: `(field, why)` for each.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let within = |n: u32, from: u32, until: u32| (from..=until).contains(&n);
        [
            (within(self.reminder_minutes, 0, 60), "reminderMinutes", "between 0 and 60"),
            (within(self.miss_minutes, 1, 60), "missMinutes", "between 1 and 60"),
            (
                within(self.second_call_minutes, 1, 60)
                    && self.second_call_minutes < self.miss_minutes.max(2),
                "secondCallMinutes",
                "at least 1 and before missMinutes",
            ),
            (within(self.interval_minutes, 5, 240), "intervalMinutes", "between 5 and 240"),
            (
                within(self.risky_interval_minutes, 5, 240),
                "riskyIntervalMinutes",
                "between 5 and 240",
            ),
            (within(self.risky_first_minutes, 5, 240), "riskyFirstMinutes", "between 5 and 240"),
            (within(self.owned_minutes, 5, 120), "ownedMinutes", "between 5 and 120"),
        ]
        .into_iter()
        .filter_map(|(good, field, why)| (!good).then_some((field, why)))
        .collect()
    }
}

/// How a planned visit gets under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartBy {
    /// By itself, at its start time.
    #[default]
    Time,
    /// When the worker taps; at the first agreed check-in it starts all the same.
    Tap,
}

/// When an answer needs the PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PinRule {
    Never,
    /// For risky visits.
    #[default]
    Risky,
    Always,
}

/// The municipality itself: its name, its last-resort ladder, and the number that always answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    pub name: String,
    /// Whom to call when the service cannot watch.
    pub call_number: Phone,
    /// The ladder that stands in where a team's own has a gap.
    pub ladder: Ladder,
    /// What letters take from it, once that is set.
    #[serde(default)]
    pub letterhead: Option<Letterhead>,
}

impl Organisation {
    /// One of which nothing can be read. The emergency number always answers.
    pub fn unknown() -> Self {
        let call_number = Phone::emergency();
        Self { name: String::new(), call_number, ladder: Ladder::default(), letterhead: None }
    }
}

#[cfg(test)]
mod tests;
