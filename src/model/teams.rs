//! Teams: who belongs together, when they are asked, and who is told when nobody answers.

use chrono::{Datelike as _, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    clock::Instant,
    ids::{PersonId, TeamId},
    letters::Letterhead,
    messages::Channel,
    phone::Phone,
};

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct WatchPolicy {
    /// How long before a check-in a reminder goes out, and answering early counts.
    pub reminder_minutes: u32,
    /// How long after the prompt the second call follows.
    pub second_call_minutes: u32,
    /// How long after the prompt an unanswered check-in is an alarm.
    pub miss_minutes: u32,
    /// How often is asked past the expected end.
    pub interval_minutes: u32,
    /// The same for a risky visit.
    pub risky_interval_minutes: u32,
    /// When a risky visit is first asked.
    pub risky_first_minutes: u32,
    /// How long an owner has to close an alarm before it climbs on.
    pub owned_minutes: u32,
    /// How a planned visit gets under way.
    pub start_by: StartBy,
    /// When an answer needs the PIN.
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
            start_by: StartBy::Time,
            pin: PinRule::Risky,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartBy {
    /// By itself, at its start time.
    Time,
    /// When the worker taps; at the first agreed check-in it starts all the same.
    Tap,
}

/// When an answer needs the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinRule {
    /// Never.
    Never,
    /// For risky visits.
    Risky,
    /// Always.
    Always,
}

/// Who is told of an alarm, rung by rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ladder {
    /// The rungs in order.
    pub rungs: Vec<Rung>,
    /// After the last rung everybody is told again, this often, until somebody takes it.
    pub repeat_minutes: u32,
    /// Other rungs outside office hours.
    #[serde(default)]
    pub out_of_hours: Option<OutOfHours>,
}

/// One rung of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rung {
    /// Who is told.
    pub who: Vec<Who>,
    /// By which channels.
    pub channels: Vec<Channel>,
    /// How long until the next rung.
    pub wait_minutes: u32,
}

/// Who stands on a rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The team's first manager.
    Manager,
    /// The team's deputies.
    Deputy,
    /// All managers and deputies of the team.
    AllManagers,
    /// Everybody at the aggression desk.
    Desk,
    /// The district officer of the visit; on a risky visit only.
    DistrictOfficer,
    /// One person.
    #[serde(untagged)]
    Person {
        /// The account.
        #[serde(rename = "personId")]
        person: PersonId,
    },
}

/// Rungs for outside office hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutOfHours {
    /// When the office is open.
    pub office_hours: Vec<OfficeHours>,
    /// The rungs for all other times.
    pub rungs: Vec<Rung>,
}

/// Some weekdays and the time, local, between which the office is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficeHours {
    /// On these days.
    #[serde(with = "short_days")]
    pub days: Vec<Weekday>,
    /// From this local time.
    #[serde(with = "hour_and_minute")]
    pub from: NaiveTime,
    /// Until this local time.
    #[serde(with = "hour_and_minute")]
    pub until: NaiveTime,
}

impl Rung {
    /// Whether it trusts to notifications alone, which may never come.
    fn only_pushes(&self) -> bool {
        !self.channels.is_empty() && self.channels.iter().all(|c| *c == Channel::Push)
    }
}

impl Default for Ladder {
    /// The ladder of issue and policy: manager at once, deputy after 3 minutes, everybody after 6,
    /// and then everybody again every 5 minutes.
    fn default() -> Self {
        use Channel::{Call, Push, Text};
        let rung = |who: &[Who], wait_minutes| Rung {
            who: who.to_vec(),
            channels: vec![Push, Text, Call],
            wait_minutes,
        };
        Self {
            rungs: vec![
                rung(&[Who::Manager], 3),
                rung(&[Who::Deputy], 3),
                rung(&[Who::AllManagers, Who::Desk, Who::DistrictOfficer], 5),
            ],
            repeat_minutes: 5,
            out_of_hours: None,
        }
    }
}

impl Ladder {
    /// The rungs that hold at this moment, in this time zone.
    pub fn rungs_at(&self, now: Instant, zone: Tz) -> &[Rung] {
        match &self.out_of_hours {
            Some(other) if self.is_out_of_hours(now, zone) => &other.rungs,
            _ => &self.rungs,
        }
    }

    /// Whether other rungs hold at this moment, because the office is closed.
    pub fn is_out_of_hours(&self, now: Instant, zone: Tz) -> bool {
        self.out_of_hours.as_ref().is_some_and(|other| !other.is_open(now, zone))
    }

    /// Everybody whom it names in person.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        let others = self.out_of_hours.iter().flat_map(|other| &other.rungs);
        self.rungs.iter().chain(others).flat_map(|rung| &rung.who).filter_map(|who| match who {
            Who::Person { person } => Some(*person),
            _ => None,
        })
    }

    /// What is wrong with this ladder: `(field, why)` for each.
    pub fn faults(&self) -> Vec<(String, &'static str)> {
        let mut faults = rung_faults("ladder.rungs", &self.rungs);
        if let Some(other) = &self.out_of_hours {
            let closed = other.office_hours.iter().all(|hours| hours.days.is_empty());
            if closed {
                faults.push(("ladder.outOfHours.officeHours".into(), "at least one day"));
            }
            faults.extend(rung_faults("ladder.outOfHours.rungs", &other.rungs));
        }
        if !(1..=60).contains(&self.repeat_minutes) {
            faults.push(("ladder.repeatMinutes".into(), "between 1 and 60"));
        }
        faults
    }
}

/// What is wrong with these rungs, below `path`.
fn rung_faults(path: &str, rungs: &[Rung]) -> Vec<(String, &'static str)> {
    let each = rungs.iter().enumerate().flat_map(|(at, rung)| {
        [
            (rung.who.is_empty(), "who", "somebody on each rung"),
            (rung.channels.is_empty(), "channels", "at least one channel"),
            (rung.only_pushes(), "channels", "another channel beside push"),
            (!(1..=60).contains(&rung.wait_minutes), "waitMinutes", "between 1 and 60"),
        ]
        .into_iter()
        .filter(|(bad, ..)| *bad)
        .map(move |(_, field, why)| (format!("{path}[{at}].{field}"), why))
    });
    let none = rungs.is_empty().then(|| (path.to_owned(), "at least one rung"));
    none.into_iter().chain(each).collect()
}

impl OutOfHours {
    fn is_open(&self, now: Instant, zone: Tz) -> bool {
        let local = now.with_timezone(&zone);
        self.office_hours.iter().any(|hours| hours.hold(local.weekday(), local.time()))
    }
}

impl OfficeHours {
    /// Whether they hold at this local time. Hours that end before they begin run past midnight
    /// into the next day; hours that end when they begin last a whole day.
    fn hold(&self, day: Weekday, time: NaiveTime) -> bool {
        let begun = self.days.contains(&day) && self.from <= time;
        if self.from < self.until {
            return begun && time < self.until;
        }
        begun || self.days.contains(&day.pred()) && time < self.until
    }
}

/// The municipality itself: its name, its last-resort ladder, and the number that always answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Whom to call when the service cannot watch.
    pub call_number: Phone,
    /// The ladder that stands in where a team's own has a gap.
    pub ladder: Ladder,
    /// What letters take from it, once that is set.
    #[serde(default)]
    pub letterhead: Option<Letterhead>,
}

mod short_days {
    //! Weekdays as `mon`.
    use chrono::Weekday;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(days: &[Weekday], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(days.iter().map(|day| day.to_string().to_lowercase()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Weekday>, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        names.iter().map(|n| n.parse().map_err(|_| D::Error::custom("not a weekday"))).collect()
    }
}

mod hour_and_minute {
    //! Local times as `08:30`.
    use chrono::NaiveTime;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
