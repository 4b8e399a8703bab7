//! What a report counts of a month, in a form that can be added up: it stays when the visits and
//! alarms themselves are no longer kept, and names nobody.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    State, Visit,
    check_ins::{CheckIn, CheckInState},
};
use crate::model::{
    alarms::{Alarm, Cause},
    clock::minutes,
    people::teams::WatchPolicy,
};

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    pub visits: VisitFigures,
    pub check_ins: CheckInFigures,
    /// Alarms by their cause.
    pub alarms: AlarmFigures,
    /// How long it took until they were taken.
    pub taken: Waits,
    pub drills: usize,
    /// How long it took until those were taken.
    pub drills_taken: Waits,
}

/// How long it took until alarms were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// Of each that was taken, in seconds.
    pub seconds: Vec<i64>,
    /// How many ended before anybody took them.
    pub never: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VisitFigures {
    pub ended: usize,
    /// Of those that ended.
    pub risky: usize,
    pub cancelled: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckInFigures {
    /// Answered or missed; what fell away with the end of a visit was not asked.
    pub asked: usize,
    /// Answered before the second call.
    pub in_time: usize,
    /// Answered after it.
    pub late: usize,
    /// Not answered; an alarm followed.
    pub missed: usize,
}

/// Alarms by their cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlarmFigures {
    pub total: usize,
    pub missed_check_in: usize,
    pub panic: usize,
    pub duress: usize,
}

impl Tally {
    /// Counts these visits and alarms, all of one team and one month, and all over.
    pub fn of(visits: &[Visit], alarms: &[Alarm], policy: &WatchPolicy) -> Self {
        let (drills, real): (Vec<_>, Vec<_>) =
            alarms.iter().partition(|alarm| alarm.cause == Cause::Drill);
        let check_ins = visits.iter().flat_map(|visit| &visit.check_ins);
        Self {
            visits: visit_figures(visits),
            check_ins: check_in_figures(check_ins, minutes(policy.second_call_minutes)),
            alarms: alarm_figures(&real),
            taken: waits(&real),
            drills: drills.len(),
            drills_taken: waits(&drills),
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, more: Self) {
        let add = |to: &mut usize, n: usize| *to += n;
        add(&mut self.visits.ended, more.visits.ended);
        add(&mut self.visits.risky, more.visits.risky);
        add(&mut self.visits.cancelled, more.visits.cancelled);
        add(&mut self.check_ins.asked, more.check_ins.asked);
        add(&mut self.check_ins.in_time, more.check_ins.in_time);
        add(&mut self.check_ins.late, more.check_ins.late);
        add(&mut self.check_ins.missed, more.check_ins.missed);
        add(&mut self.alarms.total, more.alarms.total);
        add(&mut self.alarms.missed_check_in, more.alarms.missed_check_in);
        add(&mut self.alarms.panic, more.alarms.panic);
        add(&mut self.alarms.duress, more.alarms.duress);
        add(&mut self.drills, more.drills);
        self.taken.add(more.taken);
        self.drills_taken.add(more.drills_taken);
    }
}

impl Waits {
    /// Kept in the order of their length, which tells nothing of when each was.
    fn add(&mut self, more: Self) {
        self.seconds.extend(more.seconds);
        self.seconds.sort_unstable();
        self.never += more.never;
    }
}

fn visit_figures(visits: &[Visit]) -> VisitFigures {
    let mut figures = VisitFigures::default();
    for visit in visits {
        match visit.state {
            State::Ended { .. } => {
                figures.ended += 1;
                figures.risky += usize::from(visit.is_risky());
            }
            State::Cancelled { .. } => figures.cancelled += 1,
            State::Ahead { .. } | State::UnderWay { .. } => {}
        }
    }
    figures
}

/// Nobody was asked at a moment that an ended visit or an alarm took away.
fn check_in_figures<'a>(
    check_ins: impl Iterator<Item = &'a CheckIn>,
    patience: TimeDelta,
) -> CheckInFigures {
    let mut figures = CheckInFigures::default();
    for check_in in check_ins {
        match check_in.state {
            CheckInState::Confirmed { at } if at < check_in.due_at + patience => {
                figures.in_time += 1;
            }
            CheckInState::Confirmed { .. } => figures.late += 1,
            CheckInState::Missed { .. } => figures.missed += 1,
            CheckInState::Scheduled { .. }
            | CheckInState::Prompted { .. }
            | CheckInState::Cancelled => continue,
        }
        figures.asked += 1;
    }
    figures
}

fn alarm_figures(alarms: &[&Alarm]) -> AlarmFigures {
    let mut figures = AlarmFigures { total: alarms.len(), ..AlarmFigures::default() };
    for alarm in alarms {
        match alarm.cause {
            Cause::MissedCheckIn => figures.missed_check_in += 1,
            Cause::Panic => figures.panic += 1,
            Cause::Duress => figures.duress += 1,
            // A drill is no alarm of the month; it is told by itself.
            Cause::Drill => {}
        }
    }
    figures
}

fn waits(alarms: &[&Alarm]) -> Waits {
    let mut seconds: Vec<i64> =
        alarms.iter().filter_map(|alarm| alarm.seconds_until_taken()).collect();
    seconds.sort_unstable();
    let never = alarms.len() - seconds.len();
    Waits { seconds, never }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{clock::Instant, ids::CheckInId};

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn check_in(state: CheckInState) -> CheckIn {
        let due_at = at("2026-11-23T13:00:00Z");
        CheckIn {
            id: CheckInId(uuid::Uuid::nil()),
            due_at,
            planned_at: at("2026-11-23T12:00:00Z"),
            gave_more_time: false,
            state,
        }
    }

    #[test]
    fn check_ins_are_in_time_until_the_second_call() {
        let confirmed = |at| check_in(CheckInState::Confirmed { at });
        let asked = [
            confirmed(at("2026-11-23T12:56:00Z")),
            confirmed(at("2026-11-23T13:01:59Z")),
            confirmed(at("2026-11-23T13:02:00Z")),
            check_in(CheckInState::Missed { at: at("2026-11-23T13:05:00Z") }),
            check_in(CheckInState::Cancelled),
            check_in(CheckInState::Scheduled { reminded: false }),
        ];
        let figures = check_in_figures(asked.iter(), minutes(2));
        assert_eq!(figures, CheckInFigures { asked: 4, in_time: 2, late: 1, missed: 1 });
    }
}
