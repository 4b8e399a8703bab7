//! The month of a team in figures: about the team's agreements, never about one of its people.

use std::{fmt, str::FromStr};

use chrono::{Datelike as _, Months, NaiveDate};
use chrono_tz::Tz;
use serde::Serialize;

use super::tallies::{AlarmFigures, CheckInFigures, Tally, VisitFigures, Waits};
use crate::model::clock::{Instant, day_begins};

/// A month of the calendar, where the organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(NaiveDate);

impl Month {
    /// The month of a moment.
    pub fn of(at: Instant, zone: Tz) -> Self {
        let day = at.with_timezone(&zone).date_naive();
        Self(day.with_day(1).unwrap_or(day))
    }

    /// From its first moment until the first moment of the next.
    pub fn bounds(self, zone: Tz) -> (Instant, Instant) {
        (day_begins(self.0, zone), day_begins(self.0 + Months::new(1), zone))
    }
}

impl FromStr for Month {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
        let first = first.filter(|day| text.len() == 7 && (2000..2200).contains(&day.year()));
        first.map(Self).ok_or("a month, such as 2026-11")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

/// What happened in a month. It counts what is over: figures do not change under a reader's eyes,
/// and nobody who is out there sees an alarm in them that they may not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MonthReport {
    /// The visits that were to start in this month.
    pub visits: VisitFigures,
    pub check_ins: CheckInFigures,
    /// The alarms that were opened in this month.
    pub alarms: AlarmFigures,
    /// How long it took until somebody took them.
    pub ownership: Ownership,
    /// The drills that were begun in this month.
    pub drills: DrillFigures,
}

/// How long it took from opening until somebody took it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ownership {
    pub taken: usize,
    /// Ended before anybody took it.
    pub never: usize,
    pub median_seconds: Option<i64>,
    pub p90_seconds: Option<i64>,
    pub longest_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrillFigures {
    pub held: usize,
    pub ownership: Ownership,
}

impl MonthReport {
    /// What was counted, as figures.
    pub fn of(counted: &Tally) -> Self {
        Self {
            visits: counted.visits.clone(),
            check_ins: counted.check_ins.clone(),
            alarms: counted.alarms.clone(),
            ownership: Ownership::of(&counted.taken),
            drills: DrillFigures {
                held: counted.drills,
                ownership: Ownership::of(&counted.drills_taken),
            },
        }
    }

    /// Every figure by name, in the order in which people read them.
    pub fn rows(&self) -> Vec<(ReportMeasure, Option<i64>)> {
        use ReportMeasure as M;
        let count = |n: usize| i64::try_from(n).ok();
        let (visits, asked, alarms) = (&self.visits, &self.check_ins, &self.alarms);
        let (taken, drills) = (&self.ownership, &self.drills);
        vec![
            (M::VisitsEnded, count(visits.ended)),
            (M::VisitsRisky, count(visits.risky)),
            (M::VisitsCancelled, count(visits.cancelled)),
            (M::CheckInsAsked, count(asked.asked)),
            (M::CheckInsInTime, count(asked.in_time)),
            (M::CheckInsLate, count(asked.late)),
            (M::CheckInsMissed, count(asked.missed)),
            (M::Alarms, count(alarms.total)),
            (M::AlarmsMissedCheckIn, count(alarms.missed_check_in)),
            (M::AlarmsPanic, count(alarms.panic)),
            (M::AlarmsDuress, count(alarms.duress)),
            (M::AlarmsTaken, count(taken.taken)),
            (M::AlarmsNeverTaken, count(taken.never)),
            (M::SecondsUntilTakenMedian, taken.median_seconds),
            (M::SecondsUntilTakenP90, taken.p90_seconds),
            (M::SecondsUntilTakenLongest, taken.longest_seconds),
            (M::Drills, count(drills.held)),
            (M::DrillsTaken, count(drills.ownership.taken)),
            (M::DrillSecondsUntilTakenMedian, drills.ownership.median_seconds),
        ]
    }
}

/// A figure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportMeasure {
    VisitsEnded,
    VisitsRisky,
    VisitsCancelled,
    CheckInsAsked,
    CheckInsInTime,
    CheckInsLate,
    CheckInsMissed,
    Alarms,
    AlarmsMissedCheckIn,
    AlarmsPanic,
    AlarmsDuress,
    AlarmsTaken,
    AlarmsNeverTaken,
    SecondsUntilTakenMedian,
    SecondsUntilTakenP90,
    SecondsUntilTakenLongest,
    Drills,
    DrillsTaken,
    DrillSecondsUntilTakenMedian,
}

impl Ownership {
    fn of(waits: &Waits) -> Self {
        let mut seconds = waits.seconds.clone();
        seconds.sort_unstable();
        Self {
            taken: seconds.len(),
            never: waits.never,
            median_seconds: share(&seconds, 50),
            p90_seconds: share(&seconds, 90),
            longest_seconds: seconds.last().copied(),
        }
    }
}

/// The time within which this many of a hundred were taken, of sorted times.
fn share(seconds: &[i64], percent: usize) -> Option<i64> {
    let rank = (seconds.len() * percent).div_ceil(100);
    seconds.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests;
