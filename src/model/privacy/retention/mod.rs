//! How long each thing is kept, and what keeps it longer. Days and months are counted where the
//! organisation is; what is held back goes once nothing holds it any more.

mod run_state;

pub use run_state::RunState;

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::{
    alarms::{Alarm, AlarmState},
    clock::{Instant, day_begins, moment},
    incidents::{Incident, Stage, policy::Policy},
    input::newer,
    register::{Entry, EntryState},
    visits::{State, Visit},
};

/// What hangs on nothing (a message without a visit, the answer to a request) is kept for as long.
const LOOSE_DAYS: u32 = 30;

/// What has a clock of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionKind {
    /// Where a phone was, with the alarm.
    Positions,
    /// Visits with everything that hangs on them, their alarms too.
    Visits,
    Drills,
    /// What the register answered when it was checked.
    Checks,
    /// Incidents with their affairs and their aftercare.
    Incidents,
    /// Measures with the keys by which they are found.
    Measures,
    /// Who looked at what.
    AccessLog,
    /// Messages that are about no visit.
    Messages,
    /// The answers that are kept to repeat them.
    Answers,
}

/// Why something is kept past its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RetentionHold)]
pub enum Hold {
    /// Its alarm is not closed.
    AlarmOpen,
    /// Its incident is not closed.
    IncidentOpen,
    /// An objection is not decided on.
    Objection,
    /// The measure that it led to still counts.
    MeasureInForce,
    /// Somebody asked to see, change or remove it, and was not answered yet.
    PrivacyRequest,
}

/// What may keep something past its term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Its alarm is not closed.
    pub alarm_open: bool,
    /// Its incident is not closed.
    pub incident_open: bool,
    /// An objection is not decided on.
    pub objection: bool,
    /// The measure that it led to still counts.
    pub measure_in_force: bool,
    /// Somebody asked to see, change or remove it, and was not answered yet.
    pub privacy_request: bool,
}

impl Holds {
    /// The first that holds.
    pub fn first(self) -> Option<Hold> {
        [
            (self.alarm_open, Hold::AlarmOpen),
            (self.incident_open, Hold::IncidentOpen),
            (self.objection, Hold::Objection),
            (self.measure_in_force, Hold::MeasureInForce),
            (self.privacy_request, Hold::PrivacyRequest),
        ]
        .into_iter()
        .find_map(|(holds, why)| holds.then_some(why))
    }

    /// What either of both holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            alarm_open: self.alarm_open || other.alarm_open,
            incident_open: self.incident_open || other.incident_open,
            objection: self.objection || other.objection,
            measure_in_force: self.measure_in_force || other.measure_in_force,
            privacy_request: self.privacy_request || other.privacy_request,
        }
    }
}

/// What becomes of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays: until then, or for as long as its clock does not run.
    Keep(Option<Instant>),
    /// Its term is over, and something holds it.
    Held(Hold),
    Remove,
}

enum RetentionTerm {
    Hours(u32),
    Days(u32),
    Months(u32),
}

/// The terms as they are at a moment.
#[derive(Clone, Debug)]
pub struct RetentionTerms {
    pub policy: Policy,
    /// Where the organisation is.
    pub zone: Tz,
    pub now: Instant,
}

impl RetentionTerms {
    fn term(&self, kind: RetentionKind) -> RetentionTerm {
        match kind {
            RetentionKind::Positions => RetentionTerm::Hours(self.policy.keep_positions_hours),
            RetentionKind::Visits | RetentionKind::Drills => {
                RetentionTerm::Days(self.policy.keep_visits_days)
            }
            RetentionKind::Checks => RetentionTerm::Months(self.policy.keep_checks_months),
            RetentionKind::Incidents => RetentionTerm::Months(self.policy.keep_incidents_months),
            RetentionKind::Measures => RetentionTerm::Months(self.policy.keep_measures_months),
            RetentionKind::AccessLog => RetentionTerm::Months(self.policy.keep_access_log_months),
            RetentionKind::Messages | RetentionKind::Answers => RetentionTerm::Days(LOOSE_DAYS),
        }
    }

    /// What becomes of something whose clock runs since then.
    pub fn verdict(&self, kind: RetentionKind, since: Option<Instant>, holds: Holds) -> Verdict {
        let Some(since) = since else { return Verdict::Keep(None) };
        let until = self.until(kind, since);
        if self.now < until {
            return Verdict::Keep(Some(until));
        }
        holds.first().map_or(Verdict::Remove, Verdict::Held)
    }

    /// Until when something is kept whose clock runs since then: at the same time of the day, so
    /// many days or months later.
    pub fn until(&self, kind: RetentionKind, since: Instant) -> Instant {
        let local = since.with_timezone(&self.zone).naive_local();
        match self.term(kind) {
            RetentionTerm::Hours(n) => since + TimeDelta::hours(n.into()),
            RetentionTerm::Days(n) => self.at(local.checked_add_days(Days::new(n.into()))),
            RetentionTerm::Months(n) => self.at(local.checked_add_months(Months::new(n))),
        }
    }

    /// Whatever is of before this moment has been kept long enough. Where months are not of one
    /// length it is up to three days late, and never early.
    pub fn cutoff(&self, kind: RetentionKind) -> Instant {
        let local = self.now.with_timezone(&self.zone).naive_local();
        let before = match self.term(kind) {
            RetentionTerm::Hours(n) => return self.now - TimeDelta::hours(n.into()),
            RetentionTerm::Days(n) => local.checked_sub_days(Days::new(n.into())),
            RetentionTerm::Months(n) => local.checked_sub_months(Months::new(n)),
        };
        // Two hours of one name, or one that is skipped, never make it early.
        let at = before.and_then(|local| moment(local.date(), local.time(), self.zone));
        at.map_or(Instant::UNIX_EPOCH, |at| at - TimeDelta::hours(1))
    }

    fn at(&self, local: Option<NaiveDateTime>) -> Instant {
        let at = local.and_then(|local| moment(local.date(), local.time(), self.zone));
        at.unwrap_or(Instant::MAX_UTC)
    }

    /// Since when a measure's clock runs: since it was withdrawn, or its last day passed.
    pub fn over_since(&self, entry: &Entry) -> Option<Instant> {
        if let EntryState::Withdrawn { at, .. } = entry.state {
            return Some(at);
        }
        let over = day_begins(entry.until.succ_opt()?, self.zone);
        (over <= self.now).then_some(over)
    }
}

/// Since when a visit's clock runs: since it was over, and all its alarms as well.
pub fn visit_over(visit: &Visit, alarms: &[Alarm]) -> Option<Instant> {
    let over = match visit.state {
        State::Ended { at, .. } | State::Cancelled { at, .. } => at,
        State::Ahead { .. } | State::UnderWay { .. } => return None,
    };
    alarms.iter().filter_map(alarm_closed).chain([over]).max()
}

/// Since when an alarm's clock runs.
pub fn alarm_closed(alarm: &Alarm) -> Option<Instant> {
    match alarm.state {
        AlarmState::Closed { at, .. } => Some(at),
        AlarmState::Open { .. } | AlarmState::Owned { .. } => None,
    }
}

/// Since when an incident's clock runs.
pub fn incident_closed(incident: &Incident) -> Option<Instant> {
    match incident.stage {
        Stage::Closed { at, .. } => Some(at),
        _ => None,
    }
}

/// An answer that was kept to repeat it, without any position in it.
#[must_use]
pub fn without_positions(answer: Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, value)| {
                let value = if name == "position" { Value::Null } else { without_positions(value) };
                (name, value)
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_positions).collect()),
        other => other,
    }
}

/// How much of a kind was removed, and how much was held back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub removed: u64,
    /// Held back, by the reason.
    #[serde(deserialize_with = "newer::known_entries")]
    pub held: BTreeMap<Hold, u64>,
}

impl Count {
    pub fn note(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Keep(_) => {}
            Verdict::Held(why) => *self.held.entry(why).or_default() += 1,
            Verdict::Remove => self.removed += 1,
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, more: &Self) {
        self.removed += more.removed;
        for (why, n) in &more.held {
            *self.held.entry(*why).or_default() += n;
        }
    }
}

/// What came of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOutcome {
    /// By what was removed.
    #[serde(deserialize_with = "newer::known_entries")]
    pub kinds: BTreeMap<RetentionKind, Count>,
}

/// The quiet hour.
fn quiet() -> NaiveTime {
    NaiveTime::from_hms_opt(3, 20, 0).unwrap_or_default()
}

/// Whether it is time to remove what is over: each night at twenty past three, or as soon as
/// possible after a night that was missed. One that failed is tried again after an hour.
pub fn is_due(done: Option<Instant>, tried: Option<Instant>, now: Instant, zone: Tz) -> bool {
    let today = now.with_timezone(&zone).date_naive();
    let nights = [Some(today), today.pred_opt()].into_iter().flatten();
    let last = nights.filter_map(|day| moment(day, quiet(), zone)).find(|night| *night <= now);
    let missed = done.is_none_or(|done| last.is_some_and(|last| done < last));
    missed && tried.is_none_or(|tried| tried + TimeDelta::hours(1) <= now)
}

#[cfg(test)]
mod tests;
