//! Days on which nothing has to be done: weekends and the generally recognised holidays of the
//! Algemene termijnenwet. A term that would end on one ends on the next working day.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta, Weekday};

/// Easter Sunday of a year (Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month_and_day = h + l - 7 * m + 114;
    let month = u32::try_from(month_and_day / 31).ok()?;
    let day = u32::try_from(month_and_day % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The King's birthday is kept on Saturday when it falls on a Sunday.
fn kings_day(year: i32) -> Option<NaiveDate> {
    let day = NaiveDate::from_ymd_opt(year, 4, 27)?;
    if day.weekday() == Weekday::Sun { day.pred_opt() } else { Some(day) }
}

/// Whether it is a generally recognised holiday: New Year, Good Friday, Easter Monday, the King's
/// birthday, 5 May, Ascension Day, Whit Monday and both days of Christmas.
pub fn is_holiday(day: NaiveDate) -> bool {
    let fixed = [(1, 1), (5, 5), (12, 25), (12, 26)].contains(&(day.month(), day.day()));
    let moving = easter(day.year()).is_some_and(|easter| {
        [-2, 1, 39, 50].into_iter().any(|after| easter + TimeDelta::days(after) == day)
    });
    fixed || moving || kings_day(day.year()) == Some(day)
}

/// Whether people work on this day.
pub fn is_workday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

/// The last day of a term of calendar months: the day of the same number, or the last day of a
/// month that is shorter; and if nobody works then, the next day on which people do.
pub fn last_day(begins: NaiveDate, months: u32) -> Option<NaiveDate> {
    let day = begins.checked_add_months(Months::new(months))?;
    day.iter_days().find(|day| is_workday(*day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_is_where_the_almanac_has_it() {
        for (year, found) in [
            (2008, "2008-03-23"),
            (2011, "2011-04-24"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), Some(day(found)));
        }
    }

    #[test]
    fn holidays_are_those_of_the_law() {
        for holiday in [
            "2026-01-01",
            "2026-04-03",
            "2026-04-06",
            "2026-04-27",
            "2026-05-05",
            "2026-05-14",
            "2026-05-25",
            "2026-12-25",
            "2026-12-26",
            "2025-04-26",
        ] {
            assert!(is_holiday(day(holiday)), "{holiday}");
        }
        for workday in ["2026-04-02", "2026-04-07", "2025-04-28", "2026-12-24", "2026-12-31"] {
            assert!(is_workday(day(workday)), "{workday}");
        }
        assert!(!is_holiday(day("2025-04-27")), "a Sunday: the birthday is kept the day before");
    }

    #[test]
    fn a_term_ends_on_a_working_day() {
        for (begins, months, ends, why) in [
            ("2026-11-23", 1, "2026-12-23", "a plain month"),
            ("2026-01-30", 1, "2026-03-02", "28 February is a Saturday"),
            ("2027-01-31", 1, "2027-03-01", "28 February is a Sunday"),
            ("2025-01-31", 1, "2025-02-28", "a month end, and a Friday"),
            ("2028-01-31", 1, "2028-02-29", "a leap day"),
            ("2028-02-29", 1, "2028-03-29", "from a leap day"),
            ("2027-11-30", 3, "2028-02-29", "three months, to a leap day"),
            ("2026-03-03", 1, "2026-04-07", "Good Friday and the Easter weekend"),
            ("2026-03-06", 1, "2026-04-07", "Easter Monday"),
            ("2026-11-25", 1, "2026-12-28", "Christmas on a Friday, and a weekend"),
            ("2026-12-01", 1, "2027-01-04", "New Year on a Friday"),
            ("2026-03-27", 1, "2026-04-28", "the King's birthday on a Monday"),
            ("2026-04-14", 1, "2026-05-15", "Ascension Day"),
            ("2026-04-25", 1, "2026-05-26", "Whit Monday"),
            ("2026-02-28", 1, "2026-03-30", "the 28th, which is a Saturday; into summer time"),
            ("2026-10-25", 3, "2027-01-25", "out of summer time"),
        ] {
            assert_eq!(last_day(day(begins), months), Some(day(ends)), "{begins}: {why}");
        }
    }
}
