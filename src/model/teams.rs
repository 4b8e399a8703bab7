//! Teams: who belongs together, when they are asked, and who is told when nobody answers.

use chrono::{Datelike as _, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    clock::Instant,
    ids::{PersonId, TeamId},
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
            Some(other) if !other.is_open(now, zone) => &other.rungs,
            _ => &self.rungs,
        }
    }

    /// Everybody whom it names in person.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        let others = self.out_of_hours.iter().flat_map(|other| &other.rungs);
        self.rungs.iter().chain(others).flat_map(|rung| &rung.who).filter_map(|who| match who {
            Who::Person { person } => Some(*person),
            _ => None,
        })
    }

    /// What is wrong with this ladder.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let all = || {
            self.rungs.iter().chain(self.out_of_hours.iter().flat_map(|other| other.rungs.iter()))
        };
        let no_out_of_hours = self.out_of_hours.as_ref().is_some_and(|o| o.rungs.is_empty());
        [
            (self.rungs.is_empty(), "ladder.rungs", "at least one rung"),
            (no_out_of_hours, "ladder.outOfHours.rungs", "at least one rung"),
            (all().any(|r| r.who.is_empty()), "ladder.rungs.who", "somebody on each rung"),
            (all().any(|r| r.channels.is_empty()), "ladder.rungs.channels", "at least one channel"),
            (
                all().any(|r| !(1..=60).contains(&r.wait_minutes)),
                "ladder.rungs.waitMinutes",
                "between 1 and 60",
            ),
            (!(1..=60).contains(&self.repeat_minutes), "ladder.repeatMinutes", "between 1 and 60"),
        ]
        .into_iter()
        .filter_map(|(bad, field, why)| bad.then_some((field, why)))
        .collect()
    }
}

impl OutOfHours {
    fn is_open(&self, now: Instant, zone: Tz) -> bool {
        let local = now.with_timezone(&zone);
        let (day, time) = (local.weekday(), local.time());
        self.office_hours.iter().any(|h| h.days.contains(&day) && h.from <= time && time < h.until)
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
mod tests {
    use super::*;
    use chrono_tz::Europe::Amsterdam;

    fn evening_ladder() -> Ladder {
        let json = r#"{"rungs":[{"who":["manager"],"channels":["text"],"waitMinutes":3}],
            "repeatMinutes":5,"outOfHours":{
              "officeHours":[{"days":["Mon","Fri"],"from":"08:00","until":"17:30"}],
              "rungs":[{"who":["desk",{"personId":"01890000-0000-7000-8000-000000000001"}],
                        "channels":["call"],"waitMinutes":2}]}}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn in_the_evening_others_are_called() {
        let ladder = evening_ladder();
        // Friday 27 November 2026, 17:29 and 17:30 in Enschede.
        let before = "2026-11-27T16:29:00Z".parse().unwrap();
        let after = "2026-11-27T16:30:00Z".parse().unwrap();
        assert_eq!(ladder.rungs_at(before, Amsterdam)[0].who, [Who::Manager]);
        assert_eq!(ladder.rungs_at(after, Amsterdam)[0].who[0], Who::Desk);
    }

    #[test]
    fn office_hours_follow_local_time_across_summer_time() {
        let ladder = evening_ladder();
        // Friday 26 June 2026 at 15:29Z is 17:29 in summer time, still open.
        let summer = "2026-06-26T15:29:00Z".parse().unwrap();
        let summer_evening = "2026-06-26T15:30:00Z".parse().unwrap();
        assert_eq!(ladder.rungs_at(summer, Amsterdam)[0].who, [Who::Manager]);
        assert_eq!(ladder.rungs_at(summer_evening, Amsterdam)[0].who[0], Who::Desk);
    }

    #[test]
    fn a_ladder_reads_as_it_writes() {
        let ladder = evening_ladder();
        let json = serde_json::to_string(&ladder).unwrap();
        assert_eq!(serde_json::from_str::<Ladder>(&json).unwrap(), ladder);
    }

    #[test]
    fn bad_times_and_rungs_are_all_named() {
        let policy = WatchPolicy { miss_minutes: 0, owned_minutes: 600, ..WatchPolicy::default() };
        let fields: Vec<_> = policy.faults().into_iter().map(|(f, _)| f).collect();
        assert_eq!(fields, ["missMinutes", "secondCallMinutes", "ownedMinutes"]);
        let ladder = Ladder { rungs: vec![], repeat_minutes: 0, out_of_hours: None };
        assert_eq!(ladder.faults().len(), 2);
        assert!(
            WatchPolicy::default().faults().is_empty() && Ladder::default().faults().is_empty()
        );
    }
}
