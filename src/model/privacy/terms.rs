//! A term of law within which somebody has to be answered: counted in months, extended once, with
//! reminders before it ends and each day after that.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::workdays::last_day;
use crate::model::{
    clock::{Instant, moment},
    ids::PersonId,
    incidents::policy::Policy,
    input::{
        faults::{Fault, Faults},
        past_day::past_day,
    },
    messages::audiences::Audience,
};

/// How long something may take, and when somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Months {
    pub first: u32,
    /// By how many it may be extended once.
    pub more: u32,
    /// How many days before its end somebody is reminded, the earlier first.
    pub notice_days: [u32; 2],
}

impl Months {
    /// For a privacy request.
    pub fn of_request(policy: &Policy) -> Self {
        let notice_days = [policy.first_notice_days, policy.second_notice_days];
        let (first, more) = (policy.request_months, policy.request_extension_months);
        Self { first, more, notice_days }
    }

    /// For an objection.
    pub fn of_objection(policy: &Policy) -> Self {
        let (first, more) = (policy.objection_months, policy.objection_extension_months);
        Self { first, more, ..Self::of_request(policy) }
    }
}

/// Until when something has to be answered: calendar months; a term that ends in a weekend or on a
/// public holiday runs until the next working day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Term {
    pub received_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// How many days before that the desk is reminded.
    pub notice_days: [u32; 2],
    /// Why it takes longer.
    pub extension: Option<MoreTime>,
    /// How many reminders are behind.
    pub reminders: u32,
}

/// Why something takes longer, or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MoreTime {
    pub by: PersonId,
    pub at: Instant,
    pub because: String,
    pub told_on: NaiveDate,
}

/// Why something takes longer, or ends.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoreTimeInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 1000)]
    pub because: Option<String>,
    /// On which day the person was told.
    #[schema(required, nullable = false, format = Date)]
    pub told_on: Option<String>,
}

/// Why a term cannot be extended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermFault {
    /// It was extended already.
    #[error("it was extended already")]
    Extended,
    /// It is over.
    #[error("the term is over; it can be extended before its last day has passed")]
    TooLate,
    /// The input has faults.
    #[error("the input has faults")]
    Input(Vec<Fault>),
}

/// Who is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    /// The desk: it ends soon.
    Soon,
    /// The desk and the administrators: it is over.
    Overdue,
}

impl Reminder {
    /// Who are reminded.
    pub fn audiences(self) -> &'static [Audience<'static>] {
        match self {
            Self::Soon => &[Audience::Desk],
            Self::Overdue => &[Audience::Desk, Audience::Administrators],
        }
    }
}

impl MoreTimeInput {
    /// Reads it.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(
        &self,
        by: PersonId,
        at: Instant,
        today: NaiveDate,
    ) -> Result<MoreTime, Vec<Fault>> {
        let mut faults = Faults::default();
        let because = faults.text("because", self.because.as_deref(), 1000);
        let told_on = past_day("toldOn", self.told_on.as_deref(), today, &mut faults);
        match (because, told_on) {
            (Some(because), Some(told_on)) => Ok(MoreTime { by, at, because, told_on }),
            _ => Err(faults.0),
        }
    }
}

impl Term {
    /// The term of what came in on this day.
    pub fn begin(received_on: NaiveDate, months: Months) -> Self {
        let due_on = last_day(received_on, months.first).unwrap_or(received_on);
        let notice_days = months.notice_days;
        Self { received_on, due_on, notice_days, extension: None, reminders: 0 }
    }

    /// It takes longer, which the person was told in time.
    ///
    /// # Errors
    /// When it was extended before, is over, or the input has faults.
    pub fn extend(
        mut self,
        input: &MoreTimeInput,
        months: Months,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, TermFault> {
        if self.extension.is_some() {
            return Err(TermFault::Extended);
        }
        if self.is_over(today) {
            return Err(TermFault::TooLate);
        }
        let more = input.read(by, now, today).map_err(TermFault::Input)?;
        if more.told_on < self.received_on {
            let why = "comes after what was asked";
            return Err(TermFault::Input(vec![Fault::new("toldOn", "too-early", why)]));
        }
        let total = months.first + months.more;
        self.due_on = last_day(self.received_on, total).unwrap_or(self.due_on);
        self.extension = Some(more);
        self.reminders = 0;
        Ok(self)
    }

    /// Whether its last day has passed.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.due_on < today
    }

    /// When the next reminder goes out: twice before its last day, then each morning after it.
    pub fn next_wake(&self, zone: Tz) -> Option<Instant> {
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
        let day = match self.reminders {
            0 => self.due_on - TimeDelta::days(self.notice_days[0].into()),
            1 => self.due_on - TimeDelta::days(self.notice_days[1].into()),
            n => self.due_on + TimeDelta::days(i64::from(n) - 1),
        };
        moment(day, eight, zone)
    }

    /// Time has passed: whom to remind, if anybody. After an outage the last reminder alone is
    /// sent.
    pub fn tick(&mut self, now: Instant, zone: Tz) -> Option<Reminder> {
        let mut reminder = None;
        while self.next_wake(zone).is_some_and(|at| at <= now) {
            reminder = Some(if self.reminders < 2 { Reminder::Soon } else { Reminder::Overdue });
            self.reminders += 1;
        }
        reminder
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Amsterdam;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn usual() -> Months {
        Months::of_request(&Policy::default())
    }

    fn told(on: &str) -> MoreTimeInput {
        MoreTimeInput { because: Some("Many files.".into()), told_on: Some(on.into()) }
    }

    #[test]
    fn reminders_come_a_week_and_two_days_before_and_each_morning_after() {
        let mut term = Term::begin(day("2026-03-03"), usual());
        assert_eq!(term.due_on, day("2026-04-07"), "past Easter");
        let mut seen = vec![];
        for _ in 0..4 {
            let wake = term.next_wake(Amsterdam).unwrap();
            assert_eq!(term.tick(wake - TimeDelta::seconds(1), Amsterdam), None);
            seen.push((wake, term.tick(wake, Amsterdam).unwrap()));
        }
        assert_eq!(
            seen,
            [
                (at("2026-03-31T06:00:00Z"), Reminder::Soon),
                (at("2026-04-05T06:00:00Z"), Reminder::Soon),
                (at("2026-04-08T06:00:00Z"), Reminder::Overdue),
                (at("2026-04-09T06:00:00Z"), Reminder::Overdue)
            ],
            "at eight o'clock in summer time"
        );
    }

    #[test]
    fn after_an_outage_the_last_reminder_alone_is_sent() {
        let mut term = Term::begin(day("2026-11-23"), usual());
        assert_eq!(term.tick(at("2026-12-28T12:00:00Z"), Amsterdam), Some(Reminder::Overdue));
        assert_eq!(term.next_wake(Amsterdam), Some(at("2026-12-29T07:00:00Z")));
    }

    #[test]
    fn it_is_extended_once_in_time_and_counted_from_the_same_day() {
        let by = PersonId(Uuid::nil());
        let now = at("2027-01-20T09:00:00Z");
        let term = Term::begin(day("2026-12-31"), usual());
        assert_eq!(term.due_on, day("2027-02-01"), "31 January is a Sunday");
        let extend = |term: Term, input: &MoreTimeInput, today: &str| {
            term.extend(input, usual(), by, now, day(today))
        };
        let longer = extend(term.clone(), &told("2027-01-20"), "2027-01-20").unwrap();
        assert_eq!(longer.due_on, day("2027-03-31"));
        assert_eq!(longer.next_wake(Amsterdam), Some(at("2027-03-24T07:00:00Z")));
        let again = extend(longer, &told("2027-01-20"), "2027-01-20");
        assert_eq!(again, Err(TermFault::Extended));
        assert!(extend(term.clone(), &told("2027-02-01"), "2027-02-01").is_ok(), "on its last day");
        let late = extend(term.clone(), &told("2027-02-01"), "2027-02-02");
        assert_eq!(late, Err(TermFault::TooLate));
        let Err(TermFault::Input(faults)) =
            extend(term.clone(), &MoreTimeInput::default(), "2027-01-20")
        else {
            panic!("a reason and a day are needed")
        };
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["because", "toldOn"]);
        let before = extend(term, &told("2026-12-30"), "2027-01-20");
        assert!(matches!(before, Err(TermFault::Input(_))), "told before anybody asked");
    }
}
