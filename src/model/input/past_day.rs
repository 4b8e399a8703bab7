//! A day on which something happened, as somebody notes it afterwards.

use chrono::{Months, NaiveDate};

use super::faults::Faults;

/// A day that has passed, not longer than a year ago.
pub(crate) fn past_day(
    field: &str,
    given: Option<&str>,
    today: NaiveDate,
    faults: &mut Faults,
) -> Option<NaiveDate> {
    let read = given.unwrap_or_default().parse::<NaiveDate>();
    let day = faults.take(field, read.map_err(|_| "is a day such as 2026-11-23"))?;
    faults.require(day <= today, field, "future", "has not come yet");
    let recent = today.checked_sub_months(Months::new(12)).is_none_or(|limit| limit <= day);
    faults.require(recent, field, "too-old", "is longer than a year ago");
    (day <= today && recent).then_some(day)
}
