//! The usual words of a letter to a resident, in Dutch (B1) and English.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};

use super::catalogue::{fixed, text};
use crate::model::{
    incidents::{
        letters::letterhead::{Remedy, RemedyKind},
        policy::Policy,
    },
    messages::language::Language,
    register::{Measure, address::Address},
};

/// In which language something is said about which measure.
#[derive(Clone, Copy, Debug)]
pub struct Say {
    pub language: Language,
    pub measure: Measure,
}

impl Say {
    /// A day in full: `23 november 2026`.
    pub fn day(self, day: NaiveDate) -> String {
        let nth = usize::try_from(day.month0()).unwrap_or_default();
        let month = fixed(self.language, "month-names").split(' ').nth(nth).unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    }

    /// Some days: `20 november 2026 en 23 november 2026`.
    pub fn days(self, days: &[NaiveDate]) -> String {
        let days: Vec<_> = days.iter().map(|day| self.day(*day)).collect();
        match days.split_last() {
            Some((last, before)) if !before.is_empty() => {
                format!("{} {} {last}", before.join(", "), fixed(self.language, "letter-and"))
            }
            _ => days.concat(),
        }
    }

    /// How long it is from one day through another.
    pub fn duration(self, from: NaiveDate, until: NaiveDate) -> String {
        let after = |n: u32| from.checked_add_months(Months::new(n));
        let months = (1..=240).take_while(|n| after(*n).is_some_and(|day| day <= until)).count();
        let months = u32::try_from(months).unwrap_or_default();
        let rest = after(months).map_or(0, |day| (until - day).num_days());
        // A term through the day before is as many whole months, as people count.
        let whole = after(months + 1).is_some_and(|day| day == until + TimeDelta::days(1));
        let (months, rest) = if whole { (months + 1, 0) } else { (months, rest) };
        let many =
            |n: i64, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
        let m = many(
            months.into(),
            fixed(self.language, "letter-month"),
            fixed(self.language, "letter-months"),
        );
        let d = many(rest, fixed(self.language, "letter-day"), fixed(self.language, "letter-days"));
        match (months, rest) {
            (0, _) => d,
            (_, 0) => m,
            _ => format!("{m} {} {d}", fixed(self.language, "letter-and")),
        }
    }

    /// What the letter is about.
    pub fn subject(self) -> &'static str {
        match self.measure {
            Measure::WarningLetter => fixed(self.language, "letter-subject-warning-letter"),
            Measure::ContactBan => fixed(self.language, "letter-subject-contact-ban"),
        }
    }

    /// What follows when it happens again, or the ban is broken.
    pub fn consequences(self) -> &'static str {
        match self.measure {
            Measure::WarningLetter => fixed(self.language, "letter-consequences-warning-letter"),
            Measure::ContactBan => fixed(self.language, "letter-consequences-contact-ban"),
        }
    }

    /// Who may speak for the person. During a ban that is the only way, so that something is said
    /// even when nobody was named yet.
    pub fn representative(self, name: Option<&str>) -> Option<String> {
        match (self.measure, name) {
            (Measure::WarningLetter, None) => None,
            (Measure::WarningLetter, Some(name)) => {
                Some(text!(self.language, "letter-representative-warning-letter", name))
            }
            (Measure::ContactBan, Some(name)) => {
                Some(text!(self.language, "letter-representative-contact-ban", name))
            }
            (Measure::ContactBan, None) => {
                Some(text!(self.language, "letter-representative-unnamed"))
            }
        }
    }

    /// That the police were told.
    pub fn police_report(self, on: NaiveDate) -> String {
        let day = self.day(on);
        text!(self.language, "letter-police-report", day)
    }

    /// What to do when one does not agree.
    pub fn remedy(self, remedy: &Remedy) -> String {
        let Remedy { at, weeks, .. } = remedy;
        let within = match weeks {
            1 => fixed(self.language, "letter-one-week").to_owned(),
            weeks => text!(self.language, "letter-many-weeks", weeks),
        };
        match remedy.kind {
            RemedyKind::Objection => text!(self.language, "letter-remedy-objection", within, at),
            RemedyKind::Complaint => text!(self.language, "letter-remedy-complaint", within, at),
        }
    }

    /// What is done with the data.
    pub fn privacy_notice(self, policy: &Policy, officer: &str) -> String {
        let (kept, answer) = (policy.keep_measures_months, policy.request_months);
        let months = |months: u32| match months {
            1 => fixed(self.language, "letter-one-month").to_owned(),
            months => text!(self.language, "letter-many-months", months),
        };
        let (kept, answer) = (months(kept), months(answer));
        text!(self.language, "letter-privacy-notice", kept, answer, officer)
    }
}

/// An address as it stands on an envelope.
pub fn address_lines(it: &Address) -> String {
    let letter = it.house_letter.as_deref().unwrap_or_default();
    let addition = it.addition.as_deref().map(|a| format!("-{a}")).unwrap_or_default();
    let first = format!("{} {}{letter}{addition}", it.street, it.house_number);
    let second = match &it.postcode {
        Some(postcode) => format!("{postcode} {}", it.city.to_uppercase()),
        None => it.city.to_uppercase(),
    };
    format!("{}\n{}", first.trim(), second.trim())
}
